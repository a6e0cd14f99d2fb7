"""Both branches with fifty digits."""

import mpmath
import numpy as np

mpmath.mp.dps = 50


def elu(x, alpha):
    numbers = [mpmath.mpf(float(entry)) for entry in np.ravel(x)]
    alpha = mpmath.mpf(float(alpha))
    value = [t if t > 0 else alpha * mpmath.expm1(t) for t in numbers]
    derivative = [mpmath.mpf(1) if t > 0 else alpha * mpmath.exp(t) for t in numbers]
    return _formed(value, x), _formed(derivative, x)


def _formed(numbers, x):
    return np.array([float(number) for number in numbers]).reshape(np.shape(x))
