"""What a batch costs: a whole course of submissions graded, and the same command again with nothing changed.

The submissions are those of `bench/submissions.py`: right, wrong, slow, crashing, endless and absent, each with a text of
its own. Seconds are those of the clock; milliseconds of processor time, of all processes together, can be compared where
other programs run beside. `--nbgrader` grades five small functions beside nbgrader as well (`bench/beside_nbgrader.py`).
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench import beside_nbgrader
from grader.batch.desk import Settings
from grader.batch.driver import Batch
from grader.batch.intake import take_in
from grader.batch.local import LocalCrew
from grader.batch.orders import Order, Summary, Watcher
from grader.course import Course
from grader.gradebook.book import Gradebook
from grader.spec.files import load_course

ROOT: Final = Path(__file__).parents[1]


@dataclass(frozen=True)
class Site:
    """Where everything lies.

    Attributes
    ----------
    course : Course
        a copy of this repository's.
    submissions : path
        the folder with a folder a student.
    count : int
        how many submissions lie there.
    book : str
        the gradebook's file.
    """

    course: Course
    submissions: Path
    count: int
    book: str


def site(home: Path, students: int) -> Site:
    """Write a course and its submissions, these in another process, whose memory is not ours."""
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, home / "course" / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.yaml", home / "course")
    command = [sys.executable, "-m", "bench.submissions", str(home / "submissions"), "--students", str(students)]
    made = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    kinds = made.stdout.strip().partition(": ")[2]
    print(f"{students} students: {kinds}")
    count = sum(int(number) for number, kind in map(str.split, kinds.split(", ")) if kind != "absent")
    return Site(load_course(home / "course"), home / "submissions", count, str(home / "gradebook.db"))


def processor_seconds() -> float:
    """Return the processor time of this process and of all that have ended below it."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def peak() -> float:
    """Return the most memory in MiB that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def batch(where: Site, level: str, jobs: int) -> tuple[Summary, float]:
    """Grade what is not graded yet; return what it came to, and the seconds in which the submissions were taken in."""
    with Gradebook(where.book, create=True) as book:
        settings = Settings(
            course=str(where.course.folder),
            seed=book.secret_seed(),
            isolation=level,
            hidden=(str(where.course.folder), str(where.submissions)),
        )
        began = time.perf_counter()
        intake = take_in([where.submissions], where.course.exercises)
        taken = time.perf_counter() - began
        order = Order(settings=settings, origin="secret")
        return Batch(where.course, book, order, Watcher()).grade(intake, lambda: LocalCrew(settings, jobs)), taken


def measured(work: Callable[[], tuple[Summary, float]]) -> tuple[Summary, float, float]:
    """Return what a batch came to, the seconds of its intake, and those of the processors."""
    before = processor_seconds()
    summary, taken = work()
    return summary, taken, processor_seconds() - before


def whole_course(students: int, level: str, jobs: int) -> None:
    """Print what the course costs."""
    with tempfile.TemporaryDirectory() as name:
        where = site(Path(name), students)
        summary, taken, used = measured(lambda: batch(where, level, jobs))
        if (summary.graded, summary.judge_errors, summary.not_read, summary.faults) != (where.count, {}, {}, {}):
            sys.exit(f"of {where.count} submissions, {summary.graded} were graded: {summary}")
        phases = ", ".join(f"{phase} {seconds:.2f} s" for phase, seconds in summary.phases.items())
        print(f"graded with --jobs {jobs} at {level}: taken in {taken:.2f} s, {phases}")
        rate = summary.graded / summary.phases["graded"]
        print(
            f"  {summary.graded} submissions, {rate:.1f} a second; {1000 * used / summary.graded:.1f} ms of processor"
            f" time each; at most {peak():.0f} MiB in the process that drives it"
        )
        again, taken, used = measured(lambda: batch(where, level, jobs))
        if again.reused != where.count:
            sys.exit(f"of {where.count} submissions, {again.reused} were known")
        each = 1000 * (taken + again.seconds) / where.count
        print(
            f"again, with nothing changed: {taken + again.seconds:.2f} s, {each:.2f} ms a submission;"
            f" {1000 * used / where.count:.2f} ms of processor time each; at most {peak():.0f} MiB"
        )
        size = sum(file.stat().st_size for file in Path(name).glob("gradebook.db*"))
        print(f"  the gradebook has {size / 2**20:.1f} MiB, {size / where.count / 2**10:.1f} KiB a submission")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few students: whether the measurement works")
    parser.add_argument("--students", type=int, help="1000, or 10 with --quick")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--isolation", default="sealed")
    parser.add_argument("--nbgrader", action="store_true", help="compare with nbgrader as well")
    given = parser.parse_args()
    students = (10 if given.quick else 1000) if given.students is None else given.students
    if students:
        whole_course(students, given.isolation, given.jobs)
    if given.nbgrader:
        beside_nbgrader.compare(quick=given.quick)


if __name__ == "__main__":
    main()
