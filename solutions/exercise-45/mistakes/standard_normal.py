"""This is the standard normal density: its exponent is −x²/2 and its variance is 1. It is a density, but of another
curve; here the exponent is −x², without the 2, which makes the variance 1/2. The factor in front changes along with
the exponent."""

import numpy as np


def density(x):
    return np.exp(-np.square(x) / 2) / np.sqrt(2 * np.pi)
