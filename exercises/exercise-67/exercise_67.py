"""The posterior of a normal mean.

grade show exercise-67    the statement
grade exercise-67         check this answer
grade hint exercise-67    the next hint
"""

import numpy as np


def posterior_normal(x, mu0, tau0, sigma):
    """Return the mean and the variance of the posterior of a normal mean under a normal prior.

    Parameters
    ----------
    x : array of shape (n,)
        the observations, possibly none
    mu0 : float
        the prior mean
    tau0 : float
        the prior standard deviation, positive
    sigma : float
        the known standard deviation of one observation, positive

    Returns
    -------
    mean : float
        the posterior mean
    variance : float
        the posterior variance

    the posterior distribution of the mean
    """
    raise NotImplementedError("write your answer here, in place of this line")
