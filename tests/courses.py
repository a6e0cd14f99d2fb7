"""Grades files of a course in the way of `grade`, for tests of exercises that keep what they promise."""

from functools import cache
from pathlib import Path

from grader.authoring.verification import Verified
from grader.authoring.verification.subject import Subject
from grader.authoring.verification.verifying import Options, verify
from grader.course import Course
from grader.errors import JudgeError
from grader.executors import Executor
from grader.executors.confined import ConfinedExecutor
from grader.executors.process import ProcessExecutor
from grader.grading import grade
from grader.model import Limits, Verdict
from grader.preparing import prepare, prepare_ladder
from grader.results import CheckResult, ExerciseResult
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise
from grader.submissions import read_submission
from grader.tasks import Task

SEEDS = 50
"""Beside the public one; an author's run takes two hundred."""


@cache
def exercise(course: Course, name: str) -> Exercise:
    return load_exercise(course, name)


def quickest(limits: Limits) -> Executor:
    """Return an executor for tests that ask no level of it: its workers are forked where the system has what confines them.

    A worker that is forked is there in a tenth of the time that a process with NumPy needs to start.
    """
    try:
        return ConfinedExecutor(limits)
    except JudgeError:
        return ProcessExecutor(limits)


def graded(course: Course, file: Path, name: str, executor: Executor) -> ExerciseResult:
    """Return the result of a file as an answer to an exercise, with the public seed."""
    topic, section = course.place(name)
    known = exercise(course, name)
    seed = course.file.seed
    task = Task(
        id=name,
        exercise=known,
        prepared=prepare(course, name, known, seed),
        submission=read_submission(file, name, known.function.name),
        topic=topic.id,
        section=section.title,
        seed=seed,
        answer_file=file.name,
        reveal=True,
        ladder=lambda check: prepare_ladder(course, name, known, known.check(check)),
    )
    executor.warm(2)
    return grade(task, executor)


def lost(result: ExerciseResult) -> list[tuple[str, Verdict, str]]:
    return [(check.name, check.verdict, check.message) for check in result.checks if check.score != check.points]


def failed(result: ExerciseResult) -> list[CheckResult]:
    return [check for check in result.checks if check.verdict is not Verdict.ACCEPTED]


def proved(course: Course) -> dict[str, Verified]:
    """Return what verification finds of every exercise, on fewer seeds than in an author's run.

    Where random answers are judged, a seed takes thousands of calls, and an author's run tries few anyway: as many here.
    """
    statistical = [name for name in course.exercises if Subject(course, name).is_statistical]
    others = [name for name in course.exercises if name not in statistical]
    found = [*verify(course, others, Options(others=SEEDS)), *verify(course, statistical, Options())]
    return {result.exercise: result for result in found}
