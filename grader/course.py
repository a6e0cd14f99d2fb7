"""A course: what `course.yaml` says, and where its files lie."""

from collections.abc import Iterator
from dataclasses import field
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Final

from grader.errors import UsageError
from grader.fields import Bounds, Described
from grader.model import Limits, Tolerance
from grader.sandbox.records import dataclass
from grader.spec.units import Name, Percent, Seconds, Size, Weight, When, Zone

FILE: Final = "course.yaml"


@dataclass(frozen=True, kw_only=True)
class LimitsItem(Described):
    """What a submission may use, as people write it (`2 s`, `64 MiB`)."""

    call: Seconds = Limits.call
    exercise: Seconds = Limits.exercise
    load: Seconds = Limits.load
    memory: Size = Limits.memory
    answer: Size = Limits.answer
    output: Size = Limits.output


@dataclass(frozen=True, kw_only=True)
class ToleranceItem(Described):
    """The tolerance of comparisons that state none."""

    rtol: Annotated[float, Bounds(0)] = Tolerance.rtol
    atol: Annotated[float, Bounds(0)] = Tolerance.atol


@dataclass(frozen=True, kw_only=True)
class Section(Described):
    """A few exercises that belong together, in the order in which they are met.

    Attributes
    ----------
    due : str, optional
        until when answers are in time, `2027-03-01 23:59` or a day, in the course's time zone; what is written is
        included to its end.
    """

    title: Annotated[str, Bounds(least=1)]
    due: When | None = None
    exercises: Annotated[tuple[str, ...], Bounds(least=1)]


@dataclass(frozen=True, kw_only=True)
class Topic(Described):
    """A part of the course that has a score of its own, and a weight in the course's total."""

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
    """A faulty check that counts as passed for everyone who handed in the exercise, and why."""

    exercise: Annotated[str, Bounds(least=1)]
    check: Annotated[str, Bounds(least=1)]
    why: Annotated[str, Bounds(least=1)]


@dataclass(frozen=True, kw_only=True)
class CourseFile(Described):
    """All that `course.yaml` says.

    Attributes
    ----------
    timezone : str
        the zone in which due dates are meant.
    roster : str
        path of the list of students from the course's folder, or empty.
    late, extensions, dropped : Late, tuple of Extension, tuple of Dropped
        what turns results into scores.
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


@dataclass(frozen=True)
class Course:
    """A course and the folder it lies in."""

    folder: Path
    file: CourseFile

    @property
    def limits(self) -> Limits:
        """The limits of every submission."""
        limits = self.file.limits
        return Limits(limits.call, limits.exercise, limits.load, limits.memory, limits.answer, limits.output)

    def time_factor(self, student: str, exercise: str) -> float:
        """Return what the time limits are multiplied by for a student's submission: the most that an extension gives."""
        mine = (item.time_factor for item in self.file.extensions if item.holds_for(student, exercise))
        return max(mine, default=1.0)

    def dropped(self, exercise: str) -> tuple[Dropped, ...]:
        """Return the checks of an exercise that count as passed for everyone."""
        return tuple(item for item in self.file.dropped if item.exercise == exercise)

    @property
    def tolerance(self) -> Tolerance:
        """The tolerance of comparisons that state none."""
        return Tolerance(self.file.tolerance.rtol, self.file.tolerance.atol)

    @property
    def exercises(self) -> tuple[str, ...]:
        """Names of all exercises, in the course's order."""
        return tuple(name for topic in self.file.topics for name in topic.exercises)

    @property
    def state_folder(self) -> Path:
        """Where what can be made again, and what a student has seen, is kept."""
        return self.folder / ".grade"

    def places(self) -> Iterator[tuple[Topic, Section, str]]:
        """Yield every exercise with its topic and section."""
        for topic in self.file.topics:
            for section in topic.sections:
                for name in section.exercises:
                    yield topic, section, name

    def place(self, exercise: str) -> tuple[Topic, Section]:
        """Return the topic and the section of an exercise of this course."""
        return next((topic, section) for topic, section, name in self.places() if name == exercise)

    def description_file(self, exercise: str) -> Path:
        """Return the path of an exercise's description."""
        return self.folder / "exercises" / exercise / "exercise.yaml"

    def answer_file(self, exercise: str) -> Path:
        """Return the path of the file in which a student answers an exercise."""
        return self.folder / "exercises" / exercise / f"{module_name(exercise)}.py"

    def solution_folder(self, exercise: str) -> Path:
        """Return the folder of an exercise's reference, accepted solutions and mistakes."""
        return self.folder / "solutions" / exercise

    def find(self, name: str) -> str:
        """Return the exercise that a person means: `exercise-04`, `exercise_04`, `exercise_04.py` or `4`.

        Raises
        ------
        UsageError
            with the nearest name, if the course has no such exercise.
        """
        wanted = name.removesuffix(".py").replace("_", "-").lower()
        if wanted.isdecimal():
            wanted = f"exercise-{wanted.lstrip('0').zfill(2)}"
        if wanted in self.exercises:
            return wanted
        near = get_close_matches(wanted, self.exercises, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"the course has no exercise {name!r}{hint} (`grade list` shows all)")


def module_name(exercise: str) -> str:
    """Return the name of the module in which an exercise is answered: `exercise_04`."""
    return exercise.replace("-", "_")


def find_course_folder(start: Path) -> Path:
    """Return the nearest folder from `start` upwards that holds a `course.yaml`.

    Raises
    ------
    UsageError
        if there is none.
    """
    start = start.absolute()  # `.` alone has no parents
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise UsageError(
        f"no course found: there is no {FILE} in {start} or in a folder above it; go to the course's folder"
    )
