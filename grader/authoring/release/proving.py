"""Proves a bundle before it is written: it is unpacked, read as a student's grader reads it, and compared."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader import bundle
from grader.course import Course
from grader.errors import GraderError, JudgeError
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.files import load_course, load_exercise
from grader.spec.store import freeze


def prove(files: Mapping[str, bytes], course: Course) -> None:
    """Require that a bundle can be read, and says of every public check and of the function what the course says.

    Parameters
    ----------
    files : mapping of str to bytes
        the bundle.
    course : Course
        of which it was made.

    Raises
    ------
    JudgeError
        if not; then the fault is ours.
    """
    with tempfile.TemporaryDirectory() as temporary:
        for path, content in files.items():
            file = Path(temporary) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            found = load_course(Path(temporary))
            bundle.require(found, course.file.seed)
            for name in course.exercises:
                _prove_exercise(found, name, load_exercise(course, name))
        except GraderError as error:
            raise JudgeError(f"the bundle that was made is faulty, so it was not written: {error}") from error


def _prove_exercise(found: Course, name: str, exercise: Exercise) -> None:
    read = load_exercise(found, name)
    if _shown(read) != _shown(exercise):
        raise JudgeError(f"{name}: the description in the bundle differs from the course's")
    bundle.recorded(found, name, read, found.file.seed)
    for check in read.checks:
        bundle.recorded_ladder(found, name, read, check)


def _shown(exercise: Exercise) -> object:
    """Return what judging needs of the public part of a description; inputs are recorded."""
    checks = tuple(_bare(check) for check in exercise.checks if check.visibility == "public")
    return freeze(replace(exercise, inputs={}, checks=checks))


def _bare(check: CheckItem) -> CheckItem:
    return replace(check, inputs={})
