"""The same sum with fifty digits."""

import mpmath

mpmath.mp.dps = 50


def poisson_log_likelihood(rate, counts):
    rate = mpmath.mpf(float(rate))
    if not rate:
        raise NotImplementedError("a rate of 0 has no logarithm")
    return mpmath.fsum(int(k) * mpmath.log(rate) - rate - mpmath.loggamma(int(k) + 1) for k in counts.tolist())
