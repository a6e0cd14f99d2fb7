"""A step of RMSProp.

grade show exercise-10    the statement
grade exercise-10         check this answer
grade hint exercise-10    the next hint
"""

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    """Return the parameters and the average of squared gradients after one step of RMSProp.

    Parameters
    ----------
    theta : array of shape (n,)
        the parameters
    v : array of shape (n,)
        the average of the squared gradients so far, entries of at least 0
    g : array of shape (n,)
        the gradient at theta
    rate : float
        the rate η, above 0
    decay : float
        the decay β of the average, between 0 and 1
    eps : float
        the small number ε that is added to the root, above 0

    Returns
    -------
    theta : array of shape (n,)
        the new parameters
    v : array of shape (n,)
        the new average

    what the next step begins with
    """
    raise NotImplementedError("write your answer here, in place of this line")
