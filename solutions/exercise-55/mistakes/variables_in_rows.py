"""Your answer is the covariance matrix of the rows of X, of shape (n, n). Here each row is an observation and each
column a variable, so the means run down the columns and the answer has shape (p, p). Check the axis of your mean and
which factor of the product you transpose."""

import numpy as np


def covariance(X):
    centred = X - np.mean(X, axis=1, keepdims=True)
    return centred @ centred.T / (X.shape[1] - 1)
