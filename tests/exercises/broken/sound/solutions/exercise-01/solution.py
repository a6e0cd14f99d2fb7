"""The sum of the squared deviations, divided by n - 1."""

import numpy as np


def sample_variance(x):
    if len(x) < 2:
        raise ValueError("two observations are needed")
    return float(np.sum((x - np.mean(x)) ** 2) / (len(x) - 1))
