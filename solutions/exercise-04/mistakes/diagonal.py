"""This is the sorted diagonal of A. The diagonal holds the eigenvalues only when A is diagonal (or triangular);
in general the two share just their sum, the trace."""

import numpy as np


def eigenvalues(A):
    if A.shape[0] != A.shape[1]:
        raise ValueError("a matrix with eigenvalues is square")
    return np.sort(np.diag(A))
