"""The Poisson log-likelihood.

grade show exercise-07    the statement
grade exercise-07         check this answer
grade hint exercise-07    the next hint
"""

import numpy as np


def poisson_log_likelihood(rate, counts):
    """Return the log-likelihood of a Poisson rate, given independent counts.

    Parameters
    ----------
    rate : float
        the rate λ, at least 0
    counts : array of shape (n,)
        the observed counts, whole numbers of at least 0, possibly none

    Returns
    -------
    float
        the sum of the log-probabilities, possibly minus infinity
    """
    raise NotImplementedError("write your answer here, in place of this line")
