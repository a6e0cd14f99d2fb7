"""The inverse CDF method: solve 1 − exp(−rate·x) = u for x, with u uniform on [0, 1)."""

import numpy as np


def sample_exponential(rate, n, rng):
    u = rng.random(n)
    return -np.log1p(-u) / rate
