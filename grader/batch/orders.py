"""What a batch is asked for, whom it tells how it gets on, and what it comes to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field

from grader.batch.desk import Settings
from grader.gradebook.records import Origin, Place
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.roster import Student
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the operator asked for.

    Attributes
    ----------
    settings : Settings
        what every desk is told.
    origin : str
        where the seed comes from.
    regrade : bool
        whether results are held back until somebody has seen what they change.
    roster : sequence of Student
        who is in the course.
    options : mapping
        as given on the command line, for the record.
    """

    settings: Settings
    origin: Origin
    regrade: bool = False
    roster: Sequence[Student] = ()
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a batch came to.

    Attributes
    ----------
    students : int
        who were met.
    verdicts : mapping of Verdict to int
        how many of the submissions that were graded now got each.
    reused : int
        results that were known.
    judge_errors : mapping of place to str
        submissions that could not be judged, each with what happened.
    not_read : mapping of place to str
        what was handed in and is nothing that can be graded here, each with where it lies and why.
    faults : mapping of str to str
        exercises with which something is wrong.
    left_out : mapping of str to int
        how many submissions to each of these were not graded.
    seconds : float
        for which it ran.
    phases : mapping of str to float
        the seconds of each phase: `planned`, `prepared`, `graded`.
    """

    students: int
    verdicts: Mapping[Verdict, int]
    reused: int
    judge_errors: Mapping[Place, str]
    not_read: Mapping[Place, str]
    faults: Mapping[str, str]
    left_out: Mapping[str, int]
    seconds: float
    phases: Mapping[str, float] = field(default_factory=dict)

    @property
    def graded(self) -> int:
        """The number of submissions that were graded now."""
        return sum(self.verdicts.values())


class Watcher:
    """Is told how a batch gets on, in this order, and shows of it what it wants; this one shows nothing."""

    def is_left_out(self, student: str, exercise: str, why: str) -> None:
        """Take that a submission will not be graded; of what cannot be read that is known before the work begins."""

    def remarks(self, text: str) -> None:
        """Take what the operator should know before the work begins."""

    def begins(self, waiting: Counter[str], reused: int) -> None:
        """Take how many submissions of each student are to be graded, and how many results are known."""

    def prepares(self, exercises: int) -> None:
        """Take that the cases of so many exercises are being drawn, and what is expected computed."""

    def starts(self) -> None:
        """Take that this is done, and that submissions are graded from now on."""

    def is_graded(self, student: str, result: ExerciseResult) -> None:
        """Take a result."""

    def repeats(self, count: int) -> None:
        """Take that so many submissions are graded once more, one at a time, before their results are taken."""

    def ends(self, summary: Summary) -> None:
        """Take what the batch came to."""
