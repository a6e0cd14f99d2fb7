"""One worker for all exercises that one notebook answers: its cells are run once, as they are in a kernel.

The functions of one student share a process then, and nobody else's do. A worker that has failed, or has worked for long, is not
passed on; the next exercise gets a fresh one. So does an exercise that finds no memory, or no worker that answers, where another
was before it.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Final

from grader.executors._contract import Executor, Loaded, Session
from grader.executors._session import Pool, Process, WorkerSession
from grader.model import Answer, Call, Limits, Submission, Verdict
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText

_LONG: Final = 0.25
"""Share of an exercise's seconds after which a worker is not passed on, because its processor time is limited."""

_LEFT_BEHIND: Final = (Verdict.MEMORY_LIMIT, Verdict.CRASHED)
"""How an answer ends where others before it have left too little memory, or a worker that is unwell."""


class OneWorker(Executor):
    """Hands out sessions of one notebook, one after the other, in one worker as long as that serves.

    Parameters
    ----------
    executor : callable
        returns what starts workers; it is asked when the first session is opened.
    limits : Limits
        of that.
    """

    def __init__(self, executor: Callable[[], Executor], limits: Limits) -> None:
        self._executor = executor
        self._limits = limits
        self._kept: _Kept | None = None

    def warm(self, count: int) -> None:
        """Start nothing ahead."""

    def open(self, submission: Submission) -> Session:
        """Return a session; what an exercise forbids is looked after in a worker of its own."""
        executor = self._executor()
        self.isolation = executor.isolation
        if not submission.cells or submission.forbidden or not isinstance(executor, Pool):
            return executor.open(submission)
        return _Passing(self, executor, submission, self._limits)

    def keep(self, kept: "_Kept") -> None:
        """Keep a worker for the next session."""
        self.close()
        self._kept = kept

    def kept(self) -> "_Kept | None":
        """Return the worker that was kept; it is the caller's from then on."""
        found, self._kept = self._kept, None
        return found

    def close(self) -> None:
        """End the worker that was kept."""
        found, self._kept = self._kept, None
        if found:
            found.pool.end(found.worker)


@dataclass(frozen=True)
class _Kept:
    """A worker that is well.

    Attributes
    ----------
    pool : Pool
        from which it was taken.
    worker : Process
        itself.
    counted : list of FunctionText
        the functions whose calls it has been told to ask for.
    seconds : float
        for which it has had a processor.
    """

    pool: Pool
    worker: Process
    counted: list[FunctionText]
    seconds: float


class _Passing(WorkerSession):
    """A session that takes over a worker, and passes it on."""

    def __init__(self, home: OneWorker, pool: Pool, submission: Submission, limits: Limits) -> None:
        super().__init__(pool, submission, limits)
        self._home = home
        self._taken_over = False

    def load(self) -> Loaded:
        """Find the function in the worker that was kept, or load the submission in a fresh one."""
        found = self._home.kept()
        if found is not None:
            self._worker, self._counted, self._waited = found.worker, found.counted, found.seconds
            loaded = self._loaded(again=True)
            if loaded.failure is None:
                self._taken_over = True
                return loaded
        self._taken_over = False
        return super().load()

    def call(self, call: Call) -> Answer:
        """Send the arguments and wait for the value; in a fresh worker if an exercise before this one may be to blame."""
        answer = super().call(call)
        if self._taken_over and call.target is None and answer.failure and answer.failure.verdict in _LEFT_BEHIND:
            self.close()
            answer = super().call(call)  # which loads the submission anew
        return answer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Pass the worker on if it is well and nothing is owed; else end it."""
        worker = self._worker
        if kind is None and worker is not None and not self._sent:
            seconds = worker.processor_seconds() or 0.0
            if seconds <= _LONG * self._limits.exercise:
                self._worker = None
                self._announced.clear()
                self._home.keep(_Kept(self._pool, worker, self._counted, seconds))
        self.close()
