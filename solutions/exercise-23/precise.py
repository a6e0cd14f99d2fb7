"""The product rule with fifty digits; the angle is taken as the float that it is."""

import mpmath
import numpy as np

mpmath.mp.dps = 50


def derivative(x):
    values = [_derivative(mpmath.mpf(float(value))) for value in np.ravel(x)]
    return np.array([float(value) for value in values]).reshape(np.shape(x)) if np.ndim(x) else values[0]


def _derivative(x):
    return 2 * x * mpmath.sin(x) + x**2 * mpmath.cos(x)
