"""The routine for any square matrix, then the real parts, then an explicit sort."""

import numpy as np


def eigenvalues(A):
    return np.sort(np.linalg.eigvals(A).real)
