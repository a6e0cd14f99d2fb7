"""`choice`: one of a list of values, taken in turn."""

from typing import Annotated, ClassVar

from grader.fields import AnyValue
from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Choice(Generator):
    """The first value in the first case, the second in the second, and so on, over and over.

    Attributes
    ----------
    options : tuple of values
        at least one; lists of numbers are arrays.
    """

    kind: ClassVar[str] = "choice"
    bare: ClassVar[str] = "options"

    options: tuple[Annotated[object, AnyValue(arrays=True)], ...]

    def __post_init__(self) -> None:
        """Refuse an empty list."""
        if not self.options:
            raise ValueError("there is nothing to choose from")

    def draw(self, draw: Draw) -> Value:
        """Return the option whose turn it is."""
        return self.options[draw.number % len(self.options)]
