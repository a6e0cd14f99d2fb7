"""Your answer solves Pv = v and not πP = π. Since every row of P adds up to 1, all entries of that v are equal, whatever
the chain does. The distribution stands to the *left* of P, so the equations are made of the columns: transpose P."""

import numpy as np


def stationary(P):
    values, vectors = np.linalg.eig(P)
    vector = vectors[:, np.argmin(np.abs(values - 1))].real
    return vector / vector.sum()
