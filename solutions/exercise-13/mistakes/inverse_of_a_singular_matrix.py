"""With independent columns this formula is right; with dependent ones AᵀA is singular, and its computed inverse is
either refused or a matrix of huge numbers made of rounding errors. The projection exists even so: only the
coefficients are not unique. Look for a basis of the column space with as many vectors as the rank, so that nothing
singular is ever inverted."""

import numpy as np


def projection(A, b):
    return A @ (np.linalg.inv(A.T @ A) @ (A.T @ b))
