"""Projection onto a column space.

grade show exercise-13    the statement
grade exercise-13         check this answer
grade hint exercise-13    the next hint
"""

import numpy as np


def projection(A, b):
    """Return the point of the column space of a matrix that is nearest to a vector.

    Parameters
    ----------
    A : array of shape (m, n)
        a matrix, whose columns need not be independent
    b : array of shape (m,)
        the vector to be projected

    Returns
    -------
    array of shape (m,)
        the projection of b onto the column space of A
    """
    raise NotImplementedError("write your answer here, in place of this line")
