"""Programs that are killed while they write, and several that write at once: the gradebook is whole, and nothing counts twice."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from grader.gradebook.book import Gradebook
from grader.gradebook.records import Graded, HandedIn

STUDENTS, PART = 60, 3

WRITER = f"""\
import sys
from datetime import UTC, datetime
from fractions import Fraction
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Conditions, Graded, HandedIn
from grader.model import Verdict
from grader.results import CheckResult, ExerciseResult

when = datetime(2027, 3, 1, tzinfo=UTC)
points = Fraction(1)
checks = tuple(CheckResult(f"check {{n}}", Verdict.ACCEPTED, points, points) for n in range(5))
result = ExerciseResult("exercise-01", "t", "a", "s", Verdict.ACCEPTED, 5 * points, 5 * points, checks)


def graded(name):
    return Graded(student=name, key=f"key of {{name}}", content="c", result=result, isolation="sealed",
                  exercise_hash="h", seconds=0.0, at=when)


with Gradebook(sys.argv[1], create=True) as book:
    print("open", flush=True)
    run = book.begin_run(Conditions(seed=book.secret_seed(), origin="secret", isolation="sealed"))
    names = [f"s{{n}}" for n in range({STUDENTS})]
    book.record_submissions(run, [HandedIn(name, "exercise-01", "c", name) for name in names])
    done = book.reuse(run, {{(name, "exercise-01"): f"key of {{name}}" for name in names}})
    left = [name for name in names if (name, "exercise-01") not in done]
    for place in range(0, len(left), {PART}):
        book.add(run, [graded(name) for name in left[place:place + {PART}]])
        print("part", flush=True)
    book.finish_run(run)
    print("reused", len(done), flush=True)
"""


def start(where: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", WRITER, where], stdout=subprocess.PIPE, text=True)


def finish(where: str) -> int:
    """Run the writer to its end and return how many results it found."""
    with start(where) as writer:
        out, _ = writer.communicate(timeout=60)
    assert writer.returncode == 0
    return int(out.split()[-1])


def has_tables(file: str) -> bool:
    """Return whether the gradebook had been made when its writer was killed."""
    with closing(sqlite3.connect(file)) as connection:
        return bool(connection.execute("SELECT 1 FROM sqlite_master").fetchone())


def require_whole(file: str) -> int:
    """Return the number of results, all of which must be whole."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        counts = connection.execute("SELECT count(*) FROM check_result GROUP BY result").fetchall()
        (results,) = connection.execute("SELECT count(*) FROM result").fetchone()
        (standing,) = connection.execute("SELECT count(*) FROM standing").fetchone()
    assert counts == [(5,)] * results
    assert standing == results
    assert results % PART == 0
    return int(results)


@pytest.mark.slow
def test_killed_at_any_moment_the_gradebook_is_whole_and_the_same_command_goes_on(file: str) -> None:
    moments = random.Random(5)
    found = []
    for _ in range(10):
        with start(file) as writer:
            assert writer.stdout is not None
            for _ in range(moments.randrange(6)):  # its lines tell how far it is, on a slow machine too
                writer.stdout.readline()
            time.sleep(moments.uniform(0, 0.02))
            writer.send_signal(signal.SIGKILL)
        found.append(require_whole(file) if has_tables(file) else 0)
        if found[-1] == STUDENTS:
            Path(file).unlink()
    assert any(0 < count < STUDENTS for count in found), found
    before = require_whole(file) if Path(file).exists() and has_tables(file) else 0
    assert finish(file) == before
    assert require_whole(file) == STUDENTS
    with Gradebook(file) as book:
        assert book.runs()[-1].state == "finished"
        assert {run.state for run in book.runs()[:-1]} <= {"interrupted", "finished"}


@pytest.mark.slow
def test_killed_while_it_is_made_the_gradebook_can_be_made_again(tmp_path: Path) -> None:
    moments = random.Random(6)
    for number in range(4):
        file = str(tmp_path / f"{number}.db")
        with start(file) as writer:
            until = time.monotonic() + 30
            while not Path(file).exists() and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(moments.uniform(0, 0.4))
            writer.kill()
        assert finish(file) in range(0, STUDENTS + 1, PART)
        assert require_whole(file) == STUDENTS


@pytest.mark.slow
def test_two_that_write_at_once_make_one_gradebook(where: str) -> None:
    with start(where) as one, start(where) as other:
        for writer in (one, other):
            writer.communicate(timeout=60)
    assert (one.returncode, other.returncode) == (0, 0)
    with Gradebook(where) as book:
        assert len(book.snapshot().standing) == STUDENTS
        assert [sum(event.kind == "result" for event in book.history(f"s{n}")) for n in range(STUDENTS)] == [
            1
        ] * STUDENTS
        assert [run.state for run in book.runs()] == ["finished", "finished"]


def test_a_result_that_fails_takes_its_whole_part_back(
    file: str, graded: Callable[..., Graded], handed_in: Callable[..., HandedIn], conditions: object
) -> None:
    with Gradebook(file, create=True) as book:
        run = book.begin_run(conditions)  # type: ignore[arg-type] # conditions
        broken = graded("s2", checks=(object(),))
        with pytest.raises(AttributeError):
            book.add(run, [graded("s1"), broken])
        assert book.snapshot().students == ()
