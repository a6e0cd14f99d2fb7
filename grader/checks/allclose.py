"""`allclose`: numbers within a tolerance."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, real
from grader.checks._numbers import as_reference, numbers
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class AllClose(Comparison):
    """Every entry within ``rtol * abs(expected) + atol * scale``, the shape being the same.

    Attributes
    ----------
    rtol, atol : float
        relative to the entry and to the scale; the course's tolerance by default.
    scale : str or formula
        `array`: the largest expected magnitude, right for one matrix. `elementwise`: the entry's own magnitude, for a
        function applied entry by entry. `unit`: 1. A formula in the inputs where the expected array may be all zero.
    """

    kind: ClassVar[str] = "allclose"

    rtol: Annotated[float, Bounds(0)] | None = None
    atol: Annotated[float, Bounds(0)] | None = None
    scale: Literal["array", "elementwise", "unit"] | Formula = "array"

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return both tolerances and the scale as numbers."""
        array = as_reference(value)
        if array is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        scale = self._scale(array, case)
        if scale is not None and not 0.0 <= scale < np.inf:
            raise JudgeError(f"the scale of the tolerance is {scale}, where a finite number from 0 on is needed")
        return {
            "rtol": conditions.tolerance.rtol if self.rtol is None else self.rtol,
            "atol": conditions.tolerance.atol if self.atol is None else self.atol,
            "scale": scale,
        }

    def _scale(self, array: NDArray[np.generic], case: Case) -> float | None:
        match self.scale:
            case "array":
                return float(np.max(np.abs(array), initial=0.0))
            case "elementwise":
                return None
            case "unit":
                return 1.0
            case formula:
                return real(formula, case)

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare entry by entry, and name the entry that is furthest beyond what is allowed."""
        want = as_reference(expected.value)
        if want is None:
            return wrong("there is nothing to compare with")
        got = numbers(value, want)
        if isinstance(got, Outcome):
            return got
        rtol, atol, scale = (expected.facts[name] for name in ("rtol", "atol", "scale"))
        with np.errstate(over="ignore"):  # a difference beyond the largest float is inf, and wrong
            error, magnitude = np.abs(np.subtract(got.array, want)), np.abs(want)
        allowed = cast(float, rtol) * magnitude + cast(float, atol) * (
            magnitude if scale is None else cast(float, scale)
        )
        if not want.size or bool(np.all(error <= allowed)):
            return Outcome(notes=got.notes)
        return _off(error, np.asarray(allowed))


def _off(error: NDArray[np.floating], allowed: NDArray[np.floating]) -> Outcome:
    worst = np.unravel_index(int(np.argmax(error - allowed)), error.shape)
    place = [int(index) for index in worst]
    size, limit = float(error[worst]), float(allowed[worst])
    where = f" at {place}" if place else ""
    return wrong(f"off by {size:.2g}{where}; allowed {limit:.2g}", size if np.isfinite(size) else None, limit)
