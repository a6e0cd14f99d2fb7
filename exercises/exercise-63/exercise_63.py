"""Maximum likelihood for the normal distribution.

grade show exercise-63    the statement
grade exercise-63         check this answer
grade hint exercise-63    the next hint
"""

import numpy as np


def mle_normal(x):
    """Return the maximum likelihood estimates of the mean and the standard deviation of a normal sample.

    Parameters
    ----------
    x : array of shape (n,)
        the observations, at least two, not all equal

    Returns
    -------
    mu : float
        the estimated mean
    sigma : float
        the estimated standard deviation

    the parameters with the largest likelihood
    """
    raise NotImplementedError("write your answer here, in place of this line")
