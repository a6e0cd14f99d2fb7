"""The frozen description of a course, field by field as it is written in YAML."""

import re
from dataclasses import field
from fractions import Fraction
from typing import Annotated, Final

from grader.fields import Bounds, Described
from grader.model import Limits, Tolerance
from grader.sandbox.records import dataclass
from grader.spec.units import Name, Percent, Points, Seconds, Size, Weight, When, Zone

TOTAL: Final = "total"
"""The name of the whole course, where parts of it are named."""

CANVAS_TITLE: Final = r".*\S \([0-9]+\)"
"""How Canvas writes an assignment: its title, and its id behind it in parentheses."""


@dataclass(frozen=True, kw_only=True)
class LimitsItem(Described):
    """What a submission may use, as people write it (`2 s`, `64 MiB`).

    Attributes
    ----------
    call : time
        of one call of the function.
    exercise : time
        of all calls of one submission.
    load : time
        of importing the submission.
    memory : size
        of the process in which it runs.
    answer : size
        of one returned value.
    output : size
        of what it prints; the rest is thrown away.
    """

    call: Seconds = Limits.call
    exercise: Seconds = Limits.exercise
    load: Seconds = Limits.load
    memory: Size = Limits.memory
    answer: Size = Limits.answer
    output: Size = Limits.output


@dataclass(frozen=True, kw_only=True)
class ToleranceItem(Described):
    """The tolerance of comparisons that state none.

    Attributes
    ----------
    rtol : float
        relative to the expected value.
    atol : float
        absolute, times the scale of the comparison.
    """

    rtol: Annotated[float, Bounds(0)] = Tolerance.rtol
    atol: Annotated[float, Bounds(0)] = Tolerance.atol


@dataclass(frozen=True, kw_only=True)
class Section(Described):
    """A few exercises that belong together, in the order in which they are met.

    Attributes
    ----------
    title : str
        its heading in `grade list`.
    due : str, optional
        until when answers are in time, `2027-03-01 23:59` or a day, in the course's time zone; what is written is
        included to its end.
    exercises : tuple of str
        names such as `exercise-04`, which are folders in `exercises` and `solutions`.
    """

    title: Annotated[str, Bounds(least=1)]
    due: When | None = None
    exercises: Annotated[tuple[str, ...], Bounds(least=1)]


@dataclass(frozen=True, kw_only=True)
class Topic(Described):
    """A part of the course that has a score of its own, and a weight in the course's total.

    Attributes
    ----------
    id : str
        a short name for the command line and for files: `linear-algebra`.
    title : str
        its heading.
    weight : Weight
        its weight in the course's total, beside those of the other topics; 0 leaves it out.
    sections : tuple of Section
        its exercises, in order.
    """

    id: Annotated[str, Bounds(least=1)]
    title: Annotated[str, Bounds(least=1)]
    weight: Weight = Fraction(1)
    sections: Annotated[tuple[Section, ...], Bounds(least=1)]

    @property
    def exercises(self) -> tuple[str, ...]:
        """Names of the topic's exercises, in order."""
        return tuple(name for section in self.sections for name in section.exercises)


@dataclass(frozen=True, kw_only=True)
class Late(Described):
    """What lateness costs: a share of the score that was earned.

    Attributes
    ----------
    grace_days : int
        days that cost nothing, for each exercise.
    per_day : Percent
        what each further day costs; a day that has begun counts.
    at_most : Percent
        the most that lateness ever costs.
    """

    grace_days: Annotated[int, Bounds(0, 366)] = 0
    per_day: Percent
    at_most: Percent = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Extension(Described):
    """More time for one student: a later due date, or more seconds for the answers to run.

    Attributes
    ----------
    student : str
        as in the roster.
    until : str, optional
        what was due before is due then.
    time_factor : float, optional
        what the time limits of calls and exercises are multiplied by.
    exercises : tuple of str, optional
        the exercises that it holds for; all of them if left out.
    """

    student: Name
    until: When | None = None
    time_factor: Annotated[float, Bounds(1, 100)] = 1.0
    exercises: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an extension that extends nothing."""
        if self.until is None and self.time_factor == 1:
            raise ValueError("one of until and time_factor is needed")

    def holds_for(self, student: str, exercise: str) -> bool:
        """Return whether a student has it for an exercise."""
        return self.student == student and (not self.exercises or exercise in self.exercises)


@dataclass(frozen=True, kw_only=True)
class Dropped(Described):
    """A faulty check that counts as passed for everyone who handed in the exercise, and why.

    Attributes
    ----------
    exercise : str
        name of the exercise.
    check : str
        name of the check.
    why : str
        the reason, which reports repeat.
    """

    exercise: Annotated[str, Bounds(least=1)]
    check: Annotated[str, Bounds(least=1)]
    why: Annotated[str, Bounds(least=1)]


@dataclass(frozen=True, kw_only=True)
class CanvasAssignment(Described):
    """An assignment on Canvas that takes a score of the course.

    Attributes
    ----------
    of : str
        what it takes: an exercise, a topic by its id, or `total`.
    title : str
        as in the header of Canvas' own export: `Exercise 4 (12345)`.
    points : Points, optional
        what it is worth on Canvas; scores are converted. Left out, they stay as they are, and `total` is out of 100.
    """

    of: Annotated[str, Bounds(least=1)]
    title: Annotated[str, Bounds(least=1)]
    points: Points | None = None

    def __post_init__(self) -> None:
        """Refuse a title for which Canvas would make a new assignment."""
        if not re.fullmatch(CANVAS_TITLE, self.title):
            raise ValueError(
                f"title: expected Canvas' own id behind the title, such as `Exercise 4 (12345)`, found {self.title!r}"
            )


@dataclass(frozen=True, kw_only=True)
class CourseFile(Described):
    """All that `course.yaml` says.

    Attributes
    ----------
    title : str
        the name of the course.
    seed : int
        where the cases come from that students see; it is public, and a batch uses another.
    limits : LimitsItem
        what a submission may use.
    tolerance : ToleranceItem
        the tolerance of comparisons that state none.
    timezone : str
        the zone in which due dates are meant, such as `Europe/Zurich`.
    roster : str
        path of the list of students from the course's folder, or empty.
    late : Late, optional
        what lateness costs.
    topics : tuple of Topic
        topics, sections and exercises, in the order in which they are met.
    extensions : tuple of Extension
        more time for single students.
    dropped : tuple of Dropped
        faulty checks that count as passed.
    canvas : tuple of CanvasAssignment
        assignments on Canvas, for `grade report --format canvas`.
    """

    title: Annotated[str, Bounds(least=1)]
    seed: Annotated[int, Bounds(0)]
    limits: LimitsItem = field(default_factory=LimitsItem)
    tolerance: ToleranceItem = field(default_factory=ToleranceItem)
    timezone: Zone = "UTC"
    roster: str = ""
    late: Late | None = None
    topics: Annotated[tuple[Topic, ...], Bounds(least=1)]
    extensions: tuple[Extension, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    canvas: tuple[CanvasAssignment, ...] = ()
