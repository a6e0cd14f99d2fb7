"""The table of all products, turned upside down; the entries of one sum then lie on one diagonal."""

import numpy as np


def convolve(a, b):
    table = np.outer(a, b)[::-1]
    return np.array([np.trace(table, offset=k) for k in range(1 - len(a), len(b))])
