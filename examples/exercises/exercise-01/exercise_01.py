"""Cramer's rule.

grade show exercise-01    the statement
grade exercise-01         check this answer
grade hint exercise-01    the next hint
"""

import numpy as np


def cramer(A, b):
    """Return the solution of a square system of linear equations by Cramer's rule.

    Parameters
    ----------
    A : array of shape (n, n)
        the matrix, one equation a row
    b : array of shape (n,)
        the right-hand side

    Returns
    -------
    array of shape (n,)
        the solution x of Ax = b
    """
    raise NotImplementedError("write your answer here, in place of this line")
