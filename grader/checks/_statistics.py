"""Statistics of random answers. Their laws are known exactly, or for many draws, if the answer is right.

Everything here is NumPy alone, and works along the last axis, so that many samples can be measured at once.
"""

from enum import StrEnum
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEAST: Final = 1e-300
_MOST: Final = 1 - 2**-53
_ALIKE: Final = 1.63
"""Two samples of n are taken for one law below this times sqrt(2/n) (Smirnov's test at 1 %)."""


class Aspect(StrEnum):
    """The tests that a right answer can fail by chance; the value is the aspect of the outcome."""

    GAP = "distribution function"
    MEAN = "mean"
    SPREAD = "spread"
    NEIGHBOURS = "neighbours"
    HALVES = "halves"
    CELLS = "frequencies"
    COUNT = "count"


def scores(u: Floats) -> Floats:
    """Return the standard normal quantiles of numbers between 0 and 1: independent N(0, 1) if those are uniform."""
    quantile = NormalDist().inv_cdf
    clipped = np.clip(u, _LEAST, _MOST)
    return np.array([quantile(p) for p in clipped.ravel().tolist()], np.float64).reshape(clipped.shape)


def sizes(u: Floats) -> Floats:
    """Return standard normal numbers that rank the scores of `u` by their size, as their squares would."""
    return scores(np.abs(2 * u - 1))


def gaps(u: Floats) -> Floats:
    """Return how far the shares at and before every sorted uniform number are from it; the largest is Kolmogorov's."""
    ranks = np.arange(u.shape[-1] + 1) / u.shape[-1]
    return np.asarray(np.maximum(u - ranks[:-1], ranks[1:] - u))


def tails(u: Floats) -> Floats:
    """Return Anderson and Darling's statistic of sorted uniform numbers, which weighs both tails most."""
    u = np.clip(u, _LEAST, _MOST)
    n = u.shape[-1]
    weights = 2 * np.arange(n) + 1
    return np.asarray(-n - np.mean(weights * (np.log(u) + np.log1p(-u[..., ::-1])), axis=-1))


def neighbours(w: Floats) -> Floats:
    """Return what is N(0, 1) for independent N(0, 1) numbers and grows with the correlation of neighbours.

    With every other number fixed, the sum of the rest times the sums of their two neighbours is normal, and its variance
    is that of the fixed ones. So the law is exact, also far out in the tails, where that of the usual correlation of
    neighbours is not. With fewer than three numbers there is nothing to measure, and the result is 0.
    """
    return _product(w[..., 1:-1:2], w[..., :-2:2] + w[..., 2::2])


def halves(w: Floats) -> Floats:
    """Return the same for numbers that lie half a sample apart, as pairs do where two halves are joined."""
    middle = (w.shape[-1] + 1) // 2
    return _product(w[..., middle:], w[..., : w.shape[-1] - middle])


def _product(free: Floats, fixed: Floats) -> Floats:
    size = np.sqrt(np.sum(fixed**2, axis=-1))
    return np.asarray(np.sum(free * fixed, axis=-1) / np.where(size > 0, size, 1.0))


def cell_scores(counts: NDArray[np.int64], shares: Floats, uniforms: Floats) -> Floats:
    """Return one number fewer than there are cells: independent N(0, 1) if the counts are multinomial.

    Given the counts before it, every count is binomial, and its distribution function at a point chosen at random within
    its jump is exactly uniform. So the sum of squares is χ² with one degree of freedom fewer than cells *exactly*, for
    any expectation. Pearson's sum is so only roughly: where 10 are expected, it passes a limit of 1e-4 several times as
    often.

    Parameters
    ----------
    counts : array of int, (k,)
        how often each cell occurred.
    shares : array, (k,)
        the cells' probabilities.
    uniforms : array, (k - 1,)
        where to stand within the jumps.
    """
    left, rest = int(counts.sum()), np.cumsum(shares[::-1])[::-1]
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, left + 1)))])
    result = []
    for count, share, place in zip(counts[:-1].tolist(), shares[:-1] / rest[:-1], uniforms.tolist(), strict=True):
        trials = np.arange(left + 1)
        chances = np.exp(
            logs[left]
            - logs[trials]
            - logs[left - trials]
            + trials * np.log(share)
            + (left - trials) * np.log1p(-share)
        )
        below = float(chances[:count].sum()) + place * float(chances[count])
        above = float(chances[count + 1 :].sum()) + (1 - place) * float(chances[count])
        # The smaller tail is the precise one.
        result.append(float(scores(np.array(below))) if below < above else -float(scores(np.array(above))))
        left -= count
    return np.array(result)


def pooled(expectations: Floats, least: float) -> list[int]:
    """Return the cell of every outcome: small outcomes share cells of at least `least`, impossible ones have -1.

    Small outcomes are joined in their order; what is left over goes to the last cell of small ones. If there is none, it
    stays a cell of its own: in a large one it would not be seen.
    """
    cells = [-1] * len(expectations)
    large = [place for place, size in enumerate(expectations) if size >= least]
    small = [place for place, size in enumerate(expectations) if 0 < size < least]
    for cell, place in enumerate(large):
        cells[place] = cell
    cell, filled = len(large), 0.0
    for place in small:
        cells[place] = cell
        filled += float(expectations[place])
        if filled >= least:
            cell, filled = cell + 1, 0.0
    if filled and cell > len(large):
        cells = [cell - 1 if found == cell else found for found in cells]
    return cells


def one_law(first: Floats, second: Floats) -> bool:
    """Return whether two samples could come from one law."""
    if not first.size or not second.size:
        return first.size == second.size
    points = np.concatenate([first, second])
    shares = [np.searchsorted(np.sort(sample), points, side="right") / sample.size for sample in (first, second)]
    limit = _ALIKE * np.sqrt(1 / first.size + 1 / second.size)
    return bool(np.max(np.abs(shares[0] - shares[1])) <= limit)
