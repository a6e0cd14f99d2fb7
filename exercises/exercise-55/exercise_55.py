"""The covariance matrix of a data set.

grade show exercise-55    the statement
grade exercise-55         check this answer
grade hint exercise-55    the next hint
"""

import numpy as np


def covariance(X):
    """Return the sample covariance matrix of the columns of a data set.

    Parameters
    ----------
    X : array of shape (n, p)
        the data, one observation a row and one variable a column, with n at least 2

    Returns
    -------
    array of shape (p, p)
        the covariances of the columns, with divisor n - 1
    """
    raise NotImplementedError("write your answer here, in place of this line")
