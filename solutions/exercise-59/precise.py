"""Student's quantile with thirty digits, as a root of the incomplete beta function."""

import mpmath

mpmath.mp.dps = 30


def mean_interval(sample, level):
    values = [mpmath.mpf(float(value)) for value in sample]
    n = len(values)
    mean = sum(values) / n
    standard_error = mpmath.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half_width = _quantile(mpmath.mpf(float(level)), n - 1) * standard_error
    return mean - half_width, mean + half_width


def _quantile(level, freedom):
    """Return t with P(|T| <= t) = level, which is 1 - I(freedom / (freedom + t²); freedom / 2, 1 / 2)."""

    def excess(t):
        share = mpmath.betainc(mpmath.mpf(freedom) / 2, 0.5, 0, freedom / (freedom + t**2), regularized=True)
        return 1 - share - level

    high = mpmath.mpf(1)
    while excess(high) < 0:
        high *= 2
    return mpmath.findroot(excess, (0, high), solver="anderson", tol=1e-40)
