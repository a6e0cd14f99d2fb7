"""Your ε stands under the root, √(v' + ε). Some libraries have it there, and then a typical ε is the square of the one
meant here; with the same ε the steps of small gradients come out far too short. Add it after the root is taken."""

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    average = decay * v + (1 - decay) * g**2
    return theta - rate * g / np.sqrt(average + eps), average
