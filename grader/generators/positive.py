"""`positive`: a number above zero, of any order of magnitude between two bounds."""

import math
from typing import Annotated, ClassVar

from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator
from grader.generators._simple import simple_number
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Positive(Generator):
    """A float between `low` and `high`, uniform in its logarithm, rounded to `digits` significant digits.

    Attributes
    ----------
    low, high : formula
        the bounds, both above zero.
    digits : int
        significant digits that are kept.
    exclude : tuple of str
        regimes to leave out: `one` (where the bounds allow it), `lowest`, `highest`.

    Examples
    --------
    ::

        inputs: {sigma: {positive: {low: 0.1, high: 10}}}
        holds: "0.1 <= sigma and sigma <= 10"
    """

    kind: ClassVar[str] = "positive"
    regimes: ClassVar[tuple[str, ...]] = ("one", "lowest", "highest")

    low: Formula = parse(0.1)
    high: Formula = parse(10)
    digits: Annotated[int, Bounds(1, 17)] = 3
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> float:
        """Return one number above zero."""
        low, high = self._bounds(draw)
        exponent = draw.random.uniform(math.log(low), math.log(high))
        drawn = min(max(float(f"{math.exp(exponent):.{self.digits}g}"), low), high)
        return {"one": 1.0 if low <= 1.0 <= high else drawn, "lowest": low, "highest": high}.get(draw.regime, drawn)

    def simple(self, draw: Draw) -> float:
        """Return a number with few decimals, not far from the lowest."""
        return simple_number(draw, *self._bounds(draw), zero=False)

    def _bounds(self, draw: Draw) -> tuple[float, float]:
        low, high = draw.real(self.low), draw.real(self.high)
        if not 0.0 < low <= high < math.inf:
            raise JudgeError(f"there is no positive number from {low} to {high}")
        return low, high
