"""`calls`: a class with state is judged by what its methods return, one call after the other."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from keyword import iskeyword
from typing import Annotated, ClassVar, Final

from grader.checks._comparison import Comparison
from grader.checks._contract import Check, Conditions, Expected, Need, Reference, raised
from grader.checks._nested import (
    argument,
    confirmed,
    failed_alike,
    joined,
    judged_part,
    listed,
    part_of,
    parts_alike,
    prepared_part,
    value_of,
)
from grader.fields import Bounds, Described, Formula, OfKind, Path
from grader.model import Answer, Call, Case, Outcome
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle

_SHOWN: Final = 5
"""Most earlier calls that a message repeats."""


@dataclass(frozen=True, kw_only=True)
class Step(Described):
    """One call of a method, and what is asked of it; by default only that it does not fail.

    Attributes
    ----------
    method : str
        its name.
    arguments : tuple of formulas
        what it is called with; a formula that is just the name of an input stands for the input itself.
    compare : comparison, optional
        of what it returns.
    raises : exception, optional
        what it must raise instead of returning something.
    """

    method: str
    arguments: tuple[Formula, ...] = ()
    compare: Annotated[Comparison, OfKind("checks")] | None = None
    raises: Annotated[Check, OfKind("checks", "raises")] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no name of a method for everybody, and two demands at once."""
        if not self.method.isidentifier() or iskeyword(self.method) or self.method.startswith("_"):
            raise ValueError(f"{self.method!r} is not a name that a method for everybody can have")
        if self.compare and self.raises:
            raise ValueError("what raises an exception returns nothing to compare")


@dataclass(frozen=True, kw_only=True)
class Calls(Check):
    """An object of the student's class is made with the inputs, and its methods are called in this order.

    Two objects are made, and the second gets all calls after the first got them: what one is told must not reach the
    other.

    Attributes
    ----------
    steps : list of steps
        each with `method`, `arguments`, and what is asked of it: `compare`, `raises`, or neither.

    Examples
    --------
    A running mean::

        inputs: {start: {real: {}}, x: {vector: {size: 2, exclude: [zeros, repeated]}}}
        calls:
          - {method: update, arguments: ["x[0]"]}
          - {method: update, arguments: ["x[1]"]}
          - {method: mean, compare: {allclose: {rtol: 1e-9}}}
        reference: |
          class answer:
              def __init__(self, start):
                  self.items = [start]

              def update(self, x):
                  self.items.append(x)

              def mean(self):
                  return np.mean(self.items)
        right: |
          class answer:
              def __init__(self, start):
                  self.total, self.n = start, 1

              def update(self, x):
                  self.total, self.n = self.total + x, self.n + 1

              def mean(self):
                  return self.total / self.n
        wrong: |
          class answer:
              def __init__(self, start):
                  self.value = start

              def update(self, x):
                  self.value = (self.value + x) / 2

              def mean(self):
                  return self.value
    """

    kind: ClassVar[str] = "calls"
    bare: ClassVar[str] = "steps"
    standalone: ClassVar[bool] = True

    steps: Annotated[tuple[Step, ...], Bounds(least=1)]

    def parts(self) -> Iterator[tuple[Path, Check]]:
        """Yield the comparisons of the steps."""
        for place, step in enumerate(self.steps):
            if step.compare:
                yield (place, "compare"), step.compare

    def own_formulas(self) -> Iterator[tuple[Path, Expression]]:
        """Yield the arguments of the steps."""
        for place, step in enumerate(self.steps):
            for index, formula in enumerate(step.arguments):
                yield (place, "arguments", index), formula

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return what the methods of the reference return."""
        made = reference(replace(case.call(), keep=True))
        value_of(made, "when an object was made")
        parts = []
        for step, where, call in zip(self.steps, self._places(case), self._methods(case, made), strict=True):
            answer = reference(call)
            if step.compare:
                parts.append(prepared_part(step.compare, case, answer, conditions, where))
            else:
                parts.append(Expected())
                if not step.raises:
                    value_of(answer, where)
        return confirmed(self, case, joined(parts), reference)

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for two objects."""
        return (replace(case.call(), keep=True),) * 2

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Have all methods called, and name the first whose answer is wrong."""
        for made in answers[:2]:
            if made.failure:
                outcome = raised(made)
                return replace(outcome, message=f"when an object was made: {outcome.message}", expected="an object")
        if len(answers) == 2:
            return Need((*self._methods(case, answers[0]), *self._methods(case, answers[1])))
        count = len(self.steps)
        first = self._judged(case, expected, answers[2 : 2 + count])
        if not first.accepted:
            return first
        second = self._judged(case, expected, answers[2 + count :])
        if second.accepted:
            return first
        said = "the first object was right, but a second one beside it is not: is something kept outside `self`?"
        return replace(second, message=f"{second.message} ({said})", aspect="second object")

    def _judged(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Judge the calls of one object's methods."""
        notes: tuple[str, ...] = ()
        for place, (step, where, answer) in enumerate(zip(self.steps, self._places(case), answers, strict=True)):
            if step.compare:
                outcome = judged_part(step.compare, case, answer, part_of(expected, place), where)
            else:
                outcome = _without_value(step, case, answer, where)
            if not outcome.accepted:
                return outcome
            notes += outcome.notes
        return Outcome(notes=tuple(dict.fromkeys(notes)))

    def _methods(self, case: Case, made: Answer) -> tuple[Call, ...]:
        """Return the calls of an object's methods."""
        target = made.value
        assert isinstance(target, Handle)
        arguments = [tuple(argument(formula, case) for formula in step.arguments) for step in self.steps]
        return tuple(
            Call(given, target=target, method=step.method) for step, given in zip(self.steps, arguments, strict=True)
        )

    def _places(self, case: Case) -> Iterator[str]:
        """Yield what to call each step: "mean() after update(1.0), update(2.0)"."""
        before: list[str] = []
        for step in self.steps:
            text = f"{step.method}({listed(argument(formula, case) for formula in step.arguments)})"
            left_out = ["…"] if len(before) > _SHOWN else []
            yield f"{text} after {', '.join(left_out + before[-_SHOWN:])}" if before else text
            before.append(text)

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether all methods that are looked at gave the same."""
        if len(mine) != len(theirs) or len(mine) <= 2:
            return any(failed_alike(*pair) for pair in zip(mine, theirs, strict=False))
        pairs = list(zip(mine[2:], theirs[2:], strict=True))
        return all(
            parts_alike(step.compare, case, part_of(expected, place % len(self.steps)), *pair)
            if step.compare
            else bool(pair[0].failure) == bool(pair[1].failure)
            for (place, pair), step in zip(enumerate(pairs), self.steps * 2, strict=True)
        )


def _without_value(step: Step, case: Case, answer: Answer, where: str) -> Outcome:
    """Judge a call whose value is not looked at."""
    if step.raises:
        outcome = step.raises.judge(case, Expected(), [answer])
        assert isinstance(outcome, Outcome)
    elif answer.failure:
        outcome = replace(raised(answer), expected="a call that does not fail")
    else:
        return Outcome()
    got = answer.failure.message if answer.failure else ""
    return outcome if outcome.accepted else replace(outcome, message=f"{where}: {outcome.message}", got=got)
