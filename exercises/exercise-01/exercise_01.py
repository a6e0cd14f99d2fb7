"""A matrix times a vector.

grade show exercise-01    the statement
grade exercise-01         check this answer
grade hint exercise-01    the next hint
"""

import numpy as np


def matvec(A, x):
    """Return the product of a matrix and a vector, computed from the definition.

    Parameters
    ----------
    A : array of shape (m, n)
        the matrix
    x : array of shape (n,)
        the vector, one entry for each column of A

    Returns
    -------
    array of shape (m,)
        the product Ax, one entry for each row of A
    """
    raise NotImplementedError("write your answer here, in place of this line")
