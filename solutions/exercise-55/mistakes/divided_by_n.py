"""Your matrix is the right one times (n − 1)/n: the sum of products was divided by n. The deviations are taken from
the mean of the same data, so they are a little too small, and n of them carry only n − 1 independent pieces of
information. Look at the divisor again; averaging with a mean function divides by n without saying so."""

import numpy as np


def covariance(X):
    centred = X - np.mean(X, axis=0)
    return centred.T @ centred / len(X)
