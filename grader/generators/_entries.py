"""Entries of vectors and matrices, and the edge regimes they share."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from grader.generators._contract import Draw

REGIMES: Final = ("zeros", "repeated", "negative", "integers", "offset")
OFFSET: Final = 1000.0


def entries(draw: Draw, shape: tuple[int, ...], center: float, spread: float, decimals: int) -> NDArray[np.generic]:
    """Return an array of normal entries around `center`, rounded so that a person can read them.

    In a regime: `zeros`; `repeated`, all entries equal; `negative`, all below zero; `integers`, of integer dtype;
    `offset`, with 1000 added.
    """
    values = _rounded(center + spread * draw.random.standard_normal(shape), decimals)
    match draw.regime:
        case "zeros":
            return np.zeros(shape)
        case "repeated":
            return np.full(shape, values.flat[0] if values.size else center)
        case "negative":
            return _rounded(-np.abs(values) - 10.0**-decimals, decimals)
        case "integers":
            return np.asarray(np.round(center + max(spread, 2.0) * draw.random.standard_normal(shape)), dtype=np.int64)
        case "offset":
            return _rounded(values + OFFSET, decimals)
        case _:
            return values


def _rounded(values: NDArray[np.float64], decimals: int) -> NDArray[np.float64]:
    """Round without leaving a minus before a zero."""
    return np.asarray(np.round(values, decimals) + 0.0)
