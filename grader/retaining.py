"""What is kept of answers until a submission is presented: enough to show and to recognise, however large they are."""

from dataclasses import replace
from typing import Final

import numpy as np

from grader.model import Answer, Outcome
from grader.sandbox.values import Value

ROOM: Final = 2**24
"""Bytes of wrong answers that are kept for one check beside the first of them."""

_ITEM: Final = 64
"""What a number, or the place of an item in a list, takes in bytes or more."""


class Retention:
    """Keeps the answers of one check that may still be needed.

    Of an accepted case nobody asks what was returned. Of cases that failed the first is shown, and all of them are
    compared with known mistakes; where they do not all find room, no mistake is recognised.

    Parameters
    ----------
    room : int
        bytes for the answers of all failing cases but the first.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._has_first = False

    def kept(self, outcome: Outcome, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        """Return the answers of a case, without their values if these are not needed or find no room."""
        if not outcome.accepted:
            size = sum(_size(answer.value) for answer in answers)
            if not self._has_first:
                self._has_first = True
                return answers
            if size <= self._room:
                self._room -= size
                return answers
        return tuple(replace(answer, value=None) for answer in answers)


def _size(value: Value) -> int:
    """Return about how many bytes a value takes."""
    match value:
        case np.ndarray():
            return value.nbytes + _ITEM
        case str():
            return len(value) + _ITEM
        case list() | tuple():
            return sum(map(_size, value)) + _ITEM
        case dict():
            return sum(map(_size, value)) + sum(map(_size, value.values())) + _ITEM
        case _:
            return _ITEM
