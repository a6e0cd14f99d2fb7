"""Your value is right, and your slope on the negative side is e^x, which lacks the factor α. It is the slope of the
curve with α = 1, the value that libraries take unless they are told; α multiplies the whole branch, and so its
derivative, too."""

import numpy as np


def elu(x, alpha):
    low = np.minimum(x, 0)
    return np.where(x > 0, x, alpha * np.expm1(low)), np.where(x > 0, 1.0, np.exp(low))
