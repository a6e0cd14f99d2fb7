"""This is 2x cos x, the product of the two derivatives, but the derivative of a product is not the product of the
derivatives. If it were, x · x would have the derivative 1 · 1. Each term of the product rule differentiates one
factor and keeps the other, so there are two terms."""

import numpy as np


def derivative(x):
    return 2 * x * np.cos(x)
