"""The matrix of the projection."""

import numpy as np


def flattened(p):
    return np.diag([1.0, 1.0, 0.0]) @ p
