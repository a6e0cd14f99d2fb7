"""`real`: a number between two bounds."""

import math
from typing import Annotated, ClassVar

from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator
from grader.generators._simple import simple_number
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Real(Generator):
    """A float between `low` and `high`, uniformly, rounded to `decimals` places.

    Attributes
    ----------
    low, high : formula
        the bounds; earlier inputs may be named.
    decimals : int
        places that are kept.
    exclude : tuple of str
        regimes to leave out: `zero`, `negative`, `integer` (a Python int in place of a float). The first two occur
        only where the bounds allow them.

    Examples
    --------
    ::

        inputs: {x: {real: {low: -1, high: 1}}}
        holds: "-1 <= x and x <= 1"
    """

    kind: ClassVar[str] = "real"
    regimes: ClassVar[tuple[str, ...]] = ("zero", "negative", "integer")

    low: Formula = parse(-10)
    high: Formula = parse(10)
    decimals: Annotated[int, Bounds(0, 15)] = 3
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> float | int:
        """Return one number."""
        low, high = self._bounds(draw)
        # Rounding may pass a bound; adding 0 leaves no minus before a zero.
        drawn = min(max(round(float(draw.random.uniform(low, high)), self.decimals) + 0.0, low), high)
        match draw.regime:
            case "zero" if low <= 0.0 <= high:
                return 0.0
            case "negative" if low < 0.0:
                return max(min(-abs(drawn), -(10.0**-self.decimals)), low)
            case "integer" if math.ceil(low) <= math.floor(high):
                return min(max(round(drawn), math.ceil(low)), math.floor(high))
            case _:
                return drawn

    def simple(self, draw: Draw) -> float:
        """Return a number with few decimals, near zero."""
        return simple_number(draw, *self._bounds(draw), zero="zero" not in self.exclude)

    def _bounds(self, draw: Draw) -> tuple[float, float]:
        low, high = draw.real(self.low), draw.real(self.high)
        if not -math.inf < low <= high < math.inf:
            raise JudgeError(f"there is no number from {low} to {high}")
        return low, high
