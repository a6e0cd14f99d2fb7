"""All rows of your path are the last guess. You have put one and the same array into the list at every step, and changed
it afterwards; the list holds it many times over. Append a copy, or make a new array at every step."""

import numpy as np


def jacobi(A, b, x0, steps):
    d = np.diag(A)
    if np.any(d == 0):
        raise ValueError("a zero on the diagonal")
    x = x0.astype(float)
    path = [x]
    for _ in range(steps):
        x[:] = (b - A @ x + d * x) / d
        path.append(x)
    return np.array(path)
