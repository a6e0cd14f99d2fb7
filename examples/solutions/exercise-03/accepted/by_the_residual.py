"""A step as a correction: the residual b − Ax, divided by the diagonal, is what each unknown is off by."""

import numpy as np


def jacobi(A, b, x0, steps):
    divisors = A.diagonal().astype(float)
    if 0 in divisors:
        raise ValueError("a zero on the diagonal")
    x = np.asarray(x0, dtype=float)
    path = [x]
    for _ in range(steps):
        x = x + (b - A @ x) / divisors
        path.append(x)
    return np.array(path)
