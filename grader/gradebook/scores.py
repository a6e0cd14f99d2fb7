"""Scores, ready to be rendered. All of it frozen."""

from collections.abc import Mapping
from fractions import Fraction

from grader.course import Course
from grader.gradebook.records import Adjustment, HandedIn
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.roster import Student
from grader.sandbox.records import dataclass
from grader.spec.course import Topic


@dataclass(frozen=True, kw_only=True)
class ExerciseScore:
    """What counts for a student and an exercise, and how it came about.

    Attributes
    ----------
    exercise : str
        its name.
    verdict : Verdict or None
        None where something was handed in and is not graded yet.
    score, points : Fraction or None, Fraction
        what counts, None where it is not known, and what the exercise is worth.
    earned : Fraction or None
        the score before what lateness costs.
    adjustment : Adjustment or None
        the score that a person set, if one did.
    handed_in : HandedIn or None
        the submission that counts, if there is one.
    due : str or None
        the due date of this student, as it is written in the course.
    days_late : int
        days, one that has begun included.
    penalty : Fraction
        the share of the score that lateness costs.
    dropped : tuple of str
        the checks that count as passed though they are faulty.
    result : ExerciseResult or None
        what was judged, with dropped checks as passed.
    isolation : str
        the level at which the submission ran, or empty where none did.
    """

    exercise: str
    verdict: Verdict | None
    score: Fraction | None
    points: Fraction
    earned: Fraction | None
    adjustment: Adjustment | None
    handed_in: HandedIn | None
    due: str | None
    days_late: int
    penalty: Fraction
    dropped: tuple[str, ...]
    result: ExerciseResult | None
    isolation: str


@dataclass(frozen=True)
class TopicScores:
    """The sum over a topic's exercises; None where a part of it is not known."""

    id: str
    title: str
    weight: Fraction
    score: Fraction | None
    points: Fraction


@dataclass(frozen=True)
class StudentScores:
    """All scores of a student.

    Attributes
    ----------
    student : Student
        who.
    exercises, topics : tuple of ExerciseScore, tuple of TopicScores
        in the course's order.
    share : Fraction or None
        of the whole course, between 0 and 1 unless a person gave more; None where it is not known.
    on_roster : bool
        false of those who handed in and are not on the roster, where there is one.
    """

    student: Student
    exercises: tuple[ExerciseScore, ...]
    topics: tuple[TopicScores, ...]
    share: Fraction | None
    on_roster: bool

    @property
    def unknown(self) -> tuple[str, ...]:
        """The exercises without a score."""
        return tuple(item.exercise for item in self.exercises if item.score is None)


@dataclass(frozen=True)
class Overview:
    """The scores of a course.

    Attributes
    ----------
    course : Course
        whose they are.
    topics : tuple of Topic
        those that are shown.
    points : mapping of str to Fraction
        what each exercise is worth now.
    students : tuple of StudentScores
        in order.
    """

    course: Course
    topics: tuple[Topic, ...]
    points: Mapping[str, Fraction]
    students: tuple[StudentScores, ...]
