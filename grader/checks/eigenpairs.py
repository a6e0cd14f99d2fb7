"""`eigenpairs`: eigenvalues with their eigenvectors, in any order and any basis."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, evaluate
from grader.checks._linear import Array, directions, lengths, norm, number, off, orthonormal_fault, worst_place
from grader.checks._matching import no_partner
from grader.checks._numbers import as_reference, numbers
from grader.checks._parts import both, parts
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_NAMES: Final = ("values", "vectors")
_LENGTH: Final = 1e-8
_RIGHT_ANGLES: Final = 1e-8
_INDEPENDENT: Final = 1e-6
"""Smallest singular value of the unit vectors that belong to one cluster of values."""
_CLUSTER: Final = 10.0
"""Values count as one where they are within this times the error that a vector may have: beyond, one vector cannot pass
for both."""


@dataclass(frozen=True, kw_only=True)
class Eigenpairs(Comparison):
    """A tuple (values, vectors), or a dict with these keys: column j of the vectors belongs to value j, in any order.

    The values are those of the reference, each as often as there. Every vector v of length 1 satisfies
    ``norm(A @ v - value * v) <= max * norm(A)``. The vectors of one value, or of values that cannot be told apart, are
    independent: no singular value of theirs is below 1e-6. Signs, phases and the basis in the eigenspace of a repeated
    value are free. Numbers may be complex. Where the reference gives only some of the pairs, so does the answer. The
    norm of A is Frobenius's.

    Attributes
    ----------
    of : formula
        the matrix A, in the inputs.
    max : float
        bound on the residual of each pair, relative to the norm of A.
    values : float
        how far a value may be from the reference's, relative to the norm of A.
    unit : bool
        whether the vectors must have length 1, to 1e-8; otherwise they only must not be zero.
    orthonormal : bool
        whether the vectors must also be at right angles to each other, to 1e-8: of a symmetric or Hermitian matrix.

    Examples
    --------
    A symmetric matrix, whose pairs may come in any order::

        inputs: {A: {symmetric: {size: 3}}}
        compare: {eigenpairs: {of: A, orthonormal: true}}
        reference: "lambda A: np.linalg.eigh(A)"
        right: "lambda A: (np.linalg.eigh(A)[0][::-1], -np.linalg.eigh(A)[1][:, ::-1])"
        wrong: "lambda A: (np.linalg.eigh(A)[0], np.linalg.eigh(A)[1].T)"
    """

    kind: ClassVar[str] = "eigenpairs"
    bare: ClassVar[str] = "of"

    of: Formula
    max: Annotated[float, Bounds(0, 0.01)] = 1e-8
    values: Annotated[float, Bounds(0, 0.5)] = 1e-8
    unit: bool = True
    orthonormal: bool = False

    def __post_init__(self) -> None:
        if self.orthonormal and not self.unit:
            raise ValueError("orthonormal vectors have length 1, so that `unit` cannot be false")

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a matrix or a reference of another form."""
        matrix = self._matrix(case)
        found = parts(value, _NAMES)
        if isinstance(found, str):
            raise JudgeError(f"the reference solution {found}")
        arrays = [as_reference(found[name]) for name in _NAMES]
        shapes = [None if array is None else array.shape for array in arrays]
        count = shapes[0][0] if shapes[0] else 0
        if shapes != [(count,), (len(matrix), count)] or count > len(matrix):
            raise JudgeError(
                f"the reference solution's value is not made of k finite values and {len(matrix)} by k vectors"
            )
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Judge the values, then each vector, then the vectors of equal values together."""
        pair = both(value, expected.value, _NAMES)
        if isinstance(pair, Outcome):
            return pair
        arrays: list[Array] = []
        for name in _NAMES:
            want = as_reference(pair[1][name])
            if want is None:
                return wrong("there is nothing to compare with")
            got = numbers(pair[0][name], want.astype(np.complex128))
            if isinstance(got, Outcome):
                return wrong(f"{name}: {got.message}", got.error, got.allowed, aspect=got.aspect)
            arrays += [got.array, want]
        values, wanted, vectors, _ = arrays
        matrix = self._matrix(case)
        if vectors.shape != (len(matrix), len(values)):
            return wrong("there is nothing to compare with")
        return self._values(values, wanted, norm(matrix)) or self._vectors(matrix, values, vectors) or Outcome()

    def _values(self, values: Array, wanted: Array, size: float) -> Outcome | None:
        allowed = np.full((len(wanted), 1), self.values * size)
        return no_partner(values.reshape(-1, 1), wanted.reshape(-1, 1), allowed, "value")

    def _vectors(self, matrix: Array, values: Array, vectors: Array) -> Outcome | None:
        size = lengths(vectors, 0).ravel()
        if np.any(size == 0):
            return wrong(f"column {int(np.argmin(size))} of the vectors is zero, which no eigenvector is")
        units = directions(vectors, 0)
        found = self._residuals(matrix, values, units)
        if found:
            return self._in_rows(matrix, values, vectors) or found
        errors = np.abs(size - 1)
        if self.unit and not np.all(errors <= _LENGTH):
            place = worst_place(errors)[0]
            text = f"column {place} of the vectors has length {size[place]:.10g}, expected 1"
            return off(text, errors[place], _LENGTH)
        found = self._dependent(values, units, norm(matrix))
        return found or (orthonormal_fault(vectors, _RIGHT_ANGLES) if self.orthonormal else None)

    def _residuals(self, matrix: Array, values: Array, units: Array) -> Outcome | None:
        with np.errstate(all="ignore"):  # nan is refused
            products = matrix @ units
            errors = lengths(products - units * values, 0).ravel()
            quotients = np.sum(units.conj() * products, axis=0)
            others = lengths(products - units * quotients, 0).ravel()
        allowed = self.max * norm(matrix)
        if bool(np.all(errors <= allowed)):
            return None
        place = worst_place(errors)[0]
        error = float(errors[place])
        text = f"column {place} of the vectors is no eigenvector for {number(values[place])}, the value in its place"
        if others[place] <= allowed:
            text = f"{text}, but for {number(quotients[place])}"
        text = f"{text}: A v - {number(values[place])} v has length {error:.2g}; allowed {allowed:.2g}"
        return off(text, error, allowed)

    def _in_rows(self, matrix: Array, values: Array, vectors: Array) -> Outcome | None:
        """Return what is said to vectors that stand in rows."""
        if vectors.shape[0] != vectors.shape[1] or self._residuals(matrix, values, directions(vectors.T, 0)):
            return None
        return wrong("the eigenvectors stand in the rows of the array, expected them in its columns")

    def _dependent(self, values: Array, units: Array, size: float) -> Outcome | None:
        close = np.abs(values[:, np.newaxis] - values) <= _CLUSTER * self.max * size
        for members in _clusters(close):
            smallest = float(np.min(np.linalg.svd(units[:, members], compute_uv=False)))
            if smallest < _INDEPENDENT:
                columns = ", ".join(map(str, members))
                text = f"the value {number(values[members[0]])} has multiplicity {len(members)}, but columns {columns}"
                return wrong(f"{text} of the vectors are not independent", smallest, _INDEPENDENT)
        return None

    def _matrix(self, case: Case) -> Array:
        matrix = as_reference(evaluate(self.of, case))
        if matrix is None or matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not np.isfinite(norm(matrix)):
            raise JudgeError(f"{self.of.text!r} is no square matrix of finite numbers")
        return matrix


def _clusters(close: Array) -> list[list[int]]:
    """Return groups of places that are linked, those of one member left out."""
    rest, groups = set(range(len(close))), []
    while rest:
        group = [rest.pop()]
        for place in group:
            linked = rest.intersection(np.flatnonzero(close[place]).tolist())
            rest -= linked
            group += linked
        if len(group) > 1:
            groups.append(sorted(group))
    return groups
