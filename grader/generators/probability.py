"""`probability`: a number between 0 and 1."""

from typing import Annotated, ClassVar, Final

from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.generators._contract import Draw, Generator
from grader.generators._simple import simple_number
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass

_SIMPLE: Final = (0.5, 0.25, 0.75, 0.1, 0.9, 0.2, 0.8, 0.4, 0.6)


@dataclass(frozen=True, kw_only=True)
class Probability(Generator):
    """A float between `low` and `high`, uniformly, rounded to `decimals` places.

    Attributes
    ----------
    low, high : formula
        the bounds, both included and both between 0 and 1.
    decimals : int
        places that are kept.
    exclude : tuple of str
        regimes to leave out: `half`, where the bounds allow it; `near_zero` and `near_one`, which are the bounds
        themselves, or one last place away from a bound of 0 or 1.

    Examples
    --------
    The success probability of a trial that may be rare, but neither impossible nor certain::

        inputs:
          p: {probability: {low: 0.001, high: 0.999}}
        holds: "0.001 <= p and p <= 0.999"
    """

    kind: ClassVar[str] = "probability"
    regimes: ClassVar[tuple[str, ...]] = ("half", "near_zero", "near_one")

    low: Formula = parse(0.05)
    high: Formula = parse(0.95)
    decimals: Annotated[int, Bounds(1, 15)] = 3
    exclude: tuple[str, ...] = ()

    def draw(self, draw: Draw) -> float:
        """Return one probability."""
        low, high = self._bounds(draw)
        drawn = min(max(round(float(draw.random.uniform(low, high)), self.decimals), low), high)
        step = 10.0**-self.decimals
        match draw.regime:
            case "half" if low <= 0.5 <= high:
                return 0.5
            case "near_zero":
                return low if low > 0.0 else min(step, high)
            case "near_one":
                return high if high < 1.0 else max(round(1.0 - step, self.decimals), low)
            case _:
                return drawn

    def simple(self, draw: Draw) -> float:
        """Return a half, a quarter, or another probability with few decimals."""
        low, high = self._bounds(draw)
        near = [p for p in _SIMPLE if low <= p <= high and not (p == 0.5 and "half" in self.exclude)]
        if not near:
            return simple_number(draw, low, high, zero=False)
        chosen = near[: 2 * draw.level + 2]
        return chosen[int(draw.random.integers(len(chosen)))]

    def _bounds(self, draw: Draw) -> tuple[float, float]:
        low, high = draw.real(self.low), draw.real(self.high)
        if not 0.0 <= low <= high <= 1.0:
            raise JudgeError(f"there is no probability from {low} to {high}")
        return low, high
