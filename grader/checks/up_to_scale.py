"""`up_to_scale`: vectors of which only the direction matters."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._linear import Array, Axis, along, directions, lengths, off, vector_name
from grader.checks._numbers import as_reference, beside
from grader.errors import JudgeError
from grader.fields import Bounds
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class UpToScale(Comparison):
    """A multiple of the expected vector, but not zero; the shape being the same.

    The sine of the angle between the two must stay within `rtol`. Where the reference is complex, so may the factor
    be; a real reference asks for a real answer. For one eigenvector, or the solution of a homogeneous system.

    Attributes
    ----------
    rtol : float
        bound on the sine of the angle, and with `unit` on the error of the length.
    axis : str
        `all`: the whole array is one vector, be it a matrix. `columns` or `rows`: each with a factor of its own.
    unit : bool
        whether the length must be 1.

    Examples
    --------
    A vector at right angles to two others::

        inputs: {A: {matrix: {shape: [2, 3], exclude: [zeros, repeated]}}}
        compare: up_to_scale
        reference: "lambda A: np.cross(A[0], A[1])"
        right: "lambda A: np.linalg.svd(A)[2][2]"
        wrong: "lambda A: np.linalg.svd(A)[2][1]"
    """

    kind: ClassVar[str] = "up_to_scale"

    rtol: Annotated[float, Bounds(0, 0.5)] = 1e-6
    axis: Axis = "all"
    unit: bool = False

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a reference that has no direction."""
        array = as_reference(value)
        if array is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        if np.any(lengths(array, along(self.axis, array.ndim)) == 0):
            raise JudgeError("the reference solution's vector is zero, which has no direction")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare the directions of all vectors, and name the one that is furthest off."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        axis = along(self.axis, want.ndim)
        size = lengths(got.array, axis).ravel()
        if np.any(size == 0):
            return wrong(f"{vector_name(axis, int(np.argmin(size)))} is zero, and has no direction")
        sines = _sines(directions(got.array, axis), directions(want, axis), axis).ravel()
        fault = self._furthest(sines, axis, "points in another direction: the sine of the angle between them is")
        if not fault and self.unit:
            fault = self._furthest(np.abs(size - 1), axis, "has not length 1: it is off by")
        return fault or Outcome(notes=got.notes)

    def _furthest(self, errors: Array, axis: int | None, what: str) -> Outcome | None:
        if bool(np.all(errors <= self.rtol)):
            return None
        place = int(np.argmax(errors))
        error = float(errors[place])
        text = f"{vector_name(axis, place)} {what} {error:.2g}; allowed {self.rtol:.2g}"
        return off(text, error, self.rtol)


@np.errstate(all="ignore")  # nan is refused
def _sines(got: Array, want: Array, axis: int | None) -> Array:
    """Return the sines of the angles between vectors of length 1, from what remains of one beside the other."""
    cosines = np.sum(want.conj() * got, axis=axis, keepdims=True)
    return lengths(got - cosines * want, axis)
