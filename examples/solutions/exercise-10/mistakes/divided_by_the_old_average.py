"""Your average is right, and your step divides by the old one. At the very first step that is 0, and the step gets
enormous: only ε stands between it and infinity. Take the gradient into the average before you divide."""

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    average = decay * v + (1 - decay) * g**2
    return theta - rate * g / (np.sqrt(v) + eps), average
