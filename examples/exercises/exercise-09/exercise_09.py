"""Where a Markov chain spends its time.

grade show exercise-09    the statement
grade exercise-09         check this answer
grade hint exercise-09    the next hint
"""

import numpy as np


def stationary(P):
    """Return the stationary distribution of a Markov chain.

    Parameters
    ----------
    P : array of shape (n, n)
        the probabilities of the steps, from the row's state to the column's; each row adds
        up to 1

    Returns
    -------
    array of shape (n,)
        the stationary distribution
    """
    raise NotImplementedError("write your answer here, in place of this line")
