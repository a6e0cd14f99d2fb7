"""Your first term is right, and the second, x² cos x, has the wrong sign. The derivative of the sine is the cosine
itself; the minus sign belongs to the derivative of the cosine, which is −sin x. And the product rule adds its two
terms, while it is the quotient rule that subtracts."""

import numpy as np


def derivative(x):
    return 2 * x * np.sin(x) - x**2 * np.cos(x)
