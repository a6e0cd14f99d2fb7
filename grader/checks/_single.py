"""Single precision: when an answer of float32 numbers is owed more tolerance, and how much."""

from typing import Final

import numpy as np

from grader.model import Case
from grader.sandbox.values import FunctionText, Value

RTOL: Final = 1e-5
"""What a relative tolerance is raised to."""
ATOL: Final = 1e-6
"""What a tolerance relative to the largest number is raised to: sums of float32 numbers may cancel."""
NOTE: Final = "returned single precision (float32); it was compared with less precision, too"


def in_single(case: Case, *values: Value, allowed: bool = False) -> bool:
    """Return whether one of the values is in single precision, and has a right to be.

    It has where an array among the inputs is, or where the author allows it. Otherwise it is compared like any other,
    so that nobody gets more tolerance by a mere conversion.
    """
    return any(map(_is_single, values)) and (allowed or any(map(_holds_single, case.inputs.values())))


def _is_single(value: Value) -> bool:
    return isinstance(value, np.ndarray | np.generic) and value.dtype.char in "efF"


def _holds_single(value: Value) -> bool:
    match value:
        case list() | tuple():
            return any(map(_holds_single, value))
        case dict():
            return any(map(_holds_single, value.values()))
        case FunctionText():
            return any(map(_holds_single, value.constants.values()))
        case _:
            return _is_single(value)
