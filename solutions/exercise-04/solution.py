"""The eigenvalues of a symmetric matrix: LAPACK's symmetric routine returns them real and ascending."""

import numpy as np


def eigenvalues(A):
    return np.linalg.eigvalsh(A)
