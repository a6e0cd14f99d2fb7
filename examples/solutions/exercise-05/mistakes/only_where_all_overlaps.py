"""Your numbers are right, and some are missing: you have kept the places at which the shorter sequence lies wholly
inside the longer one. At the borders only a part of it overlaps, and these sums count, too; there are m + n − 1
entries in all."""

import numpy as np


def convolve(a, b):
    m, n = len(a), len(b)
    c = np.zeros(m + n - 1)
    for i in range(m):
        c[i : i + n] += a[i] * b
    return c[min(m, n) - 1 : max(m, n)]
