"""What goes into nbgrader's gradebook, as plain records."""

from collections.abc import Mapping
from datetime import datetime

from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class NotebookScores:
    """What a student's notebook earned.

    Attributes
    ----------
    name : str
        of the notebook.
    scores : mapping of str to float or None
        by the names of the cells that were graded automatically; None where no score can be given, so that a person has to look.
    unanswered : frozenset of str
        cells to write in that are as they were handed out.
    """

    name: str
    scores: Mapping[str, float | None]
    unanswered: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StudentScores:
    """What a student's notebooks earned.

    Attributes
    ----------
    student : str
        as nbgrader knows the student.
    handed_in : datetime or None
        without a time zone, in UTC, as nbgrader keeps it.
    notebooks : tuple of NotebookScores
        all of the assignment.
    """

    student: str
    handed_in: datetime | None
    notebooks: tuple[NotebookScores, ...]
