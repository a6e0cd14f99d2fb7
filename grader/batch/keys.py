"""What decides a result, as a hash: two results with one key are one result."""

import json
import platform
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Final

import numpy as np

import grader
from grader.course import Course
from grader.model import Limits

_SIZE: Final = 20
_ROOT: Final = Path(grader.__file__).parent
_AFTERWARDS: Final = frozenset(
    {"authoring", "cli", "gradebook", "gradebook_reports", "interop", "latex", "pages", "pytest_plugin.py", "reports"}
)
"""Parts of the grader that stand above the judging: what they do with a result does not decide it."""


def exercise_hash(course: Course, exercise: str) -> str:
    """Return the hash of all files that decide how an exercise is judged, and of the course's tolerance.

    Those are the description, the data beside it, and what the author wrote: not the stub, not what `grade reset` kept
    of somebody's answer, and not where the exercise stands in the course.
    """
    found = blake2b(digest_size=_SIZE)
    add_file(found, repr(course.tolerance).encode(), b"")
    for file in sorted(deciding_files(course, exercise)):
        add_file(found, file.relative_to(course.folder).as_posix().encode(), file.read_bytes())
    return found.hexdigest()


def deciding_files(course: Course, exercise: str) -> Iterator[Path]:
    """Yield the files that decide how an exercise is judged."""
    stub = course.answer_file(exercise)
    answers = {stub, *stub.parent.glob(f"{stub.stem}.old-*{stub.suffix}")}
    for folder in (stub.parent, course.solution_folder(exercise)):
        for file in folder.rglob("*"):
            hidden = any(part.startswith((".", "__")) for part in file.relative_to(folder).parts)
            if file.is_file() and not hidden and file not in answers:
                yield file


@lru_cache
def versions() -> Mapping[str, str]:
    """Return the versions that decide results: of the grader with a hash of its code, Python, NumPy and SciPy."""
    code = blake2b(digest_size=8)
    for file in sorted(_ROOT.rglob("*.py")):
        path = file.relative_to(_ROOT)
        if path.parts[0] not in _AFTERWARDS:
            add_file(code, path.as_posix().encode(), file.read_bytes())
    return {
        "grader": f"{grader.__version__}+{code.hexdigest()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": version("scipy"),
    }


def result_key(content: str, exercise: str, limits: Limits, seed: int, isolation: str) -> str:
    """Return the key of a result.

    Parameters
    ----------
    content, exercise : str
        hashes of the submission and the exercise.
    limits : Limits
        of the student.
    seed : int
        from which the cases are drawn.
    isolation : str
        the level at which the submission runs.
    """
    basis = [content, exercise, vars(limits), str(seed), isolation, dict(versions())]
    return blake2b(json.dumps(basis, sort_keys=True).encode(), digest_size=_SIZE).hexdigest()


def add_file(found: blake2b, name: bytes, data: bytes) -> None:
    """Add a file to a hash, lengths first, so that no two sets of files look alike."""
    found.update(len(name).to_bytes(8) + name + len(data).to_bytes(8) + data)
