"""The mean in exact fractions, and the root with fifty digits."""

from decimal import Decimal, localcontext
from fractions import Fraction


def mle_normal(x):
    values = [Fraction(value) for value in x.tolist()]
    mu = sum(values) / len(values)
    variance = sum((value - mu) ** 2 for value in values) / len(values)
    with localcontext(prec=50):
        sigma = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    return mu, sigma
