"""Partners for items whose order is free."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from grader.checks._linear import Array, number, off
from grader.model import Outcome

_SHOWN: Final = 8
"""Numbers of a row or column that a message shows."""
_TIMES: Final = {2: "twice", 3: "three times"}


def no_partner(got: Array, want: Array, allowed: Array, noun: str) -> Outcome | None:
    """Return the outcome that names an expected item without a partner, or None if every item has one of its own.

    Parameters
    ----------
    got, want : arrays of shape (n, d)
        n items of d numbers.
    allowed : array of shape (n, d)
        how far a number of an answer's item may be from that of the expected item.
    noun : str
        what an item is called.
    """
    errors = np.empty((len(got), len(want)))
    near = np.empty(errors.shape, dtype=np.bool_)
    with np.errstate(all="ignore"):  # a difference beyond the largest float is inf, and far
        for place, item in enumerate(want):
            apart = np.abs(got - item)
            errors[:, place] = np.max(apart, axis=1, initial=0.0)
            near[:, place] = np.all(apart <= allowed[place], axis=1)
    partner = matching(near)
    alone = np.flatnonzero(partner < 0)
    if not alone.size:
        return None
    left = np.setdiff1d(np.arange(len(got)), partner)
    nearest = left[np.argmin(errors[np.ix_(left, alone)], axis=0)]
    worst = int(np.argmax(errors[nearest, alone]))
    return _said(got[nearest[worst]], int(alone[worst]), want, allowed, noun)


def _said(got: Array, place: int, want: Array, allowed: Array, noun: str) -> Outcome:
    with np.errstate(all="ignore"):
        times = int(np.sum(np.all(np.abs(want - want[place]) <= allowed[place], axis=1)))
        apart = np.abs(got - want[place])
        worst = int(np.argmax(apart - allowed[place]))
    expected = f"it is expected {_TIMES.get(times, f'{times} times')}, and " if times > 1 else ""
    error, limit = float(apart[worst]), float(allowed[place][worst])
    text = f"no {noun} near {_item(want[place])} is left; {expected}the nearest one left over is {_item(got)}"
    return off(f"{text}: off by {error:.2g}; allowed {limit:.2g}", error, limit)


def _item(numbers: Array) -> str:
    texts = [number(entry) for entry in numbers[:_SHOWN]]
    if len(numbers) == 1:
        return texts[0]
    return f"[{', '.join(texts)}{', …' if len(numbers) > _SHOWN else ''}]"


def matching(near: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the partner of every column in a largest matching of rows and columns, or -1 for those without.

    Parameters
    ----------
    near : array of shape (rows, columns)
        which may be partners.

    Notes
    -----
    Augmenting paths, as in Kuhn's method: exact, unlike giving each its nearest.
    """
    partner = np.full(near.shape[1], -1, dtype=np.intp)
    owner = np.full(near.shape[0], -1, dtype=np.intp)
    for column in range(near.shape[1]):
        _augment(near, column, partner, owner)
    return partner


def _augment(near: NDArray[np.bool_], start: int, partner: NDArray[np.intp], owner: NDArray[np.intp]) -> None:
    """Find a partner for one more column, for which others may have to change theirs."""
    reached = np.full(len(owner), -1, dtype=np.intp)  # the column from which a row was reached
    queue = [start]
    for column in queue:
        fresh = np.flatnonzero(near[:, column] & (reached < 0))
        reached[fresh] = column
        free = fresh[owner[fresh] < 0]
        if free.size:
            row = int(free[0])
            while row >= 0:
                column = int(reached[row])  # noqa: PLW2901 - the way back to the start, after which the search is over
                owner[row] = column
                row, partner[column] = int(partner[column]), row
            return
        queue += owner[fresh].tolist()
