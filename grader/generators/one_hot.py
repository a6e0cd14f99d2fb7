"""`one_hot`: one class per item, as a row with a single 1."""

from typing import ClassVar

import numpy as np

from grader.generators._array import Array
from grader.generators._contract import Draw
from grader.generators._labels import LabelInput
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class OneHot(LabelInput):
    """An array of shape (size, classes) of floats; each row is 1 in the column of its class and 0 elsewhere.

    In a regime: `one_class`, all rows equal; `missing`, the last column 0. Who excludes `one_class` gets two classes
    at least, where there are two rows and two classes.

    Attributes
    ----------
    size : formula
        number of rows; 0 is allowed.
    classes : formula
        number of columns, at least 1.
    present : bool
        whether every class has to occur, where there are enough rows for that. There are no regimes then.

    Examples
    --------
    Targets of a classifier::

        inputs:
          n: {integer: {low: 1, high: 6}}
          Y: {one_hot: {size: n, classes: 3}}
        holds: "len(Y) == n and all(sum(Y, axis=1) == 1) and all((Y == 0) + (Y == 1))"
    """

    kind: ClassVar[str] = "one_hot"

    def array(self, draw: Draw) -> Array:
        """Return the rows."""
        labels, classes = self.labels(draw)
        return np.eye(classes)[labels]

    def simple_array(self, draw: Draw) -> Array:
        """Return rows of classes that are easy to follow."""
        labels, classes = self.simple_labels(draw)
        return np.eye(classes)[labels]
