"""Jacobi's iteration: every equation solved for its own unknown, with the row before put in for the others."""

import numpy as np


def jacobi(A, b, x0, steps):
    d = np.diag(A)
    if np.any(d == 0):
        raise ValueError("every entry of the diagonal is a divisor, and one is 0")
    rest = A - np.diag(d)
    path = np.empty((steps + 1, len(x0)))
    path[0] = x0
    for k in range(steps):
        path[k + 1] = (b - rest @ path[k]) / d
    return path
