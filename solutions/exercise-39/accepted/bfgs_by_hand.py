"""BFGS in a few lines: a quasi-Newton direction, the step halved until f falls enough, an estimate of the inverse Hessian."""

import numpy as np


def minimise(f, grad, x0):
    x = np.array(x0, dtype=float)
    identity = np.eye(len(x))
    B = identity  # the estimate of the inverse Hessian
    g = grad(x)
    for _ in range(10_000):
        if np.linalg.norm(g) <= 1e-6:
            break
        d = -B @ g
        if g @ d >= 0:  # no descent direction any more: forget the curvature
            B, d = identity, -g
        step = 1.0
        while f(x + step * d) > f(x) + 1e-4 * step * (g @ d):
            step /= 2
            if step < 1e-12:
                return x
        s = step * d
        y = grad(x + s) - g
        x, g = x + s, g + y
        if s @ y > 0:
            C = identity - np.outer(s, y) / (s @ y)
            B = C @ B @ C.T + np.outer(s, s) / (s @ y)
    return x
