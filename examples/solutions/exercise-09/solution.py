"""The equations of balance, of which one is superfluous; in its place stands that the probabilities add up to 1."""

import numpy as np


def stationary(P):
    n = len(P)
    M = P.T - np.eye(n)
    M[-1] = 1.0
    right = np.zeros(n)
    right[-1] = 1.0
    return np.linalg.solve(M, right)
