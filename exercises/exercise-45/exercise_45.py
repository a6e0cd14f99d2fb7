"""A density has area one.

grade show exercise-45    the statement
grade exercise-45         check this answer
grade hint exercise-45    the next hint
"""

import numpy as np


def density(x):
    """Return the probability density proportional to exp(-x²).

    Parameters
    ----------
    x : float or array of any shape
        a number or an array of any shape

    Returns
    -------
    float or array of any shape
        the density at x, of the same shape as x
    """
    raise NotImplementedError("write your answer here, in place of this line")
