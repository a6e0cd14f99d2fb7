"""`process`: a process of its own for every submission; deadlines, caps, and values only.

It works on every system, and is meant for a student's own code on a student's own machine: the code can read what its
user can read.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from grader.errors import JudgeError
from grader.executors._contract import Executor, Session
from grader.executors._session import Process, WorkerSession
from grader.model import Limits, Submission
from grader.workers import Worker


class ProcessExecutor(Executor):
    """Hands out worker processes, of which some may be started before they are needed."""

    kind: ClassVar[str] = "process"

    def __init__(self, limits: Limits, started: list[Worker] | None = None, hidden: Sequence[Path] = ()) -> None:
        self.isolation = "process"
        self._limits = limits
        self._ready = started if started is not None else []
        self._taken: set[Worker] = set()
        self._closed = False

    def warm(self, count: int) -> None:
        """Start workers until `count` are starting or ready."""
        while len(self._ready) < count:
            self._ready.append(_started())

    def open(self, submission: Submission) -> Session:
        """Return a session for one submission."""
        return WorkerSession(self, submission, self._limits)

    def take(self, submission: Submission) -> Process:
        """Return a worker that has run nothing yet.

        Raises
        ------
        JudgeError
            if the executor was closed in the meantime, as after Ctrl-C: nobody would end the worker.
        """
        if self._closed:
            raise JudgeError("the run was ended before this answer was called")
        worker = self._ready.pop(0) if self._ready else _started()
        self._taken.add(worker)
        return worker

    def end(self, worker: Process) -> int | None:
        """End a worker that was taken, and return the status with which it had ended by itself, if it had."""
        assert isinstance(worker, Worker)
        self._taken.discard(worker)
        return worker.end()

    def close(self) -> None:
        """End all workers: those kept ready, and those whose sessions were left in the middle."""
        self._closed = True
        while self._ready:
            self._ready.pop().end()
        while self._taken:
            self._taken.pop().end()


def _started() -> Worker:
    try:
        return Worker()
    except OSError as error:
        raise JudgeError(f"the worker process did not start: {error}") from error
