"""Every entry of a sends a multiple of b to the places that begin with its own."""

import numpy as np


def convolve(a, b):
    m, n = len(a), len(b)
    c = np.zeros(m + n - 1)
    for i in range(m):
        for j in range(n):
            c[i + j] += a[i] * b[j]
    return c
