"""Invert the survival function exp(−rate·x) instead of F, with u uniform on a fine grid strictly between 0 and 1."""

import numpy as np


def sample_exponential(rate, n, rng):
    u = rng.integers(1, 2**53, size=n) / 2**53
    return -np.log(u) / rate
