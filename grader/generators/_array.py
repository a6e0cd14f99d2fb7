"""What all kinds of inputs share that are arrays: dtype, container, regimes that can be excluded."""

from abc import abstractmethod
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

Array: TypeAlias = NDArray[np.generic]


@dataclass(frozen=True, kw_only=True)
class ArrayInput(Generator):
    """An array, or nested lists of its entries.

    Attributes
    ----------
    dtype : str, optional
        what the entries become at the end: `float64`, `float32`, `int64` (rounded) or `complex128`; by default they
        stay floats, or integers in the regime `integers`.
    container : str
        `array`, or `list` for nested lists.
    exclude : tuple of str
        regimes to leave out.
    """

    dtype: Literal["float64", "float32", "int64", "complex128"] | None = None
    container: Literal["array", "list"] = "array"
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> Value:
        """Return the array in its dtype and container."""
        return self._formed(self.array(draw))

    def simple(self, draw: Draw) -> Value:
        """Return a simple array in its dtype and container."""
        return self._formed(self.simple_array(draw))

    @abstractmethod
    def array(self, draw: Draw) -> Array:
        """Return the array, showing the regime of the draw."""

    def simple_array(self, draw: Draw) -> Array:
        """Return an array that a person would try first, as small as the level of the draw says."""
        return self.array(draw)

    def _formed(self, array: Array) -> Value:
        if self.dtype == "int64":
            array = np.round(np.asarray(array, dtype=np.float64)).astype(np.int64)
        elif self.dtype:
            array = np.asarray(array, dtype=self.dtype)
        return array.tolist() if self.container == "list" else array
