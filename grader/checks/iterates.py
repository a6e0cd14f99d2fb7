"""`iterates`: a fixed number of steps of an iteration, each compared."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, evaluate
from grader.checks._linear import worst_place
from grader.checks._numbers import as_reference, numbers
from grader.checks._single import ATOL, NOTE, RTOL, in_single
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

STEPS_CAP: Final = 20


@dataclass(frozen=True, kw_only=True)
class Iterates(Comparison):
    """The path of k steps, an array of shape (k + 1, …) with the starting point first; the first wrong step is named.

    Every entry lies within ``rtol * abs(expected) + atol * (the path's largest entry)``. At most 20 steps, and only of
    iterations that contract: where errors grow from step to step, rounding alone drives two right answers apart. A
    float32 answer to float32 inputs is given rtol 1e-5 and atol 1e-6 at least.

    Attributes
    ----------
    start : formula
        the starting point, in the inputs: mostly the name of one of them.
    rtol, atol : float
        relative to the entry, and to the largest entry of the path.

    Examples
    --------
    Gradient descent on ``(x - m)**2``::

        inputs: {m: {vector: {size: 2}}, x0: {vector: {size: 2}}, steps: {integer: {low: 0, high: 6}}}
        compare: {iterates: x0}
        reference: "lambda m, x0, steps: [m + (x0 - m) * 0.5**k for k in range(steps + 1)]"
        right: "lambda m, x0, steps: np.array([x0 * 0.5**k + m * (1 - 0.5**k) for k in range(steps + 1)])"
        wrong: "lambda m, x0, steps: [m + (x0 - m) * 0.5**k for k in range(1, steps + 1)]"
    """

    kind: ClassVar[str] = "iterates"
    bare: ClassVar[str] = "start"

    start: Formula
    rtol: Annotated[float, Bounds(0)] = 1e-6
    atol: Annotated[float, Bounds(0)] = 1e-9

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Require a path from the starting point, and return its scale."""
        path = as_reference(value)
        if path is None or not path.ndim or not len(path):
            raise JudgeError("the reference solution's value is not a path of finite numbers, with a row for each step")
        if len(path) - 1 > STEPS_CAP:
            raise JudgeError(f"the reference solution took {len(path) - 1} steps; at most {STEPS_CAP} can be compared")
        start = as_reference(evaluate(self.start, case))
        if start is None or start.shape != path.shape[1:]:
            shape = "none that can be read" if start is None else str(start.shape)
            message = (
                f"{self.start.text!r} has shape {shape}, the steps of the reference solution have {path.shape[1:]}"
            )
            raise JudgeError(message)
        with np.errstate(over="ignore"):
            scale = float(np.max(np.abs(path), initial=0.0))
        if not np.isfinite(scale):
            raise JudgeError("the reference solution's path is too large to be compared")
        if not _near(path[0], start, _allowed(start, scale, self.rtol, self.atol)):
            raise JudgeError(f"the reference solution's path does not begin with {self.start.text}")
        return {"scale": scale}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare step by step, and name the first that is wrong."""
        want = as_reference(expected.value)
        if want is None or not want.ndim:
            return wrong("there is nothing to compare with")
        rtol, atol, scale = self.rtol, self.atol, cast(float, expected.facts["scale"])
        single = in_single(case, value, expected.value)
        if single:
            rtol, atol = max(rtol, RTOL), max(atol, ATOL)
        allowed = _allowed(want, scale, rtol, atol)
        found = as_reference(value, finite=False)
        if found is not None and found.ndim and found.shape[1:] == want.shape[1:] and len(found) != len(want):
            return wrong(_of_another_length(found, want, allowed), aspect="shape")
        got = numbers(value, want)
        if isinstance(got, Outcome):
            return got
        notes = got.notes + (NOTE,) * (got.single and single)
        return replace(_step_by_step(got.array, want, allowed), notes=notes)


def _allowed(want: NDArray[Any], scale: float, rtol: float, atol: float) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        return np.asarray(rtol * np.abs(want) + atol * scale)


def _near(found: NDArray[Any], want: NDArray[Any], allowed: NDArray[Any]) -> bool:
    with np.errstate(all="ignore"):  # what is not finite is not near
        return bool(np.all(np.abs(found - want) <= allowed))


def _of_another_length(found: NDArray[Any], want: NDArray[Any], allowed: NDArray[Any]) -> str:
    """Return what is said of a path with too many or too few rows: which of them there are."""
    rows, full = len(found), len(want)
    text = f"returned {_count(rows, 'row')}, expected {full}: the starting point and {_count(full - 1, 'step')}"
    if 0 < rows < full and _near(found, want[1 : rows + 1], allowed[1 : rows + 1]):
        return f"{text}; the starting point itself is missing"
    if 0 < rows < full and _near(found, want[:rows], allowed[:rows]):
        return f"{text}; the last {'step is' if full - rows == 1 else f'{full - rows} steps are'} missing"
    if rows > full and _near(found[:full], want, allowed):
        return f"{text}; these agree, and {_count(rows - full, 'step')} too many follow{'s' * (rows - full == 1)}"
    return text


def _step_by_step(got: NDArray[Any], want: NDArray[Any], allowed: NDArray[Any]) -> Outcome:
    with np.errstate(over="ignore"):  # a difference beyond the largest float is inf, and wrong
        errors = np.abs(got - want)
    bad = errors > allowed
    if not np.any(bad):
        return Outcome()
    step = int(np.argwhere(bad)[0][0])
    place = worst_place(np.where(bad[step], errors[step], 0.0))
    error, limit = float(errors[step][place]), float(allowed[step][place])
    where = f" at {list(place)}" if place else ""
    text = f"step {step} is off by {error:.2g}{where}; allowed {limit:.2g}; {_hint(got, want, allowed, step)}"
    return wrong(text, error if np.isfinite(error) else None, limit)


def _hint(got: NDArray[Any], want: NDArray[Any], allowed: NDArray[Any], step: int) -> str:
    if bool(np.all(got == got[0])) and not np.all(want == want[0]):
        return "all rows are the same: was one array appended again and again, instead of copies?"
    if step > 0:
        return "step 0 agrees" if step == 1 else f"steps 0 to {step - 1} agree"
    if len(got) > 1 and _near(got[:-1], want[1:], allowed[1:]):
        return "step 0 is the starting point, and it is missing"
    return "step 0 is the starting point"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
