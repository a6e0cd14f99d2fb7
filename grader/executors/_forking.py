"""Executors whose workers are forked from a warm zygote, a fresh one for every submission."""

import contextlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from grader.errors import JudgeError
from grader.executors import _canary
from grader.executors._contract import Executor, Session
from grader.executors._enclosure import NUMPY, SCIPY, recipe
from grader.executors._remedies import remedy
from grader.executors._session import Process, WorkerSession
from grader.model import Limits, Submission
from grader.sandbox.wire import Node
from grader.workers import Worker
from grader.zygotes import Child, Recipe, Zygote, ZygoteLost

_ATTEMPTS: Final = 2
_SCIPY: Final = "scipy"


class Nest:
    """A zygote with one child in store, both replaced when they are gone.

    Parameters
    ----------
    recipe : Recipe
        how the zygote is started.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._facts: dict[str, Node] = {}
        self._zygote: Zygote | None = None
        self._spare: Child | None = None

    def warm(self) -> None:
        """Start the zygote, if it is not there, and ask it for a child to keep in store; wait for neither.

        Raises
        ------
        ZygoteLost
            if the zygote cannot be started, or is gone.
        """
        if self._zygote is None:
            self._zygote = Zygote(self._recipe)
        if self._spare is None:
            self._spare = self._zygote.fork()

    def take(self) -> Child:
        """Return a child that has run nothing yet.

        Raises
        ------
        JudgeError
            if there is none to be had, or a new zygote confines its children less than the first one did.
        """
        for _ in range(_ATTEMPTS):
            try:
                return self._taken()
            except ZygoteLost as error:
                self.end()
                lost = error
        raise JudgeError(f"the process that starts workers did not start: {lost}") from lost

    def _taken(self) -> Child:
        self.warm()
        assert self._zygote is not None
        assert self._spare is not None
        self._zygote.meet(self._spare)
        self._facts = self._facts or self._zygote.facts
        if self._facts != self._zygote.facts:
            raise JudgeError("this system no longer offers the confinement that it did when it was probed")
        if self._spare.has_ended():  # as all children have whose zygote was killed
            raise ZygoteLost("a worker ended before it was given anything")
        child, self._spare = self._spare, None
        return child

    def put_away(self, child: Child) -> int | None:
        """End a child that was taken, ask for the next one, and return the status with which it had ended by itself.

        The next one is asked for now and not when this one was taken: being forked, it would have slowed it down.

        Raises
        ------
        ZygoteLost
            if the zygote is gone, so that nobody can say why the child ended.
        """
        try:
            status = child.end()
        except ZygoteLost:
            self.end()
            raise
        with contextlib.suppress(ZygoteLost):  # if it goes on, it shows when the next child is taken
            self.warm()
        return status

    def made_of(self, layers: Sequence[str]) -> str:
        """Return the layers that there really are, in words."""
        offered = self._facts.get("layers")
        assert isinstance(offered, list)
        words = [layer for layer in layers if layer == "bubblewrap" or layer in offered]
        user = self._recipe.settings["user"]
        return ", ".join(words) + (f"; as user {user}" if user is not None else "")

    def end(self) -> None:
        """End the zygote, and with it all its children."""
        zygote, self._zygote = self._zygote, None
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.abandon()
        if zygote is not None:
            zygote.end()


class ForkingExecutor(Executor):
    """Hands out forked workers, from a zygote with SciPy to submissions that speak of it, from one without to others.

    Parameters
    ----------
    limits, started, hidden
        as for every executor; workers that were started already are ended, because nothing confines them.
    layers : sequence of str
        what is put around a submission; fewer than those of the level show what each of them is good for.

    Raises
    ------
    JudgeError
        if an attack that the level promises to stop is not stopped here, with what would help.
    """

    layers: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        limits: Limits,
        started: list[Worker] | None = None,
        hidden: Sequence[Path] = (),
        layers: Sequence[str] | None = None,
    ) -> None:
        while started:
            started.pop().end()
        self._limits = limits
        self._lock = threading.Lock()
        self._closed = False
        wanted = self.layers if layers is None else tuple(layers)
        try:
            self._plain, self._scientific = (Nest(recipe(limits, of, wanted, hidden)) for of in (NUMPY, SCIPY))
        except JudgeError as error:
            raise JudgeError(f"`{self.kind}` cannot be had here: {error}") from error
        self._taken: dict[Child, Nest] = {}
        self.isolation = self.kind if wanted == self.layers else "+".join(wanted)
        if layers is None:
            self._prove()

    def _prove(self) -> None:
        """Try the attacks; what is reported as the level is what was stopped."""
        try:
            if loose := _canary.not_stopped(self):
                raise JudgeError(f"not stopped: {', '.join(loose)}")
        except JudgeError as error:
            self.close()
            raise JudgeError(f"`{self.kind}` cannot be had here: {error}{remedy(self.kind, str(error))}") from error
        self.made_of = self._plain.made_of(self.layers)

    def warm(self, count: int) -> None:
        """Start the zygote that most submissions need, and a child in store; what fails shows when one is taken."""
        with self._lock, contextlib.suppress(ZygoteLost):
            if not self._closed:
                self._plain.warm()

    def open(self, submission: Submission) -> Session:
        """Return a session for one submission."""
        return WorkerSession(self, submission, self._limits)

    def take(self, submission: Submission) -> Process:
        """Return a worker that has run nothing yet.

        Raises
        ------
        JudgeError
            if there is none to be had, or the executor was closed in the meantime.
        """
        with self._lock:
            if self._closed:
                raise JudgeError("the run was ended before this answer was called")
            nest = self._scientific if _SCIPY in submission.source else self._plain
            child = nest.take()
            self._taken[child] = nest
            return child

    def end(self, worker: Process) -> int | None:
        """End a worker that was taken, and return the status with which it had ended by itself, if it had.

        Raises
        ------
        JudgeError
            if its zygote is gone, so that nobody can say why the worker ended.
        """
        assert isinstance(worker, Child)
        with self._lock:
            nest = self._taken.pop(worker, None)
            if nest is None:  # everything was ended while this worker ran, as after Ctrl-C
                worker.abandon()
                return None
            try:
                return nest.put_away(worker)
            except ZygoteLost as error:
                raise JudgeError(f"the process that started this worker is gone: {error}") from error

    def close(self) -> None:
        """End everything that was started."""
        with self._lock:
            self._closed = True
            self._taken.clear()
            self._plain.end()
            self._scientific.end()
