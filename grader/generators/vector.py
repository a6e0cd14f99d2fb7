"""`vector`: a one-dimensional array."""

from typing import Annotated, ClassVar

from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator
from grader.generators._entries import REGIMES, entries
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Vector(Generator):
    """An array of shape (size,) with normal entries.

    Attributes
    ----------
    size : formula
        number of entries; 0 is allowed.
    center, spread : formula
        mean and standard deviation of the entries.
    decimals : int
        places that are kept.
    exclude : tuple of str
        regimes to leave out: `zeros`, `repeated`, `negative`, `integers`, `offset`.
    """

    kind: ClassVar[str] = "vector"
    regimes: ClassVar[tuple[str, ...]] = REGIMES

    size: Formula
    center: Formula = parse(0)
    spread: Formula = parse(1)
    decimals: Annotated[int, Bounds(0, 15)] = 3
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> Value:
        """Return an array of shape (size,)."""
        shape = (draw.whole(self.size),)
        return entries(draw, shape, draw.real(self.center), draw.real(self.spread), self.decimals)
