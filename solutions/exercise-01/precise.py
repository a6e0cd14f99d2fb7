"""The same sums in exact fractions."""

from fractions import Fraction


def matvec(A, x):
    return [sum(Fraction(a) * Fraction(b) for a, b in zip(row, x.tolist(), strict=True)) for row in A.tolist()]
