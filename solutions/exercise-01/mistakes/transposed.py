"""These are the entries of Aᵀx: each sum runs down a column of A instead of along a row. When A is not square, the
same sums run out of rows or of columns. In yᵢ = Σⱼ aᵢⱼxⱼ the index that stays, i, is the row, and the one summed
over, j, is the column; look at which of your two indices comes first."""

import numpy as np


def matvec(A, x):
    m, n = A.shape
    if x.shape != (n,):
        raise ValueError("x needs one entry for each column of A")
    y = np.zeros(m)
    for i in range(m):
        for j in range(n):
            y[i] += A[j, i] * x[j]
    return y
