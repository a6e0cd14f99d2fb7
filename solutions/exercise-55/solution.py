"""The sample covariance matrix: centre the columns, then one matrix product holds all sums of products."""

import numpy as np


def covariance(X):
    centred = X - np.mean(X, axis=0)
    return centred.T @ centred / (len(X) - 1)
