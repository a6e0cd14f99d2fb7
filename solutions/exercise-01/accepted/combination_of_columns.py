"""The same product seen the other way: the columns of A, added up with the entries of x as their weights."""

import numpy as np


def matvec(A, x):
    m, n = A.shape
    if len(x) != n:
        raise ValueError("x needs one entry for each column of A")
    y = np.zeros(m)
    for j in range(n):
        y += x[j] * A[:, j]
    return y
