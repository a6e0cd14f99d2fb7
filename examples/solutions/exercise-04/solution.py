"""Cluster by cluster: the rows with that label, their centroid, and the squared distances to it."""

import numpy as np


def within_clusters(X, labels, k):
    total = 0.0
    variances = np.zeros(k)
    for j in range(k):
        own = X[labels == j]
        if len(own) == 0:
            continue
        squares = np.sum((own - np.mean(own, axis=0)) ** 2, axis=1)
        total += np.sum(squares)
        variances[j] = np.mean(squares)
    return float(total), variances
