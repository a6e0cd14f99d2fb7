"""`junit`: JUnit XML, which continuous integration and editors read."""

from typing import ClassVar

from grader.reports._contract import Renderer
from grader.reports._junit import document, exercise_suite
from grader.results import Report


class JunitReport(Renderer):
    """A test suite for each exercise, with a test for each check.

    JUnit knows no partial credit, so scores are properties: `score`, `points` and `verdict` of every suite and test. A
    judge error is an error and has no score; everything else that costs points is a failure.
    """

    kind: ClassVar[str] = "junit"

    def render(self, report: Report) -> str:
        """Return the XML document."""
        return document(report.course, [exercise_suite(exercise) for exercise in report.exercises])
