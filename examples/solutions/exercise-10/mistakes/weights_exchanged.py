"""The two weights of your average are exchanged: the old average has got 1 − β and the new square β. A decay of 0.99 means
that 99 % of the memory stays at each step; yours forgets as much."""

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    average = (1 - decay) * v + decay * g**2
    return theta - rate * g / (np.sqrt(average) + eps), average
