"""Structures that a factor of a matrix can have, and what is said where it has another."""

from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import wrong
from grader.checks._linear import Array, norm, number, off, orthonormal_fault, worst_place
from grader.model import Outcome

Structure: TypeAlias = Literal[
    "any",
    "orthogonal",
    "orthonormal_rows",
    "upper_triangular",
    "lower_triangular",
    "unit_upper",
    "unit_lower",
    "diagonal",
    "diagonal_descending",
    "positive_diagonal",
    "permutation",
    "symmetric",
    "bounded",
]

_SIDES: Final = {"upper_triangular": "below", "unit_upper": "below", "lower_triangular": "above", "unit_lower": "above"}


@np.errstate(all="ignore")  # what overflows gives inf or nan, which is judged
def fault(structure: Structure, factor: Array, orthogonality: float, zeros: float) -> Outcome | None:
    """Return what keeps a factor from having a structure, or None.

    Parameters
    ----------
    structure : str
        its name.
    factor : array of shape (m, n) or (k,)
        of finite numbers; a vector stands for the diagonal matrix with its entries.
    orthogonality : float
        bound on the entries of QᴴQ - I.
    zeros : float
        bound on entries that have to be 0, relative to the norm of the factor.
    """
    matrix = np.diag(factor) if factor.ndim == 1 else factor
    match structure:
        case "any":
            return None
        case "orthogonal":
            return orthonormal_fault(matrix, orthogonality)
        case "orthonormal_rows":
            return orthonormal_fault(matrix.T, orthogonality, "row")
        case "permutation":
            return _permutation(matrix, zeros)
        case "bounded":
            return _worst(np.abs(matrix), 1 + zeros, "is {} in size, expected at most 1", np.abs(matrix))
        case "symmetric":
            return _symmetric(matrix, zeros * norm(matrix))
        case "positive_diagonal":
            return _positive(matrix, zeros * norm(matrix))
        case "diagonal" | "diagonal_descending":
            return _diagonal(matrix, zeros * norm(matrix), descending=structure == "diagonal_descending")
        case _:
            return _triangular(structure, matrix, zeros)


def _worst(errors: Array, allowed: float, words: str, shown: Array) -> Outcome | None:
    """Return the outcome that names the entry with the largest error, unless all are allowed."""
    if bool(np.all(errors <= allowed)):
        return None
    place = worst_place(errors)
    error = float(errors[place])
    text = f"entry {list(place)} {words.format(number(shown[place]))}"
    return off(text, error, allowed)


def _triangular(structure: Structure, matrix: Array, zeros: float) -> Outcome | None:
    side = _SIDES[structure]
    outside = np.tril(matrix, -1) if side == "below" else np.triu(matrix, 1)
    found = _worst(np.abs(outside), zeros * norm(matrix), f"{side} the diagonal is {{}}, expected 0", matrix)
    if found or not structure.startswith("unit"):
        return found
    errors = np.zeros(matrix.shape)
    np.fill_diagonal(errors, np.abs(np.diag(matrix) - 1))
    return _worst(errors, zeros, "on the diagonal is {}, expected 1", matrix)


def _diagonal(matrix: Array, allowed: float, *, descending: bool) -> Outcome | None:
    beside = np.abs(matrix)
    np.fill_diagonal(beside, 0.0)
    found = _worst(beside, allowed, "beside the diagonal is {}, expected 0", matrix)
    if found or not descending:
        return found
    values = np.diag(matrix)
    if np.any(np.abs(values.imag) > allowed) or np.any(values.real < -allowed):
        place = int(np.argmax(np.maximum(np.abs(values.imag), -values.real)))
        return wrong(f"number {place} of the diagonal is {number(values[place])}, expected none below 0")
    rises = np.diff(values.real)
    if not np.any(rises > allowed):
        return None
    place = int(np.argmax(rises))
    text = f"the diagonal does not descend: {number(values[place + 1])} stands behind {number(values[place])}"
    return off(text, float(rises[place]), allowed)


def _positive(matrix: Array, allowed: float) -> Outcome | None:
    values = np.diag(matrix)
    bad = (values.real <= 0) | (np.abs(values.imag) > allowed)
    if not bad.any():
        return None
    place = int(np.argmax(bad))
    return wrong(f"entry {[place, place]} on the diagonal is {number(values[place])}, expected a number above 0")


def _symmetric(matrix: Array, allowed: float) -> Outcome | None:
    if matrix.shape[0] != matrix.shape[1]:
        return wrong(f"a matrix of shape {matrix.shape} cannot be symmetric")
    errors = np.abs(matrix - matrix.conj().T)
    return _worst(errors, allowed, "is {}, and its mirror image is another number", matrix)


def _permutation(matrix: Array, zeros: float) -> Outcome | None:
    if matrix.shape[0] != matrix.shape[1]:
        return wrong(f"a matrix of shape {matrix.shape} cannot be a permutation")
    errors = np.minimum(np.abs(matrix), np.abs(matrix - 1))
    found = _worst(errors, zeros, "is {}, expected 0 or 1", matrix)
    if found:
        return found
    ones: NDArray[np.bool_] = np.abs(matrix - 1) <= zeros
    for axis, noun in ((1, "row"), (0, "column")):
        counts = np.sum(ones, axis=axis)
        if np.any(counts != 1):
            place = int(np.argmax(counts != 1))
            return wrong(f"{noun} {place} of the permutation holds {counts[place]} ones, expected a single one")
    return None
