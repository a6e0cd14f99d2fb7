"""All files of a bundle, from a course: the one place that says what students get."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Final

from grader import bundle
from grader.authoring.release import readme
from grader.authoring.release.descriptions import Public, public_course, public_exercise
from grader.authoring.release.records import records
from grader.authoring.release.wheel import wheel
from grader.authoring.stubs import stub
from grader.course import FILE, Course
from grader.errors import JudgeError, UsageError
from grader.sandbox.records import dataclass
from grader.spec.files import load_exercise

README: Final = "README.md"
WHEELS: Final = "wheel"
"""Folder of the wheel."""


@dataclass(frozen=True)
class Bundle:
    """A bundle that is not written yet.

    Attributes
    ----------
    files : mapping of str to bytes
        content by path; `bundle.json`, which lists all others with their hashes, is the last.
    answers : tuple of str
        paths of the stubs, which become the students' own files.
    version : str
        hash of all files.
    exercises, checks, hidden : int
        how many there are, and how many checks were left out.
    left_out : tuple of str
        paths of the files beside descriptions that are no part of it, such as an author's notes.
    """

    files: Mapping[str, bytes]
    answers: tuple[str, ...]
    version: str
    exercises: int
    checks: int
    hidden: int
    left_out: tuple[str, ...] = ()


def contents(course: Course) -> Bundle:
    """Return the students' bundle of a course.

    Raises
    ------
    UsageError
        if the course is a bundle itself.
    AuthoringError, JudgeError
        if an exercise is wrong, cannot be recorded, or makes no sense without its hidden checks.
    """
    if bundle.is_bundle(course):
        raise UsageError(f"{course.folder} is a students' bundle; a release is made from the course with its solutions")
    public = [public_exercise(course, name, load_exercise(course, name)) for name in course.exercises]
    built = wheel()
    files: dict[str, bytes] = {
        FILE: public_course(course).encode(),
        README: readme.text(course, public, f"{WHEELS}/{built.name}").encode(),
        f"{WHEELS}/{built.name}": built.content,
    }
    for exercise in public:
        try:
            files.update(_of_exercise(course, exercise))
        except JudgeError as error:
            raise JudgeError(f"{exercise.id}: {error}") from error
    version = _hash("".join(f"{path}\0{_hash(content)}\n" for path, content in sorted(files.items())).encode())[:16]
    about = {
        "format": bundle.FORMAT,
        "version": version,
        "seed": course.file.seed,
        "program": built.program,
        "wheel": f"{WHEELS}/{built.name}",
        "withheld": {item.id: str(points) for item in public if (points := item.withheld)},
        "files": {path: _hash(content) for path, content in sorted(files.items())},
    }
    files[bundle.FILE] = (json.dumps(about, indent=1) + "\n").encode()
    return Bundle(
        files=files,
        answers=tuple(_inside(course, item.id) for item in public),
        version=version,
        exercises=len(public),
        checks=sum(len(item.checks) for item in public),
        hidden=sum(len(item.exercise.checks) - len(item.checks) for item in public),
        left_out=tuple(path for item in public for path in _beside(course, item.id) if path not in files),
    )


def _of_exercise(course: Course, public: Public) -> Iterator[tuple[str, bytes]]:
    description = course.description_file(public.id).relative_to(course.folder)
    yield description.as_posix(), public.text.encode()
    yield _inside(course, public.id), stub(public.id, public.exercise).encode()
    for name in public.data_files:
        yield description.with_name(name).as_posix(), (course.folder / description).with_name(name).read_bytes()
    yield from records(course, public)


def _beside(course: Course, name: str) -> list[str]:
    """Return the paths of the files beside a description."""
    folder = course.description_file(name).parent
    return [
        file.relative_to(course.folder).as_posix()
        for file in sorted(folder.iterdir())
        if file.is_file() and not file.name.startswith(".")
    ]


def _inside(course: Course, name: str) -> str:
    """Return where the answer to an exercise lies in a bundle."""
    return course.answer_file(name).relative_to(course.folder).as_posix()


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
