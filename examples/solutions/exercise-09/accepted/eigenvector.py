"""The eigenvector of Pᵀ whose eigenvalue is nearest to 1, divided by its sum."""

import numpy as np


def stationary(P):
    values, vectors = np.linalg.eig(P.T)
    vector = vectors[:, np.argmin(np.abs(values - 1))].real
    return vector / vector.sum()
