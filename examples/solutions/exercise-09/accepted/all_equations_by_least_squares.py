"""All n + 1 equations at once; they have a solution, so least squares finds it."""

import numpy as np


def stationary(P):
    n = len(P)
    M = np.vstack([P.T - np.eye(n), np.ones((1, n))])
    return np.linalg.lstsq(M, np.eye(n + 1)[-1], rcond=None)[0]
