"""Your ranks are right, and 1 − 6 Σ d²/(n(n² − 1)) is not the correlation when some of them are shared: the formula takes
it for granted that the ranks are 1, …, n, with the variance that these have. With ties the variance is smaller. Use the
correlation itself."""

import numpy as np


def spearman(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("all equal")
    n = len(x)
    d = _ranks(x) - _ranks(y)
    return float(1 - 6 * np.sum(d**2) / (n * (n**2 - 1)))


def _ranks(values):
    return np.array([np.sum(values < value) + (np.sum(values == value) + 1) / 2 for value in values])
