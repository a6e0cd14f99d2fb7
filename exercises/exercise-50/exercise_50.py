"""Exponential waiting times from uniform numbers.

grade show exercise-50    the statement
grade exercise-50         check this answer
grade hint exercise-50    the next hint
"""

import numpy as np


def sample_exponential(rate, n, rng):
    """Draw n independent exponential numbers with the given rate by the inverse CDF method.

    Parameters
    ----------
    rate : float
        the rate λ > 0, which is 1 divided by the mean
    n : int
        how many numbers to draw, at least 0
    rng : numpy.random.Generator
        the source of all randomness

    Returns
    -------
    array of shape (n,)
        n independent draws, each of them ≥ 0
    """
    raise NotImplementedError("write your answer here, in place of this line")
