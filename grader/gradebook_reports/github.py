"""`github`: the result that GitHub Classroom reads, for one student of the gradebook."""

import json
from dataclasses import replace
from typing import ClassVar

from grader.gradebook.scores import Overview
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._one_student import counting, only_student
from grader.reports._checks import as_utf8
from grader.reports.github import result


class GithubOverview(GradebookRenderer):
    """One JSON object, for `--student`, with a test for each exercise.

    Classroom adds the scores of the tests up, so they must be those that count; scores of checks are not, where something
    was late or a person set a score.
    """

    kind: ClassVar[str] = "github"

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the object."""
        one = only_student(scores, self.kind)
        exercises = tuple(replace(counting(item), checks=()) for item in one.exercises)
        return as_utf8(json.dumps(result(exercises), indent=1, ensure_ascii=False)) + "\n"
