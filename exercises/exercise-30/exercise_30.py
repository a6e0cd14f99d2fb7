"""The trapezoidal rule.

grade show exercise-30    the statement
grade exercise-30         check this answer
grade hint exercise-30    the next hint
"""

import numpy as np


def trapezoid(f, a, b, n):
    """Approximate the integral of f from a to b by the composite trapezoidal rule.

    Parameters
    ----------
    f : callable
        the integrand, a function of a number or of an array of numbers
    a : float
        the lower limit
    b : float
        the upper limit, which may be smaller than a
    n : int
        the number of subintervals, at least 1

    Returns
    -------
    float
        the sum of the areas of the n trapezoids
    """
    raise NotImplementedError("write your answer here, in place of this line")
