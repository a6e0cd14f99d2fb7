"""A course of two tiny exercises, submissions to it, and what tells which processes a batch has."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from grader.batch.desk import Done, Job, Settings

SEED: Final = 0x5EC2E7_5EED_0F_7E575

COURSE: Final = """\
title: A small course
seed: 7
limits: {call: 2 s, exercise: 20 s, load: 20 s, memory: 2 GiB, answer: 1 MiB, output: 16 KiB}
topics:
  - id: numbers
    title: Numbers
    sections: [{title: Doubling, exercises: [exercise-01, exercise-02]}]
"""
EXERCISE: Final = """\
title: Twice a number
difficulty: 1
statement: Return $2 x$.
function:
  name: double
  about: Return twice a number.
  parameters: {x: {type: float, about: a number}}
  returns: {type: float, about: twice the number}
inputs: {x: {real: {low: 1, high: 2}}}
checks:
  - {name: some numbers, points: 2, cases: 2, compare: allclose}
  - {name: nothing, points: 1, inputs: {x: 0}, compare: allclose}
"""
RIGHT: Final = "def double(x):\n    return 2 * x\n"
WRONG: Final = "def double(x):\n    return x + 1\n"
ENDLESS: Final = "def double(x):\n    while True:\n        pass\n"
KILLER: Final = "import os\n\n\ndef double(x):\n    os.kill(os.getppid(), 9)\n    return 2 * x\n"
"""Kills the process that grades it, which it can do at the level `process` alone."""

_PATIENCE: Final = 60.0

BATCH: Final = """\
import sys
from grader.batch.cluster import DaskCrew
from grader.batch.crew import graded
from grader.batch.local import LocalCrew
from tests.unit.batch.crews import job, settings

if __name__ == "__main__":
    kind, course, level, *sources = sys.argv[1:]
    jobs = (job(f"s{n}", source) for n, source in enumerate(sources))
    with (DaskCrew if kind == "dask" else LocalCrew)(settings(course, level), 2) as crew:
        print("ready", flush=True)
        for done in graded(crew, jobs):
            print(done.student, done.result.verdict, flush=True)
"""
"""A program that grades the sources that it is given, and says who is done."""


def make_course(folder: Path) -> Path:
    """Write the course, and return its folder."""
    (folder / "course.yaml").parent.mkdir(parents=True, exist_ok=True)
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    for name in ("exercise-01", "exercise-02"):
        for part, file, text in (("exercises", "exercise.yaml", EXERCISE), ("solutions", "solution.py", RIGHT)):
            (folder / part / name).mkdir(parents=True)
            (folder / part / name / file).write_text(text, encoding="utf-8")
    return folder


def settings(course: Path | str, isolation: str = "process") -> Settings:
    """Return what desks are told."""
    return Settings(course=str(course), seed=SEED, isolation=isolation, hidden=(str(course),))


def job(student: str, source: str = RIGHT, exercise: str = "exercise-01") -> Job:
    """Return a submission."""
    return Job(student=student, exercise=exercise, source=source, answer_file=f"{student}/exercise_01.py")


def verdicts(found: Iterator[Done | tuple[Job, str]]) -> dict[str, str]:
    """Return the verdict of each student, or what happened; nobody may come twice."""
    said: dict[str, str] = {}
    for item in found:
        student, word = _said(item)
        assert student not in said
        said[student] = word
    return said


def _said(item: Done | tuple[Job, str]) -> tuple[str, str]:
    if isinstance(item, Done):
        assert item.result is not None, item.fault
        return item.student, str(item.result.verdict)
    return item[0].student, item[1]


def descendants(parent: int | None = None) -> set[int]:
    """Return the processes that descend from a process, this one if none is named."""
    found, wave = set[int](), {os.getpid() if parent is None else parent}
    while wave:
        wave = {child for number in wave for child in _children(number)} - found
        found |= wave
    return found


def _children(number: int) -> Iterator[int]:
    with contextlib.suppress(OSError):  # it has ended since
        for file in Path(f"/proc/{number}/task").glob("*/children"):
            yield from map(int, file.read_text(encoding="ascii").split())


def are_alive(numbers: set[int]) -> set[int]:
    """Return those of some processes that have not ended."""
    return {number for number in numbers if _state(number) not in ("", "Z", "X")}


def _state(number: int) -> str:
    try:
        return Path(f"/proc/{number}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""


def has_come(condition: Callable[[], object], seconds: float = _PATIENCE) -> bool:
    """Wait until something holds, and return whether it does."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@contextlib.contextmanager
def batch(kind: str, course: Path, level: str, sources: Sequence[str]) -> "Iterator[subprocess.Popen[str]]":
    """Start a program that grades, in a group of its own, and see to it that nothing of it is left."""
    program = course.parent / "batch.py"
    program.write_text(BATCH, encoding="utf-8")
    root = Path(__file__).parents[3]
    running = subprocess.Popen(
        [sys.executable, str(program), kind, str(course), level, *sources],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(root), "XDG_CACHE_HOME": str(course.parent / "cache")},
    )
    try:
        yield running
    finally:
        for number in are_alive(descendants(running.pid) | {running.pid}):
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        running.communicate()
