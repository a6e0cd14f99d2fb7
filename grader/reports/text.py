"""`text`: a report for people, without colours."""

from typing import ClassVar

from grader.reports._contract import Renderer
from grader.reports._layout import lines, plain
from grader.results import Report


class TextReport(Renderer):
    """What passed, what failed and the case that shows it, and a score for each exercise and topic."""

    kind: ClassVar[str] = "text"

    def render(self, report: Report) -> str:
        """Return the lines of the report."""
        return plain(lines(report))
