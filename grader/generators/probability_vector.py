"""`probability_vector`: probabilities that sum to 1."""

import math
from typing import Annotated, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.fields import Bounds, Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw, Unfit
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass

_TINY_PLACES = 6

Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ProbabilityVector(ArrayInput):
    """An array of shape (size,) of probabilities above 0 from a Dirichlet distribution; they sum to 1 up to rounding.

    They are multiples of a power of ten, and not all equal unless there is only one. In a regime: `uniform`, all
    equal; `zeros`, some exactly 0; `certain`, one of them 1 and the others 0; `skewed`, one of them as small as 1e-6.
    Who excludes `zeros` excludes `certain` with it.

    Attributes
    ----------
    size : formula
        number of entries, at least 1.
    concentration : formula
        of the distribution, above 0: below 1 a few entries take almost everything, far above 1 all are about equal.
    decimals : int
        places that are kept; there are more where the vector is long.

    Examples
    --------
    A prior that is not uniform, over hypotheses none of which is ruled out::

        inputs:
          n: {integer: {low: 2, high: 5}}
          prior: {probability_vector: {size: n, exclude: [zeros, uniform]}}
        holds: "size(prior) == n and all(prior > 0) and abs(sum(prior) - 1) < 1e-15 * n and max(prior) > min(prior)"
    """

    kind: ClassVar[str] = "probability_vector"
    regimes: ClassVar[tuple[str, ...]] = ("uniform", "zeros", "certain", "skewed")

    size: Formula
    concentration: Formula = parse(1)
    decimals: Annotated[int, Bounds(1, 9)] = 3

    def __post_init__(self) -> None:
        """Refuse a dtype in which there are no probabilities."""
        super().__post_init__()
        if self.dtype == "int64":
            raise ValueError("probabilities are no whole numbers")

    def edges(self) -> tuple[str, ...]:
        """Return the regimes without those that the author excluded, by name or with another."""
        return tuple(name for name in super().edges() if name != "certain" or "zeros" not in self.exclude)

    def array(self, draw: Draw) -> Array:
        """Return probabilities in the regime of the draw; where there is only one, it is 1."""
        counts = self._counts(draw, draw.natural(self.size, 1))
        return counts / int(counts.sum())

    def simple_array(self, draw: Draw) -> Array:
        """Return quarters, tenths or hundredths, or equal or certain probabilities where they are not excluded."""
        size = draw.natural(self.size, 1)
        way = int(draw.random.integers(3))
        if size == 1 or (way == 0 and "uniform" not in self.exclude):
            counts = np.ones(size, dtype=np.int64)
        elif way == 1 and draw.level and "certain" in self.edges():
            counts = _spread(draw, np.array([1]), size)
        else:
            total = 4 if size == 2 else 10 ** len(str(2 * size - 1))
            counts = 1 + draw.random.multinomial(total - size, np.full(size, 1.0 / size))
            counts = _uneven(counts) if "uniform" in self.exclude else counts
        return counts / int(counts.sum())

    def _counts(self, draw: Draw, size: int) -> Counts:
        """Return whole numbers in the proportions of the probabilities; their sum is a power of ten, where possible."""
        places = max(self.decimals, len(str(100 * size - 1)))  # room for shares that differ, however many there are
        match draw.regime:
            case "uniform":
                return np.ones(size, dtype=np.int64)
            case "certain":
                return _spread(draw, np.array([1]), size)
            case "zeros" if size > 1:
                kept = int(draw.random.integers(min(2, size - 1), size - 1, endpoint=True))
                return _spread(draw, self._shares(draw, kept, 10**places), size)
            case "skewed" if size > 1:
                others = self._shares(draw, size - 1, 10**places) * 10 ** max(_TINY_PLACES - places, 0)
                others[np.argmax(others)] -= 1
                return np.insert(others, int(draw.random.integers(size)), 1)
            case _:
                return self._shares(draw, size, 10**places)

    def _shares(self, draw: Draw, size: int, total: int) -> Counts:
        """Return whole numbers above 0 that sum to a total and are about as likely as the distribution says."""
        concentration = draw.real(self.concentration)
        if not 0.0 < concentration < math.inf:
            raise Unfit(self.concentration, f"the concentration is {concentration}, where a number above 0 is needed")
        weights = draw.random.dirichlet(np.full(size, concentration))
        if not np.all(np.isfinite(weights)):
            raise Unfit(self.concentration, f"nothing can be drawn with a concentration of {concentration}")
        ideal = weights * (total - size)
        shares = np.floor(ideal).astype(np.int64)
        missing = total - size - int(shares.sum())
        shares[np.argsort(shares - ideal)[:missing]] += 1  # the largest remainders
        return _uneven(shares + 1)


def _uneven(shares: Counts) -> Counts:
    """Return shares that are not all equal, if there are several."""
    if shares.size > 1 and np.all(shares == shares[0]):
        shares[0] -= 1
        shares[-1] += 1
    return shares


def _spread(draw: Draw, values: Counts, size: int) -> Counts:
    """Return a vector with these values in places that are drawn, and zeros in the others."""
    vector = np.zeros(size, dtype=np.int64)
    vector[draw.random.permutation(size)[: values.size]] = values
    return vector
