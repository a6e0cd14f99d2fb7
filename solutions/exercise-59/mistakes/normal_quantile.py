"""Your interval is too narrow, because its quantile is that of the normal distribution (1.96 at 95 %). That would be
right if the standard deviation were known, but s comes from the same few observations, and the extra uncertainty
gives heavier tails. Take the quantile from Student's t with n − 1 degrees of freedom."""

import numpy as np
from scipy import stats


def mean_interval(sample, level):
    n = len(sample)
    mean = np.mean(sample)
    standard_error = np.std(sample, ddof=1) / np.sqrt(n)
    half_width = stats.norm.ppf((1 + level) / 2) * standard_error
    return float(mean - half_width), float(mean + half_width)
