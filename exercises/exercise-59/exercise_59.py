"""A confidence interval for a mean.

grade show exercise-59    the statement
grade exercise-59         check this answer
grade hint exercise-59    the next hint
"""

import numpy as np


def mean_interval(sample, level):
    """Return the two-sided Student confidence interval for the mean of a normal sample.

    Parameters
    ----------
    sample : array of shape (n,)
        the observations, at least two, not all equal
    level : float
        the probability with which the interval contains the mean, between 0 and 1

    Returns
    -------
    low : float
        the lower end
    high : float
        the upper end

    the ends of the interval
    """
    raise NotImplementedError("write your answer here, in place of this line")
