"""`grade gradebook …`: what people do to the gradebook by hand."""

import getpass
from datetime import UTC, datetime
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from grader.course import Course
from grader.errors import UsageError
from grader.reports._layout import clean, number
from grader.roster import read_roster, student_id
from grader.spec.files import load_course, load_exercise

if TYPE_CHECKING:
    from grader.gradebook.book import Gradebook

_WHERE: Final = click.option(
    "--gradebook", "where", metavar="FILE|URL", help="The gradebook; gradebook.db in the course's folder by default."
)
_BY: Final = click.option("--by", "who", metavar="NAME", help="Who does it; your name on this machine by default.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Adjust a score, erase a student, see what happened."""


@command.command("adjust")
@click.argument("student")
@click.argument("exercise")
@click.option("--points", metavar="P", help="The score that stands in place of what was judged, as 2.5 or 5/2.")
@click.option("--withdraw", is_flag=True, help="Take back the score that was set before.")
@click.option("--why", required=True, metavar="TEXT", help="The reason; kept beside the score.")
@_BY
@_WHERE
def adjust(
    student: str, exercise: str, *, points: str | None, withdraw: bool, why: str, who: str | None, where: str | None
) -> None:
    """Set the score of a student and an exercise. It stands whatever is graded later; lateness still counts."""
    from grader.gradebook.records import Adjustment

    course = load_course(Path.cwd())
    name = course.find(exercise)
    if withdraw == (points is not None):
        raise UsageError("exactly one of --points and --withdraw is needed")
    if not why.strip():
        raise UsageError("--why must not be empty")
    score = None if points is None else _points(points, load_exercise(course, name).points)
    with _open(course, where) as book:
        one = _student(course, book, student)
        before = book.snapshot([one]).adjustments.get((one, name))
        if score is None and not before:
            raise UsageError(f"no score was set for {one} and {name}")
        book.adjust(Adjustment(one, name, score, why.strip(), who or _me(), datetime.now(UTC)))
    said = "counts as it is judged again" if score is None else f"is set to {number(score)} points"
    click.echo(f"{name} of {clean(one)} {said}; `grade report --student` shows what counts")


@command.command("history")
@click.argument("student")
@_WHERE
def history(student: str, *, where: str | None) -> None:
    """Show all that was put on record of a student: submissions, results, adjustments."""
    course = load_course(Path.cwd())
    zone = ZoneInfo(course.file.timezone)
    with _open(course, where) as book:
        events = book.history(_student(course, book, student))
    for event in events:
        when = f"{event.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        click.echo(f"{when}  {event.exercise:<12}  {event.kind:<10}  {clean(event.text)}")
    if not events:
        click.echo("nothing is on record")


@command.command("erase")
@click.argument("student")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_BY
@_WHERE
def erase(student: str, *, yes: bool, who: str | None, where: str | None) -> None:
    """Delete all that is on record of a student: submissions, results, feedback, adjustments. It cannot be undone."""
    course = load_course(Path.cwd())
    name = student_id(student)
    with _open(course, where) as book:
        if not yes:
            click.confirm(f"Delete all that is on record of {clean(name)}, for good?", abort=True)
        counts = book.erase(name, who or _me())
        if not counts:
            raise _unknown(name, [one.id for one in book.students()], "in the gradebook")
    listed = ", ".join(f"{count} {word if count != 1 else word.removesuffix('s')}" for word, count in counts.items())
    click.echo(f"erased {clean(name)}: {listed}")
    if any(one.id == name for one in read_roster(course)):
        click.echo(f"{course.file.roster} still names this student")
    click.echo("submissions that lie elsewhere, and backups of the gradebook, are yours to delete")


def _open(course: Course, where: str | None) -> "Gradebook":
    from grader.gradebook.book import Gradebook, default_file  # SQLAlchemy: only a command that runs needs it

    return Gradebook(where or default_file(course))


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run under a number that has no name
        return "unknown"


def _student(course: Course, book: "Gradebook", given: str) -> str:
    """Return the student that is meant, who must be in the gradebook or on the roster."""
    name = student_id(given)
    known = [one.id for one in (*book.students(), *read_roster(course))]
    if name not in known:
        raise _unknown(name, known, "neither in the gradebook nor on the roster")
    return name


def _unknown(name: str, known: list[str], where: str) -> UsageError:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return UsageError(f"{name!r} is {where if where.startswith('neither') else f'not {where}'}{hint}")


def _points(given: str, most: Fraction) -> Fraction:
    try:
        score = Fraction(given)
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"--points takes a number such as 2.5 or 5/2, found {given!r}") from None
    if not 0 <= score <= most:
        raise UsageError(f"--points lies between 0 and what the exercise is worth, {number(most)}; found {given}")
    return score
