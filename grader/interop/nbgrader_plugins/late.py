"""`AssignLatePenalties.plugin_class = "grader.interop.nbgrader_plugins.CourseLatePenalty"`: lateness as `course.yaml` has it."""

import math
from datetime import UTC
from typing import Any, Final
from zoneinfo import ZoneInfo

from nbgrader.api import MissingEntry
from nbgrader.plugins import BasePlugin

from grader.course import Course
from grader.deadlines import days_late, due, penalty
from grader.interop.nbgrader_plugins._homes import course_directory, course_for, homes

_DAY: Final = 86_400


class CourseLatePenalty(BasePlugin):  # type: ignore[misc] # nbgrader has no types
    """Takes off what `late` in `course.yaml` says.

    For cells that were made from exercises, the due dates and extensions of `course.yaml` count; for all others the
    due date that nbgrader has. nbgrader asks only where a submission is late by its own date, so give it the earliest.
    """

    def late_submission_penalty(self, student_id: str, score: float, total_seconds_late: float) -> float | None:
        """Return the points that lateness costs a notebook; None where it costs nothing."""
        course = course_for(self)
        if course.file.late is None:
            return None
        general = float(penalty(course.file.late, math.ceil(total_seconds_late / _DAY)))
        earned = self._earned(course, student_id)
        shares = {exercise: self._share(course, student_id, exercise) for exercise in earned}
        rest = max(0.0, score - sum(earned.values()))
        cost = general * rest + sum(shares[exercise] * points for exercise, points in earned.items())
        return cost or None

    def _earned(self, course: Course, student: str) -> dict[str, float]:
        """Return what the exercises in the notebook at hand earned."""
        step: Any = self.parent  # nbgrader's AssignLatePenalties, which knows what it is at
        try:
            found = step.gradebook.find_submission_notebook(step.notebook_id, step.assignment_id, student)
        except (MissingEntry, AttributeError):
            return {}
        of = homes(course_directory(self), step.assignment_id, course)
        earned: dict[str, float] = {}
        for grade in found.grades:
            exercise = of.get((step.notebook_id, grade.name))
            if exercise:
                earned[exercise] = earned.get(exercise, 0.0) + float(grade.score or 0.0)
        return earned

    def _share(self, course: Course, student: str, exercise: str) -> float:
        submission = self.parent.gradebook.find_submission(self.parent.assignment_id, student)
        at = submission.timestamp.replace(tzinfo=UTC) if submission.timestamp else None
        days = days_late(at, due(course, student, exercise), ZoneInfo(course.file.timezone))
        return float(penalty(course.file.late, days))
