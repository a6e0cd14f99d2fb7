"""A crew on this machine: a process for each job, each with a desk of its own."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Final, TypeVar

from grader.batch.crew import Crew
from grader.batch.desk import Desk, Done, Job, Settings

Asked = TypeVar("Asked")
Given = TypeVar("Given")

_LEAVE_SECONDS: Final = 5.0

_DESKS: list[Desk] = []
"""The one desk of this process, once it has been set up; the pool offers no other place for it."""


class LocalCrew(Crew):
    """Processes that are started anew, so that nothing of this one is in them.

    Parameters
    ----------
    settings : Settings
        what every desk is told.
    size : int
        how many.
    """

    def __init__(self, settings: Settings, size: int) -> None:
        self.size = size
        self._settings = settings
        self._context = get_context("spawn")
        # Nothing is ever sent on this line. A desk leaves when it sees the end of it: it is closed here, or by the
        # system when this process is gone.
        self._line, self._held = self._context.Pipe(duplex=False)
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        told = (self._settings, self._line)
        return ProcessPoolExecutor(self.size, mp_context=self._context, initializer=_sit_down, initargs=told)

    def _submit(self, work: Callable[[Asked], Given], asked: Asked) -> "Future[Given]":
        """Hand something to a desk; when one has died, the pool has ended the others and they all start anew."""
        with _ctrl_c_held_back():
            try:
                return self._pool.submit(work, asked)
            except BrokenProcessPool:
                self._pool.shutdown(wait=False)
                self._pool = self._started()
                return self._pool.submit(work, asked)

    def prepare(self, exercise: str) -> "Future[str]":
        """Prepare an exercise; the course's folder keeps what comes of it."""
        return self._submit(_prepare, exercise)

    def grade(self, job: Job) -> "Future[Done]":
        """Grade a submission at one of the desks."""
        return self._submit(_grade, job)

    def deaths(self, error: Exception) -> int:
        """Return 1 if a process died: all jobs that were under way come with this error then."""
        return int(isinstance(error, BrokenProcessPool))

    def close(self) -> None:
        """End all processes, whatever they are doing, and what the pool has made for itself."""
        self._held.close()
        # Before Python 3.11.5 a pool can wait for ever when a process leaves just while it is being sent a job.
        options = {"wait": True, "cancel_futures": True}
        ending = threading.Thread(target=self._pool.shutdown, kwargs=options, daemon=True)
        ending.start()
        ending.join(2 * _LEAVE_SECONDS)
        self._line.close()


@contextmanager
def _ctrl_c_held_back() -> Iterator[None]:
    """Let processes start that do not see Ctrl-C, not even while they import what they need; this one sees it afterwards."""
    if not hasattr(signal, "pthread_sigmask") or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    # The mask is for the processes, which inherit it; here a thread of somebody else's, as NumPy has, may take the signal.
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if came:
            signal.raise_signal(signal.SIGINT)


def _sit_down(settings: Settings, line: "Connection[bytes, bytes]") -> None:
    """Set up the desk of this process, which leaves when the line from its crew ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which closes its crew
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    _DESKS.append(Desk(settings))
    threading.Thread(target=_leave, args=(line,), daemon=True).start()


def _leave(line: "Connection[bytes, bytes]") -> None:
    """End this process when its crew is gone, after what it has started, whatever it is doing."""
    wait([line])
    ending = threading.Thread(target=_DESKS[0].close, daemon=True)
    ending.start()
    ending.join(_LEAVE_SECONDS)
    os._exit(1)


def _prepare(exercise: str) -> str:
    return _DESKS[0].prepare(exercise)


def _grade(job: Job) -> Done:
    return _DESKS[0].grade(job)
