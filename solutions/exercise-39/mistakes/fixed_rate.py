"""Your point is on its way to the minimum but has not arrived. You take a given number of gradient steps at a fixed rate:
the steepest direction limits the rate, and in flat directions such steps hardly move. Use a method which adapts to the
curvature, a quasi-Newton method for instance, and let it stop only when the gradient is practically zero."""

import numpy as np


def minimise(f, grad, x0):
    x = np.array(x0, dtype=float)
    for _ in range(1000):
        x = x - 0.001 * grad(x)
    return x
