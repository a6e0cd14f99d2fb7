"""These are the right eigenvalues, sorted by absolute value. Ascending order is the order of the number line:
−3 comes before 1. If you call a routine that promises no order, sort the values themselves with `np.sort`."""

import numpy as np


def eigenvalues(A):
    values = np.linalg.eigvalsh(A)
    return values[np.argsort(np.abs(values), kind="stable")]
