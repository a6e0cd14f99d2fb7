"""You drop the first coordinate; it is the last that becomes zero."""

import numpy as np


def flattened(p):
    q = np.array(p, dtype=float)
    q[0] = 0.0
    return q
