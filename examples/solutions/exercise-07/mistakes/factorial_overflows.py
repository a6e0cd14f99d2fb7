"""From a count of 171 on your answer is −inf: the factorial itself is computed, and it is too large for a float before
its logarithm is taken. Take the logarithm of the factorial as a whole, `scipy.special.gammaln(k + 1)`."""

import numpy as np
from scipy.special import factorial, xlogy


def poisson_log_likelihood(rate, counts):
    with np.errstate(all="ignore"):
        return float(np.sum(xlogy(counts, rate) - rate - np.log(factorial(counts))))
