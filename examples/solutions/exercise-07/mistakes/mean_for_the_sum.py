"""This is the mean of the log-probabilities. Frameworks average a loss over the batch, so that its size does not depend
on how many examples there are; a likelihood is a product over all observations, and its logarithm is the sum."""

import numpy as np
from scipy.special import gammaln, xlogy


def poisson_log_likelihood(rate, counts):
    return float(np.sum(xlogy(counts, rate) - rate - gammaln(counts + 1))) / max(len(counts), 1)
