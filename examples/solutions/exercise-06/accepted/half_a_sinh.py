"""e^x − 1 is 2 sinh(x/2) e^(x/2), without a difference of numbers that are nearly equal."""

import numpy as np


def elu(x, alpha):
    half = np.maximum(np.minimum(x, 0), -1000) / 2
    value = np.maximum(x, 0) + 2 * alpha * np.sinh(half) * np.exp(half)
    return value, (x > 0) + (x <= 0) * alpha * np.exp(np.minimum(x, 0))
