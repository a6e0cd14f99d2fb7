"""Precisions add up, and they weight the prior mean and the observations in the posterior mean."""

import numpy as np


def posterior_normal(x, mu0, tau0, sigma):
    precision = 1 / tau0**2 + len(x) / sigma**2
    mean = (mu0 / tau0**2 + np.sum(x) / sigma**2) / precision
    return float(mean), float(1 / precision)
