"""The same in exact fractions."""

from fractions import Fraction


def sample_variance(x):
    values = [Fraction(float(value)) for value in x]
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
