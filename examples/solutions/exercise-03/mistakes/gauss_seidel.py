"""This is the path of Gauss and Seidel: you put a new entry into the equations that follow as soon as you have it. That
is a good method, often a faster one, but a different one. Jacobi's step uses the old guess in all equations, so keep it
until the whole new row is there."""

import numpy as np


def jacobi(A, b, x0, steps):
    if np.any(np.diag(A) == 0):
        raise ValueError("a zero on the diagonal")
    x = x0.astype(float)
    path = [x.copy()]
    for _ in range(steps):
        for i in range(len(x)):
            x[i] = (b[i] - A[i] @ x + A[i, i] * x[i]) / A[i, i]
        path.append(x.copy())
    return np.array(path)
