"""Puts everything an autograder needs into one zip: the grader, the exercises with their solutions, a secret seed."""

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from grader import bundle
from grader.authoring.release.wheel import wheel
from grader.course import FILE, Course
from grader.errors import AuthoringError, UsageError
from grader.interop.gradescope.layout import ABOUT, COURSE, FORMAT, NOT_JUDGED, WHEELS
from grader.reports.gradescope import document
from grader.spec.files import load_exercise

_SCRIPTS: Final = ("setup.sh", "run_autograder")
_HERE: Final = Path(__file__).parent / "scripts"
_MADE: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file, so that the same course gives the same bytes."""


def build(course: Course, exercises: Sequence[str], seed: int) -> bytes:
    """Return the zip.

    Parameters
    ----------
    course : Course
        with its solutions.
    exercises : sequence of str
        names of those that the assignment on Gradescope consists of.
    seed : int
        from which the cases are drawn; what students get to see does not tell it.

    Raises
    ------
    UsageError
        if the course is a students' bundle, which has no solutions.
    AuthoringError
        if an exercise is wrong or has no solution.
    """
    if bundle.is_bundle(course):
        raise UsageError(
            f"{course.folder} is a students' bundle; an autograder is made from the course with its solutions"
        )
    for name in exercises:
        load_exercise(course, name)
        if not (course.solution_folder(name) / "solution.py").is_file():
            raise AuthoringError(f"{name}: there is no reference solution")
    made = wheel()
    about = {"format": FORMAT, "exercises": list(exercises), "seed": seed}
    files = {
        **{name: (_HERE / name).read_bytes() for name in _SCRIPTS},
        ABOUT: json.dumps(about, indent=1).encode(),
        NOT_JUDGED: document((), None, {}).encode(),
        f"{WHEELS}/{made.name}": made.content,
        **{f"{COURSE}/{name}": content for name, content in _of_course(course, exercises)},
    }
    return _zipped(files)


def _of_course(course: Course, exercises: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield what judging needs; answers that lie in the course, the roster and what is kept between runs stay here."""
    yield FILE, (course.folder / FILE).read_bytes()
    for name in exercises:
        answer = course.answer_file(name)
        for folder in (course.description_file(name).parent, course.solution_folder(name)):
            for file in sorted(folder.rglob("*")):
                inside = file.relative_to(course.folder)
                hidden = any(part.startswith(".") or part == "__pycache__" for part in inside.parts)
                if file.is_file() and not hidden and file != answer:
                    yield inside.as_posix(), file.read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            mode = 0o100755 if name in _SCRIPTS else 0o100644
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, mode << 16, 3
            archive.writestr(entry, content)
    return buffer.getvalue()
