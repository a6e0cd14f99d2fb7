"""`backward_error`: a solution of linear equations is right if it solves nearly the same equations."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, evaluate
from grader.checks._linear import worst_place
from grader.checks._numbers import as_reference, beside
from grader.checks._single import NOTE, RTOL, in_single
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_GROWTH: Final = 1e3
"""How much naive pivoting may lose, in units of n·u: 30 is LAPACK's own threshold, and too tight for it."""


@dataclass(frozen=True, kw_only=True)
class BackwardError(Comparison):
    """A solution x of A x = b with ``norm(A @ x - b) / (norm(A) * norm(x) + norm(b)) <= max``, in the maximum norm.

    That is how much A and b would have to change, relatively, for x to be exact, so it asks no more of an
    ill-conditioned matrix than of others. Several right-hand sides are the columns of b, and each is judged for itself.
    The answer 0 has the error 1, unless b is 0. A float32 answer to float32 inputs is given a `max` of 1e-5 at least.

    Attributes
    ----------
    matrix : formula
        A of shape (m, n): the name of an input, or a formula in the inputs.
    rhs : formula
        b of shape (m,) or (m, k).
    max : float
        largest backward error.
    stable : bool
        whether the elimination is to be stable: then `max` is 10³·n·u instead, where u is the machine epsilon.

    Examples
    --------
    A triangular system, where the strict bound of a stable method holds::

        inputs: {L: [[2.0, 0.0], [1.0e-6, 3.0]], b: {vector: {size: 2}}}
        compare: {backward_error: {matrix: L, rhs: b, stable: true}}
        reference: "lambda L, b: np.linalg.solve(L, b)"
        right: "lambda L, b: [b[0] / L[0, 0], (b[1] - L[1, 0] * b[0] / L[0, 0]) / L[1, 1]]"
        wrong: "lambda L, b: [b[0] / L[0, 0], b[1] / L[1, 1]]"
    """

    kind: ClassVar[str] = "backward_error"

    matrix: Formula
    rhs: Formula
    max: Annotated[float, Bounds(0)] = 1e-10
    stable: bool = False

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Require that matrix, solution and right-hand side fit together."""
        solution = as_reference(value)
        if solution is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        matrix, rhs = self._system(case)
        fits = matrix.ndim == 2 and solution.ndim in (1, 2) and solution.shape[0] == matrix.shape[1]
        if not fits or rhs.shape != (matrix.shape[0], *solution.shape[1:]):
            shapes = f"{matrix.shape}, {solution.shape} and {rhs.shape}"
            raise JudgeError(f"matrix, the reference solution's value and rhs have shapes {shapes}: they do not fit")
        return {}

    def _system(self, case: Case) -> tuple[NDArray[Any], NDArray[Any]]:
        return _numeric(self.matrix, case), _numeric(self.rhs, case)

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Put the answer into the equations."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        matrix, rhs = self._system(case)
        single = in_single(case, value, expected.value)
        limit = self._limit(matrix.shape[1], single=single)
        errors = _errors(matrix, got.array, rhs)
        if bool(np.all(errors <= limit)):
            return Outcome(notes=got.notes + (NOTE,) * (single and got.single))
        place = worst_place(errors)
        error = float(errors[place])
        which = f" in column {place[0]}" if want.ndim == 2 else ""
        ratio = "norm(A @ x - b) / (norm(A) * norm(x) + norm(b))"
        message = f"the equations are not satisfied{which}: {ratio} is {error:.2g}; allowed {limit:.2g}"
        return wrong(message, error if np.isfinite(error) else None, limit)

    def _limit(self, n: int, *, single: bool) -> float:
        if self.stable:
            return float(_GROWTH * max(n, 1) * np.finfo(np.float32 if single else np.float64).eps)
        return max(self.max, RTOL) if single else self.max


def _numeric(formula: Expression, case: Case) -> NDArray[Any]:
    array = as_reference(evaluate(formula, case))
    if array is None:
        raise JudgeError(f"the value of {formula.text!r} is not made of finite numbers")
    return array


@np.errstate(all="ignore")  # what overflows gives inf or nan, which is refused
def _errors(matrix: NDArray[Any], solution: NDArray[Any], rhs: NDArray[Any]) -> NDArray[np.float64]:
    """Return the backward error of each column, with an axis of its own even if there is only one."""
    x, b = (array if array.ndim == 2 else array[:, np.newaxis] for array in (solution, rhs))
    residual = np.max(np.abs(matrix @ x - b), axis=0, initial=0.0)
    size = np.max(np.sum(np.abs(matrix), axis=1), initial=0.0)
    bound = size * np.max(np.abs(x), axis=0, initial=0.0) + np.max(np.abs(b), axis=0, initial=0.0)
    return np.where(residual == 0, 0.0, residual / np.where(residual == 0, 1.0, bound))
