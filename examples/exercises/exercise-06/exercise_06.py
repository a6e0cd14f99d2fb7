"""ELU and its derivative.

grade show exercise-06    the statement
grade exercise-06         check this answer
grade hint exercise-06    the next hint
"""

import numpy as np


def elu(x, alpha):
    """Return the exponential linear unit and its derivative.

    Parameters
    ----------
    x : float or array of any shape
        a number or an array of any shape
    alpha : float
        the limit on the negative side without its sign, above 0

    Returns
    -------
    value : float or array of any shape
        f(x)
    derivative : float or array of any shape
        f'(x), from the left at 0

    both of the shape of x
    """
    raise NotImplementedError("write your answer here, in place of this line")
