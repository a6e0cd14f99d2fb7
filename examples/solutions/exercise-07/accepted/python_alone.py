"""The sums collected first, with nothing but Python's own mathematics."""

import math


def poisson_log_likelihood(rate, counts):
    total = sum(int(k) for k in counts)
    if rate == 0:
        return -math.inf if total else 0.0
    return total * math.log(rate) - len(counts) * rate - math.fsum(math.lgamma(k + 1) for k in counts)
