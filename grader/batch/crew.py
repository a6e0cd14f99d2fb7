"""Desks side by side: what every way to run a batch offers, and the way that loses nothing when a desk dies."""

from abc import abstractmethod
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Final

from grader.batch.desk import Done, Job
from grader.executors import Closing

_DEATHS: Final = 3
"""How often a desk may die over a submission before that is reported as a judge error."""


class Crew(Closing):
    """Some desks to which jobs are handed.

    Attributes
    ----------
    size : int
        how many there are.
    """

    size: int

    @abstractmethod
    def prepare(self, exercise: str) -> "Future[str]":
        """Prepare an exercise at one desk, for all of them to use; it gives what is wrong with it, or nothing."""

    @abstractmethod
    def grade(self, job: Job) -> "Future[Done]":
        """Grade a submission at one of the desks."""

    @abstractmethod
    def deaths(self, error: Exception) -> int:
        """Return how often a desk died over a job, by the error that came instead of its result; each was replaced.

        Raises
        ------
        JudgeError
            if the error means that there are no desks any more.
        """


def prepared(crew: Crew, exercises: Iterable[str]) -> dict[str, str]:
    """Prepare exercises side by side, and return those with which something is wrong, each with what it is."""
    futures = {name: crew.prepare(name) for name in exercises}
    found = {name: _said(crew, future) for name, future in futures.items()}
    return {name: fault for name, fault in found.items() if fault}


def _said(crew: Crew, future: "Future[str]") -> str:
    try:
        return future.result()
    except Exception as error:
        if not crew.deaths(error):
            raise
        return ""  # it is prepared again when the first submission is graded


def graded(crew: Crew, jobs: Iterator[Job]) -> Generator[Done | tuple[Job, str], None, None]:
    """Yield what comes of each job as soon as it is there; a job over which desks die comes back with what happened.

    Few jobs are under way at a time, so that neither a thousand submissions nor a million take memory here. When a
    desk dies, the jobs that were under way are done again one by one, which finds the one that is to blame.
    """
    running: dict[Future[Done], Job] = {}
    suspects: deque[tuple[Job, int]] = deque()
    try:
        while True:
            if not suspects:
                _fill(crew, running, jobs)
            elif not running:
                yield _alone(crew, *suspects.popleft())
                continue
            if not running:
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                try:
                    yield future.result()
                except Exception as error:
                    if not crew.deaths(error):
                        raise
                    suspects.append((job, 1))  # another one may be to blame, however often
    finally:
        for future in running:
            future.cancel()


def _fill(crew: Crew, running: "dict[Future[Done], Job]", jobs: Iterator[Job]) -> None:
    """Hand out jobs until every desk has one and another one waiting."""
    while len(running) < 2 * crew.size:
        job = next(jobs, None)
        if job is None:
            return
        running[crew.grade(job)] = job


def _alone(crew: Crew, job: Job, deaths: int) -> Done | tuple[Job, str]:
    while deaths < _DEATHS:
        try:
            return crew.grade(job).result()
        except Exception as error:
            died = crew.deaths(error)
            if not died:
                raise
            deaths += died
    return job, f"the process in which this was graded died {deaths} times"
