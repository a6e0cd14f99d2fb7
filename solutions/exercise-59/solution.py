"""Student's interval: the mean, plus and minus a t quantile times the standard error."""

import numpy as np
from scipy import stats


def mean_interval(sample, level):
    n = len(sample)
    mean = np.mean(sample)
    standard_error = np.std(sample, ddof=1) / np.sqrt(n)
    half_width = stats.t.ppf((1 + level) / 2, n - 1) * standard_error
    return float(mean - half_width), float(mean + half_width)
