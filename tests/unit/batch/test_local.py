"""Desks in processes of this machine: one that is killed loses nothing, and none outlives its batch."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.batch.crew import graded, prepared
from grader.batch.desk import Job
from grader.batch.local import LocalCrew
from grader.errors import JudgeError
from grader.executors.confined import ConfinedExecutor
from grader.model import Limits
from tests.unit.batch.crews import (
    ENDLESS,
    KILLER,
    RIGHT,
    WRONG,
    are_alive,
    batch,
    descendants,
    has_come,
    job,
    settings,
    verdicts,
)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")]


AT_WORK = 5
"""Processes of two desks that are at work: they, what keeps count for Python, and two of the submissions."""


def desks() -> set[int]:
    """Return the processes that wait for jobs."""
    return {number for number in descendants() if b"spawn_main" in _command(number)}


def _command(number: int) -> bytes:
    """Return how a process was started; nothing if it is gone."""
    try:
        return Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(params=["process", "confined"])
def level(request: pytest.FixtureRequest) -> str:
    """Return a level that can be had here: one that starts a process for each submission, one that forks."""
    if request.param == "confined":
        try:
            ConfinedExecutor(Limits()).close()
        except JudgeError as error:
            pytest.skip(str(error))
    return str(request.param)


def test_desks_prepare_and_grade_side_by_side_and_one_that_is_killed_loses_nothing(course: Path) -> None:
    with LocalCrew(settings(course), 2) as crew:
        assert prepared(crew, ["exercise-01", "exercise-02"]) == {}
        before = desks()
        assert len(before) == 2

        def jobs() -> Iterator[Job]:
            for n in range(12):
                if n == 6:
                    os.kill(min(before), signal.SIGKILL)
                yield job(f"s{n}", WRONG if n % 2 else RIGHT)

        found = verdicts(graded(crew, jobs()))
        assert len(desks() - before) == 2
    assert found == {f"s{n}": "wrong_answer" if n % 2 else "accepted" for n in range(12)}
    assert has_come(lambda: not are_alive(before))


def test_a_submission_that_always_kills_its_desk_is_reported_and_takes_nobody_along(course: Path) -> None:
    sources = {"s0": RIGHT, "s1": KILLER, "s2": RIGHT, "s3": WRONG}
    with LocalCrew(settings(course), 2) as crew:
        found = verdicts(graded(crew, (job(*item) for item in sources.items())))
    assert found == {
        "s0": "accepted",
        "s1": "the process in which this was graded died 3 times",
        "s2": "accepted",
        "s3": "wrong_answer",
    }


def test_nothing_is_left_of_a_batch_that_is_closed_in_the_middle(course: Path, level: str) -> None:
    crew = LocalCrew(settings(course, level), 2)
    found = graded(crew, (job(f"s{n}", RIGHT if n == 0 else ENDLESS) for n in range(6)))
    next(found)
    ours = desks().union(*map(descendants, desks()))
    assert len(ours) > 2
    crew.close()
    found.close()
    assert has_come(lambda: not are_alive(ours))


def test_nothing_is_left_of_a_batch_that_is_killed(course: Path, level: str) -> None:
    with batch("local", course, level, [RIGHT, *[ENDLESS] * 5]) as running:
        assert running.stdout is not None
        assert [running.stdout.readline() for _ in range(2)] == ["ready\n", "s0 accepted\n"]
        assert has_come(lambda: len(descendants(running.pid)) >= AT_WORK)
        ours = descendants(running.pid)
        os.kill(running.pid, signal.SIGKILL)
        assert has_come(lambda: not are_alive(ours))


def test_ctrl_c_ends_a_batch_at_once_and_only_the_batch_says_so(course: Path, level: str) -> None:
    with batch("local", course, level, [RIGHT, *[ENDLESS] * 5]) as running:
        assert running.stdout is not None
        assert [running.stdout.readline() for _ in range(2)] == ["ready\n", "s0 accepted\n"]
        assert has_come(lambda: len(descendants(running.pid)) >= AT_WORK)
        ours = descendants(running.pid)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        _, errors = running.communicate(timeout=30)
        assert running.returncode == -signal.SIGINT
        assert errors.count("Traceback") == 1
        assert errors.rstrip().endswith("KeyboardInterrupt")
        assert has_come(lambda: not are_alive(ours))


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.3])
def test_ctrl_c_while_desks_are_starting_is_the_batchs_alone(course: Path, seconds: float) -> None:
    with batch("local", course, "process", [RIGHT] * 5) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        assert has_come(lambda: len(descendants(running.pid)) > 1)
        time.sleep(seconds)
        os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate(timeout=30)
        assert running.returncode == -signal.SIGINT
        assert errors.count("Traceback") == 1, errors
