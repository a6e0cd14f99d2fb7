"""You measure all observations from the mean of the whole data set. That is their total variation, and it does not even
depend on the labels if you add it up. The point of clustering is that each observation has a nearer middle: subtract
from every group the mean of *that* group."""

import numpy as np


def within_clusters(X, labels, k):
    squares = np.sum((X - np.mean(X, axis=0)) ** 2, axis=1)
    variances = np.array([np.mean(squares[labels == j]) if np.any(labels == j) else 0.0 for j in range(k)])
    return float(np.sum(squares)), variances
