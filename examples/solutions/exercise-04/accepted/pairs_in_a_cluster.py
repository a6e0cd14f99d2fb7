"""No centroid at all: half the mean of the squared distances of all pairs in a cluster is its variance."""

import numpy as np


def within_clusters(X, labels, k):
    squared = np.sum((X[:, np.newaxis, :] - X[np.newaxis, :, :]) ** 2, axis=2)
    sums = np.zeros(k)
    variances = np.zeros(k)
    for j in set(labels.tolist()):
        own = np.flatnonzero(labels == j)
        variances[j] = np.mean(squared[np.ix_(own, own)]) / 2
        sums[j] = len(own) * variances[j]
    return sum(sums), variances
