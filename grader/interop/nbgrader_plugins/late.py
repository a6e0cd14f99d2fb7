"""`AssignLatePenalties.plugin_class = "grader.interop.nbgrader_plugins.CourseLatePenalty"`: lateness as `course.yaml` has it."""

from typing import Any

from nbgrader.api import MissingEntry
from nbgrader.plugins import BasePlugin

from grader.interop.lateness import Lateness
from grader.interop.nbgrader_plugins._homes import course_directory, course_for, homes


class CourseLatePenalty(BasePlugin):  # type: ignore[misc] # nbgrader has no types
    """Takes off what `late` in `course.yaml` says, as `grade notebook grade` does.

    nbgrader asks only where a submission is late by its own date, so give it the earliest.
    """

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points that lateness costs a notebook; None where it costs nothing."""
        course = course_for(self)
        step: Any = self.parent  # nbgrader's AssignLatePenalties, which knows what it is at
        lateness = Lateness(course, homes(course_directory(self), step.assignment_id, course))
        try:
            submission = step.gradebook.find_submission(step.assignment_id, student_id)
            found = step.gradebook.find_submission_notebook(step.notebook_id, step.assignment_id, student_id)
        except MissingEntry:  # then nbgrader's own date and sum are all there is
            return lateness.cost(student_id, "", {"": score}, None, total_seconds_late) or None
        points = {grade.name: float(grade.score or 0.0) for grade in found.grades}
        cost = lateness.cost(student_id, step.notebook_id, points, submission.timestamp, total_seconds_late)
        return cost or None
