"""Jacobi's iteration.

grade show exercise-03    the statement
grade exercise-03         check this answer
grade hint exercise-03    the next hint
"""

import numpy as np


def jacobi(A, b, x0, steps):
    """Return the path of Jacobi's iteration for a system of linear equations.

    Parameters
    ----------
    A : array of shape (n, n)
        the matrix, whose diagonal outweighs the rest of each row
    b : array of shape (n,)
        the right-hand side
    x0 : array of shape (n,)
        the first guess
    steps : int
        how many steps to take, at least 0

    Returns
    -------
    array of shape (steps + 1, n)
        all guesses, one a row, x0 first
    """
    raise NotImplementedError("write your answer here, in place of this line")
