"""`gradescope`: the `results.json` of Gradescope, for one student of the gradebook."""

from typing import ClassVar

from grader.gradebook.scores import Overview
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._one_student import counting, only_student
from grader.reports.gradescope import document
from grader.scoring import total


class GradescopeOverview(GradebookRenderer):
    """One JSON object, for `--student`; its score is what counts, after lateness and what a person set."""

    kind: ClassVar[str] = "gradescope"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the object, whose tests are the checks."""
        one = only_student(scores, self.kind)
        exercises = tuple(map(counting, one.exercises))
        isolation = " ".join(sorted({item.isolation for item in one.exercises if item.isolation}))
        return document(exercises, total(item.score for item in one.exercises), {"isolation": isolation})
