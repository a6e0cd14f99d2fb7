"""The larger of two uniform numbers has this law, too."""

import numpy as np


def growing(n, rng):
    return np.max(rng.random((2, n)), axis=0)
