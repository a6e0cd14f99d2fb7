"""`positive_definite`: a symmetric matrix whose eigenvalues are all above zero."""

import math
from typing import Annotated, ClassVar

import numpy as np

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._bases import in_basis, orthonormal
from grader.generators._contract import Draw, Unfit
from grader.generators._structured import Floats, condition, is_diagonal, rounded, tidy, until, whole
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class PositiveDefinite(ArrayInput):
    """A positive definite matrix, symmetric to the last bit, with eigenvalues of at least 0.1.

    Attributes
    ----------
    size : formula
        number of rows; 0 is allowed.
    condition : formula
        the largest eigenvalue is at most this many times the smallest.
    decimals : int
        places that are kept of the entries; more where the condition leaves no room for rounding.
    exclude : tuple of str
        regimes to leave out: `identity`, `diagonal`, `repeated` (one eigenvalue is repeated, up to rounding errors),
        `integers` (of integer dtype).

    Examples
    --------
    A quadratic form that is positive::

        inputs:
          n: {integer: {low: 1, high: 5}}
          A: {positive_definite: {size: n, condition: 20}}
          x: {vector: {size: n}}
        holds: "all(A == transpose(A)) and x @ A @ x >= 0.09 * x @ x and norm(A, 2) * norm(inv(A), 2) < 20.01"
    """

    kind: ClassVar[str] = "positive_definite"
    regimes: ClassVar[tuple[str, ...]] = ("identity", "diagonal", "repeated", "integers")

    size: Formula
    condition: Formula = parse(100)
    decimals: Annotated[int, Bounds(0, 15)] = 3

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; repeated eigenvalues are not made of whole numbers."""
        return tuple(name for name in super().edges() if self.dtype != "int64" or name != "repeated")

    def array(self, draw: Draw) -> Array:
        """Return a matrix of shape (n, n)."""
        n, bound = draw.natural(self.size), self._bound(draw)
        low = max(0.1, 1.0 / math.sqrt(bound))
        match "integers" if self.dtype == "int64" and not draw.regime else draw.regime:
            case "identity":
                return np.eye(n)
            case "diagonal" if self.dtype == "int64":
                return np.diag(draw.random.integers(1, int(min(bound, 9.0)), n, endpoint=True))
            case "diagonal":
                values = np.exp(draw.random.uniform(math.log(low), math.log(low * bound), n))
                return np.diag(np.clip(rounded(values, self.decimals), low, low * bound))
            case "repeated":
                return self._repeated(draw, n, low, low * bound)
            case "integers":
                return _whole(draw, n, bound, 2).astype(np.int64)
            case _:
                return self._spectral(draw, n, low, low * bound)

    def simple_array(self, draw: Draw) -> Array:
        """Return small whole numbers: the identity, a diagonal, the second difference, or some product BᵀB + I."""
        n, bound = draw.natural(self.size), self._bound(draw)

        def make() -> Floats:
            match int(draw.random.integers(4)):
                case 0:
                    return np.eye(n)
                case 1:
                    return np.diag(draw.random.integers(1, draw.level + 3, n)).astype(np.float64)
                case 2:
                    return 2.0 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
                case _:
                    return _whole(draw, n, bound, 1 + draw.level // 2)

        return until(
            lambda matrix: condition(matrix) <= bound * (1.0 + 1e-9) and not self._excluded(matrix),
            make,
            lambda: _whole(draw, n, bound, 1),
        )

    def _excluded(self, matrix: Floats) -> bool:
        """Return whether a matrix shows a regime that the author left out."""
        values = np.linalg.eigvalsh(matrix)
        return (
            ("diagonal" in self.exclude and len(matrix) > 1 and is_diagonal(matrix))
            or ("identity" in self.exclude and np.array_equal(matrix, np.eye(len(matrix))))
            or ("repeated" in self.exclude and bool(np.any(np.diff(values) < 1e-6)))
        )

    def _spectral(self, draw: Draw, n: int, low: float, high: float) -> Floats:
        """Return a matrix in a random basis with room for rounding between its eigenvalues and their bounds."""
        basis = orthonormal(draw.random, n, n)
        for decimals in range(self.decimals, 16):
            moved = n * (0.5 * 10.0**-decimals + 1e-15 * high)  # bounds what rounding does to an eigenvalue
            if 4.0 * moved <= high - low:
                values = np.exp(draw.random.uniform(math.log(low + moved), math.log(high - moved), n))
                return rounded(in_basis(values, basis), decimals)
        return low * np.eye(n)

    def _repeated(self, draw: Draw, n: int, low: float, high: float) -> Floats:
        """Return a I + c v vᵀ with small whole numbers v: a is an eigenvalue n - 1 times."""
        often = float(np.clip(rounded(draw.random.uniform(low, high, 1), self.decimals)[0], low, high))
        vector = np.where(np.arange(n) == draw.random.integers(max(n, 1)), 1.0, whole(draw.random, (n,), 1))
        room = (high - often if draw.random.integers(2) else low - often) / max(float(vector @ vector), 1.0)
        step = math.trunc(room * draw.random.uniform(0.3, 0.999) * 10.0**self.decimals) / 10.0**self.decimals
        return tidy(often * np.eye(n) + step * np.outer(vector, vector))

    def _bound(self, draw: Draw) -> float:
        bound = draw.real(self.condition)
        if not 1.0 <= bound <= 1e12:
            raise Unfit(self.condition, f"a condition number between 1 and 1e12 is needed, found {bound:g}")
        return bound


def _whole(draw: Draw, n: int, bound: float, largest: int) -> Floats:
    """Return BᵀB + I, or what is better conditioned: pairs of ones beside a constant diagonal."""

    def make() -> Floats:
        factor = whole(draw.random, (n, n), largest)
        return np.asarray(factor.T @ factor + np.eye(n), dtype=np.float64)

    def paired() -> Floats:
        if bound < 1.001:
            return 2.0 * np.eye(n)
        pairs = np.diag(1.0 - np.arange(max(n - 1, 0)) % 2, 1) if n > 1 else np.zeros((n, n))
        return max(math.ceil((bound + 1.0) / (bound - 1.0)), 2) * np.eye(n) + pairs + pairs.T

    return until(lambda matrix: condition(matrix) <= bound, make, paired)
