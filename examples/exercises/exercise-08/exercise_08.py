"""Rank correlation with ties.

grade show exercise-08    the statement
grade exercise-08         check this answer
grade hint exercise-08    the next hint
"""

import numpy as np


def spearman(x, y):
    """Return Spearman's rank correlation of two samples, ties included.

    Parameters
    ----------
    x : array of shape (n,)
        the first marks, at least two, not all equal
    y : array of shape (n,)
        the second marks, one for each of the first, not all equal

    Returns
    -------
    float
        the correlation of the ranks, between -1 and 1
    """
    raise NotImplementedError("write your answer here, in place of this line")
