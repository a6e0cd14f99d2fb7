"""A crew of Dask's workers: processes on this machine, or wherever a scheduler has them."""

import asyncio
import logging
import signal
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.batch import rooms
from grader.batch.crew import Crew
from grader.batch.desk import Done, Job, Settings
from grader.batch.keys import versions
from grader.batch.parcel import Parcel, packed
from grader.batch.rooms import Errand
from grader.errors import GraderError, JudgeError, UsageError
from grader.sandbox.records import dataclass
from grader.spec.files import load_course

if TYPE_CHECKING:
    from distributed import Client, LocalCluster
    from distributed import Future as Held

_ANSWER_SECONDS: Final = 10
_WORKER_SECONDS: Final = 60
"""In which a scheduler has to answer, and to have a worker."""

_COUNT_SECONDS: Final = 5.0
"""How often a scheduler is asked how many workers it has by now."""

_GONE: Final = ("error", "cancelled", "lost")
_NO_GRADER: Final = "has no grader, or another version"
_GO_ON: Final = "the same command goes on where this one stopped"
_LOST: Final = f"the connection to Dask's scheduler is lost; {_GO_ON}"


@dataclass(frozen=True)
class Readied:
    """The prepared data of an exercise, or what is wrong with it."""

    data: bytes
    fault: str = ""

    def __repr__(self) -> str:
        return f"Readied({len(self.data)} bytes)"


class DaskCrew(Crew):
    """Workers of Dask's, each with a desk; when one dies, others do its jobs.

    The course goes to each worker once, and so do the prepared data of an exercise, which one worker computes for all.
    Both are results of tasks, so that Dask makes them again when the workers that hold them are gone.

    Parameters
    ----------
    settings : Settings
        what every desk is told; what is hidden here is hidden on other machines, too, which may share a file system.
    size : int
        how many workers are started here; of another scheduler's, all are used.
    scheduler : str
        its address, such as `tls://10.0.0.1:8786`, or empty to start one here that only this process can talk to.

    Raises
    ------
    UsageError
        if Dask is not installed, no scheduler answers, or it has no workers.
    JudgeError
        if workers are not fit to grade, with the reason for each.
    """

    def __init__(self, settings: Settings, size: int, scheduler: str = "") -> None:
        require_dask()
        self.size = size
        self._scheduler = scheduler
        self._counted = time.monotonic()
        self._course = packed(load_course(Path(settings.course)))
        told = replace(settings, course="", keep=False)
        self._errand = Errand(batch=uuid.uuid4().hex, versions=versions(), settings=told)
        self._parcel: Held[Parcel] | None = None
        self._prepared: dict[str, Held[Readied]] = {}
        with ExitStack() as stack:
            stack.enter_context(_quiet())
            if scheduler:
                self._client = stack.enter_context(_client(scheduler))
                self._admit()
            else:
                self._client = stack.enter_context(_client(stack.enter_context(_cluster(size))))
            self._pool = self._client.get_executor(pure=False)
            self._stack = stack.pop_all()

    def _admit(self) -> None:
        """Ask all workers whether they are fit; those that come later are asked with their first job."""
        said = self._client.run(_aside, rooms.refusal, self._errand, on_error="return")
        refused = [f"{name}: {_reason(word)}" for name, word in said.items() if word and not isinstance(word, OSError)]
        if refused:
            raise JudgeError("\n".join([f"{len(refused)} of {len(said)} workers cannot grade:", *refused]))
        self._count()

    def _count(self) -> None:
        self.size = max(1, sum(self._client.nthreads().values()))
        self._counted = time.monotonic()

    def prepare(self, exercise: str) -> "Future[str]":
        """Prepare an exercise at one worker, for all of them to use."""
        with self._connected():
            fault: Future[str] = self._pool.submit(_fault, self._ready(exercise))
        return fault

    def grade(self, job: Job) -> "Future[Done]":
        """Grade a submission at one of the workers; it travels with the job."""
        with self._connected():
            if self._scheduler and time.monotonic() - self._counted > _COUNT_SECONDS:
                self._count()
            done: Future[Done] = self._pool.submit(_grade, self._errand, self._sent(), self._ready(job.exercise), job)
        return done

    @contextmanager
    def _connected(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # Dask has many errors for a connection that is lost
            if self._client.status == "running" and not isinstance(error, OSError):
                raise
            raise JudgeError(_LOST) from error

    def _sent(self) -> "Held[Parcel]":
        """Return the course as it lies with the workers."""
        import dask  # an extra

        if self._parcel is None or self._parcel.status in _GONE:
            with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GB"}):
                self._parcel = self._client.submit(_carry, self._course, pure=False)
        return self._parcel

    def _ready(self, exercise: str) -> "Held[Readied]":
        """Return the prepared data of an exercise as they lie with the workers."""
        held = self._prepared.get(exercise)
        if held is None or held.status in _GONE:
            held = self._client.submit(_prepare, self._errand, self._sent(), exercise, pure=False)
            self._prepared[exercise] = held
        return held

    def deaths(self, error: Exception) -> int:
        """Return how many workers died over a job; Dask tries some more by itself, as its scheduler is set up.

        Raises
        ------
        JudgeError
            if the scheduler is gone, or a worker that has come lately cannot grade.
        """
        from distributed.comm.core import CommClosedError  # an extra
        from distributed.scheduler import KilledWorker

        if isinstance(error, KilledWorker):
            return error.allowed_failures + 1
        if isinstance(error, CancelledError | CommClosedError):
            raise JudgeError(_LOST) from error
        if isinstance(error, ImportError):
            raise JudgeError(f"a worker {_NO_GRADER} ({error}); {_GO_ON}") from error
        return 0

    def close(self) -> None:
        """End the desks of this batch, and the workers that were started here, whatever they are doing."""
        with suppress(Exception):  # where the connection is lost there is nothing to end
            if self._client.status == "running":
                self._pool.shutdown(wait=False)
                self._client.run(_aside, rooms.leave, self._errand.batch, on_error="ignore")
        self._stack.close()


def require_dask() -> None:
    """Say what to install if Dask is not there.

    Raises
    ------
    UsageError
        if it is not.
    """
    if find_spec("distributed") is None or find_spec("cryptography") is None:
        raise UsageError("`--executor dask` needs Dask: pip install 'mathematics-for-deep-learning-grader[dask]'")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs from the terminal; what matters comes as errors."""
    from distributed.utils import silence_logging_cmgr  # an extra

    with silence_logging_cmgr(logging.CRITICAL):
        yield


@contextmanager
def _cluster(size: int) -> "Iterator[LocalCluster]":
    """Start a scheduler and workers that nobody else can talk to: on the loopback, with certificates of their own."""
    import dask  # an extra
    from distributed import LocalCluster
    from distributed.security import Security

    plain = {
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.profile.enabled": False,
    }
    with tempfile.TemporaryDirectory() as scratch, dask.config.set(plain | {"temporary-directory": scratch}):
        cluster = LocalCluster(
            n_workers=size,
            threads_per_worker=1,
            host="127.0.0.1",
            security=Security.temporary(),
            dashboard_address=None,
            # A death is told at once: whose fault it was is found out in `grader.batch.crew`.
            scheduler_kwargs={"allowed_failures": 0, "dashboard": False, "dashboard_address": "127.0.0.1:0"},
            silence_logs=logging.CRITICAL,
            memory_limit=0,  # submissions have limits of their own
            preload=[__name__],
        )
        with cluster:
            yield cluster


@contextmanager
def _client(where: "str | LocalCluster") -> "Iterator[Client]":
    from distributed import Client  # an extra

    try:
        client = Client(where, set_as_default=False, timeout=_ANSWER_SECONDS)
    except (OSError, ValueError, TypeError, RuntimeError) as error:  # what Dask says of addresses and certificates
        raise UsageError(f"no scheduler of Dask's can be reached at {where}: {error}") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            raise UsageError(
                f"the scheduler at {where} has had no worker for {_WORKER_SECONDS} s: start workers, then the same command again"
            ) from error
        yield client


def _reason(word: object) -> str:
    """Return why a worker cannot grade, from what it said or from the error that came instead."""
    return f"it {_NO_GRADER} ({word})" if isinstance(word, Exception) else str(word)


def dask_setup(_worker: object) -> None:
    """Leave Ctrl-C to the batch; Dask calls this in every worker that is started here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


async def _aside(work: Callable[..., object], *arguments: object) -> object:
    """Do something in a worker that takes a while, beside what it is doing."""
    return await asyncio.to_thread(work, *arguments)


def _carry(parcel: Parcel) -> Parcel:
    return parcel


def _prepare(errand: Errand, parcel: Parcel, exercise: str) -> Readied:
    with rooms.room(errand, parcel).desk() as desk:
        try:
            return Readied(desk.give(exercise))
        except GraderError as error:
            return Readied(b"", str(error))


def _fault(readied: Readied) -> str:
    return readied.fault


def _grade(errand: Errand, parcel: Parcel, readied: Readied, job: Job) -> Done:
    with rooms.room(errand, parcel).desk() as desk:
        if not readied.fault:
            desk.take(job.exercise, readied.data)
        return desk.grade(job)
