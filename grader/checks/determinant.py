"""`determinant`: a determinant that may be zero."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

import numpy as np

from grader.checks._comparison import Comparison
from grader.checks._contract import Conditions, Expected
from grader.checks._numbers import as_reference
from grader.checks.allclose import AllClose
from grader.errors import JudgeError
from grader.fields import Bounds, Path
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Determinant(Comparison):
    """Within ``rtol * abs(expected) + atol * (product of the rows' norms)``.

    The product bounds the determinant (Hadamard's inequality) and is the scale of the rounding errors of elimination,
    so that an exactly singular matrix need not give an exact zero.

    Attributes
    ----------
    matrix : str
        the input whose determinant it is.
    rtol, atol : float
        relative to the determinant and to the product.

    Examples
    --------
    ::

        inputs:
          n: {integer: {low: 2, high: 5}}
          A: {of_rank: {shape: [n, n], rank: n - 1}}
        compare: {determinant: A}
        reference: "lambda A: 0.0"
        right: "lambda A: np.linalg.det(A)"
        wrong: "lambda A: np.linalg.det(A + 0.01 * np.eye(len(A)))"
    """

    kind: ClassVar[str] = "determinant"
    bare: ClassVar[str] = "matrix"

    matrix: str
    rtol: Annotated[float, Bounds(0)] = 1e-9
    atol: Annotated[float, Bounds(0)] = 1e-12

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the matrix."""
        yield ("matrix",), self.matrix

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return the tolerances and the product of the rows' norms."""
        number = as_reference(value)
        if number is None or number.ndim:
            raise JudgeError("the reference solution's value is not one finite number")
        matrix = np.asarray(case.inputs[self.matrix])
        if matrix.ndim != 2 or matrix.dtype.kind not in "iufc":
            raise JudgeError(f"the input {self.matrix!r} is not a matrix")
        bound = float(np.prod(np.linalg.norm(matrix.astype(np.complex128), axis=1)))
        if not np.isfinite(bound):
            raise JudgeError(f"the product of the norms of the rows of {self.matrix!r} is {bound}: it is no scale")
        return {"rtol": self.rtol, "atol": self.atol, "scale": bound}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare as numbers with that scale."""
        return AllClose().compare(value, expected, case)
