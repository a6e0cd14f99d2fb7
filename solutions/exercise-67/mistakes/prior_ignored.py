"""Your numbers are the mean of the data and σ²/n, so the prior has no influence once there is a single observation.
That is the maximum likelihood estimate with its sampling variance, and it would be the posterior only for infinitely
large τ₀. Add the precision of the prior to that of the data, and let μ₀ enter the mean with its weight."""

import numpy as np


def posterior_normal(x, mu0, tau0, sigma):
    if len(x) == 0:
        return float(mu0), float(tau0**2)
    return float(np.mean(x)), float(sigma**2 / len(x))
