"""You slide b along a as it is, from its first entry to its last. That is the correlation, and what layers of networks
compute; a convolution takes b backwards. In the definition the places i and j add up to k: as i grows, j falls."""

import numpy as np


def convolve(a, b):
    m, n = len(a), len(b)
    c = np.zeros(m + n - 1)
    for i in range(m):
        for j in range(n):
            c[i + n - 1 - j] += a[i] * b[j]
    return c
