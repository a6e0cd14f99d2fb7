"""`orthonormal`: vectors of length 1 at right angles, whatever they span."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._linear import orthonormal_fault
from grader.checks._numbers import as_reference, numbers
from grader.errors import JudgeError
from grader.fields import Bounds
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Orthonormal(Comparison):
    """Orthonormal columns: no entry of QᴴQ - I exceeds `max`, the shape being that of the reference.

    It does not ask what the columns span: a check with `same_subspace` beside it does. Complex columns are multiplied
    with conjugates, as their lengths are.

    Attributes
    ----------
    max : float
        bound on the entries; 1e-8 suits a Gram-Schmidt process that a student wrote.
    axis : str
        `columns` or `rows`. A single vector only needs length 1.

    Examples
    --------
    Any orthonormal vectors, here of a column space::

        inputs: {A: {matrix: {shape: [4, 2], exclude: [zeros, repeated]}}}
        compare: {orthonormal: 1e-8}
        reference: "lambda A: np.linalg.qr(A)[0]"
        right: "lambda A: np.linalg.svd(A, full_matrices=False)[0]"
        wrong: "lambda A: A / np.linalg.norm(A, axis=0)"
    """

    kind: ClassVar[str] = "orthonormal"
    bare: ClassVar[str] = "max"

    max: Annotated[float, Bounds(0, 0.5)] = 1e-10
    axis: Literal["columns", "rows"] = "columns"

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a reference that has no columns."""
        array = as_reference(value)
        if array is None or array.ndim not in (1, 2):
            raise JudgeError("the reference solution's value is no vector and no matrix of finite numbers")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Multiply each vector with each, and name the worst pair."""
        want = as_reference(expected.value)
        if want is None or want.ndim not in (1, 2):
            return wrong("there is nothing to compare with")
        got = numbers(value, want)
        if isinstance(got, Outcome):
            return got
        rows = self.axis == "rows" or want.ndim == 1
        vectors = np.atleast_2d(got.array).T if rows else got.array
        return orthonormal_fault(vectors, self.max, "row" if rows else "column") or Outcome(notes=got.notes)
