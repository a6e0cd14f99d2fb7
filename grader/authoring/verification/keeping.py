"""Results are kept by all that decides them, so that an exercise is proved again only when something has changed."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from grader.authoring.verification._contract import Line, Status, Verified
from grader.course import Course
from grader.spec.store import fingerprint, write

_OWN: Path = Path(__file__).parents[1]


def key(course: Course, exercise: str, seeds: Sequence[int]) -> str:
    """Return a hash of all that decides what is found out of an exercise."""
    file = course.file
    basis: list[Any] = [
        [str(file.limits), str(file.tolerance), file.seed, list(seeds)],
        [_content(path) for path in _files(course, exercise)],
        fingerprint(),
        _program(),
    ]
    return hashlib.blake2b(json.dumps(basis).encode(), digest_size=20).hexdigest()


def _files(course: Course, exercise: str) -> Iterator[Path]:
    for folder in (course.description_file(exercise).parent, course.solution_folder(exercise)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _content(path: Path) -> list[str]:
    return [path.name, path.parent.name, hashlib.blake2b(path.read_bytes(), digest_size=20).hexdigest()]


@cache
def _program() -> list[list[object]]:
    """Return the state of what is no part of the program's fingerprint: the folders below ours."""
    found = []
    for folder in sorted(path for path in _OWN.iterdir() if path.is_dir() and path.name != "__pycache__"):
        with os.scandir(folder) as entries:
            stats = [(entry.name, entry.stat()) for entry in entries if entry.name.endswith(".py")]
        found += [[name, stat.st_size, stat.st_mtime_ns] for name, stat in sorted(stats, key=lambda item: item[0])]
    return found


def read(course: Course, exercise: str, known: str) -> Verified | None:
    """Return what was found out of an exercise, if it is kept under this key."""
    try:
        entry = json.loads(_file(course, exercise).read_bytes())
        if entry["key"] != known:
            return None
        found = entry["verified"]
        lines = tuple(
            Line(row["claim"], Status(row["status"]), row["text"], tuple(row["details"]), row["data"])
            for row in found["lines"]
        )
        return Verified(found["exercise"], found["title"], lines, found["seconds"], found["work"], reused=True)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def keep(course: Course, verified: Verified, known: str) -> None:
    """Keep what was found out."""
    entry = {"key": known, "verified": asdict(verified)}
    write(_file(course, verified.exercise), json.dumps(entry).encode())


def _file(course: Course, exercise: str) -> Path:
    return course.state_folder / "cache" / f"{exercise}.verified.json"
