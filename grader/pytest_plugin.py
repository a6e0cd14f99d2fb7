"""The checks of a course as tests of pytest: `pytest exercises/`, and the test explorers of editors.

Every check is an item of its answer file, `exercises/exercise-04/exercise_04.py::random symmetric matrices`. An
exercise is graded once, by the same chain as `grade exercise-04`, when the first of its checks is asked for. In a
project without a course this module looks at names of files and does nothing else: all that it needs is imported when
a course is met.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from grader.course import Course
    from grader.executors import Executor
    from grader.model import Limits
    from grader.results import CheckResult, ExerciseResult

_DESCRIPTION: Final = "exercise.yaml"
_EXECUTORS: Final[pytest.StashKey[dict[Limits, Executor]]] = pytest.StashKey()
_SEED: Final = "--grade-seed"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one option."""
    group = parser.getgroup("grader", "checks of exercises")
    group.addoption(
        _SEED,
        type=int,
        metavar="N",
        default=None,
        help="Draw the cases of exercises from another seed than the course's.",
    )


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Generator[None, Any, Any]:
    """Collect an answer file as its checks, whatever else would take it for a module of tests and import it here."""
    collected = yield
    if _is_answer(file_path):
        return [AnswerFile.from_parent(parent, path=file_path)]
    if _is_unanswered(file_path):
        return [AnswerFile.from_parent(parent, path=_answer_beside(file_path))]
    return collected


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the workers."""
    for executor in config.stash.get(_EXECUTORS, {}).values():
        executor.close()


class AnswerFile(pytest.File):
    """The file in which an exercise is answered; it need not be there."""

    def collect(self) -> Iterable[Check]:
        """Yield the exercise's checks.

        Raises
        ------
        CollectError
            if the course or the exercise is wrong, with every problem and its place.
        """
        from grader.errors import GraderError  # only a course needs it, and what follows
        from grader.spec.files import load_exercise

        try:
            if self.exercise not in self.course.exercises:
                return []
            checks = load_exercise(self.course, self.exercise).checks
        except GraderError as error:
            raise self.CollectError(str(error)) from None
        return [Check.from_parent(self, name=check.name) for check in checks]

    @property
    def exercise(self) -> str:
        """The exercise's name."""
        return self.path.parent.name

    @cached_property
    def course(self) -> Course:
        """The course around it."""
        from grader.spec.files import load_course  # only a course needs it

        return load_course(self.path.parents[2])

    @cached_property
    def outcome(self) -> ExerciseResult | Exception:
        """What grading the exercise gave, or why there is no result; found out once."""
        from grader import running  # only a test that runs needs it

        course = self.course
        seed = self.config.getoption(_SEED)
        options = running.Options(seed=course.file.seed if seed is None else seed)
        request = running.Request(self.exercise, self.path)
        ((_, result),) = running.run(course, [request], _executor(self.config, course), options)
        return result

    @cached_property
    def line(self) -> int:
        """The 0-based line in which the function begins, or the first one."""
        from grader.spec.files import load_exercise  # only a failure needs it

        name = load_exercise(self.course, self.exercise).function.name
        try:
            source = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return 0
        found = re.search(rf"^(?:def|class)\s+{re.escape(name)}\b", source, re.MULTILINE)
        return source.count("\n", 0, found.start()) if found else 0


class Check(pytest.Item):
    """One check of an exercise."""

    parent: AnswerFile

    def setup(self) -> None:
        """Have the exercise graded. What goes wrong here is a fault of ours or of the course: an error and no failure.

        Raises
        ------
        GraderError
            with the judge error in full, or what is wrong with the exercise.
        """
        from grader.errors import JudgeError  # only a test that runs needs it
        from grader.model import Verdict

        outcome = self.parent.outcome
        if isinstance(outcome, Exception):
            raise outcome
        result = next((check for check in outcome.checks if check.name == self.name), None)
        if result is None or result.verdict is Verdict.JUDGE_ERROR:
            raise JudgeError("\n".join(outcome.errors) or f"there is no result of the check {self.name!r}")
        self.user_properties += _properties(result)
        if result.verdict is Verdict.SKIPPED:
            pytest.skip(result.message or "it needs another check first")

    def runtest(self) -> None:
        """Fail if the check lost points.

        Raises
        ------
        PointsLostError
            with the text of the report.
        """
        from grader.model import Verdict  # only a test that runs needs it

        outcome = self.parent.outcome
        assert not isinstance(outcome, Exception)
        check = next(check for check in outcome.checks if check.name == self.name)
        if check.verdict is not Verdict.ACCEPTED:
            raise PointsLostError(_text(outcome, check))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: str | None = None) -> str:
        """Return the text of the report, or of an error without our own traceback."""
        from grader.errors import GraderError  # only a failure needs it

        if isinstance(excinfo.value, PointsLostError | GraderError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the function stands, for editors."""
        return self.path, self.parent.line, f"{self.parent.exercise}: {self.name}"


class PointsLostError(Exception):
    """A check lost points; its text is what the student is told."""


def _is_answer(file: Path) -> bool:
    """Return whether a file answers an exercise of a course; in any other project this costs a comparison of names."""
    return (
        file.suffix == ".py"
        and file.stem.replace("_", "-") == file.parent.name
        and (file.parent / _DESCRIPTION).is_file()
        and _is_in_course(file)
    )


def _is_unanswered(file: Path) -> bool:
    return file.name == _DESCRIPTION and _is_in_course(file) and not _answer_beside(file).is_file()


def _is_in_course(file: Path) -> bool:
    folders = file.parents
    return len(folders) > 2 and folders[1].name == "exercises" and (folders[2] / "course.yaml").is_file()


def _answer_beside(description: Path) -> Path:
    return description.with_name(f"{description.parent.name.replace('-', '_')}.py")


def _executor(config: pytest.Config, course: Course) -> Executor:
    """Return the session's executor for the limits of a course."""
    from grader.executors.process import ProcessExecutor  # only a test that runs needs it

    executors = config.stash.setdefault(_EXECUTORS, {})
    if course.limits not in executors:
        executors[course.limits] = ProcessExecutor(course.limits)
    return executors[course.limits]


def _properties(check: CheckResult) -> Iterator[tuple[str, object]]:
    """Yield what `--junitxml` keeps of a check; partial credit is there alone."""
    from grader.reports._checks import decimal  # only a test that runs needs it

    yield from (("verdict", str(check.verdict)), ("score", decimal(check.score)), ("points", decimal(check.points)))


def _text(exercise: ExerciseResult, check: CheckResult) -> str:
    from grader.reports._checks import explained  # only a failure needs it

    told = explained(exercise, check) or f"{check.verdict.replace('_', ' ')}\n"
    return told.rstrip("\n")
