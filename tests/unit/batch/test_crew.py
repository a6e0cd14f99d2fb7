"""What a crew is asked for: few jobs at a time, every result once, and the one to blame found when desks die."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch.crew import Crew, graded, prepared
from grader.batch.desk import Done, Job
from tests.unit.batch.crews import job

KILLER = "kills"
HANGS = "hangs"


class Died(Exception):
    """A desk died."""


class Desks(Crew):
    """Desks in a thread, which all die with a job that kills; those at work then lose what they have.

    Parameters
    ----------
    size : int
        how many.
    deaths : int
        how many are said to have died at once.
    """

    def __init__(self, size: int = 2, deaths: int = 1) -> None:
        self.size = size
        self.most = 0
        self.tried: dict[str, int] = {}
        self.futures: list[Future[Done]] = []
        self._deaths = deaths
        self._changed = threading.Condition()
        self._waiting: list[tuple[Job, Future[Done]]] = []
        self._closed = False
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def prepare(self, exercise: str) -> "Future[str]":
        """Say what is in the name of an exercise."""
        future: Future[str] = Future()
        if exercise == KILLER:
            future.set_exception(Died())
        elif exercise == "breaks":
            future.set_exception(ZeroDivisionError())
        else:
            future.set_result("a fault" if exercise == "wrong" else "")
        return future

    def grade(self, job: Job) -> "Future[Done]":
        """Take a job."""
        future: Future[Done] = Future()
        with self._changed:
            self.futures.append(future)
            self._waiting.append((job, future))
            self.most = max(self.most, len(self._waiting))
            self.tried[job.student] = self.tried.get(job.student, 0) + 1
            self._changed.notify()
        return future

    def deaths(self, error: Exception) -> int:
        """Return how many desks died."""
        return self._deaths if isinstance(error, Died) else 0

    def _work(self) -> None:
        with self._changed:
            while self._changed.wait_for(self._can_go_on) and not self._closed:
                at_work = self._waiting[: self.size]
                if any(job.source == KILLER for job, _ in at_work):
                    for _, future in self._waiting:
                        future.set_exception(Died())
                    self._waiting.clear()
                    continue
                job, future = self._waiting.pop(0)
                if job.source == "breaks":
                    future.set_exception(ZeroDivisionError())
                elif future.set_running_or_notify_cancel():
                    future.set_result(Done(job.student, job.exercise, None))

    def _can_go_on(self) -> bool:
        return self._closed or bool(self._waiting and self._waiting[0][0].source != HANGS)

    def close(self) -> None:
        """End the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()


def outcomes(found: Iterator[Done | tuple[Job, str]]) -> list[tuple[str, str]]:
    return sorted((item.student, "done") if isinstance(item, Done) else (item[0].student, item[1]) for item in found)


def test_every_job_comes_back_once() -> None:
    with Desks() as desks:
        found = outcomes(graded(desks, iter([job(f"s{n:02}") for n in range(20)])))
    assert found == [(f"s{n:02}", "done") for n in range(20)]


def test_few_jobs_are_under_way_however_many_there_are() -> None:
    drawn = 0

    def jobs() -> Iterator[Job]:
        nonlocal drawn
        for n in range(10_000):
            drawn += 1
            yield job(f"s{n}")

    with Desks(size=3) as desks:
        found = graded(desks, jobs())
        for count, _ in enumerate(islice(found, 500), 1):
            assert drawn <= count + 2 * 3
        assert desks.most <= 2 * 3
        found.close()


def test_no_jobs_give_no_results() -> None:
    with Desks() as desks:
        assert list(graded(desks, iter(()))) == []


@given(st.lists(st.booleans(), max_size=12), st.integers(1, 4), st.integers(1, 4))
def test_whoever_kills_desks_is_reported_and_takes_nobody_along(kills: list[bool], size: int, deaths: int) -> None:
    with Desks(size, deaths) as desks:
        jobs = [job(f"s{n:02}", KILLER if kill else "") for n, kill in enumerate(kills)]
        found = dict(outcomes(graded(desks, iter(jobs))))
    assert sorted(found) == [item.student for item in jobs]
    for item in jobs:
        assert (found[item.student] == "done") == (item.source != KILLER)


def test_three_deaths_are_enough_for_a_job_to_be_reported() -> None:
    with Desks() as desks:
        assert outcomes(graded(desks, iter([job("s1", KILLER)]))) == [
            ("s1", "the process in which this was graded died 3 times")
        ]
        assert desks.tried == {"s1": 3}


def test_deaths_that_come_several_at_once_are_counted() -> None:
    with Desks(deaths=4) as desks:
        assert outcomes(graded(desks, iter([job("s1", KILLER)]))) == [
            ("s1", "the process in which this was graded died 5 times")
        ]
        assert desks.tried == {"s1": 2}


def test_what_is_no_death_ends_the_batch() -> None:
    with Desks() as desks, pytest.raises(ZeroDivisionError):
        list(graded(desks, iter([job("s1"), job("s2", "breaks"), job("s3")])))


def test_what_is_no_death_of_a_job_done_alone_ends_the_batch() -> None:
    with Desks(size=1) as desks, pytest.raises(ZeroDivisionError):
        list(graded(desks, iter([job("s1", KILLER), job("s2", "breaks")])))


def test_jobs_that_nobody_waits_for_any_more_are_cancelled() -> None:
    with Desks(size=1) as desks:
        found = graded(desks, iter([job("s0"), *(job(f"s{n}", HANGS) for n in range(1, 50))]))
        next(found)
        found.close()
        assert [future.cancelled() for future in desks.futures] == [False, True]


def test_exercises_are_prepared_and_only_those_with_a_fault_are_named() -> None:
    with Desks() as desks:
        assert prepared(desks, ["exercise-01", "wrong"]) == {"wrong": "a fault"}


def test_an_exercise_over_which_a_desk_died_is_left_to_its_submissions() -> None:
    with Desks() as desks:
        assert prepared(desks, [KILLER]) == {}


def test_what_is_no_death_ends_the_preparation() -> None:
    with Desks() as desks, pytest.raises(ZeroDivisionError):
        prepared(desks, ["breaks"])
