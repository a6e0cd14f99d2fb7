"""`iterator`: items that can be read once, one after the other."""

from typing import ClassVar

import numpy as np

from grader.fields import Formula
from grader.generators._contract import Draw, Generator, Unfit
from grader.notation import describe
from grader.sandbox.records import dataclass
from grader.sandbox.values import ItemsOnce, Value


@dataclass(frozen=True, kw_only=True)
class IteratorInput(Generator):
    """An iterator over the entries of a vector or list, as Python numbers, or over the rows of a matrix.

    It has no length, and what was read is gone: a stream that is too long to be kept.

    Attributes
    ----------
    items : formula
        a vector, list or matrix, usually an earlier input.

    Examples
    --------
    A stream of numbers for a running mean::

        inputs:
          x: {vector: {size: 5}}
          stream: {iterator: x}
        holds: "size(x) == 5"
    """

    kind: ClassVar[str] = "iterator"
    fixed: ClassVar[bool] = True
    bare: ClassVar[str] = "items"

    items: Formula

    def draw(self, draw: Draw) -> ItemsOnce:
        """Return the items."""
        value = draw.evaluate(self.items)
        if not isinstance(value, np.ndarray | list | tuple) or (isinstance(value, np.ndarray) and value.ndim == 0):
            raise Unfit(
                self.items, f"{self.items.text!r} is {describe(value)}, where a vector, list or matrix is needed"
            )
        return ItemsOnce(tuple(map(_plain, value)))


def _plain(item: Value) -> Value:
    """Return a number as Python's own: an array hands out its entries as NumPy's."""
    return item.item() if isinstance(item, np.generic) else item
