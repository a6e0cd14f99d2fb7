"""`gradient`: derivatives, gradients, Jacobians and Hessians are compared with numerical ones."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, alike, bare, wrong
from grader.checks._contract import Conditions, Expected, Reference, evaluate, raised
from grader.checks._differences import Method, differentiate, directions, extrapolated, function_of
from grader.checks._gradients import allowed_error, compared
from grader.checks._linear import Array, norm
from grader.checks._nested import same, value_of
from grader.checks._numbers import Numbers, as_reference, numbers
from grader.checks._rounds import judged
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, Path
from grader.model import Answer, Call, Case, Outcome
from grader.notation import describe, show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_RTOL: Final = {1: 1e-5, 2: 1e-3}
_STEPS: Final = (2.0**-9, 2.0**-12, 2.0**-15, 2.0**-18)
"""Steps at which a student's own function may be called, of which the first that is good enough is taken."""
_DIFFERENCE: Final = 0.1
"""Largest share of the tolerance that the error of the differences may use up."""
_MOST: Final = 250
"""Directions in which a student's own function may be varied; each takes four calls."""
_NOT_ANALYTIC: Final = frozenset(["abs", "norm", "max", "min", "maximum", "minimum", "sort", "sign", "floor", "ceil"])


@dataclass(frozen=True, kw_only=True)
class Gradient(Comparison):
    """A derivative whose error is at most `rtol` times the norm of the whole derivative.

    The shape is that of `value` followed by that of the input (twice for second derivatives): a gradient has the shape
    of the input, a Jacobian has a row for each value. The error is measured in the norm of the whole, not entry by
    entry, since differences are not exact to 1e-5 in each entry. Within 1e-3 of a kink nothing is looked at, and a note
    says so. Where the function's value is more than ten times the derivative's norm, the tolerance is widened in
    proportion, and beyond a tenth of the derivative it is a judge error: leave out large constants, and inputs with a
    large offset.

    Attributes
    ----------
    value : formula
        the function, in the inputs: ``f(x)``, ``sum(x**2)``, ``tanh(W @ x)``. With `of: student`, the function's value
        in what the student's function returned: ``answer[0]``.
    at : str
        the input that is varied: a number, vector or matrix.
    of : str
        `reference`: the derivative of the function that `value` says. `student`: of the student's own function, which
        is called at further points; for functions that return a value together with its gradient.
    gradient : formula, optional
        with `of: student`, the derivative in what was returned: ``answer[1]``.
    entrywise : bool
        whether `value` is applied entry by entry, so that the derivative has the input's shape.
    method : str
        `richardson`: central differences extrapolated to step 0. `central`: one central difference. `complex_step`: for
        functions that take complex numbers, exact to rounding.
    order : int
        2 for second derivatives.
    rtol : float
        relative to the derivative's norm: 1e-5, or 1e-3 for second derivatives.

    Examples
    --------
    The gradient of a function that is handed over::

        inputs: {f: {expression: "sum(x**3) + x[0] * x[1]"}, x: {vector: {size: 3, exclude: [zeros, offset]}}}
        compare: {gradient: {value: f(x), at: x}}
        reference: "lambda f, x: 3 * x**2 + np.array([x[1], x[0], 0])"
        right: "lambda f, x: np.array([(f(x + h) - f(x - h)) / 2e-5 for h in 1e-5 * np.eye(3)])"
        wrong: "lambda f, x: 3 * x**2"

    A loss that is returned with its gradient::

        inputs: {A: {matrix: {shape: [3, 2], exclude: [zeros, repeated]}}, w: {vector: {size: 2, exclude: [zeros]}}}
        compare: {gradient: {of: student, at: w, value: "answer[0]", gradient: "answer[1]"}}
        reference: "lambda A, w: (np.sum((A @ w - 1)**2), 2 * A.T @ (A @ w - 1))"
        right: "lambda A, w: (np.mean((A @ w - 1)**2), 2 / 3 * A.T @ (A @ w - 1))"
        wrong: "lambda A, w: (np.sum((A @ w - 1)**2), A.T @ (A @ w - 1))"
    """

    kind: ClassVar[str] = "gradient"
    bare: ClassVar[str] = "value"

    value: Formula
    at: str
    of: Literal["reference", "student"] = "reference"
    gradient: Formula | None = None
    entrywise: bool = False
    method: Method = "richardson"
    order: Literal[1, 2] = 1
    rtol: Annotated[float, Bounds(0)] | None = None

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if (self.of == "student") != (self.gradient is not None):
            raise ValueError("`of: student` and `gradient: …` (where the derivative is in the answer) go together")
        if self.of == "student" and (self.order == 2 or self.method == "complex_step"):
            raise ValueError("a student's own function is differentiated once, by `richardson` or `central`")
        if self.method == "complex_step":
            if self.order == 2:
                raise ValueError("the complex step gives first derivatives only")
            refused = sorted(_NOT_ANALYTIC & self.value.mentions)
            if refused:
                raise ValueError(f"the complex step cannot go through {refused[0]!r}, which is not analytic")

    @property
    def asks_once(self) -> bool:
        """Whether it asks for the case's own value only: points around it are made anew each time, and none can be announced."""
        return self.of == "reference"

    def own_names(self) -> frozenset[str]:
        """Return the name under which formulas find the answer, if it is the student's function that they are about."""
        return frozenset({"answer"}) if self.of == "student" else frozenset()

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the input that is varied."""
        yield ("at",), self.at

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return the numerical derivative, the error that is allowed, and where there is no kink."""
        if self.of == "student":
            raise JudgeError("`of: student` calls the function, and cannot stand inside another check")
        want = as_reference(value)
        if want is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        function = function_of(self.value, case, self.at)
        found = differentiate(function, self._point(case), self.order, self.method, entrywise=self.entrywise)
        if found.value.shape != want.shape:
            shapes = f"has shape {want.shape}, and the derivative of {self.value.text!r} has {found.value.shape}"
            raise JudgeError(f"the reference solution's value {shapes}")
        return {"derivative": found.value, "smooth": found.smooth, "allowed": allowed_error(found, self._tolerance())}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare with the numerical derivative."""
        derivative, smooth, allowed = self._facts(expected)
        got = numbers(value, derivative)
        if isinstance(got, Outcome):
            return got
        outcome = compared(got.array, derivative, smooth, allowed)
        return replace(outcome, notes=got.notes + outcome.notes)

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the reference's value, and with `of: student` a step at which its own function can be differentiated."""
        if self.of == "reference":
            return super().prepare(case, reference, conditions)
        if self.at not in case.arguments:
            raise JudgeError(f"{self.at!r} is no parameter of the function, so it cannot be varied")

        def function(point: Array) -> Array:
            answer = reference(case.call(**{self.at: self._like_input(point, case)}))
            value = as_reference(evaluate(self.value, case, answer=value_of(answer)))
            if value is None:
                raise JudgeError(f"{self.value.text!r} of the reference solution is not made of finite numbers")
            return value

        point = self._point(case)
        if len(self._axes(case)) > _MOST:
            raise JudgeError(f"the input {self.at!r} has {point.size} entries, of which at most {_MOST} can be varied")
        found = differentiate(function, point, 1, entrywise=self.entrywise)
        allowed = allowed_error(found, self._tolerance())
        facts: dict[str, Value] = {"value": function(point), "derivative": found.value, "smooth": found.smooth}
        answer = value_of(reference(case.call()))
        for step in _STEPS:
            sharp = Expected(answer, {**facts, "step": step, "allowed": _DIFFERENCE * allowed})
            outcome, _ = judged(self, case, sharp, reference)
            if outcome.accepted:
                return Expected(answer, {**sharp.facts, "allowed": allowed})
        raise JudgeError(f"the reference solution's gradient is not that of its value: {outcome.message}")

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the answer, and with `of: student` for those at the points around."""
        if self.of == "reference":
            return super().ask(case, expected)
        point, axes = self._point(case), self._axes(case)
        moved = [point + sign * step * axis for axis in axes for step in self._steps(expected) for sign in (1, -1)]
        return (case.call(), *(case.call(**{self.at: self._like_input(place, case)}) for place in moved))

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Compare the derivative, with `of: student` with the differences of the student's own values."""
        if self.of == "reference":
            return super().judge(case, expected, answers)
        like = cast(Array, expected.facts["value"])
        values: list[Array] = []
        for call, answer in zip(self.ask(case, expected), answers, strict=True):
            got = raised(answer) if answer.failure else _taken(self.value, case, answer, like)
            if isinstance(got, Outcome):
                text = answer.failure.message if answer.failure else show(answer.value)
                return replace(got, call=call, got=text, expected="a value, and its derivative")
            values.append(got.array)
        derivative, smooth, allowed = self._facts(expected)
        slopes = self._slopes(values[1:], expected, derivative)
        assert self.gradient is not None
        gradient = _taken(self.gradient, case, answers[0], derivative)
        outcome = gradient if isinstance(gradient, Outcome) else compared(gradient.array, slopes, smooth, allowed)
        if not outcome.accepted:
            said = f"the gradient that is returned is not that of the value that is returned: {outcome.message}"
            message = said if outcome.allowed is not None else f"gradient: {outcome.message}"
            return replace(outcome, message=message, expected=f"the gradient {show(slopes)}")
        return outcome

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both derivatives are the same to the tolerance."""
        if self.of == "student" or mine[0].failure or theirs[0].failure:
            return same(mine[0], theirs[0])
        derivative, _, allowed = self._facts(expected)
        (value, _), (other, _) = bare(mine[0].value), bare(theirs[0].value)
        first, second = numbers(value, derivative), numbers(other, derivative)
        if isinstance(first, Outcome) or isinstance(second, Outcome):
            return alike(value, other)
        with np.errstate(over="ignore"):
            return norm(np.subtract(first.array, second.array)) <= allowed

    def _facts(self, expected: Expected) -> tuple[Array, NDArray[np.bool_], float]:
        derivative, smooth, allowed = (expected.facts[name] for name in ("derivative", "smooth", "allowed"))
        return cast(Array, derivative), cast(NDArray[np.bool_], smooth), cast(float, allowed)

    def _tolerance(self) -> float:
        return _RTOL[self.order] if self.rtol is None else self.rtol

    def _point(self, case: Case) -> Array:
        point = as_reference(case.inputs[self.at])
        if point is None or point.dtype.kind != "f":
            raise JudgeError(f"the input {self.at!r} is {describe(case.inputs[self.at])}, and real numbers are needed")
        return point

    def _like_input(self, point: Array, case: Case) -> Value:
        """Return a point in the form of the input."""
        original = case.inputs[self.at]
        if isinstance(original, np.ndarray):
            return point
        return tuple(point.tolist()) if isinstance(original, tuple) else point.tolist()

    def _axes(self, case: Case) -> list[Array]:
        return directions(self._point(case), entrywise=self.entrywise)

    def _steps(self, expected: Expected) -> tuple[float, ...]:
        step = cast(float, expected.facts["step"])
        return (step, step / 2) if self.method == "richardson" else (step,)

    @np.errstate(all="ignore")  # what overflows is refused
    def _slopes(self, values: Sequence[Array], expected: Expected, like: Array) -> Array:
        """Return the derivative from the values at the points of `ask`."""
        steps = self._steps(expected)
        pairs = zip(values[::2], values[1::2], strict=True)
        quotients = [(ahead - behind) / (2 * steps[place % len(steps)]) for place, (ahead, behind) in enumerate(pairs)]
        columns = quotients
        if len(steps) > 1:
            columns = [extrapolated(pair)[0] for pair in zip(quotients[::2], quotients[1::2], strict=True)]
        if self.entrywise or not columns:
            return columns[0] if columns else np.zeros(like.shape)
        return np.stack(columns, axis=-1).reshape(like.shape)


def _taken(formula: Formula, case: Case, answer: Answer, like: Array) -> Numbers | Outcome:
    """Return a part of an answer as numbers like the reference's, or what is wrong with it."""
    value, _ = bare(answer.value)
    if value is None:
        return numbers(value, like)
    try:
        part = evaluate(formula, case, answer=value)
    except JudgeError:
        return wrong(f"returned {describe(value)}, in which there is no {formula.text}", aspect="type")
    return numbers(part, like)
