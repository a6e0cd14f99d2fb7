"""Power iteration."""

import numpy as np


def principal_axis(A):
    v = np.ones(len(A)) + 0.1 * np.arange(len(A))
    for _ in range(400):
        v = A @ v
        v /= np.linalg.norm(v)
    return v
