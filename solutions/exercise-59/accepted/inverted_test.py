"""By inverting the test: the interval holds exactly those means which a two-sided t test at 1 - level keeps."""

import numpy as np
from scipy import optimize, special


def mean_interval(sample, level):
    n = len(sample)
    mean = np.mean(sample)
    spread = np.ptp(sample)
    standard_error = np.std(sample, ddof=1) / np.sqrt(n)

    def excess(mu):
        t = (mean - mu) / standard_error
        return 2 * special.stdtr(n - 1, -abs(t)) - (1 - level)

    step = spread
    while excess(mean + step) > 0:
        step *= 2
    low = optimize.brentq(excess, mean - step, mean, xtol=1e-12 * spread)
    high = optimize.brentq(excess, mean, mean + step, xtol=1e-12 * spread)
    return low, high
