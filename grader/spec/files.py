"""The two kinds of description files: found, read, validated, and kept for the next run."""

from dataclasses import fields
from pathlib import Path
from typing import Final

from grader.course import FILE, Course, find_course_folder
from grader.errors import AuthoringError, Problem, SpecError
from grader.spec.course import (
    CanvasAssignment,
    CourseFile,
    Dropped,
    Extension,
    Late,
    LimitsItem,
    Section,
    ToleranceItem,
    Topic,
)
from grader.spec.exercise import CheckItem, Exercise, Function, Method, ValueDescription
from grader.spec.store import cached
from grader.uses import Use

_COURSE: Final = (CourseFile, LimitsItem, ToleranceItem, Topic, Section, Late, Extension, Dropped, CanvasAssignment)


def load_course(start: Path) -> Course:
    """Return the course whose folder is `start` or lies above it.

    Raises
    ------
    UsageError
        if there is none.
    SpecError
        if its `course.yaml` is wrong.
    """
    folder = find_course_folder(start)
    file = folder / FILE
    entry = folder / ".grade" / "cache" / "course.json"
    return Course(folder, cached(entry, _text(file, FILE), lambda: _read_course(file)))


def load_exercise(course: Course, name: str) -> Exercise:
    """Return the description of an exercise of the course.

    Raises
    ------
    SpecError
        if it is wrong or missing.
    """
    file = course.description_file(name)
    shown = file.relative_to(course.folder).as_posix()
    entry = course.state_folder / "cache" / f"{name}.json"
    return cached(entry, _text(file, shown), lambda: _read_exercise(file, shown))


def _text(file: Path, shown: str) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        message = (
            "there is no such file, but the course names the exercise" if shown != FILE else "there is no such file"
        )
        raise SpecError([Problem(shown, 0, 0, "", message)]) from None
    except OSError as error:
        raise AuthoringError(f"{shown} cannot be read: {error.strerror}") from None


def _read_course(file: Path) -> CourseFile:
    from grader.spec import course_rules, loader, reading

    document = loader.load(file, FILE)
    known = [item.name for kind in _COURSE for item in fields(kind)]
    course = reading.validate(document, CourseFile, known)
    problems = course_rules.problems(course, document)
    if problems:
        raise SpecError(problems)
    return course


def _read_exercise(file: Path, shown: str) -> Exercise:
    from grader.cases import Source
    from grader.spec import loader, reading, rules, trial

    document = loader.load(file, shown)
    known = [
        item.name for kind in (Exercise, Function, Method, CheckItem, ValueDescription, Use) for item in fields(kind)
    ]
    exercise = reading.validate(document, Exercise, known)
    problems = rules.problems(exercise, document)
    if not problems:
        problems = trial.problems(Source(file.parent.name, exercise, str(file.parent)), document)
    if problems:
        raise SpecError(problems)
    return exercise
