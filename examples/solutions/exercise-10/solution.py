"""The average first, then the step that is divided by the root of it; both are new arrays."""

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    average = decay * v + (1 - decay) * g**2
    step = rate * g / (np.sqrt(average) + eps)
    return theta - step, average
