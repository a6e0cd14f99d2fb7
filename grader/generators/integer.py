"""`integer`: a whole number, often a size."""

from typing import ClassVar

from grader.errors import JudgeError
from grader.fields import Formula
from grader.generators._contract import Draw, Generator
from grader.generators._simple import simple_size
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

    Examples
    --------
    ::

        inputs: {n: {integer: {low: 1, high: 8}}}
        holds: "1 <= n and n <= 8"
    """

    kind: ClassVar[str] = "integer"
    regimes: ClassVar[tuple[str, ...]] = ("lowest", "highest")

    low: Formula = parse(1)
    high: Formula = parse(5)
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> int:
        """Return one whole number."""
        low, high = self._bounds(draw)
        drawn = int(draw.random.integers(low, high, endpoint=True))
        return {"lowest": low, "highest": high}.get(draw.regime, drawn)

    def simple(self, draw: Draw) -> int:
        """Return one of the lowest."""
        return simple_size(draw, *self._bounds(draw))

    def _bounds(self, draw: Draw) -> tuple[int, int]:
        low, high = draw.whole(self.low), draw.whole(self.high)
        if low > high:
            raise JudgeError(f"there is no whole number from {low} to {high}")
        return low, high
