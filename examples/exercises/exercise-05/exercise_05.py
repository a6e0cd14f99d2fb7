"""The convolution of two sequences.

grade show exercise-05    the statement
grade exercise-05         check this answer
grade hint exercise-05    the next hint
"""

import numpy as np


def convolve(a, b):
    """Return the full convolution of two sequences.

    Parameters
    ----------
    a : array of shape (m,)
        a sequence, with at least one entry
    b : array of shape (n,)
        another one, with at least one entry

    Returns
    -------
    array of shape (m + n - 1,)
        the sums of all products whose places add up to 0, 1, and so on
    """
    raise NotImplementedError("write your answer here, in place of this line")
