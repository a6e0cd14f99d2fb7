"""SciPy's BFGS with the given gradient and a tolerance tight enough for flat directions; the point is its field x."""

from scipy.optimize import minimize


def minimise(f, grad, x0):
    return minimize(f, x0, jac=grad, method="BFGS", options={"gtol": 1e-8}).x
