"""Your waiting times are negative. Since 1 − u lies between 0 and 1, its logarithm is at most 0, and the minus sign from
the exponent of exp(−rate·x) has to make it positive. It was lost when the equation was solved for x."""

import numpy as np


def sample_exponential(rate, n, rng):
    u = rng.random(n)
    return np.log1p(-u) / rate
