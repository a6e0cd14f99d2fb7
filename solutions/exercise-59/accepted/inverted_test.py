"""By inverting the test: the interval holds exactly those means which a two-sided t test at 1 - level keeps."""

import numpy as np
from scipy import optimize, stats


def mean_interval(sample, level):
    mean = np.mean(sample)
    spread = np.ptp(sample)

    def excess(mu):
        return stats.ttest_1samp(sample, mu).pvalue - (1 - level)

    step = spread
    while excess(mean + step) > 0:
        step *= 2
    low = optimize.brentq(excess, mean - step, mean, xtol=1e-12 * spread)
    high = optimize.brentq(excess, mean, mean + step, xtol=1e-12 * spread)
    return low, high
