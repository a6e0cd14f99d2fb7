"""What arrays with a structure share: rounding that keeps it, drawing until a property holds."""

import math
from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.generators._array import ArrayInput
from grader.sandbox.records import dataclass

Floats: TypeAlias = NDArray[np.float64]

_ATTEMPTS: Final = 50


@dataclass(frozen=True, kw_only=True)
class StructuredArray(ArrayInput):
    """An array whose structure does not survive rounding to whole numbers, so that `dtype: int64` is refused."""

    def __post_init__(self) -> None:
        """Refuse whole numbers."""
        super().__post_init__()
        if self.dtype == "int64":
            raise ValueError(
                "dtype int64 is not possible here: rounded to whole numbers, the array loses its structure"
            )


def until(good: Callable[[Floats], bool], make: Callable[[], Floats], otherwise: Callable[[], Floats]) -> Floats:
    """Return the first array that is good, or another one if there is none within a fixed number of attempts."""
    for _ in range(_ATTEMPTS):
        array = make()
        if good(array):
            return array
    return otherwise()


def rounded(values: Floats, decimals: int) -> Floats:
    """Round without leaving a minus before a zero."""
    return np.asarray(np.round(values, decimals) + 0.0, dtype=np.float64)


def tidy(values: Floats) -> Floats:
    """Round rounding errors away: keep 15 digits of the largest entry, if it is not of an extreme size."""
    largest = float(np.max(np.abs(values), initial=0.0))
    return rounded(values, 15 - math.ceil(math.log10(largest))) if 1e-100 < largest < 1e100 else values + 0.0


def symmetrised(square: Floats) -> Floats:
    """Return the mean of a matrix and its transpose, which is symmetric to the last bit."""
    return np.asarray((square + square.T) / 2, dtype=np.float64)


def condition(matrix: Floats) -> float:
    """Return the ratio of the largest singular value to the smallest; 1 of a matrix without entries."""
    sizes = np.linalg.svd(matrix, compute_uv=False)
    if not sizes.size:
        return 1.0
    return float(sizes[0] / sizes[-1]) if sizes[-1] > 0.0 else math.inf


def whole(random: "np.random.Generator", shape: tuple[int, ...], bound: int) -> Floats:
    """Return whole numbers between -bound and bound."""
    return np.asarray(random.integers(-bound, bound, shape, endpoint=True), dtype=np.float64)


def signs(random: "np.random.Generator", size: int) -> Floats:
    """Return random signs."""
    return np.asarray(random.choice([-1.0, 1.0], size), dtype=np.float64)


def is_diagonal(matrix: Floats) -> bool:
    """Return whether all entries beside the diagonal are zero."""
    return not np.any(matrix - np.diag(np.diag(matrix)))
