"""What the gradebook costs: a term of results written, looked up and reported.

Beside the writing stands a plain `sqlite3` that puts the same rows into a file with the same settings, in the same parts,
so that figures of different machines can be compared. `--quick` takes a tenth of the students. With `--gradebook URL` an
empty PostgreSQL database is measured.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from grader.course import Course
from grader.gradebook.book import Gradebook
from grader.gradebook.records import Conditions, Graded, HandedIn
from grader.gradebook.totals import concealed, everyone, overview
from grader.gradebook_reports.csv import CsvTable
from grader.model import Verdict
from grader.results import CheckResult, Counterexample, ExerciseResult
from grader.spec.course import CourseFile, Section, Topic

EXERCISES, CHECKS, PART = 13, 5, 200
AT = datetime(2027, 3, 1, tzinfo=UTC)
NAMES = tuple(f"exercise-{number:02d}" for number in range(1, EXERCISES + 1))
COURSE = Course(
    Path(),
    CourseFile(
        title="Course",
        seed=1,
        topics=(Topic(id="all", title="All", sections=(Section(title="All", due="2027-02-27", exercises=NAMES),)),),
    ),
)
EXAMPLE = Counterexample(
    inputs={"A": "np.array([[1.0, -1.0], [-1.0, -2.0]])"},
    expected="np.array([-2.302775637731995, 1.3027756377319946])",
    got="np.array([1.3027756377319946, -2.302775637731995])",
    error=3.6,
    allowed=3.6e-9,
    replay="grade exercise-04 --seed 20261122 --case 0:4.14",
)


def result(exercise: str) -> ExerciseResult:
    """Return a result of five checks, two of which show a failing case."""
    wrong = CheckResult(
        "random symmetric matrices",
        Verdict.WRONG_ANSWER,
        Fraction(0),
        Fraction(2),
        cases=20,
        passed=7,
        message="off by 3.6 at [1]; allowed 3.6e-09",
        feedback="These are the right eigenvalues, sorted by absolute value.",
        counterexample=EXAMPLE,
    )
    right = CheckResult("a check that holds", Verdict.ACCEPTED, Fraction(2), Fraction(2), cases=20, passed=20)
    checks = (wrong, wrong, right, right, right)
    return ExerciseResult(exercise, "Title", "all", "All", Verdict.PARTIAL, Fraction(6), Fraction(10), checks)


def term(students: int) -> list[Graded]:
    """Return the results of all students in all exercises."""
    return [
        Graded(
            student=f"s{student:04d}",
            key=f"{student:032d}{name:>32}",
            content=f"{student:064d}",
            result=result(name),
            isolation="sealed",
            exercise_hash="0" * 64,
            seconds=0.01,
            at=AT,
        )
        for student in range(students)
        for name in NAMES
    ]


def timed(title: str, count: int, work: Callable[[], object]) -> float:
    """Do a piece of work once, print what it took by the clock and of a core, and return the latter in seconds."""
    began, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(f"{title:<52}{took:7.2f} s   CPU {used:6.2f} s {1000 * used / count:9.3f} ms each")
    return used


def parts(graded: list[Graded]) -> Iterator[list[Graded]]:
    """Yield results as a batch hands them over."""
    for place in range(0, len(graded), PART):
        yield graded[place : place + PART]


def write(book: Gradebook, run: int, graded: list[Graded]) -> None:
    """Put results on record as a batch does."""
    for part in parts(graded):
        book.add(run, part)


def plain(file: str, graded: list[Graded]) -> None:
    """Put rows of the same size into a file of tables without anything else."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for line in ("journal_mode = WAL", "synchronous = FULL"):
            connection.execute(f"PRAGMA {line}")
        connection.execute("CREATE TABLE result (id INTEGER PRIMARY KEY, student, exercise, key, details)")
        connection.execute("CREATE UNIQUE INDEX once ON result (key, student)")
        connection.execute("CREATE TABLE checks (result, place, name, verdict, details, PRIMARY KEY (result, place))")
        number = 0
        for part in parts(graded):
            connection.execute("BEGIN IMMEDIATE")
            rows = [(number + i, item.student, item.result.id, item.key, "{}") for i, item in enumerate(part)]
            connection.executemany("INSERT INTO result VALUES (?, ?, ?, ?, ?)", rows)
            lines = [
                (number + i, place, check.name, str(check.verdict), repr(check.counterexample))
                for i, item in enumerate(part)
                for place, check in enumerate(item.result.checks)
            ]
            connection.executemany("INSERT INTO checks VALUES (?, ?, ?, ?, ?)", lines)
            connection.execute("COMMIT")
            number += len(part)


def report(book: Gradebook) -> str:
    """Return the table of all students, as `grade report --format csv` makes it."""
    people = everyone((), book.students())
    scores = overview(COURSE, book.snapshot(), people, dict.fromkeys(NAMES, Fraction(10)))
    return CsvTable().render(concealed(scores), details=False)


def measure(where: str, students: int, folder: str) -> None:
    """Print the times of a term of results."""
    graded = term(students)
    count = len(graded)
    keys = {item.place: item.key for item in graded}
    print(f"{count} results with {CHECKS} checks each, {PART} in a transaction")
    with Gradebook(where, create=True) as book:
        run = book.begin_run(Conditions(seed=book.secret_seed(), origin="secret", isolation="sealed"))
        submissions = [HandedIn(item.student, item.result.id, item.content, item.student, AT) for item in graded]
        timed("submissions put on record", count, lambda: book.record_submissions(run, submissions))
        took = timed("results put on record", count, lambda: write(book, run, graded))
        bare = timed("  the same rows with plain sqlite3", count, lambda: plain(f"{folder}/plain.db", graded))
        print(f"  ratio {took / bare:.1f}")
        timed("known(): which of all keys are graded", count, lambda: book.known(keys))
        timed("a run with nothing to do: submissions and reuse()", count, lambda: again(book, submissions, keys))
        timed("report of all students", students, lambda: report(book))
        timed("one student with all details", 1, lambda: book.snapshot(["s0001"], details=True))
        timed("one student erased, the file written anew", 1, lambda: book.erase("s0001", "bench"))
    if "://" not in where:
        print(f"{Path(where).stat().st_size / 2**20:.1f} MiB on disk")


def again(book: Gradebook, submissions: list[HandedIn], keys: dict[tuple[str, str], str]) -> None:
    """Do what a batch does in which nothing has changed."""
    run = book.begin_run(Conditions(seed=book.secret_seed(), origin="secret", isolation="sealed"))
    book.record_submissions(run, submissions)
    assert book.reuse(run, keys) == set(keys)
    book.finish_run(run)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--gradebook", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(options.gradebook or f"{folder}/gradebook.db", 100 if options.quick else 1000, folder)


if __name__ == "__main__":
    main()
