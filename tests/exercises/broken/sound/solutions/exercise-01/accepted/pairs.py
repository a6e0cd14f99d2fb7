"""Half of the mean squared distance of all pairs."""

import numpy as np


def sample_variance(x):
    n = len(x)
    if n < 2:
        raise ValueError("two observations are needed")
    return float(np.sum((x[:, np.newaxis] - x) ** 2) / (2 * n * (n - 1)))
