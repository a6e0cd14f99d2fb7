"""A students' bundle: a course without solutions, in which all that judging needs of them is recorded.

`grade author release` writes one (`grader.authoring.release`); this is how it is read. Its `bundle.json` says what it
is, and `prepared/` holds the prepared data of each exercise and the ladder of each check, for the course's own seed.
Nothing is ever computed in place of a record: what is missing or belongs to something else is a judge error.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Final, cast

from grader.course import Course
from grader.errors import JudgeError, UsageError
from grader.prepared import Prepared, PreparedCheck, unpack
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.store import fingerprint, write

FILE: Final = "bundle.json"
FORMAT: Final = "grader/bundle/1"
PREPARED: Final = "prepared"
"""Folder of the records."""

_AGAIN: Final = "take this file and exercise.yaml from the bundle again; your answers can stay as they are"
_PACKAGE: Final = Path(__file__).parent
_DEEPEST: Final = 2
"""How many folders a file that judges lies in, the package's own included."""


def is_bundle(course: Course) -> bool:
    """Return whether a course is a students' bundle."""
    return (course.folder / FILE).is_file()


def require(course: Course, seed: int) -> None:
    """Refuse what a bundle cannot do; of a course that is none, nothing is required.

    Raises
    ------
    UsageError
        if the seed is not the bundle's, or the bundle was made with another version of the grader.
    """
    if not is_bundle(course):
        return
    about = _about(course)
    if seed != course.file.seed or seed != about.get("seed"):
        raise UsageError(
            f"this is the students' bundle of the course, which holds data for its own seed {about.get('seed')} only; "
            f"found the seed {seed}: leave `--seed` out, and `seed:` in course.yaml as it was"
        )
    if about.get("program") != program(course.state_folder):
        raise UsageError(
            f"this bundle was made with another version of the grader than the one that runs here; install the one "
            f"that came with it: pip install ./{about.get('wheel')}"
        )


def withheld(course: Course, exercise_id: str) -> Fraction:
    """Return what the hidden checks of an exercise are worth that were left out of a bundle; nothing in a course."""
    if not is_bundle(course):
        return Fraction(0)
    try:
        return Fraction(cast(dict[str, str], _about(course)["withheld"]).get(exercise_id, "0"))
    except (LookupError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        raise UsageError(f"{FILE} was changed; take it from the bundle again") from None


def recorded(course: Course, exercise_id: str, exercise: Exercise, seed: int) -> Prepared:
    """Return the prepared data of an exercise as they were recorded.

    Raises
    ------
    UsageError
        as `require` does.
    JudgeError
        if the record is missing, is damaged, or belongs to another description.
    """
    require(course, seed)
    found = _read(course, exercise_id, exercise, prepared_file(exercise_id))
    if found.checks.keys() != {check.name for check in exercise.checks}:
        raise _not_of(exercise_id, prepared_file(exercise_id))
    return found


def recorded_ladder(course: Course, exercise_id: str, exercise: Exercise, check: CheckItem) -> PreparedCheck:
    """Return the recorded rungs of a check; none where the check has no ladder.

    Raises
    ------
    JudgeError
        if the record is missing, is damaged, or belongs to another description.
    """
    file = ladder_file(exercise_id, exercise.checks.index(check))
    found = _read(course, exercise_id, exercise, file)
    if found.checks.keys() != {check.name}:
        raise _not_of(exercise_id, file)
    return found.checks[check.name]


def prepared_file(exercise_id: str) -> str:
    """Return the path of an exercise's record inside a bundle."""
    return f"{PREPARED}/{exercise_id}.prepared"


def ladder_file(exercise_id: str, place: int) -> str:
    """Return the path of the record of a check's ladder, by the place of the check in its description."""
    return f"{PREPARED}/{exercise_id}.{place}.ladder"


def basis(seed: int, description: str) -> list[object]:
    """Return what a record belongs to, as JSON data: a seed, and the text of a description in the bundle."""
    return [FORMAT, seed, description]


def program(state_folder: Path | None = None) -> str:
    """Return the hash of the part of this package that judges; it is the same wherever and however it is installed.

    Parameters
    ----------
    state_folder : path, optional
        where it is kept for the next run, which would otherwise have to read all files again.
    """
    if state_folder is None:
        return _program_on_disk()
    file = state_folder / "cache" / "program.json"
    with suppress(OSError, ValueError, LookupError, TypeError):
        entry = json.loads(file.read_bytes())
        if entry["fingerprint"] == fingerprint():
            return str(entry["program"])
    made = _program_on_disk()
    write(file, json.dumps({"fingerprint": fingerprint(), "program": made}).encode())
    return made


def _program_on_disk() -> str:
    files = [*_PACKAGE.glob("*.py"), *_PACKAGE.glob("*/*.py")]
    return program_in({f"{_PACKAGE.name}/{file.relative_to(_PACKAGE).as_posix()}": file.read_bytes() for file in files})


def program_in(files: Mapping[str, bytes]) -> str:
    """Return what `program` returns where a package of these files runs.

    Parameters
    ----------
    files : mapping of str to bytes
        content by path, as in a wheel; only those count that `fingerprint` looks at.
    """
    from hashlib import blake2b  # a warm run finds the result

    found = blake2b(digest_size=16)
    for path, content in sorted(files.items()):
        if path.endswith(".py") and path.count("/") <= _DEEPEST:
            text = content.replace(b"\r\n", b"\n")
            found.update(f"{path}\0{len(text)}\0".encode() + text)
    return found.hexdigest()


def _about(course: Course) -> dict[str, object]:
    """Return what `bundle.json` says."""
    try:
        about = json.loads((course.folder / FILE).read_bytes())
        if about["format"] == FORMAT:
            return cast(dict[str, object], about)
        found = about["format"]
    except (OSError, ValueError, LookupError, TypeError):
        raise UsageError(f"{FILE} cannot be read, or is none of ours; take it from the bundle again") from None
    raise UsageError(f"{FILE} has the format {found!r}, and this version of the grader reads {FORMAT!r}")


def _read(course: Course, exercise_id: str, exercise: Exercise, name: str) -> Prepared:
    arguments = tuple(exercise.function.parameters)
    try:
        description = course.description_file(exercise_id).read_text(encoding="utf-8", errors="replace")
        with (course.folder / name).open("rb") as source:
            found = unpack(cast(Callable[[int], bytes], source.read), basis(course.file.seed, description), arguments)
    except OSError as error:
        raise JudgeError(f"{name} cannot be read: {error.strerror}; {_AGAIN}") from None
    if found is None:
        raise _not_of(exercise_id, name)
    return found


def _not_of(exercise_id: str, name: str) -> JudgeError:
    return JudgeError(f"{name} is damaged, or does not belong to exercises/{exercise_id}/exercise.yaml; {_AGAIN}")
