"""What handing in too late costs a notebook of nbgrader's, by `late` in `course.yaml`."""

import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from grader.course import Course
from grader.deadlines import days_late, due, penalty
from grader.interop.assignment import Source, exercises_of
from grader.sandbox.records import dataclass

_DAY: Final = 86_400


@dataclass(frozen=True)
class Lateness:
    """A course's rule for late submissions, for the cells of an assignment.

    For cells that were made from exercises, the due dates and extensions of the course count; for all others the due date
    that nbgrader has.

    Attributes
    ----------
    course : Course
        whose rule it is.
    homes : mapping of pairs of str to str
        the exercise of each cell that was made from one, by the names of notebook and cell.
    """

    course: Course
    homes: Mapping[tuple[str, str], str]

    def cost(
        self, student: str, notebook: str, points: Mapping[str, float], handed_in: datetime | None, seconds: float
    ) -> float:
        """Return the points that lateness costs a notebook; 0 where it is in time, or lateness costs nothing.

        Parameters
        ----------
        student, notebook : str
            whose it is, and its name.
        points : mapping of str to float
            what its cells earned, by their names.
        handed_in : datetime or None
            without a time zone, in UTC, as nbgrader keeps it; None, where it is not known, is in time.
        seconds : float
            by which it is late as nbgrader sees it.
        """
        rule = self.course.file.late
        if rule is None:
            return 0.0
        exercises = {cell: self.homes.get((notebook, cell), "") for cell in points}
        days = {name: self._days(student, name, handed_in) for name in {*exercises.values()} if name}
        days[""] = math.ceil(seconds / _DAY)
        return sum(float(penalty(rule, days[exercises[cell]])) * earned for cell, earned in points.items())

    def _days(self, student: str, exercise: str, handed_in: datetime | None) -> int:
        at = handed_in.replace(tzinfo=UTC) if handed_in else None
        return days_late(at, due(self.course, student, exercise), ZoneInfo(self.course.file.timezone))


def lateness_of(course: Course, sources: Iterable[Source]) -> Lateness | None:
    """Return a course's rule for the cells of some notebooks; None where it has none, so that nothing is to be changed."""
    if course.file.late is None:
        return None
    found = {source.name: exercises_of(source.cells, course) for source in sources}
    homes = {(notebook, cell): exercise for notebook, of in found.items() for cell, exercise in of.items()}
    return Lateness(course, homes)
