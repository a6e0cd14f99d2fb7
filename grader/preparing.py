"""What is computed once for an exercise and a seed, and serves every submission: cases, expected values, mistakes.

The result is plain data. It is kept in the course's `.grade` folder for the course's own seed, so that a student's
second run draws nothing and computes no reference.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader import bundle
from grader.checks import Conditions, Expected, Reference, judged
from grader.course import Course
from grader.errors import AuthoringError, JudgeError
from grader.model import Answer, Case
from grader.prepared import Mistake, Prepared, PreparedCheck, pack, unpack
from grader.sandbox.records import dataclass
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.store import fingerprint, write

if TYPE_CHECKING:
    from grader.cases import Source

_BATCH: Final = "batch"
"""Ending of the files that hold what was prepared for a seed that is not the course's."""


def prepare(course: Course, exercise_id: str, exercise: Exercise, seed: int, *, keep: bool = False) -> Prepared:
    """Return the prepared data of an exercise, from the folder `.grade` if they are there.

    In a students' bundle they are read from its records, and never computed.

    Parameters
    ----------
    course, exercise_id, exercise
        which exercise of which course.
    seed : int
        from which the cases are drawn.
    keep : bool
        whether the data of a seed other than the course's own are kept as well, as for a batch.

    Raises
    ------
    AuthoringError
        if the reference is missing or cannot be run.
    JudgeError
        if an input cannot be drawn, or the reference gives nothing to compare with.
    """
    if bundle.is_bundle(course):
        return bundle.recorded(course, exercise_id, exercise, seed)
    if seed != course.file.seed and not keep:
        return _compute(course, exercise_id, exercise, seed)
    what = "prepared" if seed == course.file.seed else _BATCH
    entry = Entry(course, exercise_id, what, seed)
    return _kept(entry, exercise, lambda: _compute(course, exercise_id, exercise, seed))


def prepare_ladder(course: Course, exercise_id: str, exercise: Exercise, check: CheckItem) -> PreparedCheck:
    """Return the rungs of a check with what is expected on each, simplest first; they are the same for every seed.

    A rung on which the reference gives nothing to compare with is left out.

    Raises
    ------
    AuthoringError
        if the reference is missing or cannot be run.
    """
    if bundle.is_bundle(course):
        return bundle.recorded_ladder(course, exercise_id, exercise, check)
    place = exercise.checks.index(check)

    def compute() -> Prepared:
        from grader.cases import draw_ladder, stream  # only a failure that is new gets here

        reference = _reference(course, exercise_id, exercise)
        conditions = _conditions(course, exercise, partial(stream, 0, exercise_id, check.name))
        pairs = []
        for case in draw_ladder(_source(course, exercise_id, exercise), check):
            with suppress(JudgeError):
                pairs.append((case, _expected(check, case, reference, conditions)))
        rungs = tuple(replace(case, number=number) for number, (case, _) in enumerate(pairs))
        return Prepared({check.name: PreparedCheck(rungs, tuple(expected for _, expected in pairs))}, ())

    entry = Entry(course, exercise_id, f"{place}.ladder", course.file.seed)
    return _kept(entry, exercise, compute).checks[check.name]


@dataclass(frozen=True)
class Entry:
    """What the course's folder keeps under one name: of an exercise, for a seed."""

    course: Course
    exercise_id: str
    what: str
    seed: int


def _kept(entry: Entry, exercise: Exercise, compute: Callable[[], Prepared]) -> Prepared:
    """Return what the course's folder keeps, or what is computed now and kept from now on."""
    file = entry.course.state_folder / "cache" / f"{entry.exercise_id}.{entry.what}"
    basis = [entry.seed, *basis_of(entry.course, entry.exercise_id), fingerprint()]
    arguments = tuple(exercise.function.parameters)
    with suppress(OSError), file.open("rb") as source:
        found = unpack(source.read, basis, arguments)
        if found is not None:
            return found
    made = compute()
    write(file, pack(made, basis), private=entry.what == _BATCH)  # the seed is in it
    return made


@dataclass(frozen=True)
class Authored:
    """What the author's files come to.

    Attributes
    ----------
    reference : Reference
        answers calls as the reference does.
    mistakes : tuple
        of each mistake its name, its feedback, and what answers calls as it does.
    """

    reference: Reference
    mistakes: tuple[tuple[str, str, Reference], ...]


def _compute(course: Course, exercise_id: str, exercise: Exercise, seed: int) -> Prepared:
    return compute(course, exercise_id, exercise, seed, _authored(course, exercise_id, exercise))


def compute(course: Course, exercise_id: str, exercise: Exercise, seed: int, authored: Authored) -> Prepared:
    """Return the prepared data of an exercise, computed now; see `prepare`."""
    from grader.cases import draw_cases, stream  # a warm run draws nothing

    source, checks = _source(course, exercise_id, exercise), {}
    for check in exercise.checks:
        conditions = _conditions(course, exercise, partial(stream, seed, exercise_id, check.name))
        cases = draw_cases(source, check, seed)
        expected = tuple(_expected(check, case, authored.reference, conditions) for case in cases)
        checks[check.name] = PreparedCheck(cases, expected)
    mistakes = [
        Mistake(name, feedback, dict(_answers(exercise, checks, wrong_way)))
        for name, feedback, wrong_way in authored.mistakes
    ]
    return Prepared(checks, tuple(mistakes))


def _authored(course: Course, exercise_id: str, exercise: Exercise) -> Authored:
    from grader.author_code import feedback_of, load_function, runner  # a warm run needs none of the author's code

    files = _mistake_files(course.solution_folder(exercise_id))
    reference = _reference(course, exercise_id, exercise)
    name = exercise.function.name
    return Authored(reference, tuple((f.stem, feedback_of(f), runner(load_function(f, name))) for f in files))


def _reference(course: Course, exercise_id: str, exercise: Exercise) -> Reference:
    from grader.author_code import load_function, runner  # a warm run needs none of the author's code

    file = course.solution_folder(exercise_id) / "solution.py"
    if not file.is_file():
        raise AuthoringError(f"{exercise_id}: there is no reference solution {file.relative_to(course.folder)}")
    return runner(load_function(file, exercise.function.name))


def _source(course: Course, exercise_id: str, exercise: Exercise) -> "Source":
    from grader.cases import Source  # a warm run draws nothing

    return Source(exercise_id, exercise, str(course.description_file(exercise_id).parent))


def _conditions(course: Course, exercise: Exercise, streams: Callable[[int, str], int]) -> Conditions:
    return Conditions(course.tolerance, exercise.tests(), streams, exercise.function.name)


def _expected(check: CheckItem, case: Case, reference: Reference, conditions: Conditions) -> Expected:
    try:
        return check.rule.prepare(case, reference, conditions)
    except JudgeError as error:
        raise JudgeError(f"check {check.name!r}, case {case.number}: {error}") from error


def _answers(
    exercise: Exercise, checks: Mapping[str, PreparedCheck], wrong_way: Reference
) -> Iterator[tuple[str, tuple[tuple[Answer, ...], ...]]]:
    for check in exercise.checks:
        prepared = checks[check.name]
        pairs = zip(prepared.cases, prepared.expected, strict=True)
        yield check.name, tuple(_answered(check, case, expected, wrong_way) for case, expected in pairs)


def _answered(check: CheckItem, case: Case, expected: Expected, wrong_way: Reference) -> tuple[Answer, ...]:
    """Return a mistake's answers to all calls of a case; none where the check cannot say what they come to."""
    try:
        return check.rule.condensed(case, expected, judged(check.rule, case, expected, wrong_way)[1])
    except JudgeError:
        return ()


def _mistake_files(folder: Path) -> list[Path]:
    return sorted((folder / "mistakes").glob("*.py"))


def basis_of(course: Course, exercise_id: str) -> list[object]:
    """Return all of a course's files that decides the prepared data of an exercise, as JSON data."""
    folder = course.solution_folder(exercise_id)
    files = [course.description_file(exercise_id), *sorted(folder.glob("*.py")), *_mistake_files(folder)]
    tolerance = [course.tolerance.rtol, course.tolerance.atol]
    return [
        tolerance,
        [[file.name, file.read_text(encoding="utf-8", errors="replace")] for file in files if file.is_file()],
        _data_files(course.description_file(exercise_id).parent),
    ]


def _data_files(folder: Path) -> list[object]:
    """Return size and time of the data files beside a description."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith((".csv", ".txt", ".npy"))]
    return [[name, stat.st_size, stat.st_mtime_ns] for name, stat in sorted(found, key=lambda item: item[0])]
