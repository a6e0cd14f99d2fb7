"""The mean of your numbers is the rate, where it should be 1/rate: you multiply by the rate instead of dividing by it.
A high rate means many events in a second, and hence short times between them."""

import numpy as np


def sample_exponential(rate, n, rng):
    u = rng.random(n)
    return -np.log1p(-u) * rate
