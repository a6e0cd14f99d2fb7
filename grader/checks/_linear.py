"""Lengths, directions and right angles of vectors, for values of any size."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import wrong
from grader.errors import JudgeError
from grader.model import Outcome

Array: TypeAlias = NDArray[Any]
Axis: TypeAlias = Literal["columns", "rows", "all"]


def along(axis: Axis, dimensions: int) -> int | None:
    """Return the axis along which each vector lies, or None where the whole array is one vector.

    Raises
    ------
    JudgeError
        if the array has no rows and columns.
    """
    if axis == "all" or dimensions <= 1:
        return None
    if dimensions > 2:
        raise JudgeError(f"the reference solution's value has {dimensions} dimensions: it has no {axis}")
    return 0 if axis == "columns" else 1


def vector_name(axis: int | None, place: int) -> str:
    """Return what a vector of an array is called: "column 1", "row 0", "the answer"."""
    return "the answer" if axis is None else f"{'row' if axis else 'column'} {place}"


@np.errstate(all="ignore")  # what overflows gives inf or nan, which is judged
def lengths(array: Array, axis: int | None = None) -> NDArray[np.float64]:
    """Return the Euclidean lengths along an axis, which is kept with size 1; squares of large numbers do no harm."""
    top, scaled = _scaled(array, axis)
    return np.asarray(top * _plain_lengths(scaled, axis), dtype=np.float64)


def norm(array: Array) -> float:
    """Return the Frobenius norm."""
    return float(lengths(array).item())


@np.errstate(all="ignore")  # as above
def directions(array: Array, axis: int | None = None) -> Array:
    """Return the vectors along an axis with length 1; those that are zero stay zero."""
    top, scaled = _scaled(array, axis)
    return np.asarray(scaled / np.where(top > 0, _plain_lengths(scaled, axis), 1.0))


def _scaled(array: Array, axis: int | None) -> tuple[Array, Array]:
    """Return the largest part of the numbers along an axis, and the numbers divided by it where it is not zero."""
    top = np.max(np.maximum(np.abs(array.real), np.abs(array.imag)), axis=axis, keepdims=True, initial=0.0)
    unit = np.where(top > 0, top, 1.0)
    real = array.real / unit
    return top, real + 1j * (array.imag / unit) if array.dtype.kind == "c" else real


def _plain_lengths(array: Array, axis: int | None) -> Array:
    return np.asarray(np.sqrt(np.sum(np.abs(array) ** 2, axis=axis, keepdims=True)))


def off(message: str, error: float, allowed: float, *, aspect: str = "") -> Outcome:
    """Return the outcome of a wrong answer with the size of its error, where that is a finite number."""
    sizes = [float(size) if np.isfinite(size) else None for size in (error, allowed)]
    return wrong(message, *sizes, aspect=aspect)


def orthonormal_fault(matrix: Array, allowed: float, noun: str = "column") -> Outcome | None:
    """Return what keeps the columns of a matrix from being orthonormal, or None.

    Parameters
    ----------
    matrix : array of shape (n, k)
        of finite numbers.
    allowed : float
        bound on every entry of QᴴQ - I.
    noun : str
        what the columns are called.
    """
    with np.errstate(all="ignore"):
        products = matrix.conj().T @ matrix
        errors = np.abs(products - np.eye(len(products)))
    if bool(np.all(errors <= allowed)):
        return None
    i, j = worst_place(errors)
    error = float(errors[i, j])
    if i == j:
        length = norm(matrix[:, i])
        square = f"its square is off by {error:.2g}; allowed {allowed:.2g}"
        return off(f"{noun} {i} has length {length:.6g}, expected 1 ({square})", error, allowed)
    text = f"{noun}s {i} and {j} are not at right angles: their inner product is {number(products[i, j], 2)}"
    return off(f"{text}; allowed {allowed:.2g}", error, allowed)


def worst_place(errors: Array) -> tuple[int, ...]:
    """Return the place of the largest entry; nan is larger than any number."""
    flat = int(np.argmax(np.where(np.isnan(errors), np.inf, errors)))
    return tuple(int(index) for index in np.unravel_index(flat, errors.shape))


def number(value: Any, digits: int = 6) -> str:
    """Return a number as a short text; a complex one without imaginary part as a real one."""
    plain = complex(value)
    return f"{plain:.{digits}g}" if plain.imag else f"{plain.real:.{digits}g}"
