"""The Cholesky factor.

grade show exercise-02    the statement
grade exercise-02         check this answer
grade hint exercise-02    the next hint
"""

import numpy as np


def cholesky(A):
    """Return the lower triangular Cholesky factor of a symmetric positive definite matrix.

    Parameters
    ----------
    A : array of shape (n, n)
        a symmetric matrix of floats or integers

    Returns
    -------
    array of shape (n, n)
        the lower triangular L with a positive diagonal and L times its transpose equal to A
    """
    raise NotImplementedError("write your answer here, in place of this line")
