"""Your σ is a little too large, by the factor √(n/(n − 1)): the squared deviations were divided by n − 1. That divisor
makes the variance unbiased, which is a virtue, but it is not the maximum of the likelihood. Solve ∂ℓ/∂σ = 0 again and
see which divisor the n in front of log σ leaves you with."""

import numpy as np


def mle_normal(x):
    mu = np.mean(x)
    sigma = np.sqrt(np.sum((x - mu) ** 2) / (len(x) - 1))
    return float(mu), float(sigma)
