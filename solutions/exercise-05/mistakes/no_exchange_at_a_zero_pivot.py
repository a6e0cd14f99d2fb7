"""You return 0 as soon as a zero stands in the place of a pivot, but a zero there does not make the matrix
singular. As long as a lower row has a non-zero entry in that column, it can take the place, and the sign changes
once. The determinant is 0 only when the rest of the column holds nothing but zeros."""

import numpy as np


def determinant(A):
    U = np.array(A, dtype=float)
    n = len(U)
    result = 1.0
    for k in range(n):
        if U[k, k] == 0:
            return 0.0
        result *= U[k, k]
        for i in range(k + 1, n):
            U[i] -= U[i, k] / U[k, k] * U[k]
    return float(result)
