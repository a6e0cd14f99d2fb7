"""Precisions in exact fractions."""

from fractions import Fraction


def posterior_normal(x, mu0, tau0, sigma):
    prior, one = 1 / Fraction(tau0) ** 2, 1 / Fraction(sigma) ** 2
    precision = prior + len(x) * one
    mean = (Fraction(mu0) * prior + sum(map(Fraction, x.tolist())) * one) / precision
    return mean, 1 / precision
