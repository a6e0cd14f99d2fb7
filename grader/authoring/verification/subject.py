"""The exercise that is verified, with all that its author wrote for it."""

from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path

from grader.author_code import load_function, runner
from grader.authoring.mutants import Shapes
from grader.cases import Source, draw_cases, stream
from grader.checks import Conditions, Reference
from grader.course import Course
from grader.model import Case
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.files import load_exercise

REFERENCE = "solution"


class Subject:
    """One exercise of a course.

    Parameters
    ----------
    course : Course
        the course.
    name : str
        of the exercise.

    Raises
    ------
    SpecError
        if its description is wrong.
    """

    def __init__(self, course: Course, name: str) -> None:
        self.course, self.name = course, name
        self.exercise: Exercise = load_exercise(course, name)
        self.folder: Path = course.solution_folder(name)
        self.source = Source(name, self.exercise, str(course.description_file(name).parent))
        self.public_seed = course.file.seed

    @cached_property
    def is_statistical(self) -> bool:
        """Whether some check judges random answers."""
        return self.exercise.tests() > 0

    @property
    def reference_file(self) -> Path:
        """Where the reference lies."""
        return self.folder / f"{REFERENCE}.py"

    @property
    def accepted_files(self) -> list[Path]:
        """The other right solutions."""
        return sorted((self.folder / "accepted").glob("*.py"))

    @property
    def mistake_files(self) -> list[Path]:
        """The known wrong ways."""
        return sorted((self.folder / "mistakes").glob("*.py"))

    @property
    def precise_file(self) -> Path:
        """Where a computation of higher precision lies, if there is one."""
        return self.folder / "precise.py"

    def programs(self) -> dict[str, Path]:
        """Return the files of the reference, the accepted solutions and the mistakes, by names that tell them apart."""
        return {self.shown(file): file for file in [self.reference_file, *self.accepted_files, *self.mistake_files]}

    def shown(self, file: Path) -> str:
        """Return a file's name as it is shown: `accepted/by_rotations`."""
        return file.relative_to(self.folder).with_suffix("").as_posix()

    def run(self, file: Path) -> Reference:
        """Return what answers calls with a file's function, in this process.

        Raises
        ------
        AuthoringError
            if the file cannot be run.
        """
        return runner(load_function(file, self.exercise.function.name))

    def conditions(self, check: CheckItem, seed: int) -> Conditions:
        """Return what holds for all cases of a check."""
        streams = partial(stream, seed, self.name, check.name)
        return Conditions(self.course.tolerance, self.exercise.tests(), streams, self.exercise.function.name)

    def cases(self, seed: int) -> Iterator[tuple[CheckItem, tuple[Case, ...]]]:
        """Yield every check with its cases.

        Raises
        ------
        JudgeError
            if an input cannot be drawn.
        """
        for check in self.exercise.checks:
            yield check, draw_cases(self.source, check, seed)

    def shapes(self) -> Shapes:
        """Return what the description says of arrays."""
        function = self.exercise.function
        parameters = {name: len(value.array) for name, value in function.parameters.items() if value.array}
        answer = len(function.returns.array) if function.returns and function.returns.array else 0
        return Shapes(function.name, answer, parameters)
