"""The small course of the tests of the command line, for tests elsewhere."""

from pathlib import Path

from tests.unit.cli.conftest import REFERENCES, write_course

__all__ = ["answer", "write_course"]


def answer(folder: Path, exercise: str, source: str = "") -> Path:
    """Write an answer into the course, the reference's where no source is given, and return its file."""
    file = folder / "exercises" / exercise / f"{exercise.replace('-', '_')}.py"
    file.write_text(source or REFERENCES[exercise], encoding="utf-8")
    return file
