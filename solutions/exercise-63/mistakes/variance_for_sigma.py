"""Your second number is σ², the variance, where σ is asked for. The likelihood is largest at the same distribution
whichever you call the parameter, so your estimate is right and only its scale is not: a standard deviation has the
units of the data. One square root is missing."""

import numpy as np


def mle_normal(x):
    mu = np.mean(x)
    variance = np.mean((x - mu) ** 2)
    return float(mu), float(variance)
