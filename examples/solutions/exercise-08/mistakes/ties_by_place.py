"""Without ties your answer is right. Where observations are equal, you give them different ranks, in the order in which
they happen to stand in the array, so that shuffling the pairs would change the result. Equal observations share the mean
of their places."""

import numpy as np


def spearman(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("all equal")
    r = np.argsort(np.argsort(x, kind="stable"), kind="stable")
    s = np.argsort(np.argsort(y, kind="stable"), kind="stable")
    return float(np.corrcoef(r, s)[0, 1])
