"""This is the ordinary correlation of the marks themselves, Pearson's. It measures how nearly the pairs lie on a line,
and changes if the marks are squared; the ranks come first, then the correlation."""

import numpy as np


def spearman(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("all equal")
    return float(np.corrcoef(x, y)[0, 1])
