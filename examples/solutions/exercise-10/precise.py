"""The same two lines with fifty digits."""

import mpmath

mpmath.mp.dps = 50


def rmsprop_step(theta, v, g, rate, decay, eps):
    rate, decay, eps = (mpmath.mpf(float(number)) for number in (rate, decay, eps))
    columns = ([mpmath.mpf(entry) for entry in array.tolist()] for array in (theta, v, g))
    pairs = []
    for t, old, slope in zip(*columns, strict=True):
        average = decay * old + (1 - decay) * slope**2
        pairs.append((t - rate * slope / (mpmath.sqrt(average) + eps), average))
    return [t for t, _ in pairs], [average for _, average in pairs]
