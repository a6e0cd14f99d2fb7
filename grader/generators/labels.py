"""`labels`: one class per item, as a number."""

from typing import ClassVar

from grader.generators._array import Array
from grader.generators._contract import Draw
from grader.generators._labels import LabelInput
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class LabelNumbers(LabelInput):
    """An array of shape (size,) of integers from 0 to classes − 1, each as likely as the others.

    In a regime: `one_class`, all items of one class; `missing`, none of the last class. Who excludes `one_class` gets
    two classes at least, where there are two items and two classes.

    Attributes
    ----------
    size : formula
        number of items; 0 is allowed.
    classes : formula
        number of classes, at least 1.
    present : bool
        whether every class has to occur, where there are enough items for that. There are no regimes then.

    Examples
    --------
    True classes of nine items, every class among them::

        inputs:
          k: {integer: {low: 1, high: 4}}
          y: {labels: {size: 9, classes: k, present: true}}
        holds: "size(y) == 9 and min(y) == 0 and max(y) == k - 1"
    """

    kind: ClassVar[str] = "labels"

    def array(self, draw: Draw) -> Array:
        """Return the classes."""
        return self.labels(draw)[0]

    def simple_array(self, draw: Draw) -> Array:
        """Return classes that are easy to follow."""
        return self.simple_labels(draw)[0]
