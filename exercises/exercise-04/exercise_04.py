"""Eigenvalues of a symmetric matrix.

grade show exercise-04    the statement
grade exercise-04         check this answer
grade hint exercise-04    the next hint
"""

import numpy as np


def eigenvalues(A):
    """Return the eigenvalues of a symmetric matrix in ascending order.

    Parameters
    ----------
    A : array of shape (n, n)
        a real symmetric matrix

    Returns
    -------
    array of shape (n,)
        the eigenvalues, ascending, repeated as often as their multiplicity
    """
    raise NotImplementedError("write your answer here, in place of this line")
