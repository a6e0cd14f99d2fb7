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
    """

    kind: ClassVar[str] = "literal"
    bare: ClassVar[str] = "value"

    value: Annotated[object, AnyValue()]

    def draw(self, draw: Draw) -> Value:
        """Return the value."""
        return self.value
