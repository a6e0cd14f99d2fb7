"""The determinant by elimination.

grade show exercise-05    the statement
grade exercise-05         check this answer
grade hint exercise-05    the next hint
"""

import numpy as np


def determinant(A):
    """Return the determinant of a square matrix by elimination with row exchanges.

    Parameters
    ----------
    A : array of shape (n, n)
        a square matrix of floats or integers

    Returns
    -------
    float
        the determinant
    """
    raise NotImplementedError("write your answer here, in place of this line")
