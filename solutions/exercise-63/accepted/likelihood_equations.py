"""The two likelihood equations solved by a root finder, one after the other, with no closed form."""

import numpy as np
from scipy.optimize import brentq


def mle_normal(x):
    width = np.ptp(x)
    tolerance = 1e-12 * width
    mu = brentq(lambda m: np.sum(x - m), np.min(x), np.max(x), xtol=tolerance)
    # Every deviation is at most the width, and the two extremes contribute width² / 2 or more: this brackets sigma.
    lowest = width / np.sqrt(3 * len(x))
    sigma = brentq(lambda s: -len(x) / s + np.sum((x - mu) ** 2) / s**3, lowest, width, xtol=tolerance)
    return mu, sigma
