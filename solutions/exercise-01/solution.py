"""A matrix times a vector: x laid against every row, the products summed over the columns."""

import numpy as np


def matvec(A, x):
    if x.shape != (A.shape[1],):
        raise ValueError("x needs one entry for each column of A")
    return np.sum(A * x, axis=1)
