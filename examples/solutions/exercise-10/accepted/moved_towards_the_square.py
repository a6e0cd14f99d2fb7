"""The average moved a little towards the square of the gradient, and one entry after the other."""

import math

import numpy as np


def rmsprop_step(theta, v, g, rate, decay, eps):
    new_theta, new_v = np.array(theta, dtype=float), np.array(v, dtype=float)
    for i in range(len(new_v)):
        new_v[i] += (1 - decay) * (float(g[i]) ** 2 - new_v[i])
        new_theta[i] -= rate / (math.sqrt(new_v[i]) + eps) * g[i]
    return new_theta, new_v
