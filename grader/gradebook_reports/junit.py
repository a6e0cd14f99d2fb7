"""`junit`: the gradebook as JUnit XML, for tools that show test results."""

from collections.abc import Iterator
from typing import ClassVar

from grader.gradebook.scores import ExerciseScore, Overview, StudentScores
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._one_student import counting_verdict
from grader.model import Verdict
from grader.reports._checks import explained, in_a_line
from grader.reports._junit import Entry, document, suite


class JunitOverview(GradebookRenderer):
    """A test suite for each student, with a test for each exercise, or with details for each check.

    What counts is the property `score`. An exercise that is not graded, or could not be judged, is an error without a score.
    """

    kind: ClassVar[str] = "junit"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the XML document."""
        suites = []
        for one in scores.students:
            entries = list(_checks(one) if details else map(_exercise, one.exercises))
            about = {"name": one.student.name, "email": one.student.email}
            suites.append(suite(one.student.id, entries, {name: text for name, text in about.items() if text}))
        return document(scores.course.file.title, suites)


def _exercise(item: ExerciseScore) -> Entry:
    verdict = counting_verdict(item)
    title = item.result.title if item.result else item.exercise
    message = "not graded yet" if item.verdict is None else verdict.replace("_", " ")
    text = "".join(
        f"{check.name}: {in_a_line(item.result, check)}\n"
        for check in (item.result.checks if item.result else ())
        if item.result and check.verdict is not Verdict.ACCEPTED
    )
    return Entry(item.exercise, title, verdict, item.score, item.points, message, text)


def _checks(one: StudentScores) -> Iterator[Entry]:
    for item in one.exercises:
        if item.result is None or not item.result.checks:
            yield _exercise(item)
            continue
        for check in item.result.checks:
            wrong = check.verdict is not Verdict.ACCEPTED
            message = in_a_line(item.result, check) if wrong else ""
            text = explained(item.result, check) if wrong else ""
            yield Entry(item.exercise, check.name, check.verdict, check.score, check.points, message, text)
