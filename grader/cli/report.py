"""`grade report`: the scores of a course, from its gradebook."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from grader import registry
from grader.course import Course
from grader.errors import UsageError
from grader.reports._layout import clean
from grader.roster import read_roster, student_id
from grader.spec.files import load_course, load_exercise

if TYPE_CHECKING:
    from grader.gradebook_reports import GradebookRenderer

_NOT_ALL_THERE: Final = 3
_NOT_ALL_JUDGED: Final = 4
_FLAGS: Final = {"parts": "--assignment", "worksheet": "--worksheet", "grade_column": "--grade-column"}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--gradebook", "where", metavar="FILE|URL", help="The gradebook; gradebook.db in the course's folder by default."
)
@click.option(
    "--format",
    "form",
    default="text",
    metavar="FORMAT",
    help="text (default), csv, json, canvas, moodle, nbgrader, junit, gradescope or github.",
)
@click.option(
    "--student",
    "students",
    multiple=True,
    metavar="STUDENT",
    help="Only this student, with all checks; may be repeated.",
)
@click.option("--topic", "topics", multiple=True, metavar="TOPIC", help="Only this topic; may be repeated.")
@click.option(
    "--assignment",
    "parts",
    multiple=True,
    metavar="PART[=TITLE]",
    help="What a learning platform gets: an exercise, a topic or total, and what the platform calls it; may be repeated.",
)
@click.option(
    "--worksheet",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="With --format moodle: the grading worksheet to fill in.",
)
@click.option("--grade-column", default="", metavar="NAME", help="The column of the worksheet that takes the scores.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the report to a file.")
@click.option(
    "--reveal",
    is_flag=True,
    help="Show what students must not see: details of hidden checks, the seed in replay commands.",
)
def command(
    *,
    where: str | None,
    form: str,
    students: tuple[str, ...],
    topics: tuple[str, ...],
    parts: tuple[str, ...],
    worksheet: Path | None,
    grade_column: str,
    out: Path | None,
    reveal: bool,
) -> int:
    """Report scores: per topic and of the whole course, or of one student.

    Exit status: 0 everything was judged, 2 usage, 3 the course is wrong or the platform does not know some students, 4
    some scores are not known.
    """
    # SQLAlchemy takes longer to import than a whole `grade exercise-04`.
    from grader.gradebook.book import Gradebook, default_file
    from grader.gradebook.totals import concealed, everyone, overview
    from grader.spec.course_rules import require_dropped_checks

    course = load_course(Path.cwd())
    given = {"parts": parts, "worksheet": worksheet, "grade_column": grade_column}
    renderer = _renderer(course, form, given)
    wanted_topics = [_topic(course, topic) for topic in topics] or None
    exercises = {name: load_exercise(course, name) for name in course.exercises}
    require_dropped_checks(course, exercises)
    dropped = {item.exercise for item in course.file.dropped}
    names = [student_id(name) for name in students]
    with Gradebook(where or default_file(course)) as book:
        snapshot = book.snapshot(names or None, checks_of=dropped, details=bool(names))
        people = everyone(read_roster(course), book.students())
    everybody = [student.id for student, _ in people]
    _tell_strangers(course, everybody)
    if names:
        _require_students(names, everybody)
        people = tuple(person for person in people if person[0].id in names)
    points = {name: exercise.points for name, exercise in exercises.items()}
    scores = overview(course, snapshot, people, points, wanted_topics)
    shown = scores if reveal else concealed(scores)
    _emit(renderer.render(shown, details=bool(names)), out, renderer.encoding)
    for remark in renderer.remarks(shown):
        click.echo(f"grade: {remark}", err=True)
    left_out = renderer.left_out(shown)
    _tell_left_out(left_out)
    unknown = sum(len(one.unknown) for one in scores.students)
    if unknown:
        click.echo(f"grade: {unknown} {'score is' if unknown == 1 else 'scores are'} not known", err=True)
    return _NOT_ALL_THERE if left_out else _NOT_ALL_JUDGED if unknown else 0


def _renderer(course: Course, form: str, given: Mapping[str, object]) -> "GradebookRenderer":
    """Return the format, told what was given on the command line and means something to it."""
    from grader.gradebook_reports import GradebookRenderer, Options, part_of  # they need SQLAlchemy's records

    try:
        kind = registry.load("gradebook_reports", form)
    except registry.UnknownKind:
        there_are = ", ".join(registry.names("gradebook_reports"))
        raise UsageError(f"there is no format {form!r} here; there is: {there_are}") from None
    assert issubclass(kind, GradebookRenderer)
    foreign = next((name for name, value in given.items() if value and name not in kind.takes), None)
    if foreign:
        raise UsageError(f"{_FLAGS[foreign]} means nothing to the format {form}")
    parts, worksheet = given["parts"], given["worksheet"]
    assert isinstance(parts, tuple)
    return kind(
        Options(
            parts=tuple(part_of(course, text) for text in parts),
            worksheet=_content(worksheet) if isinstance(worksheet, Path) else None,
            grade_column=str(given["grade_column"]),
        )
    )


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"--worksheet {file}: cannot be read: {error.strerror}") from None


def _tell_left_out(left_out: Sequence[str]) -> None:
    """Say who is not in what was written; everyone else is."""
    if left_out:
        count = len(left_out)
        click.echo(f"grade: {count} {'is' if count == 1 else 'are'} left out; everyone else is in it:", err=True)
    for line in left_out:
        click.echo(f"  {clean(line)}", err=True)


def _topic(course: Course, name: str) -> str:
    ids = [topic.id for topic in course.file.topics]
    if name in ids:
        return name
    raise UsageError(f"the course has no topic {name!r}; there is: {', '.join(ids)}")


def _tell_strangers(course: Course, known: Sequence[str]) -> None:
    """Say which extensions hold for nobody: a name that is misspelt would cost a student the extension."""
    for name in dict.fromkeys(item.student for item in course.file.extensions if item.student not in known):
        message = f"course.yaml has an extension for {name!r}, who is neither in the gradebook nor on the roster"
        click.echo(f"grade: {message}", err=True)


def _require_students(names: Sequence[str], known: Sequence[str]) -> None:
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise UsageError(f"{name!r} is neither in the gradebook nor on the roster{hint}")


def _emit(text: str, out: Path | None, encoding: str) -> None:
    if out is None:
        click.echo(text if encoding == "utf-8" else text.encode(encoding), nl=False)
        return
    try:
        out.write_text(text, encoding=encoding, newline="")
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from None
