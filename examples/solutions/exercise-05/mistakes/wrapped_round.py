"""Your answer is as long as the longer sequence, and what should stand beyond its end has been added at the beginning:
that is the circular convolution, which Fourier transforms give if nothing is padded. Make room for m + n − 1 entries
before you begin."""

import numpy as np


def convolve(a, b):
    m, n = len(a), len(b)
    c = np.zeros(max(m, n))
    for i in range(m):
        for j in range(n):
            c[(i + j) % len(c)] += a[i] * b[j]
    return c
