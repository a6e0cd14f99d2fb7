"""`up_to_sign`: vectors of which only the sign is free."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, cast

import numpy as np

from grader.checks._comparison import Comparison
from grader.checks._contract import Conditions, Expected, real, reals
from grader.checks._linear import Array, Axis, along, lengths, off, vector_name
from grader.checks._numbers import as_reference, beside
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_GAP: Final = 0.05 * (1 - 1e-9)
"""Smallest distance of two values, relative to the larger, at which their vectors are taken for determined: 5 %, less
rounding."""


@dataclass(frozen=True, kw_only=True)
class UpToSign(Comparison):
    """Every column equal to the expected one or to its negative, the shape being the same.

    An entry may be off by ``rtol * abs(expected) + atol * length``, the length being that of the expected column. For
    singular vectors and principal components, and **only where the values they belong to are simple**: as two of these
    come together, right methods give vectors that differ by more than a sign. The comparison sees the vectors alone;
    `gaps` lets it refuse such inputs. Where values may repeat, use `same_subspace` or `eigenpairs`.

    Of complex vectors, too, only the factors 1 and -1 are free; `up_to_scale` leaves every factor free.

    Attributes
    ----------
    axis : str
        `columns` or `rows`, each with a sign of its own, or `all`: one sign for the whole array, as a single vector
        has it in any case.
    rtol, atol : float
        relative to the entry and to the length of its vector; the course's tolerance by default.
    gaps : formula, optional
        the singular values, eigenvalues or variances behind the vectors, in any order, such as
        ``singular_values(A)``. Those of the vectors, and the next one, must differ by 5 % of the larger, or the case is
        a judge error.
    first : formula, optional
        to how many of the largest `gaps` the vectors belong; by default there is one for each vector.

    Examples
    --------
    Singular vectors, whose signs are free::

        inputs: {A: {matrix: {shape: [4, 2], exclude: [zeros, repeated]}}}
        compare: up_to_sign
        reference: "lambda A: np.linalg.svd(A)[0][:, :2]"
        right: "lambda A: -np.linalg.svd(A)[0][:, :2]"
        wrong: "lambda A: np.abs(np.linalg.svd(A)[0][:, :2])"
    """

    kind: ClassVar[str] = "up_to_sign"

    axis: Axis = "columns"
    rtol: Annotated[float, Bounds(0)] | None = None
    atol: Annotated[float, Bounds(0)] | None = None
    gaps: Formula | None = None
    first: Formula | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.gaps is None:
            raise ValueError("`first` counts values, so it needs `gaps`")

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return both tolerances, if the vectors are determined."""
        array = as_reference(value)
        if array is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        axis = along(self.axis, array.ndim)
        self._require_gaps(1 if axis is None else array.shape[1 - axis], case)
        return {
            "rtol": conditions.tolerance.rtol if self.rtol is None else self.rtol,
            "atol": conditions.tolerance.atol if self.atol is None else self.atol,
        }

    def _require_gaps(self, count: int, case: Case) -> None:
        if self.gaps is None:
            return
        values = -np.sort(-reals(self.gaps, case).ravel())
        first = count if self.first is None else real(self.first, case)
        if not np.all(np.isfinite(values)) or first not in range(len(values) + 1):
            raise JudgeError(f"{self.gaps.text!r} has {len(values)} values, where {first:g} finite ones are needed")
        values = values[: int(first) + 1]
        close = np.abs(np.diff(values)) < _GAP * np.maximum(np.abs(values[:-1]), np.abs(values[1:]))
        close |= np.diff(values) == 0
        if close.any():
            place = int(np.argmax(close))
            pair = f"{values[place]:.6g} and {values[place + 1]:.6g}"
            raise JudgeError(
                f"the values {pair} are within 5 % of each other, so that more than the sign of their vectors is free: "
                f"use same_subspace, or inputs with larger gaps"
            )

    @np.errstate(all="ignore")  # a difference beyond the largest float is inf, and wrong
    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare every vector with the expected one, taken with the sign that suits it better."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        rtol, atol = cast(float, expected.facts["rtol"]), cast(float, expected.facts["atol"])
        axis = along(self.axis, want.ndim)
        allowed = rtol * np.abs(want) + atol * lengths(want, axis)
        error = _errors(got.array, want, allowed, axis)
        if bool(np.all(error <= allowed)):
            return Outcome(notes=got.notes)
        worst = np.unravel_index(int(np.argmax(error - allowed)), error.shape)
        size, limit = float(error[worst]), float(allowed[worst])
        place = [int(index) for index in worst]
        name = vector_name(axis, 0 if axis is None else place[1 - axis])
        text = f"off by {size:.2g}{f' at {place}' if place else ''}, whichever sign {name} has; allowed {limit:.2g}"
        return off(text, size, limit)


def _errors(got: Array, want: Array, allowed: Array, axis: int | None) -> Array:
    """Return the errors of the entries, each vector being taken with its better sign."""
    same, opposite = np.abs(got - want), np.abs(got + want)
    beyond = [np.max(error - allowed, axis=axis, keepdims=True, initial=-np.inf) for error in (same, opposite)]
    return np.asarray(np.where(beyond[0] <= beyond[1], same, opposite))
