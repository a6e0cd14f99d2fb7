"""No mean at all: the sum over all ordered pairs of (x_i - x_j)(x_i - x_j)ᵀ, divided by 2n(n - 1)."""

import numpy as np


def covariance(X):
    n, p = X.shape
    differences = (X[:, np.newaxis, :] - X[np.newaxis, :, :]).reshape(n * n, p)
    return differences.T @ differences / (2 * n * (n - 1))
