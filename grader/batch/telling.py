"""What a batch came to, in words: everything that was not graded, file by file, and the sum of the rest."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from grader.batch.intake import Intake
from grader.batch.orders import Summary
from grader.batch.progress import counted, duration, listed, worded
from grader.gradebook.records import Change, Place
from grader.plain_results import rounded
from grader.reports._layout import clean, number
from grader.roster import Student

_SHOWN = 5


def details(intake: Intake, summary: Summary) -> Iterator[str]:
    """Yield the lines on what was not graded, and on what an operator should look at; the most important come last."""
    older = [text for found in intake.submissions for text in found.superseded]
    yield from section("older submissions, which do not count", older)
    unknown = [item for item in intake.unrecognised if (item.student, item.exercise) not in summary.not_read]
    yield from section("not recognised", (f"{item.origin}: {item.why}" for item in unknown))
    notebooks = [item for item in intake.notebooks if (item.student, item.exercise) not in summary.not_read]
    yield from section("notebooks that are not graded", (f"{item.origin}: {item.why}" for item in notebooks))
    yield from section("notes", intake.notes)
    not_read = (f"{student}, {exercise}: {why}" for (student, exercise), why in summary.not_read.items())
    yield from section("handed in and not graded, so that the score is not known", not_read)
    faults = (_fault(name, text, summary.left_out.get(name, 0)) for name, text in summary.faults.items())
    yield from section("exercises with a fault", faults)
    yield from section("not judged, and tried again by the same command", _judge_errors(summary.judge_errors))


def totals(summary: Summary, roster: Sequence[Student], level: str, present: Iterable[str]) -> Iterator[str]:
    """Yield the lines that end a batch.

    Parameters
    ----------
    summary : Summary
        what it came to.
    roster : sequence of Student
        who is in the course.
    level : str
        at which submissions ran.
    present : iterable of str
        the students of whom something was handed in now.
    """
    there = set(present)
    absent = [student.id for student in roster if student.id not in there]
    if absent:
        yield f"nothing here from {counted(len(absent), 'student')} of the roster: {_some(absent)}"
    verdicts = listed({worded(verdict): count for verdict, count in summary.verdicts.items()})
    parts = [f"{counted(summary.graded, 'submission')} graded{f' ({verdicts})' if verdicts else ''}"]
    parts.append(f"{summary.reused} reused")
    for count, what in (
        (sum(summary.left_out.values()), "left out"),
        (len(summary.not_read), "not read"),
        (len(summary.judge_errors), "not judged"),
    ):
        parts += [f"{count} {what}"] if count else []
    rate = f", {summary.graded / max(summary.seconds, 1e-3):.1f} a second" if summary.graded else ""
    yield f"{counted(summary.students, 'student')}: {', '.join(parts)}"
    yield f"{duration(summary.seconds)}{rate}; isolation: {level}"


def change_lines(changes: Sequence[Change]) -> Iterator[str]:
    """Yield the lines on what a regrade changes."""
    if not changes:
        yield "nothing changes"
        return
    for change in changes:
        before = f"{worded(change.before)}, {_points(change.score_before)}" if change.before else "not graded"
        after = f"{worded(change.after)}, {_points(change.score_after)} of {number(change.points)} points"
        yield f"{clean(change.student)}, {change.exercise}: {before} -> {after}"
    yield f"{counted(len(changes), 'change')}: {_directions(changes)}"


def change_data(change: Change) -> dict[str, object]:
    """Return a change as JSON data."""
    before = change.before and {"verdict": change.before, "score": rounded(change.score_before)}
    after = {"verdict": change.after, "score": rounded(change.score_after), "points": rounded(change.points)}
    return {"student": change.student, "exercise": change.exercise, "before": before, "after": after}


def section(title: str, items: Iterable[str]) -> Iterator[str]:
    """Yield a title and what belongs under it, or nothing; line breaks inside an item are indented further."""
    lines = [clean(item).replace("\n", "\n    ") for item in items]
    if lines:
        yield f"{title}:"
        yield from (f"  {line}" for line in lines)


def _fault(exercise: str, text: str, left_out: int) -> str:
    return f"{exercise} ({counted(left_out, 'submission')} left out): {text}"


def _judge_errors(errors: Mapping[Place, str]) -> Iterator[str]:
    """Yield what happened, once for all submissions to an exercise to which it did."""
    students: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (student, exercise), error in errors.items():
        students[exercise, error].append(student)
    for (exercise, error), names in students.items():
        yield f"{exercise} of {_some(names)}: {error.removeprefix(f'{exercise}: ')}"


def _some(names: Sequence[str]) -> str:
    """Return a few names, and how many there are beside them."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(map(clean, names[:_SHOWN]))}{more}"


def _points(score: Fraction | None) -> str:
    return "?" if score is None else number(score)


def _directions(changes: Sequence[Change]) -> str:
    known = [(item.score_before, item.score_after) for item in changes]
    rises = sum(before is not None and after is not None and after > before for before, after in known)
    falls = sum(before is not None and after is not None and after < before for before, after in known)
    fresh = sum(before is None for before, _ in known)
    parts = [
        (rises, "up"),
        (falls, "down"),
        (fresh, "new"),
        (len(changes) - rises - falls - fresh, "with the same score"),
    ]
    return ", ".join(f"{count} {what}" for count, what in parts if count)
