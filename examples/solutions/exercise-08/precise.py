"""Ranks and sums in exact fractions, and the root with fifty digits."""

from fractions import Fraction

import mpmath

mpmath.mp.dps = 50


def spearman(x, y):
    r, s = _centred(x.tolist()), _centred(y.tolist())
    product = _dot(r, r) * _dot(s, s)
    top = _dot(r, s)
    return mpmath.mpf(top.numerator) / top.denominator / mpmath.sqrt(mpmath.mpf(product.numerator) / product.denominator)


def _centred(values):
    ranks = [sum(v < u for v in values) + Fraction(sum(v == u for v in values) + 1, 2) for u in values]
    mean = sum(ranks) / len(ranks)
    return [rank - mean for rank in ranks]


def _dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))
