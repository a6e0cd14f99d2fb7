"""`boolean`: true and false in turn."""

from typing import ClassVar

from grader.generators._contract import Draw, Generator
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Boolean(Generator):
    """True in the first case, false in the second, and so on.

    An input after other truth values changes more slowly, half as often for each of them, so that all combinations
    occur.

    Examples
    --------
    Two options, in all four combinations within four cases::

        inputs:
          centered: boolean
          scaled: boolean
        holds: "(centered == True) + (centered == False) == 1 and (scaled == True) + (scaled == False) == 1"
    """

    kind: ClassVar[str] = "boolean"

    def draw(self, draw: Draw) -> bool:
        """Return the truth value whose turn it is."""
        earlier = sum(isinstance(value, bool) for value in draw.names.values())
        return (draw.number >> earlier) % 2 == 0

    def simple(self, draw: Draw) -> bool:
        """Return either."""
        return bool(draw.random.integers(2))
