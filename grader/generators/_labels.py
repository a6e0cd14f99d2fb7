"""Labels of classes, as numbers or as one-hot rows."""

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from grader.fields import Formula
from grader.generators._array import ArrayInput
from grader.generators._contract import Draw
from grader.sandbox.records import dataclass

Labels = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class LabelInput(ArrayInput):
    """An input made from one class per item; the classes are the numbers from 0.

    Attributes
    ----------
    size : formula
        number of items; 0 is allowed.
    classes : formula
        number of classes, at least 1.
    present : bool
        whether every class has to occur, where there are enough items for that.
    """

    regimes: ClassVar[tuple[str, ...]] = ("one_class", "missing")

    size: Formula
    classes: Formula
    present: bool = False

    def edges(self) -> tuple[str, ...]:
        """Return the regimes; where every class has to occur there are none."""
        return () if self.present else super().edges()

    def labels(self, draw: Draw) -> tuple[Labels, int]:
        """Return a class for every item, showing the regime of the draw, and the number of classes."""
        size, classes = self._sizes(draw)
        match draw.regime:
            case "one_class":
                return np.full(size, draw.random.integers(classes), dtype=np.int64), classes
            case "missing" if classes > (2 if "one_class" in self.exclude else 1):
                return self._mended(draw, draw.random.integers(classes - 1, size=size), classes - 1), classes
            case _:
                return self._mended(draw, draw.random.integers(classes, size=size), classes), classes

    def simple_labels(self, draw: Draw) -> tuple[Labels, int]:
        """Return classes in turn, or only class 0, or any."""
        size, classes = self._sizes(draw)
        match int(draw.random.integers(3)):
            case 0:
                return np.arange(size, dtype=np.int64) % classes, classes
            case 1:
                return self._mended(draw, np.zeros(size, dtype=np.int64), classes), classes
            case _:
                return self._mended(draw, draw.random.integers(classes, size=size), classes), classes

    def _sizes(self, draw: Draw) -> tuple[int, int]:
        return draw.natural(self.size), draw.natural(self.classes, 1)

    def _mended(self, draw: Draw, labels: Labels, classes: int) -> Labels:
        """Return labels of which every class has some, or not all are of one class, where that is asked and possible."""
        if self.present and labels.size >= classes:
            return draw.random.permutation(np.concatenate([np.arange(classes), labels[classes:]]))
        if "one_class" in self.exclude and min(labels.size, classes) > 1 and np.all(labels == labels[0]):
            labels[-1] = (labels[-1] + 1) % classes
        return labels
