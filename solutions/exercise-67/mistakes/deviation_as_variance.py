"""Your numbers are what comes out if `tau0` and `sigma` are taken for variances. They are standard deviations, and it
is the variances whose reciprocals, the precisions, add up. Square both before you take one over them; the two agree
only where a standard deviation happens to be 1."""

import numpy as np


def posterior_normal(x, mu0, tau0, sigma):
    precision = 1 / tau0 + len(x) / sigma
    mean = (mu0 / tau0 + np.sum(x) / sigma) / precision
    return float(mean), float(1 / precision)
