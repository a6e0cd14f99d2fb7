"""Type, then shape, then finiteness: what is said of an answer before its numbers are compared."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.checks._comparison import wrong
from grader.model import Outcome
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle, Opaque, Value

_IMAGINARY = 1e-12
"""Largest imaginary part, relative to the largest entry, that is taken for rounding."""


@dataclass(frozen=True)
class Numbers:
    """An answer as an array of floats or complex numbers of the expected shape, with remarks that cost nothing.

    Attributes
    ----------
    array : array
        float64 or complex128.
    notes : tuple of str
        on forms that were read in another way.
    single : bool
        whether the numbers came in single precision.
    """

    array: NDArray[np.generic]
    notes: tuple[str, ...] = ()
    single: bool = False


def numbers(value: Value, expected: NDArray[np.generic], *, finite: bool = True) -> Numbers | Outcome:
    """Return an answer as finite numbers of the expected shape, or the outcome that says why it is none.

    Parameters
    ----------
    value : value
        the answer, without marks of unusual forms.
    expected : array
        whose shape and kind of numbers are wanted.
    finite : bool
        whether nan and inf are refused.
    """
    array = _as_array(value, expected)
    if isinstance(array, Outcome):
        return replace(array, aspect="type")
    if array.shape != expected.shape:
        return wrong(_shape_message(array.shape, expected.shape), aspect="shape")
    if finite and not np.all(np.isfinite(array)):
        return wrong(_not_finite(array), aspect="finiteness")
    notes: tuple[str, ...] = ()
    if array.dtype.kind == "c" and expected.dtype.kind != "c":
        real, imaginary = _parts(array)
        if np.max(imaginary, initial=0.0) > _IMAGINARY * np.max(np.abs(real[np.isfinite(real)]), initial=0.0):
            return wrong(f"returned complex numbers, expected real ones{_entry(imaginary)}", aspect="type")
        if array.size:
            notes = ("returned complex numbers whose imaginary part is zero; they were read as real",)
        array = real
    return Numbers(array, notes, _is_single(value))


def _parts(array: NDArray[np.generic]) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Return the real parts, and the sizes of the imaginary ones, none of them nan.

    An imaginary part that is nan makes its number nan, unless the real part is infinite: `inf * (1 + 0j)` is inf+nanj.
    """
    unknown = np.isnan(array.imag)
    real = np.where(unknown & np.isfinite(array.real), np.nan, array.real)
    return real, np.where(unknown, 0.0, np.abs(array.imag))


def _is_single(value: Value) -> bool:
    dtype = getattr(value, "dtype", None)
    return dtype is not None and dtype.char in "efF"


def beside(value: Value, expected: Value) -> tuple[Numbers, NDArray[np.generic]] | Outcome:
    """Return an answer and the expected value as finite numbers of one shape, or the outcome that says why not.

    The expected value is a mistake's where an answer is held against a mistake, and need not be made of numbers.
    """
    want = as_reference(expected)
    if want is None:
        return wrong("there is nothing to compare with")
    got = numbers(value, want)
    return got if isinstance(got, Outcome) else (got, want)


def as_reference(value: Value, *, finite: bool = True) -> NDArray[np.generic] | None:
    """Return an expected value as an array of finite floats or complex numbers, or None if it is no such thing."""
    if value is None or isinstance(value, str | dict | Handle | Opaque):
        return None
    try:
        array = widened(value)
    except ValueError:
        return None
    if array.dtype.kind not in "fc" or (finite and not np.all(np.isfinite(array))):
        return None
    return array


def _as_array(value: Value, expected: NDArray[np.generic]) -> NDArray[np.generic] | Outcome:
    wanted = describe(expected if expected.ndim else expected[()])
    match value:
        case None:
            return wrong("returned None: is a `return` missing?")
        case Handle():
            return wrong(f"returned a function, expected {wanted}: was it meant to be called?")
        case str() | dict() | Opaque():
            return wrong(f"returned {describe(value)}, expected {wanted}")
        case tuple() if expected.ndim == 0:
            return wrong(f"returned a tuple of {len(value)}, expected {wanted}")
    try:
        array = widened(value)
    except ValueError:
        return wrong(f"returned a list whose rows have different lengths, expected {wanted}")
    if array.dtype.kind == "b":
        return wrong(f"returned {describe(array if array.ndim else array[()])}, expected {wanted}")
    if array.dtype.kind not in "fc":
        return wrong(f"returned a {type(value).__name__} that holds more than numbers, expected {wanted}")
    return array


def _shape_message(found: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    text = f"returned {_shape(found)}, expected {_shape(wanted)}"
    if sorted(found) == sorted(wanted) and found != wanted:
        return f"{text}: are rows and columns exchanged?"
    if [size for size in found if size != 1] == [size for size in wanted if size != 1]:
        return f"{text}: the number of dimensions differs; `ravel`, `reshape` or an index of 0 changes it"
    return text


def _shape(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if shape else "a single number"


def _not_finite(array: NDArray[np.generic]) -> str:
    place = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
    where = f"entry {list(place)} is" if place else "the answer is"
    return f"{where} {array[place]}, expected a finite number"


def _entry(sizes: NDArray[np.floating]) -> str:
    place = [int(i) for i in np.unravel_index(int(np.argmax(sizes)), sizes.shape)] if sizes.ndim else []
    return f" (entry {place} has an imaginary part of {float(np.max(sizes)):.2g})" if place else ""
