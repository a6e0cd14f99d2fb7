"""`integer`: a whole number, often a size."""

from typing import ClassVar

from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Integer(Generator):
    """A whole number between `low` and `high`, both included, uniformly.

    Attributes
    ----------
    low, high : formula
        the bounds; earlier inputs may be named.
    exclude : tuple of str
        regimes to leave out: `lowest`, `highest`.
    """

    kind: ClassVar[str] = "integer"
    regimes: ClassVar[tuple[str, ...]] = ("lowest", "highest")

    low: Formula = parse(1)
    high: Formula = parse(5)
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> int:
        """Return one whole number."""
        low, high = draw.whole(self.low), draw.whole(self.high)
        drawn = int(draw.random.integers(low, max(low, high), endpoint=True))
        return {"lowest": low, "highest": max(low, high)}.get(draw.regime, drawn)
