"""`literal`: a value written out."""

from typing import Annotated, ClassVar

from grader.fields import AnyValue
from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Literal(Generator):
    """The same value in every case.

    A nested list of numbers written in the place of a kind is an array; under `literal:` it stays a list.

    Attributes
    ----------
    value : value
        any value that YAML can hold.

    Examples
    --------
    Two arrays, and a list that stays one::

        inputs:
          A: [[1, 2], [3, 4]]
          x: [0.5, 0.25]
          items: {literal: [1, 2]}
        holds: "A[1, 0] == 3 and sum(x) == 0.75 and len(items) == 2"
    """

    kind: ClassVar[str] = "literal"
    fixed: ClassVar[bool] = True
    bare: ClassVar[str] = "value"

    value: Annotated[object, AnyValue()]

    def draw(self, draw: Draw) -> Value:
        """Return the value."""
        return self.value
