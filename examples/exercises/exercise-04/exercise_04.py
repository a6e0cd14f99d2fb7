"""The variance within clusters.

grade show exercise-04    the statement
grade exercise-04         check this answer
grade hint exercise-04    the next hint
"""

import numpy as np


def within_clusters(X, labels, k):
    """Return the within-cluster sum of squares and the variance of each cluster.

    Parameters
    ----------
    X : array of shape (n, d)
        the observations, one a row, at least one
    labels : array of shape (n,)
        for each observation the number of its cluster, from 0 to k - 1
    k : int
        how many clusters there are, empty ones included

    Returns
    -------
    total : float
        the within-cluster sum of squares, W
    variances : array of shape (k,)
        the mean squared distance to the centroid in each cluster, 0 where nobody is

    the sum over all clusters, and the parts by cluster
    """
    raise NotImplementedError("write your answer here, in place of this line")
