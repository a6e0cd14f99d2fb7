"""Numbers in the types in which they are compared."""

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.values import Value


def widened(value: Value) -> NDArray[np.generic]:
    """Return a value as an array whose numbers are float64 or complex128; what holds no numbers keeps its dtype.

    Integers wrap around silently, so that `200 + 100` is 44 in uint8 and the distance of two int64 may be negative.

    Raises
    ------
    ValueError
        if it is a list whose rows have different lengths.
    """
    array = np.asarray(value)
    if array.dtype.kind == "O" and all(isinstance(item, int) for item in array.flat):  # beyond 64 bits
        return np.where(np.abs(array) < 2**1023, array, np.inf).astype(np.float64)
    if array.dtype.kind not in "iufc":
        return array
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
