"""A course: what `course.yaml` says, and where its files lie."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from grader.errors import UsageError
from grader.model import Limits, Tolerance
from grader.sandbox.records import dataclass
from grader.spec.course import CourseFile, Dropped, Section, Topic

FILE: Final = "course.yaml"


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

    def longest_time_factor(self, student: str) -> float:
        """Return the most that an extension gives a student in any exercise, for code that belongs to none."""
        return max((item.time_factor for item in self.file.extensions if item.student == student), default=1.0)

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
        wanted = spelled_out(name)
        if wanted in self.exercises:
            return wanted
        near = get_close_matches(wanted, self.exercises, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"the course has no exercise {name!r}{hint} (`grade list` shows all)")


def spelled_out(name: str) -> str:
    """Return the name of an exercise that a person means: `exercise-04` for `exercise_04.py` or `4`."""
    wanted = name.removesuffix(".py").replace("_", "-").lower()
    return f"exercise-{wanted.lstrip('0').zfill(2)}" if wanted.isdecimal() else wanted


def is_exercise_name(name: str) -> bool:
    """Return whether an exercise can have this name: words of small letters and digits with hyphens between them."""
    return name.isascii() and name == name.lower() and all(part.isalnum() for part in name.split("-"))


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
