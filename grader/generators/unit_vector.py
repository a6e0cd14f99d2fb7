"""`unit_vector`: a vector of length 1."""

from typing import ClassVar, Final

import numpy as np

from grader.fields import Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw
from grader.sandbox.records import dataclass

_SIMPLE: Final = ((1.0,), (0.6, 0.8), (1 / 3, 2 / 3, 2 / 3), (0.5, 0.5, 0.5, 0.5), (2 / 7, 3 / 7, 6 / 7))


@dataclass(frozen=True, kw_only=True)
class UnitVector(ArrayInput):
    """An array of shape (size,) whose Euclidean norm is 1 up to rounding, uniformly on the sphere.

    In the regime `axis` it is a vector of the standard basis; in `negative` all entries lie below zero.

    Attributes
    ----------
    size : formula
        number of entries, at least 1.

    Examples
    --------
    A direction in which to differentiate::

        inputs:
          n: {integer: {low: 1, high: 4}}
          u: {unit_vector: {size: n}}
        holds: "size(u) == n and abs(norm(u) - 1) < 1e-15 * n"
    """

    kind: ClassVar[str] = "unit_vector"
    regimes: ClassVar[tuple[str, ...]] = ("axis", "negative")

    size: Formula

    def __post_init__(self) -> None:
        """Refuse a dtype in which there are no such vectors."""
        super().__post_init__()
        if self.dtype == "int64":
            raise ValueError("the entries of a unit vector are no whole numbers")

    def array(self, draw: Draw) -> Array:
        """Return a random direction."""
        size = draw.natural(self.size, 1)
        if draw.regime == "axis":
            return _padded((1.0,), size, int(draw.random.integers(size)))
        values = draw.random.standard_normal(size)
        if draw.regime == "negative":
            values = -np.abs(values)
        elif size == 1 and "negative" in self.exclude:
            values = np.abs(values)
        return values / np.linalg.norm(values)

    def simple_array(self, draw: Draw) -> Array:
        """Return a vector of the standard basis, or one with entries that are simple fractions, zeros around them."""
        size = draw.natural(self.size, 1)
        fitting = [values for values in _SIMPLE if len(values) <= size]
        if size > 1 and "axis" in self.exclude:
            fitting.remove(_SIMPLE[0])
        fitting = fitting[: draw.level + 2]
        values = fitting[int(draw.random.integers(len(fitting)))]
        vector = _padded(values, size, int(draw.random.integers(size - len(values) + 1)))
        if draw.level and (size > 1 or "negative" not in self.exclude):
            vector[int(draw.random.integers(size))] *= draw.random.choice([-1.0, 1.0])
        return vector + 0.0  # no minus before a zero


def _padded(values: tuple[float, ...], size: int, place: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    vector = np.zeros(size)
    vector[place : place + len(values)] = values
    return vector
