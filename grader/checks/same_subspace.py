"""`same_subspace`: a basis judged by what it spans."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, cast

import numpy as np

from grader.checks._arrays import widened
from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._linear import Array, directions, off
from grader.checks._numbers import as_reference, numbers
from grader.errors import JudgeError
from grader.fields import Bounds
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_COUNTS: Final = 1e-6
"""A singular value counts from this share of the largest on."""
_ROUNDING: Final = 1e-13
"""Up to this share it is rounding, in the reference's value; between the two nobody can tell."""
_ANSWERS_ROUNDING: Final = 1e-10
"""The same in an answer, which may come from a longer computation."""


@dataclass(frozen=True, kw_only=True)
class SameSubspace(Comparison):
    """Columns that span the same space as the reference's: the sine of the largest principal angle is at most `max`.

    The columns have to be a basis: as many as the space has dimensions, and independent (with each of length 1, no
    singular value is below 1e-6 of the largest). They need not be orthonormal; `orthonormal` in a check beside this one
    asks for that. A space of dimension 0 is an array of shape (n, 0). For null spaces, column spaces, and eigenspaces of
    repeated eigenvalues.

    Attributes
    ----------
    max : float
        bound on the sine.
    leading : bool
        whether the first j columns have to span what the reference's first j columns span, for every j, as a
        Gram-Schmidt process has it.
    spanning : bool
        whether more columns than necessary may be given. Then the singular values of the columns as they are have to
        tell the dimension: those of the reference are at least 1e-6 of the largest or at most 1e-13 of it, those of an
        answer at most 1e-10. For a space of dimension 0 all columns must be exactly zero.

    Examples
    --------
    A basis of the column space::

        inputs: {A: {matrix: {shape: [4, 2], exclude: [zeros, repeated]}}}
        compare: same_subspace
        reference: "lambda A: np.linalg.qr(A)[0]"
        right: "lambda A: A @ np.array([[2.0, 1.0], [0.0, 3.0]])"
        wrong: "lambda A: A + 1"
    """

    kind: ClassVar[str] = "same_subspace"

    max: Annotated[float, Bounds(0, 0.5)] = 1e-7
    leading: bool = False
    spanning: bool = False

    def __post_init__(self) -> None:
        if self.leading and self.spanning:
            raise ValueError("`leading` compares column by column, so that `spanning` cannot let their number differ")

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a reference whose dimension is not clear."""
        array = as_reference(value)
        if array is None or array.ndim != 2:
            raise JudgeError("the reference solution's value is no matrix of finite numbers")
        basis = self._basis(array, _ROUNDING)
        if isinstance(basis, str):
            raise JudgeError(f"the reference solution's value spans no clear space: {basis}")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare dimensions, then angles."""
        want = as_reference(expected.value)
        space = self._basis(want, _ROUNDING) if want is not None and want.ndim == 2 else ""
        if want is None or isinstance(space, str):
            return wrong("there is nothing to compare with")
        got = numbers(value, np.zeros((len(want), self._columns(value, space)), want.dtype))
        if isinstance(got, Outcome):
            return _said_of_shape(got, np.shape(cast(Any, value)), space) if got.aspect == "shape" else got
        basis = self._basis(got.array, _ANSWERS_ROUNDING)
        if isinstance(basis, str):
            return wrong(basis)
        if basis.shape != space.shape:
            return wrong(f"the columns span a space of dimension {basis.shape[1]}, expected {space.shape[1]}")
        return self._angles(basis, space) or Outcome(notes=got.notes)

    def _columns(self, value: Value, space: Array) -> int:
        """Return how many columns an answer has to have."""
        if self.spanning and isinstance(value, np.ndarray | list | tuple):
            try:
                array = widened(value)
            except ValueError:  # told by `numbers`
                return int(space.shape[1])
            return int(array.shape[1]) if array.ndim == 2 else int(space.shape[1])
        return int(space.shape[1])

    def _basis(self, matrix: Array, rounding: float) -> Array | str:
        """Return an orthonormal basis of what the columns span, or why that is not clear."""
        if not self.spanning:
            return _independent(matrix)
        vectors, values, _ = np.linalg.svd(directions(matrix), full_matrices=False)
        shares = values / (values[0] if values.size and values[0] > 0 else 1.0)
        unclear = (shares < _COUNTS) & (shares > rounding)
        if unclear.any():
            return f"the columns have a singular value of {shares[unclear][0]:.2g} times the largest"
        return np.asarray(vectors[:, shares >= _COUNTS])

    def _angles(self, basis: Array, space: Array) -> Outcome | None:
        count = space.shape[1]
        for first in range(1, count + 1) if self.leading else (count,):
            one, other = basis[:, :first], space[:, :first]
            rest = one - other @ (other.conj().T @ one)
            sine = float(np.linalg.norm(rest, 2)) if rest.size else 0.0
            if not sine <= self.max:
                which = "the first column spans" if first == 1 else f"the first {first} columns span"
                which = which if self.leading else "the columns span"
                text = f"{which} another space: the sine of the largest angle is {sine:.2g}; allowed {self.max:.2g}"
                return off(text, sine, self.max)
        return None


def _said_of_shape(outcome: Outcome, found: tuple[int, ...], space: Array) -> Outcome:
    """Return the outcome of a wrong shape with what to do about it."""
    if len(found) == 2 and found[0] == len(space):
        noun = "column" if found[1] == 1 else "columns"
        text = f"returned {found[1]} {noun}, expected {space.shape[1]}: one for each dimension of the space"
        return replace(outcome, message=text)
    if found == (len(space),) and space.shape[1] == 1:
        hint = "`v[:, np.newaxis]` makes a vector `v` a matrix of one column"
        return replace(outcome, message=f"returned shape {found}, expected shape {space.shape}: {hint}")
    return outcome


def _independent(matrix: Array) -> Array | str:
    """Return an orthonormal basis whose first columns span what the matrix's span, or that there is none."""
    units = directions(matrix, 0)
    if units.shape[1] <= len(units):
        values = np.linalg.svd(units, compute_uv=False)
        if not values.size or values[-1] >= _COUNTS * values[0] > 0:
            return np.linalg.qr(units)[0]
    zero = [place for place in range(units.shape[1]) if not np.any(units[:, place])]
    return f"column {zero[0]} is zero" if zero else "the columns are linearly dependent, or nearly so"
