"""Grades files of a course in the way of `grade`, for tests of exercises that keep what they promise."""

from functools import cache
from pathlib import Path

from grader.course import Course
from grader.executors.process import ProcessExecutor
from grader.grading import grade
from grader.model import Verdict
from grader.preparing import prepare, prepare_ladder
from grader.results import CheckResult, ExerciseResult
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise
from grader.submissions import read_submission
from grader.tasks import Task


@cache
def exercise(course: Course, name: str) -> Exercise:
    return load_exercise(course, name)


def graded(course: Course, file: Path, name: str, executor: ProcessExecutor) -> ExerciseResult:
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
