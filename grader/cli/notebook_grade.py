"""`grade notebook grade COURSE ASSIGNMENT`: scores of submitted notebooks, in nbgrader's own gradebook."""

import gc
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli._sealing import ended_in_order, level, note, processors, sealing_options
from grader.course import Course
from grader.errors import UsageError

if TYPE_CHECKING:
    from grader.batch.crew import Crew
    from grader.batch.desk import Settings
    from grader.batch.orders import Watcher
    from grader.interop.assignment import Source
    from grader.interop.marked import Marked


@click.command("grade", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("root", metavar="COURSE", type=click.Path(path_type=Path))
@click.argument("assignment", metavar="ASSIGNMENT")
@click.option("--student", "students", multiple=True, metavar="STUDENT", help="Only this student; may be repeated.")
@click.option("--db", "db_url", default="", metavar="URL", help="Another gradebook than nbgrader_config.py says.")
@sealing_options("Notebooks", "the course")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl"]),
    default="text",
    help="text (default), or jsonl: a line of JSON for each cell, which says where its score was made.",
)
def command(
    root: Path,
    assignment: str,
    *,
    students: tuple[str, ...],
    db_url: str,
    seed: int | None,
    jobs: int | None,
    isolation: str | None,
    form: str,
) -> int:
    """Grade the notebooks in nbgrader's COURSE that were handed in for ASSIGNMENT, without a kernel.

    Scores go into nbgrader's gradebook, where `nbgrader export`, `generate_feedback` and formgrader find them; what a person
    has entered there stays. Cells that stand for checks are judged outside the student's process; other test cells run
    beside the student's code, and their scores say `trust: in-process`. Exit status: 0 everything was judged, 2 usage, 3 an exercise is wrong, 4 something could not be
    judged or read, 130 cut short.
    """
    # SQLAlchemy, nbgrader and what else this needs takes longer to import than a whole `grade exercise-04`.
    from grader.batch.desk import Settings
    from grader.interop.assignment import read_assignment
    from grader.interop.cell_tests import CellTests, Rules, on_record
    from grader.interop.lateness import lateness_of
    from grader.interop.marking import Marking
    from grader.interop.nbgrader_book import NbgraderBook
    from grader.interop.nbgrader_course import course_of, folders
    from grader.interop.telling import json_lines, lines

    gc.enable()  # `grade` itself is too short for it; this may run for hours
    theirs = folders(root, db_url)
    course = course_of(root)
    sources = read_assignment(theirs.source(assignment), course)
    there = theirs.students(assignment)
    if unknown := sorted(set(students) - set(there)):
        raise UsageError(f"nothing was handed in for {assignment} by {', '.join(unknown)}")
    hidden = [course.folder, theirs.root.resolve()]
    reached = level(course, hidden, isolation)
    settings = Settings(
        course=str(course.folder),
        seed=_seed(course, sources) if seed is None else seed,
        isolation=reached,
        hidden=tuple(map(str, hidden)),
    )
    wanted = [name for name in there if name in students] if students else there
    begins_anew = "the same command grades all of it again"
    at_once = jobs or processors()
    lateness = lateness_of(course, sources)
    with NbgraderBook(theirs, assignment, lateness) as book, ended_in_order(begins_anew), _watcher() as watcher:
        sources = tuple(on_record(source, book.released(source.name)) for source in sources)
        factor = course.longest_time_factor
        rules = Rules(reached, course.limits, tuple(hidden), theirs.cell_seconds, at_once, factor)
        with CellTests(sources, theirs.source(assignment), rules) as others:
            marking = Marking(course, theirs, assignment, sources, watcher, others=others)
            marked = marking.mark(wanted, book, lambda: _crew(settings, at_once))
    _tell(lines(marked, reached), json_lines(marked, sources, reached) if form == "jsonl" else None)
    return _status(marked)


def _tell(text: Iterable[str], data: Iterable[str] | None) -> None:
    """Print what it came to; beside data the text is for whoever watches."""
    for line in text:
        click.echo(line, err=data is not None)
    for line in data or ():
        click.echo(line)


def _crew(settings: "Settings", jobs: int) -> "Crew":
    from grader.batch.local import LocalCrew

    return LocalCrew(settings, jobs)


def _seed(course: Course, sources: "Iterable[Source]") -> int:
    """Return the seed that the course keeps for notebooks, made when there are first exercises in one."""
    if not any(source.exercises for source in sources):
        return course.file.seed
    file = course.state_folder / "notebooks.seed"
    try:
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(0o600)
            file.write_text(f"{int.from_bytes(os.urandom(16))}\n", encoding="ascii")
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the seed in {file} cannot be read: {error}; delete the file, or name a --seed") from None


@contextmanager
def _watcher() -> "Iterator[Watcher]":
    from grader.batch.progress import Bar, Lines

    if sys.stderr.isatty():
        with Bar() as bar:
            yield bar
    else:
        yield Lines(note)


def _status(marked: "Marked") -> int:
    if marked.faults:
        return 3
    return 4 if marked.judge_errors or marked.not_read or marked.undecided else 0
