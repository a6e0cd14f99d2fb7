"""The three terms of the logarithm, added up; SciPy's functions know 0 log 0 and the logarithm of a factorial."""

import numpy as np
from scipy.special import gammaln, xlogy


def poisson_log_likelihood(rate, counts):
    terms = xlogy(counts, rate) - rate - gammaln(counts + 1)
    return float(np.sum(terms))
