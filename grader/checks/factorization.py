"""`factorization`: factors judged by their structure and their product."""

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce
from typing import Annotated, ClassVar

import numpy as np

from grader.checks._arrays import widened
from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, evaluate
from grader.checks._linear import Array, norm, off, worst_place
from grader.checks._numbers import Numbers, as_reference, numbers
from grader.checks._parts import both
from grader.checks._structure import Structure, fault
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Factorization(Comparison):
    """Factors of a matrix, each with its structure, whose product is the matrix: QR, LU, SVD, Cholesky and the like.

    Each factor has the shape of the reference's; everything else is judged by the definition, so that signs, bases and
    ties are free. Several factors come as a tuple in order, or as a dict; a single one comes as it is. Norms are
    Frobenius norms, and a vector stands for the diagonal matrix with its entries.

    Attributes
    ----------
    of : formula
        the matrix, in the inputs.
    factors : mapping of str to structure, or list of structures
        `orthogonal`: orthonormal columns. `orthonormal_rows`. `upper_triangular`, `lower_triangular`, and with ones on
        the diagonal `unit_upper`, `unit_lower`. `diagonal`; `diagonal_descending`: also at least 0, the largest first.
        `positive_diagonal`. `permutation`. `symmetric`: complex ones equal their conjugate transpose. `bounded`: no
        entry above 1 in size. `any`.
    product : formula, optional
        how the factors make the matrix, in their names and the inputs; by default they are multiplied in order.
    reconstruction : float
        bound on the norm of matrix minus product, relative to the norm of the matrix.
    orthogonality : float
        bound on the entries of QᴴQ - I; 1e-8 suits a Gram-Schmidt process that a student wrote.
    zeros : float
        bound on what has to be zero, relative to the norm of the factor, and on what has to be one.

    Examples
    --------
    A reduced QR factorisation, whose signs are free::

        inputs: {A: {matrix: {shape: [4, 3]}}}
        compare: {factorization: {of: A, factors: {Q: orthogonal, R: upper_triangular}}}
        reference: "lambda A: np.linalg.qr(A)"
        right: "lambda A: tuple(-factor for factor in np.linalg.qr(A))"
        wrong: "lambda A: tuple(np.abs(factor) for factor in np.linalg.qr(A))"
    """

    kind: ClassVar[str] = "factorization"

    of: Formula
    factors: Annotated[Mapping[str, tuple[Structure, ...] | Structure], Bounds(least=1)]
    product: Formula | None = None
    reconstruction: Annotated[float, Bounds(0, 0.5)] = 1e-10
    orthogonality: Annotated[float, Bounds(0, 0.5)] = 1e-10
    zeros: Annotated[float, Bounds(0, 0.5)] = 1e-12

    def own_names(self) -> frozenset[str]:
        """Return the names of the factors, for `product`."""
        return frozenset(self.factors)

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Refuse a matrix that is none, and a reference with other factors."""
        self._matrix(case)
        pair = self._pair(value, value)
        if isinstance(pair, Outcome):
            raise JudgeError(f"the reference solution {pair.message}")
        for name, factor in pair[1].items():
            array = as_reference(factor)
            if array is None or array.ndim not in (1, 2):
                raise JudgeError(f"the reference solution's {name} is no vector and no matrix of finite numbers")
        return {}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Judge the factors one by one, then their product."""
        pair = self._pair(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        factors: dict[str, Array] = {}
        notes: tuple[str, ...] = ()
        for name, factor in pair[0].items():
            got = self._factor(name, factor, pair[1][name])
            if isinstance(got, Outcome):
                return replace(got, message=f"{name}: {got.message}", aspect=got.aspect or name)
            factors[name] = got.array
            notes += tuple(f"{name}: {note}" for note in got.notes)
        return self._product(factors, case) or Outcome(notes=notes)

    def _pair(self, value: Value, expected: Value) -> tuple[dict[str, Value], dict[str, Value]] | Outcome:
        names = list(self.factors)
        if len(names) == 1 and not isinstance(expected, dict | tuple):
            return {names[0]: value}, {names[0]: expected}
        return both(value, expected, names)

    def _factor(self, name: str, value: Value, expected: Value) -> Numbers | Outcome:
        want = as_reference(expected)
        if want is None or want.ndim not in (1, 2):
            return wrong("there is nothing to compare with")
        got = numbers(value, want)
        if isinstance(got, Outcome):
            return got
        given = self.factors[name]
        for structure in (given,) if isinstance(given, str) else given:
            found = fault(structure, got.array, self.orthogonality, self.zeros)
            if found:
                return found
        return got

    def _product(self, factors: Mapping[str, Array], case: Case) -> Outcome | None:
        matrix = self._matrix(case)
        text = self.product.text if self.product else " @ ".join(factors)
        try:
            product = widened(evaluate(self.product, case, **factors)) if self.product else _in_order(factors)
        except (JudgeError, ValueError) as fault_in_product:
            return wrong(f"the product {text} cannot be formed: {fault_in_product}", aspect="product")
        if product.shape != matrix.shape or product.dtype.kind not in "fc":
            return wrong(f"the product {text} has shape {product.shape}, expected {matrix.shape}", aspect="shape")
        with np.errstate(all="ignore"):
            errors = np.abs(np.subtract(product, matrix))
        error, allowed = norm(errors), self.reconstruction * norm(matrix)
        if error <= allowed:
            return None
        place = list(worst_place(errors))
        text = f"the product {text} is not {self.of.text}: off by {errors[tuple(place)]:.2g} at {place}"
        text = f"{text}, and by {error:.2g} in the norm of the whole; allowed {allowed:.2g}"
        return off(text, error, allowed, aspect="product")

    def _matrix(self, case: Case) -> Array:
        matrix = as_reference(evaluate(self.of, case))
        if matrix is None or matrix.ndim != 2 or not np.isfinite(norm(matrix)):
            raise JudgeError(f"{self.of.text!r} is no matrix of finite numbers")
        return matrix


@np.errstate(all="ignore")  # what overflows gives inf, and is wrong
def _in_order(factors: Mapping[str, Array]) -> Array:
    matrices = [np.diag(factor) if factor.ndim == 1 else factor for factor in factors.values()]
    return reduce(np.matmul, matrices)
