"""The proportions of your answer are right, and its entries do not add up to 1: the *squares* of them do. Libraries
return eigenvectors of length 1; for probabilities divide by the sum."""

import numpy as np


def stationary(P):
    values, vectors = np.linalg.eig(P.T)
    return np.abs(vectors[:, np.argmin(np.abs(values - 1))].real)
