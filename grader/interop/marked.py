"""What grading an assignment came to, as a plain record."""

from collections import Counter

from grader.interop.scores import StudentScores
from grader.model import Verdict
from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Marked:
    """What grading an assignment came to.

    Attributes
    ----------
    scores : tuple of StudentScores
        what is on record.
    verdicts : mapping of Verdict to int
        how many exercises got each.
    not_read : dict
        notebooks that cannot be read, by student and name, each with the reason.
    judge_errors : dict
        exercises that could not be judged, by student and name, each with what happened.
    faults : dict
        exercises with which something is wrong.
    in_process : int
        how many cells were scored by tests that ran beside the student's code.
    undecided : dict
        tests of this kind that gave no score, by student and cell, each with the reason.
    notes : tuple of str
        what was wrong and could be mended.
    late : int
        to how many students it costs something that they handed in late.
    seconds : float
        for which it ran.
    """

    scores: tuple[StudentScores, ...]
    verdicts: Counter[Verdict]
    not_read: dict[tuple[str, str], str]
    judge_errors: dict[tuple[str, str], str]
    faults: dict[str, str]
    in_process: int
    undecided: dict[tuple[str, str], str]
    notes: tuple[str, ...]
    late: int
    seconds: float

    @property
    def students(self) -> int:
        """How many students' scores are on record."""
        return len(self.scores)
