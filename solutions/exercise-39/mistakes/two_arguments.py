"""You call f with one argument per coordinate, f(x[0], x[1], …), and Python refuses with a TypeError. Here, as for every
general minimiser, f is a function of a single vector. Hand the whole array over as one argument, to f and to grad."""

from scipy.optimize import minimize


def minimise(f, grad, x0):
    return minimize(lambda x: f(*x), x0, jac=lambda x: grad(*x), method="BFGS", options={"gtol": 1e-8}).x
