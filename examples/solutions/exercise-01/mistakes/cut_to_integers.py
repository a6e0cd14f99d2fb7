"""With a matrix of floats your answer is right; with a matrix of integers it belongs to another right-hand side, with
everything behind the point cut off. A copy of an array of integers holds integers, too, and NumPy makes 2 of 2.7
without a word. Copy with `A.astype(float)`."""

import numpy as np


def cramer(A, b):
    volume = np.linalg.det(A)
    if abs(volume) <= 1e-12 * np.prod(np.linalg.norm(A, axis=1)):
        raise ValueError("A is singular")
    x = np.empty(len(b))
    for i in range(len(b)):
        replaced = A.copy()
        replaced[:, i] = b
        x[i] = np.linalg.det(replaced) / volume
    return x
