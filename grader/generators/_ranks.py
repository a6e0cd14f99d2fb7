"""Matrices of small whole numbers whose rank can be seen."""

from typing import Final

import numpy as np

from grader.generators._structured import Floats, condition, until, whole

WAYS: Final = ("zero", "equal", "combined")
"""How a row may depend on others: it is zero, equal to another, or a multiple of one or a sum of two."""

_CONDITION: Final = 1000.0


def whole_regular(random: "np.random.Generator", shape: tuple[int, int], bound: int) -> Floats:
    """Return whole numbers up to `bound` whose rank is full beyond doubt: the condition is at most 1000."""
    return until(
        lambda matrix: condition(matrix) <= _CONDITION,
        lambda: whole(random, shape, bound),
        lambda: np.eye(*shape) + np.eye(*shape, 1) * (np.arange(shape[0]) % 2 == 0)[:, None],
    )


def whole_of_rank(
    random: "np.random.Generator", shape: tuple[int, int], rank: int, bound: int, ways: tuple[str, ...] = WAYS
) -> Floats:
    """Return a matrix of small whole numbers whose other rows and columns are simple combinations of `rank` of them.

    No row is zero, unless all are.

    Parameters
    ----------
    random : numpy.random.Generator
        the stream.
    shape : tuple of two int
        numbers of rows and columns.
    rank : int
        at most the smaller of the two.
    bound : int
        largest absolute value in the independent rows and columns.
    ways : tuple of str
        how columns may depend on others: some of `WAYS`.
    """
    rows, columns = shape
    core = whole_regular(random, (rank, rank), bound)
    wide = np.hstack([core, core @ _weights(random, columns - rank, rank, ways).T])
    full = np.vstack([wide, _weights(random, rows - rank, rank, WAYS[1:]) @ wide])
    return np.asarray(full[random.permutation(rows)][:, random.permutation(columns)] + 0.0, dtype=np.float64)


def _weights(random: "np.random.Generator", extra: int, rank: int, ways: tuple[str, ...]) -> Floats:
    """Return for each dependent row the multiples of the independent ones that it is the sum of."""
    weights = np.zeros((extra, rank))
    for row in weights if rank else ():
        places = random.permutation(rank)[:2]
        match ways[int(random.integers(len(ways)))]:
            case "equal":
                row[places[0]] = 1.0
            case "combined" if rank > 1 and random.integers(2):
                row[places] = [1.0, random.choice([-1.0, 1.0])]
            case "combined":
                row[places[0]] = random.choice([-2.0, -1.0, 2.0])
    return weights
