"""`grade batch SUBMISSIONS…`: grades what students handed in, into the gradebook."""

import gc
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli._sealing import ended_in_order, level, note, processors, sealing_options
from grader.course import Course
from grader.errors import UsageError
from grader.roster import Student, read_roster
from grader.spec.files import load_course

if TYPE_CHECKING:
    from grader.batch.crew import Crew
    from grader.batch.desk import Settings
    from grader.batch.driver import Batch
    from grader.batch.intake import Intake
    from grader.batch.orders import Summary, Watcher
    from grader.gradebook.book import Gradebook
    from grader.gradebook.records import Origin


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, required=True, metavar="SUBMISSIONS…", type=click.Path(path_type=Path))
@click.option(
    "--gradebook", "where", metavar="FILE|URL", help="The gradebook; gradebook.db in the course's folder by default."
)
@sealing_options("Submissions", "the gradebook")
@click.option(
    "--executor",
    default="local",
    type=click.Choice(["local", "dask"]),
    help="Where submissions are graded: on this machine, or by Dask's workers.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    default="",
    help="Dask's scheduler; by default one is started here, with its workers.",
)
@click.option("--regrade", is_flag=True, help="Show what changes before it counts.")
@click.option("--yes", is_flag=True, help="With --regrade: let the changes count without asking.")
@click.option(
    "--commit-times", is_flag=True, help="Take the time of a clone's last commit for the time it was handed in."
)
@click.option(
    "--format",
    "form",
    default="text",
    type=click.Choice(["text", "jsonl"]),
    help="text (default), or jsonl: a line of JSON for each submission.",
)
def command(
    paths: tuple[Path, ...],
    *,
    where: str | None,
    seed: int | None,
    jobs: int | None,
    isolation: str | None,
    executor: str,
    scheduler: str,
    regrade: bool,
    yes: bool,
    commit_times: bool,
    form: str,
) -> int:
    """Grade submissions: folders, zips, exports of learning platforms, files.

    What was graded before is not graded again; cut short, the same command goes on. Exit status: 0 everything was
    judged, 2 usage or nothing to grade, 3 an exercise is wrong, 4 something could not be judged, 130 cut short.
    """
    # SQLAlchemy and what else a batch needs takes longer to import than a whole `grade exercise-04`.
    from grader.batch.desk import Settings
    from grader.batch.driver import Batch
    from grader.batch.orders import Order
    from grader.gradebook.book import Gradebook, default_file

    gc.enable()  # `grade` itself is too short for it; a batch may run for hours
    if yes and not regrade:
        raise UsageError("--yes goes with --regrade")
    if scheduler and executor != "dask":
        raise UsageError("--scheduler goes with --executor dask")
    course = load_course(Path.cwd())
    roster = read_roster(course)
    intake = _taken_in(course, paths, roster, commit_times=commit_times)
    where = where or default_file(course)
    hidden = [course.folder, *paths, *([Path(where)] if "://" not in where else [])]
    reached = level(course, hidden, isolation, elsewhere=bool(scheduler))
    with Gradebook(where, create=True) as book, ended_in_order():
        number, origin = _seed(book, seed)
        settings = Settings(
            course=str(course.folder),
            seed=number,
            isolation=reached,
            hidden=tuple(str(path.resolve()) for path in hidden),
        )
        options = {"paths": [str(path) for path in paths], "jobs": jobs, "executor": executor, "regrade": regrade}
        order = Order(settings=settings, origin=origin, regrade=regrade, roster=roster, options=options)
        with _watcher(form, course, reached, number if origin == "given" else None) as watcher:
            batch = Batch(course, book, order, watcher)
            summary = batch.grade(intake, lambda: _crew(settings, executor, jobs or processors(), scheduler))
        _tell(form, intake, summary, roster, reached)
        if regrade:
            _settle(batch, form, yes=yes)
        watcher.ends(summary)
    return _status(summary)


def _taken_in(course: Course, paths: tuple[Path, ...], roster: Sequence[Student], *, commit_times: bool) -> "Intake":
    from zoneinfo import ZoneInfo

    from grader.batch.intake import take_in

    zone = ZoneInfo(course.file.timezone)
    intake = take_in(paths, course.exercises, roster=roster, zone=zone, commit_times=commit_times)
    if intake.unrecognised and not (intake.students or intake.notebooks):
        reasons = "\n".join(f"  {item.origin}: {item.why}" for item in intake.unrecognised)
        raise UsageError(f"nothing of what was named can be graded:\n{reasons}")
    return intake


def _seed(book: "Gradebook", given: int | None) -> "tuple[int, Origin]":
    return (book.secret_seed(), "secret") if given is None else (given, "given")


def _crew(settings: "Settings", executor: str, jobs: int, scheduler: str) -> "Crew":
    if executor == "dask":
        from grader.batch.cluster import DaskCrew  # Dask is an extra

        return DaskCrew(settings, jobs, scheduler)
    from grader.batch.local import LocalCrew

    return LocalCrew(settings, jobs)


@contextmanager
def _watcher(form: str, course: Course, level: str, seed: int | None) -> "Iterator[Watcher]":
    from grader.batch.progress import Bar, JsonLines, Lines

    if form == "jsonl":
        yield JsonLines(_line, note, course, level, seed)
    elif sys.stderr.isatty():
        with Bar() as bar:
            yield bar
    else:
        yield Lines(note)


def _line(text: str) -> None:
    """Write a line for a program, which may have gone away."""
    try:
        click.echo(text)
    except BrokenPipeError:
        raise KeyboardInterrupt from None
    except OSError as error:
        raise UsageError(f"the results cannot be written: {error.strerror}") from None


def _tell(form: str, intake: "Intake", summary: "Summary", roster: Sequence[Student], level: str) -> None:
    """Say what the batch came to, and everything that was not graded; a program gets the sum as its last line."""
    from grader.batch.telling import details, totals

    for line in details(intake, summary):
        click.echo(line, err=form == "jsonl")
    for line in totals(summary, roster, level, intake.students) if form == "text" else ():
        click.echo(line)


def _settle(batch: "Batch", form: str, *, yes: bool) -> None:
    """Show what a regrade changes, and let it count if that is wanted."""
    from grader.batch.telling import change_data, change_lines

    changes = batch.difference()
    if form == "jsonl":
        for change in changes:
            _line(json.dumps({"change": change_data(change)}))
    else:
        for line in change_lines(changes):
            click.echo(line)
    err = form == "jsonl"
    asked = form == "text" and sys.stdin.isatty()
    if changes and not yes and not (asked and click.confirm("Let them count?")):
        click.echo("nothing counts yet; the results are kept, and the same command with --yes lets them count", err=err)
    elif changes:
        batch.settle()
        click.echo(f"{len(changes)} {'change counts' if len(changes) == 1 else 'changes count'} now", err=err)


def _status(summary: "Summary") -> int:
    if summary.faults:
        return 3
    return 4 if summary.judge_errors or summary.not_read else 0
