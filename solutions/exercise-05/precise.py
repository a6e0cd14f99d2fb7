"""Elimination in exact fractions: any pivot that is not zero will do."""

from fractions import Fraction


def determinant(A):
    U = [[Fraction(entry) for entry in row] for row in A.tolist()]
    result = Fraction(1)
    for k in range(len(U)):
        p = next((i for i in range(k, len(U)) if U[i][k]), None)
        if p is None:
            return 0.0
        if p != k:
            U[k], U[p] = U[p], U[k]
            result = -result
        result *= U[k][k]
        for i in range(k + 1, len(U)):
            factor = U[i][k] / U[k][k]
            U[i] = [a - factor * b for a, b in zip(U[i], U[k], strict=True)]
    return float(result)
