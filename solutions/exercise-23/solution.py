"""The product rule, with u = x² and v = sin x."""

import numpy as np


def derivative(x):
    return 2 * x * np.sin(x) + x**2 * np.cos(x)
