"""Your interval is right in the middle and too wide by the factor √n: it uses s, the spread of single observations.
The mean of n independent observations scatters less, by s/√n, and it is the mean this interval is about. Replace the
standard deviation of the data by the standard error."""

import numpy as np
from scipy import stats


def mean_interval(sample, level):
    n = len(sample)
    mean = np.mean(sample)
    half_width = stats.t.ppf((1 + level) / 2, n - 1) * np.std(sample, ddof=1)
    return float(mean - half_width), float(mean + half_width)
