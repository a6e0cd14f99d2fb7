"""`csv`: a table with a row for each student, for spreadsheets and programs."""

import csv
import io
from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from grader.gradebook.scores import Overview, StudentScores
from grader.gradebook_reports._cells import as_utf8, harmless
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._numbers import decimal, percent
from grader.model import Verdict


class CsvTable(GradebookRenderer):
    """Columns: `student`, `name`, `email`, one for each exercise, `topic …` for each topic, `percent`, `absent`, `not_judged`.

    Exercises and topics stand in the course's order, under their ids. A score that is not known is an empty cell, and
    `not_judged` names its exercise; `absent` names those in which nothing was handed in and which therefore have 0.
    """

    kind: ClassVar[str] = "csv"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the table; it has no place for details."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        exercises = [name for topic in scores.topics for name in topic.exercises]
        topics = [f"topic {topic.id}" for topic in scores.topics]
        writer.writerow(["student", "name", "email", *exercises, *topics, "percent", "absent", "not_judged"])
        writer.writerows(list(_row(student)) for student in scores.students)
        return as_utf8(text.getvalue())


def _row(one: StudentScores) -> Iterator[str]:
    yield from map(harmless, (one.student.id, one.student.name, one.student.email))
    yield from (_cell(item.score) for item in one.exercises)
    yield from (_cell(item.score) for item in one.topics)
    yield "" if one.share is None else percent(one.share)
    yield " ".join(item.exercise for item in one.exercises if item.verdict is Verdict.ABSENT)
    yield " ".join(one.unknown)


def _cell(score: Fraction | None) -> str:
    return "" if score is None else decimal(score)
