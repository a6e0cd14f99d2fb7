"""SciPy's ranks, which are the mean ones by default, and NumPy's correlation of them."""

import numpy as np
from scipy.stats import rankdata


def spearman(x, y):
    r, s = rankdata(x), rankdata(y)
    if len(set(r)) == 1 or len(set(s)) == 1:
        raise ValueError("all ranks are equal")
    return np.corrcoef(r, s)[0, 1]
