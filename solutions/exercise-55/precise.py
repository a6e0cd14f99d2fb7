"""The sums of products of deviations in exact fractions."""

from fractions import Fraction


def covariance(X):
    columns = [[Fraction(entry) for entry in column] for column in X.T.tolist()]
    n = len(X)
    deviations = [[entry - sum(column) / n for entry in column] for column in columns]
    return [[sum(a * b for a, b in zip(u, v, strict=True)) / (n - 1) for v in deviations] for u in deviations]
