"""You have taken `np.argsort(x)` for the ranks. It answers the opposite question: not which place observation i has,
but which observation has place i. For (30, 10, 20) the ranks are 3, 1, 2, and argsort gives 1, 2, 0. Applied twice it gives
places, though ties still need their mean."""

import numpy as np


def spearman(x, y):
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("all equal")
    r, s = np.argsort(x, kind="stable") + 1.0, np.argsort(y, kind="stable") + 1.0
    return float(np.corrcoef(r, s)[0, 1])
