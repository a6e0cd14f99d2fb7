"""Your number has the right size, and where an odd number of exchanges was needed it has the wrong sign.
Exchanging two rows reverses the orientation, so every exchange multiplies the determinant by −1; a row that stays
where it is does not count. Keep the sign along with the product of the pivots."""

import numpy as np


def determinant(A):
    U = np.array(A, dtype=float)
    n = len(U)
    result = 1.0
    for k in range(n):
        p = k + np.argmax(np.abs(U[k:, k]))
        if U[p, k] == 0:
            return 0.0
        U[[k, p]] = U[[p, k]]
        result *= U[k, k]
        for i in range(k + 1, n):
            U[i] -= U[i, k] / U[k, k] * U[k]
    return float(result)
