"""Desks in a process that is not ours, such as a worker of Dask's: set up when a batch first asks, and put away again."""

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from grader import registry
from grader.batch.desk import Desk, Settings
from grader.batch.keys import versions
from grader.batch.parcel import Parcel, unpacked
from grader.errors import GraderError, JudgeError
from grader.executors import Closing
from grader.model import Limits
from grader.sandbox.records import dataclass

_IDLE_SECONDS: Final = 3600.0
"""A batch that has asked for nothing for so long is dead: no submission takes half of it. Its room is put away."""


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What is told to a process that may know nothing of the batch.

    Attributes
    ----------
    batch : str
        a name that no other batch has.
    versions : mapping of str to str
        what the process has to run.
    settings : Settings
        for its desks; the course's folder is filled in once it is known.
    """

    batch: str
    versions: Mapping[str, str]
    settings: Settings


class Room(Closing):
    """The desks of one batch in this process: one for each submission that is graded here at the same time.

    Parameters
    ----------
    errand : Errand
        of the batch.
    parcel : Parcel
        its course.

    Raises
    ------
    JudgeError
        if this process is not fit to grade for the batch.
    """

    def __init__(self, errand: Errand, parcel: Parcel) -> None:
        _require_versions(errand)
        folder = str(unpacked(parcel))
        self._settings = replace(errand.settings, course=folder, hidden=(*errand.settings.hidden, folder))
        self._desks: list[Desk] = []
        self._free = [self._set_up()]
        self._used = time.monotonic()
        self._over = threading.Event()
        threading.Thread(target=self._watch, args=(errand.batch,), daemon=True).start()

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Give a desk to one thread for as long as it needs it."""
        self._used = time.monotonic()
        try:
            desk = self._free.pop()
        except IndexError:  # all of them are in use
            desk = self._set_up()
        yield desk
        self._free.append(desk)
        self._used = time.monotonic()

    def _set_up(self) -> Desk:
        try:
            desk = Desk(self._settings)
            self._desks.append(desk)
            desk.start()
        except GraderError as error:
            raise JudgeError(str(error)) from None  # a list of problems would not survive the way to the batch
        return desk

    def _watch(self, batch: str) -> None:
        while not self._over.wait(_IDLE_SECONDS / 10):
            if time.monotonic() - self._used > _IDLE_SECONDS:
                leave(batch)

    def close(self) -> None:
        """End all desks, also those at work."""
        self._over.set()
        while self._desks:
            self._desks.pop().close()


_ROOMS: Final[dict[str, Room]] = {}
"""The rooms of this process by batch; functions that somebody else's program calls have no other place for them."""

_DOOR: Final = threading.Lock()


def room(errand: Errand, parcel: Parcel) -> Room:
    """Return the room of a batch, set up if this process has none.

    Raises
    ------
    JudgeError
        if this process is not fit to grade for the batch; it says which process, and why.
    """
    with _DOOR:
        if errand.batch not in _ROOMS:
            try:
                _ROOMS[errand.batch] = Room(errand, parcel)
            except JudgeError as error:
                raise JudgeError(f"the worker on {socket.gethostname()} (process {os.getpid()}): {error}") from None
        return _ROOMS[errand.batch]


def leave(batch: str) -> None:
    """Put away the room of a batch that is over; nothing if there is none."""
    with _DOOR:
        found = _ROOMS.pop(batch, None)
    if found:
        found.close()


def refusal(errand: Errand) -> str:
    """Return why this process is not fit to grade for a batch, or nothing; its course is not needed for that."""
    try:
        _require_versions(errand)
        registry.load("executors", errand.settings.isolation)(Limits()).close()
    except JudgeError as error:
        return str(error)
    return ""


def _require_versions(errand: Errand) -> None:
    """Refuse other versions than the batch says on record that it was graded with."""
    mine = versions()
    wrong = [
        f"{name} {mine.get(name)} and not {wanted}"
        for name, wanted in errand.versions.items()
        if mine.get(name) != wanted
    ]
    if wrong:
        raise JudgeError(f"it has {'; '.join(wrong)}: install the same versions there as here")
