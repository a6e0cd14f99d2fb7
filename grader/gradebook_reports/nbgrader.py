"""`nbgrader`: the table that `nbgrader export` writes."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from grader.course import Course
from grader.deadlines import closes
from grader.gradebook.scores import Overview, StudentScores
from grader.gradebook_reports._cells import as_utf8, harmless
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._parts import Part, PartScore, part_score

COLUMNS: Final = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


class NbgraderTable(GradebookRenderer):
    """A row for each assignment and student, with the columns of nbgrader's `CsvExportPlugin`.

    The assignments are the exercises unless others are named. Times are in UTC. A score that is not known is empty, where
    nbgrader would write 0.0; a name without a comma is a last name.
    """

    kind: ClassVar[str] = "nbgrader"
    takes: ClassVar[frozenset[str]] = frozenset({"parts"})

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the table; it has no place for details."""
        exercises = [Part(of=name) for topic in scores.topics for name in topic.exercises]
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(COLUMNS)
        for part in self.options.parts or exercises:
            writer.writerows(_row(scores.course, one, part) for one in scores.students)
        return as_utf8(text.getvalue())


def _row(course: Course, one: StudentScores, part: Part) -> list[str]:
    found = part_score(one, part)
    last, _, first = (piece.strip() for piece in one.student.name.partition(","))
    exercise = next((item for item in one.exercises if item.exercise == part.of), None)
    handed_in = exercise.handed_in.at if exercise and exercise.handed_in else None
    return [
        harmless(part.title or part.of),
        _due(course, part.of) if exercise else "",
        handed_in.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") if handed_in else "",
        *map(harmless, (one.student.id, last, first, one.student.email)),
        *(_numbers(found) if found else [""] * 4),
    ]


def _numbers(found: PartScore) -> Iterator[str]:
    """Yield the four numbers as nbgrader writes them, which are floats; those that are not known are empty."""
    lost = None if found.earned is None or found.score is None else found.earned - found.score
    for value in (found.earned, lost, found.score, found.points):
        yield "" if value is None else str(round(float(value), 6))


def _due(course: Course, exercise: str) -> str:
    """Return the last moment in time; nbgrader has no idea of a minute or day that is included to its end."""
    _, section = course.place(exercise)
    if section.due is None:
        return ""
    end = closes(section.due, ZoneInfo(course.file.timezone)) - timedelta(seconds=60 if ":" in section.due else 1)
    return f"{datetime.combine(end.date(), end.time()):%Y-%m-%d %H:%M:%S}"
