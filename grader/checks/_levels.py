"""How often a right random answer is refused, and how often a wrong one is found out.

Every statistical test of an exercise has the level ``ALPHA / K``, where K is the number of tests that the whole exercise
makes. K follows from the description alone (Bonferroni), so that no check depends on another's draws. A case that makes t
tests fails its first stage with a probability of at most ``t * ALPHA / K`` if the answer is right. Only then are fresh
data drawn, `GROWTH` times as many and independent of the first, and they must fail at the same level too: at most
``(t * ALPHA / K) ** 2`` for the case. The numbers t of all cases add up to K, so a right submission fails with a
probability of at most ``sum((t * ALPHA / K) ** 2) <= ALPHA ** 2 = 1e-6``, which `failure_bound` computes.

SciPy is imported where it is used: critical values are computed once and stored with what is expected.
"""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

ALPHA: Final = 1e-3
"""Chance, per stage and for all tests of an exercise together, that a right answer fails. Both stages: 1e-6."""
GROWTH: Final = 4
"""How many times larger the second stage is."""
CERTAIN: Final = 1e-12
"""A coincidence less likely than this is taken for a proof."""

_normal: Final = NormalDist()


def level_of(tests: int, own: int) -> float:
    """Return the level of one test: of an exercise with `tests` tests, `own` of which one case makes."""
    return ALPHA / max(tests, own, 1)


def failure_bound(tests: Sequence[int]) -> float:
    """Return how probably a right submission fails at most, from the number of tests that each of its cases makes."""
    level = level_of(sum(tests), 0)
    return sum((count * level) ** 2 for count in tests)


# Critical values: what the statistic of a right answer passes with the probability `level`.


def normal_limit(level: float) -> float:
    """Return the limit of the size of a standard normal number."""
    return -_normal.inv_cdf(level / 2)


def student_limit(n: int, level: float) -> float:
    """Return the limit of the size of Student's t of n normal numbers."""
    from scipy import stats  # most of a second, and cold

    return float(stats.t.isf(level / 2, n - 1))


def gap_limit(n: int, level: float) -> float:
    """Return the limit of Kolmogorov and Smirnov's distance for n draws, from its exact law."""
    from scipy import stats  # cold

    return float(stats.kstwo.isf(level, n))


def tail_limit(level: float) -> float:
    """Return the limit of Anderson and Darling's statistic, from the law that it has for many draws."""
    from scipy import optimize  # cold

    return float(optimize.brentq(lambda z: _tail_chance(z) - level, 0.5, 60, xtol=1e-10))


def _tail_chance(z: float) -> float:
    """Return the chance that Anderson and Darling's statistic passes z (Anderson and Darling 1952, equation 4.35)."""
    from scipy import integrate, special  # cold

    total = 0.0
    for j in range(30):
        rate = (4 * j + 1) ** 2 * math.pi**2 / (8 * z)

        def weight(w: float, rate: float = rate) -> float:
            return math.exp(z / (8 * (w * w + 1)) - rate * w * w)

        area, _ = integrate.quad(weight, 0, math.inf, epsabs=1e-15, epsrel=1e-13)
        total += float(special.binom(-0.5, j)) * (4 * j + 1) * math.exp(-rate) * area
    return 1 - math.sqrt(2 * math.pi) / z * total


def squares_limits(freedom: int, level: float) -> tuple[float, float]:
    """Return the limits of a sum of that many squares of standard normal numbers, below and above."""
    from scipy import stats  # cold

    return float(stats.chi2.ppf(level / 2, freedom)), float(stats.chi2.isf(level / 2, freedom))


def squares_limit(freedom: int, level: float) -> float:
    """Return the upper limit alone."""
    from scipy import stats  # cold

    return float(stats.chi2.isf(level, freedom))


def count_limits(trials: int, chance: float, level: float) -> tuple[int, int]:
    """Return the least and the largest accepted number of successes: each side is passed with level/2 at most."""
    from scipy import stats  # cold

    if not 0 < chance < 1:
        sure = round(trials * chance)
        return sure, sure
    law = stats.binom(trials, chance)
    low, high = int(law.ppf(level / 2)), int(law.isf(level / 2))
    # The quantile functions round; what decides is the probability of the counts beyond.
    while low > 0 and law.cdf(low - 1) > level / 2:
        low -= 1
    while law.cdf(low) <= level / 2:
        low += 1
    while law.sf(high) > level / 2:
        high += 1
    while law.sf(high - 1) <= level / 2:
        high -= 1
    return low, high


# Power: how probably a wrong answer fails both stages.


def both_stages(first: float, second: float) -> float:
    """Return the probability of failing both stages, which use independent draws."""
    return first * second


def shift_power(effect: float, n: int, level: float) -> float:
    """Return how probably a mean that is off by `effect` standard deviations fails, n being the first stage's size."""
    limit = normal_limit(level)

    def stage(size: int) -> float:
        shift = effect * math.sqrt(size)
        return _normal.cdf(shift - limit) + _normal.cdf(-shift - limit)

    return both_stages(stage(n), stage(GROWTH * n))


def spread_power(ratio: float, n: int, level: float) -> float:
    """Return how probably normal draws fail whose standard deviation is `ratio` times the right one."""
    from scipy import stats  # cold

    def stage(size: int) -> float:
        low, high = squares_limits(size, level)
        return float(stats.chi2.cdf(low / ratio**2, size) + stats.chi2.sf(high / ratio**2, size))

    return both_stages(stage(n), stage(GROWTH * n))


def count_power(real: float, expected: float, n: int, level: float) -> float:
    """Return how probably a count fails whose chance of success is `real` instead of `expected`."""
    from scipy import stats  # cold

    def stage(size: int) -> float:
        low, high = count_limits(size, expected, level)
        return float(stats.binom.cdf(low - 1, size, real) + stats.binom.sf(high, size, real))

    return both_stages(stage(n), stage(GROWTH * n))


def cells_power(real: NDArray[np.float64], expected: NDArray[np.float64], n: int, level: float) -> float:
    """Return about how probably draws of cells fail whose probabilities are `real` instead of `expected`."""
    from scipy import stats  # cold

    freedom = len(expected) - 1
    distance = float(np.sum((real - expected) ** 2 / expected))

    def stage(size: int) -> float:
        return float(stats.ncx2.sf(squares_limit(freedom, level), freedom, size * distance))

    return both_stages(stage(n), stage(GROWTH * n))


def runs_for(effect: float, power: float, level: float) -> int:
    """Return how many estimates find a bias of `effect` standard deviations of one of them with the given power.

    The second stage is four times as large and all but certain, so the first decides. The last term makes up for the
    standard deviation being estimated too.
    """
    limit = normal_limit(level)
    runs = math.ceil(((limit + _normal.inv_cdf(power)) / effect) ** 2 + limit**2 / 2)
    while shift_power(effect, runs, level) < power:
        runs += 1
    return runs
