"""The same sums in exact fractions."""

from fractions import Fraction


def convolve(a, b):
    c = [Fraction(0)] * (len(a) + len(b) - 1)
    for i, left in enumerate(a.tolist()):
        for j, right in enumerate(b.tolist()):
            c[i + j] += Fraction(left) * Fraction(right)
    return c
