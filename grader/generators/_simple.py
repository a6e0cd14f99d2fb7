"""Numbers and arrays that a person would try first: whole and small, without being too special."""

import math

import numpy as np
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators._contract import Draw


def simple_number(draw: Draw, low: float, high: float, *, zero: bool = True) -> float:
    """Return a number between two bounds with as few decimals as there can be, near zero if possible.

    Parameters
    ----------
    draw : Draw
        its level says how many such numbers there are to choose from.
    low, high : float
        the bounds, both included; they may be infinite.
    zero : bool
        whether 0 may be the number.
    """
    for decimals in range(16):
        unit = 10.0**-decimals
        first, last = math.ceil(max(low, -1e6) / unit - 1e-9), math.floor(min(high, 1e6) / unit + 1e-9)
        near = sorted(range(max(first, -20), min(last, 20) + 1), key=lambda k: (abs(k), k < 0))
        near = near or list(range(first, first + 9) if first > 0 else range(last, last - 9, -1))
        numbers = [round(k * unit, decimals) for k in near if k or zero]
        numbers = [number for number in numbers if low <= number <= high]
        if numbers:
            chosen = numbers[: 2 * draw.level + 3]
            return chosen[int(draw.random.integers(len(chosen)))]
    return low


def simple_entries(
    draw: Draw, shape: tuple[int, ...], center: float = 0.0, spread: float = 1.0, exclude: tuple[str, ...] = ()
) -> NDArray[np.float64]:
    """Return an array of small whole numbers around `center`: counted, ones, as in an identity, or drawn.

    Parameters
    ----------
    draw : Draw
        its level bounds the numbers.
    shape : tuple of int
        of the array.
    center, spread : float
        where the entries lie; where they lie close together, the numbers are multiples of a power of ten.
    exclude : tuple of str
        `zeros` and `repeated` keep the entries from being all zero or all equal.
    """
    unit = 1.0 if spread >= 0.3 or spread <= 0.0 else 10.0 ** math.floor(math.log10(spread))
    whole = _pattern(draw, shape)
    if ("repeated" in exclude and whole.size > 1 and np.all(whole == whole.flat[0])) or (
        "zeros" in exclude and not np.any(whole)
    ):
        whole = _counted(shape)
    decimals = max(0, -round(math.log10(unit)))
    return np.round(round(center / unit) * unit + whole * unit, decimals) + 0.0


def _pattern(draw: Draw, shape: tuple[int, ...]) -> NDArray[np.float64]:
    bound = draw.level + 1
    match int(draw.random.integers(8)):
        case 0:
            return _counted(shape)
        case 1:
            return np.ones(shape)
        case 2 if len(shape) == 2:
            return np.eye(*shape)
        case 3:
            return np.zeros(shape)
        case 4 | 5:
            return np.asarray(draw.random.integers(0, bound, shape, endpoint=True), dtype=np.float64)
        case _:
            return np.asarray(draw.random.integers(-bound, bound, shape, endpoint=True), dtype=np.float64)


def _counted(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return np.arange(1.0, math.prod(shape) + 1).reshape(shape)


def simple_size(draw: Draw, low: int, high: int) -> int:
    """Return a whole number that is not far above the lowest."""
    if low > high:
        raise JudgeError(f"there is no whole number from {low} to {high}")
    return int(draw.random.integers(low, min(high, low + draw.level), endpoint=True))
