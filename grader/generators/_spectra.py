"""Eigenvalues of real matrices: given ones, drawn ones that lie apart, and the simplest matrix that has them."""

import math
from collections.abc import Sequence
from numbers import Complex
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from grader.generators._contract import Draw, Unfit
from grader.generators._structured import Floats, signs
from grader.notation import describe
from grader.sandbox.expressions import Expression


class Spectrum(NamedTuple):
    """The eigenvalues of a real matrix: `real` ones, and of each complex pair the one `above` the real axis."""

    real: Floats
    above: NDArray[np.complex128]


def given_spectrum(draw: Draw, eigenvalues: Sequence[Expression]) -> Floats:
    """Return the values of formulas for real eigenvalues.

    Raises
    ------
    Unfit
        if one is not a finite real number.
    """
    for formula in eigenvalues:
        if not math.isfinite(draw.real(formula)):
            raise Unfit(formula, f"{formula.text!r} is {draw.real(formula)}, which no eigenvalue can be")
    return np.array([draw.real(formula) for formula in eigenvalues], dtype=np.float64)


def given_pairs(draw: Draw, eigenvalues: Sequence[Expression]) -> Spectrum:
    """Return the values of formulas for eigenvalues of which some may be complex, in conjugate pairs.

    Raises
    ------
    Unfit
        if one is not a finite number, or has no partner.
    """
    real: list[float] = []
    lonely: list[tuple[complex, Expression]] = []
    above: list[complex] = []
    for formula in eigenvalues:
        value = draw.evaluate(formula)
        value = value[()] if isinstance(value, np.ndarray) else value
        if not isinstance(value, Complex) or not np.isfinite(complex(value)):
            raise Unfit(formula, f"{formula.text!r} is {describe(value)}, which no eigenvalue can be")
        number = complex(value)
        partner = next((place for place, (other, _) in enumerate(lonely) if other == number.conjugate()), None)
        if not number.imag:
            real.append(number.real)
        elif partner is None:
            lonely.append((number, formula))
        else:
            del lonely[partner]
            above.append(complex(number.real, abs(number.imag)))
    if lonely:
        raise Unfit(lonely[0][1], "a complex eigenvalue of a real matrix needs its conjugate among the others")
    return Spectrum(np.array(real, dtype=np.float64), np.array(above, dtype=np.complex128))


def drawn_spectrum(draw: Draw, size: int, gap: float, *, paired: bool) -> Spectrum | None:
    """Return eigenvalues whose absolute values differ by `gap` times the largest, or None if there is no room.

    Parameters
    ----------
    draw : Draw
        where they come from.
    size : int
        how many, at least 1.
    gap : float
        at least 0.
    paired : bool
        whether some of them, if there are two, are complex.
    """
    count = _pairs(draw, size, gap, paired=paired)
    if count is None:
        return None
    different = size - count
    spare = np.sort(draw.random.uniform(0.0, max(1.0 - different * gap, 0.0), different))
    moduli = (gap * np.arange(1, different + 1) + spare) * draw.random.uniform(1.0, 5.0)
    moduli = draw.random.permutation(moduli)
    # Seen from the origin a pair stands at least 30° off the real axis, so that its two are not too near.
    angles = draw.random.uniform(math.pi / 6, 5 * math.pi / 6, count)
    return Spectrum(moduli[count:] * signs(draw.random, different - count), moduli[:count] * np.exp(1j * angles))


def simple_spectrum(draw: Draw, size: int, gap: float, *, paired: bool) -> Spectrum | None:
    """Return whole numbers that lie apart as those of `drawn_spectrum` do, and multiples of i."""
    count = _pairs(draw, size, gap, paired=paired)
    if count is None:
        return None
    different = size - count
    moduli = 1.0 + draw.random.permutation(_room(different + draw.level, gap))[:different]
    above = np.array(
        [3.0 + 4.0j if modulus == 5.0 else 1j * modulus for modulus in moduli[:count]], dtype=np.complex128
    )
    return Spectrum(moduli[count:] * signs(draw.random, different - count), above)


def _pairs(draw: Draw, size: int, gap: float, *, paired: bool) -> int | None:
    """Return how many complex pairs there are, or None if the absolute values of so many cannot lie apart."""
    least, most = max(int(paired and size > 1), size - _room(size, gap)), size // 2 if paired else 0
    return int(draw.random.integers(least, most, endpoint=True)) if least <= most else None


def _room(wanted: int, gap: float) -> int:
    """Return how many multiples of `gap` there are up to 1, or as many as are wanted."""
    return wanted if gap * wanted <= 1.0 else math.floor(1.0 / gap + 1e-9)


def blocks(spectrum: Spectrum) -> Floats:
    """Return the matrix with the real eigenvalues on its diagonal, and a block of two rows for each pair."""
    real, above = spectrum
    size = len(real) + 2 * len(above)
    matrix = np.zeros((size, size))
    matrix[range(len(real)), range(len(real))] = real
    for place, value in zip(range(len(real), size, 2), above, strict=True):
        matrix[place : place + 2, place : place + 2] = [[value.real, -value.imag], [value.imag, value.real]]
    return matrix
