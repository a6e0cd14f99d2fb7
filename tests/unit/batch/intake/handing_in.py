"""What the tests of the intake share: names, types, zips in memory, and ways to look at what was taken in."""

import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from grader.batch.intake import Intake

EXERCISES = ("exercise-01", "exercise-04", "exercise-12")
ANSWER = "def f(x):\n    return x\n"

Files = Mapping[str, str | bytes]
Tree = Callable[[Files], Path]
Zip = Callable[[str, Files], Path]


class TakeIn(Protocol):
    """Takes in paths, as an operator names them in the folder that holds them."""

    def __call__(self, *paths: Path, **options: object) -> Intake: ...


def zip_bytes(files: Files, when: tuple[int, int, int, int, int, int] = (2027, 2, 28, 12, 0, 0)) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, when), content, zipfile.ZIP_DEFLATED)
    return memory.getvalue()


def told(intake: Intake) -> dict[str, str]:
    """Return the reasons for what was not recognised, by where it lies."""
    return {item.origin: item.why for item in intake.unrecognised}


def counted(intake: Intake) -> set[tuple[str, str]]:
    """Return who handed in what."""
    return {(found.student, found.exercise) for found in intake.submissions}


def origins(intake: Intake) -> dict[tuple[str, str], str]:
    """Return where the submissions lie."""
    return {(found.student, found.exercise): found.origin for found in intake.submissions}
