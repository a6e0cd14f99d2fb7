"""This is the eigenvector of the smallest eigenvalue."""

import numpy as np


def principal_axis(A):
    return np.linalg.eigh(A)[1][:, 0]
