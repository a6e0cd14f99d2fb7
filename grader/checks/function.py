"""`function`: a returned function is compared by its values at points."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Annotated, ClassVar

from grader.checks._comparison import Comparison, bare, wrong
from grader.checks._contract import Check, Conditions, Expected, Need, Reference, raised
from grader.checks._nested import (
    argument,
    confirmed,
    joined,
    judged_part,
    listed,
    part_of,
    parts_alike,
    prepared_part,
    same,
    value_of,
)
from grader.checks.allclose import AllClose
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OfKind, Path
from grader.model import Answer, Call, Case, Outcome
from grader.notation import describe, show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle


@dataclass(frozen=True, kw_only=True)
class ReturnedFunction(Check):
    """A function that returns a function, which is called at points and compared there with the reference's.

    Attributes
    ----------
    at : list of formulas, or of lists of formulas
        the points: a formula for a call with one argument, a list of them for a call with several. A formula that is
        just the name of an input stands for the input itself.
    compare : comparison
        of the values at each point.
    between : mapping of str to formula
        parameters and other values for them. With it the function is called once more with these, and then the first
        returned function is called at all points again: it must not depend on what was called since.

    Examples
    --------
    The derivative of a polynomial, as a function::

        inputs: {c: {vector: {size: 3, exclude: [zeros, repeated]}}, x: {vector: {size: 4}}}
        compare:
          function:
            at: [x, 0.5, "c[0]"]
            between: {c: "c + 1"}
        reference: "lambda c: lambda x: c[1] + 2 * c[2] * x"
        right: "lambda c: np.polynomial.Polynomial(c).deriv()"
        wrong: "lambda c: lambda x: c[0] + c[1] * x"
    """

    kind: ClassVar[str] = "function"
    bare: ClassVar[str] = "at"

    at: Annotated[tuple[tuple[Formula, ...] | Formula, ...], Bounds(least=1)]
    compare: Annotated[Comparison, OfKind("checks")] = AllClose()
    between: Mapping[str, Formula] = field(default_factory=dict)

    def parts(self) -> Iterator[tuple[Path, Check]]:
        """Yield the comparison of the values."""
        yield ("compare",), self.compare

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the parameters that are replaced."""
        for name in self.between:
            yield ("between", name), name

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the reference's values at the points."""
        for name in self.between:
            if name not in case.arguments:
                raise JudgeError(f"{name!r} is no parameter of the function, so nothing can be put in its place")
        function = value_of(reference(case.call()))
        if not isinstance(function, Handle):
            raise JudgeError(f"the reference solution returns {describe(function)}, where a function is needed")
        answers = [(call, reference(call)) for call in self._points(case, function)]
        parts = [
            prepared_part(self.compare, case, answer, conditions, _where(call.arguments)) for call, answer in answers
        ]
        return confirmed(self, case, joined(parts), reference)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Compare the value at every point, and name the first point at which it is wrong."""
        refused = _no_function(answers[0])
        if refused:
            return refused
        function = bare(answers[0].value)[0]
        assert isinstance(function, Handle)
        points = self._points(case, function)
        if len(answers) == 1:
            return Need((*points, *self._other(case), *self._again(case, points)))
        notes: tuple[str, ...] = ()
        for place, (call, answer) in enumerate(zip(points, answers[1:], strict=False)):
            outcome = judged_part(self.compare, case, answer, part_of(expected, place), _where(call.arguments))
            if not outcome.accepted:
                return outcome
            notes += outcome.notes
        outcome = self._later(case, expected, answers[len(points) + 1 :], points)
        return replace(outcome, notes=tuple(dict.fromkeys(notes))) if outcome.accepted else outcome

    def _later(self, case: Case, expected: Expected, answers: Sequence[Answer], points: Sequence[Call]) -> Outcome:
        """Judge what came after the points were tried once."""
        other = self._other(case)
        if other:
            refused = _no_function(answers[0])
            if refused:
                return replace(refused, call=other[0])
        cause = "another call of your function" if other else "a call"
        again = answers[len(other) :]
        for place, (call, answer) in enumerate(zip(points, again, strict=False)):
            outcome = judged_part(self.compare, case, answer, part_of(expected, place), _where(call.arguments))
            if not outcome.accepted:
                said = f"right at first, but after {cause} no longer: does it use something that changes?"
                return replace(outcome, message=f"{outcome.message} ({said})", aspect="repetition")
        return Outcome()

    def _points(self, case: Case, function: Handle) -> tuple[Call, ...]:
        chosen = [point if isinstance(point, tuple) else (point,) for point in self.at]
        return tuple(Call(tuple(argument(formula, case) for formula in point), target=function) for point in chosen)

    def _other(self, case: Case) -> tuple[Call, ...]:
        """Return the call between, if one is wanted."""
        replaced = {name: argument(formula, case) for name, formula in self.between.items()}
        return (case.call(**replaced),) if replaced else ()

    def _again(self, case: Case, points: tuple[Call, ...]) -> tuple[Call, ...]:
        """Return the calls at points that were tried before: of the first case one at least."""
        return points if self.between else points[:1] if case.number == 0 else ()

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both functions have the same values at all points, at first and later."""
        functions = [isinstance(answers[0].value, Handle) for answers in (mine, theirs)]
        if not all(functions):
            return same(mine[0], theirs[0])
        pairs = list(zip(mine[1:], theirs[1:], strict=False))
        if len(mine) != len(theirs):
            return False
        count, skipped = len(self.at), len(self.at) + bool(self.between)
        return all(
            parts_alike(self.compare, case, part_of(expected, place % count), *pair)
            for place, pair in enumerate(pairs[:count] + pairs[skipped:])
        )


def _where(arguments: Sequence[object]) -> str:
    return f"at {listed(arguments)}"


def _no_function(answer: Answer) -> Outcome | None:
    """Return what is wrong with an answer that is no function."""
    if answer.failure:
        return replace(raised(answer), expected="a function")
    value, _ = bare(answer.value)
    if isinstance(value, Handle):
        return None
    message = f"returned {describe(value)}, expected a function: `def` or `lambda` makes one"
    if value is None:
        message = "returned None: is a `return` missing?"
    return replace(wrong(message, aspect="type"), expected="a function", got=show(value))
