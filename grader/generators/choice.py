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

    Examples
    --------
    ::

        inputs: {level: {choice: [0.9, 0.95, 0.99]}}
        holds: "level == 0.9 or level == 0.95 or level == 0.99"
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

    def simple(self, draw: Draw) -> Value:
        """Return any of the options: the author wrote each of them out."""
        return self.options[int(draw.random.integers(len(self.options)))]
