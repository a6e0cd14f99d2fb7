"""Values by power series, by fractions and by long decimals: right answers that share nothing with NumPy's functions."""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

DIGITS = 50


def dot(first: Iterable[float], second: Iterable[float]) -> float:
    """Return a scalar product that is rounded once."""
    return float(sum((Fraction(a) * Fraction(b) for a, b in zip(first, second, strict=True)), Fraction(0)))


def product(first: Any, second: Any) -> list[list[complex]]:
    """Return the product of two matrices by three loops."""
    rows, inner, columns = len(first), len(second), len(second[0])
    return [[sum(first[i][k] * second[k][j] for k in range(inner)) for j in range(columns)] for i in range(rows)]


def mean(values: Sequence[float]) -> Fraction:
    """Return the exact mean."""
    return sum(map(Fraction, values), Fraction(0)) / len(values)


def variance(values: Sequence[float]) -> Fraction:
    """Return the exact mean of the squared distances from the mean."""
    middle = mean(values)
    return sum(((Fraction(value) - middle) ** 2 for value in values), Fraction(0)) / len(values)


def exponential(x: float) -> float:
    """Return exp(x) by its power series, after halving x until it is small."""
    halvings = max(0, math.frexp(x)[1] + 3)
    small, term, total = x / 2**halvings, 1.0, 1.0
    for k in range(1, 14):
        term *= small / k
        total += term
    for _ in range(halvings):
        total *= total
    return total


def logarithm(x: float) -> float:
    """Return log(x) of a positive number by the series of the area hyperbolic tangent."""
    mantissa, exponent = math.frexp(x)
    t = (mantissa - 0.75) / (mantissa + 0.75)
    series = 2 * sum(t ** (2 * k + 1) / (2 * k + 1) for k in range(14))
    return series + math.log(0.75) + exponent * math.log(2)


def cosine(x: float) -> float:
    """Return cos(x) of a number that is not large by its power series."""
    terms, term = [1.0], 1.0
    for k in range(1, 20):
        term *= -x * x / ((2 * k - 1) * (2 * k))
        terms.append(term)
    return math.fsum(terms)


def log_sum_exp(values: Sequence[float]) -> float:
    """Return log(sum(exp(values))) with so many digits that nothing has to be shifted."""
    with localcontext(prec=DIGITS):
        return float(sum((Decimal(value).exp() for value in values), Decimal(0)).ln())


def softmax(values: Sequence[float]) -> list[float]:
    """Return exp(values) / sum(exp(values)) with so many digits that nothing has to be shifted."""
    with localcontext(prec=DIGITS):
        powers = [Decimal(value).exp() for value in values]
        total = sum(powers, Decimal(0))
        return [float(power / total) for power in powers]


def euclidean_length(values: Sequence[float]) -> float:
    """Return the length of a vector with so many digits that squares neither overflow nor vanish."""
    with localcontext(prec=DIGITS):
        return float(sum((Decimal(value) ** 2 for value in values), Decimal(0)).sqrt())
