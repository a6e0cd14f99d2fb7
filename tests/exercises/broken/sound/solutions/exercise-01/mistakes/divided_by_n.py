"""You divide by n; the sample variance divides by n - 1."""

import numpy as np


def sample_variance(x):
    if len(x) < 2:
        raise ValueError("two observations are needed")
    return float(np.mean((x - np.mean(x)) ** 2))
