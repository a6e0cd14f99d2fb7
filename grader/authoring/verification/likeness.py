"""Whether two sets of answers are the same up to rounding, and whether two sets of draws have one law."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from grader.model import Answer
from grader.sandbox.values import Handle, Value

RTOL: Final = 1e-9
"""Relative to the largest entry: what differs by less is rounding."""
ROUNDING: Final = 100
"""Answers that differ by less than so many times what a rounding of the inputs does to them are the same."""
BEYOND_CHANCE: Final = 1e-6
"""Draws that are less likely than this have another law."""
FEWEST_DRAWS: Final = 30
"""Fewer are not tested: the law of the distance between two samples is that of many draws."""
_UNIT: Final = 2.0**-52


def same(expected: Sequence[Answer], got: Sequence[Answer], noise: Callable[[], float]) -> bool:
    """Return whether two sets of answers are the same.

    Parameters
    ----------
    expected, got : sequence of Answer
        to the same calls.
    noise : callable
        gives the size of what roundings of the inputs do to the expected answers; asked only where it matters.
    """
    if not of_one_form(expected, got):
        return False
    first, second = numbers(expected), numbers(got)
    if first is None or second is None or first.shape != second.shape:
        return [marked(answer.value) for answer in expected] == [marked(answer.value) for answer in got]
    with np.errstate(all="ignore"):
        finite = np.isfinite(first) & np.isfinite(second)
        if not np.array_equal(first[~finite], second[~finite], equal_nan=True):
            return False
        error = float(np.max(np.abs(first[finite] - second[finite]), initial=0.0))
        size = float(np.max(np.abs(first[finite]), initial=0.0))
    return error <= RTOL * size or error <= ROUNDING * noise()


def of_one_form(expected: Sequence[Answer], got: Sequence[Answer]) -> bool:
    """Return whether all answers are values, and of the same structure and shape."""
    if len(expected) != len(got):
        return False
    pairs = zip(expected, got, strict=True)
    return all(not (one.failure or other.failure) and _form(one.value) == _form(other.value) for one, other in pairs)


def _form(value: Value) -> object:
    """Return what kind of value this is, without its numbers; integers and floats are of one kind, and so is an array of no axes."""
    match value:
        case np.ndarray(ndim=0) if value.dtype.kind in "iufcb":
            return "number"
        case np.ndarray():
            return ("array", value.shape, value.dtype.kind in "iufcb")
        case list() | tuple():
            return (type(value).__name__, tuple(map(_form, value)))
        case dict():
            return ("dict", tuple((key, _form(item)) for key, item in value.items()))
        case bool() | int() | float() | complex() | np.generic():
            return "number"
        case Handle():
            return "handle"
        case _:
            return repr(value)


def marked(value: Value) -> Value:
    """Return a value with a mark for what stays in a worker: its number says nothing."""
    match value:
        case Handle():
            return "what stays in a worker"
        case list() | tuple():
            return [marked(item) for item in value]
        case dict():
            return {key: marked(item) for key, item in value.items()}
        case _:
            return value


def numbers(answers: Sequence[Answer]) -> NDArray[Any] | None:
    """Return all numbers in some answers, in one row; None if there are none."""
    rows = [part for answer in answers for part in _flat(answer.value)]
    return np.concatenate(rows) if rows else None


def _flat(value: Value) -> Iterator[NDArray[Any]]:
    match value:
        case np.ndarray() if value.dtype.kind in "iufcb":
            yield value.ravel().astype(np.complex128 if value.dtype.kind == "c" else np.float64)
        case list() | tuple():
            for item in value:
                yield from _flat(item)
        case dict():
            for item in value.values():
                yield from _flat(item)
        case bool() | int() | float() | complex() | np.generic():
            try:
                yield np.array([value], dtype=np.complex128 if isinstance(value, complex) else np.float64)
            except (OverflowError, ValueError, TypeError):  # an integer beyond all floats, or a text
                return


def nudged(value: Value, random: "np.random.Generator") -> Value:
    """Return a value whose floats, and integers in arrays, are rounded otherwise."""
    match value:
        case np.ndarray() if value.dtype.kind in "fciu":
            return value * (1 + _UNIT * random.choice([-1, 1], value.shape))
        case float():
            return float(value * (1 + _UNIT * random.choice([-1, 1])))
        case list():
            return [nudged(item, random) for item in value]
        case tuple():
            return tuple(nudged(item, random) for item in value)
        case _:
            return value


def chance(mine: NDArray[Any] | None, theirs: NDArray[Any] | None) -> float:
    """Return how probably two samples of one law differ so much (Smirnov); 1 where they are too few to tell."""
    if mine is None or theirs is None or min(mine.size, theirs.size) < FEWEST_DRAWS or mine.dtype.kind == "c":
        return 1.0
    if not np.all(np.isfinite(mine)):
        return 0.0
    from scipy import stats  # most of a second, and only for samplers

    return float(stats.ks_2samp(mine.real, theirs.real, method="asymp").pvalue)


def unlikely(chances: Sequence[float]) -> bool:
    """Return whether many independent tests together say that two laws differ (Fisher)."""
    if not chances:
        return False
    from scipy import stats  # cold

    total = -2 * sum(math.log(max(item, 1e-300)) for item in chances)
    return float(stats.chi2.sf(total, 2 * len(chances))) < BEYOND_CHANCE
