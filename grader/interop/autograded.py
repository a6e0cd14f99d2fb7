"""Writes the notebooks that nbgrader keeps under `autograded/`: formgrader and feedback show these, with scores of the gradebook.

Whatever a student's file was, what is written is format 4.5, with a name for every cell.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from grader.errors import GradebookError
from grader.interop.assignment import Source
from grader.notebooks import Cell, Kind
from grader.sandbox.records import dataclass

STAMP: Final = "timestamp.txt"
_SCHEMA: Final = 3
_KEPT: Final = ("grade", "locked", "solution", "task", "grade_id", "points", "checksum")


@dataclass(frozen=True)
class Shown:
    """What the cell of a check shows.

    Attributes
    ----------
    text : str
        what the check came to, in words.
    score : float or None
        what it earned, if that is known.
    """

    text: str
    score: float | None


def notebook_text(source: Source, cells: Sequence[Cell], shown: Mapping[str, Shown]) -> str:
    """Return a graded notebook as JSON.

    Parameters
    ----------
    source : Source
        the instructor's notebook, of which this is a student's version.
    cells : sequence of Cell
        the student's, merged.
    shown : mapping of str to Shown
        what the cells of checks show, by their names.
    """
    kept = {name: source.metadata[name] for name in ("kernelspec", "language_info") if name in source.metadata}
    found = [_cell(cell, place, shown.get(cell.grade_id)) for place, cell in enumerate(cells, start=1)]
    whole = {"cells": found, "metadata": kept, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False) + "\n"  # indented, it would take ten times longer


def _cell(cell: Cell, place: int, shown: Shown | None) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if cell.grade_id:
        known = {name: cell.nbgrader[name] for name in _KEPT if name in cell.nbgrader}
        metadata["nbgrader"] = {"grade": False, "locked": False, "solution": False, "task": False} | known
        metadata["nbgrader"] |= {"schema_version": _SCHEMA, "cell_type": str(cell.kind)}
    if cell.ours:
        metadata["grader"] = dict(cell.ours)
    data: dict[str, Any] = {
        "cell_type": str(cell.kind),
        "id": f"cell-{place}",
        "metadata": metadata,
        "source": cell.source,
    }
    if cell.kind is Kind.CODE:
        return data | {"execution_count": None, "outputs": _outputs(shown) if shown else []}
    return data | ({"attachments": dict(cell.attachments)} if cell.attachments else {})


def _outputs(shown: Shown) -> list[dict[str, Any]]:
    stream = {"output_type": "stream", "name": "stdout", "text": shown.text}
    text: list[dict[str, Any]] = [stream] if shown.text else []
    if shown.score is None:
        return text
    value = {"text/plain": repr(shown.score)}
    return [*text, {"output_type": "execute_result", "data": value, "execution_count": None, "metadata": {}}]


def write(folder: Path, notebooks: Mapping[str, str], stamp: bytes | None) -> None:
    """Write a student's graded notebooks, and when they were handed in.

    Parameters
    ----------
    folder : path
        `autograded/STUDENT/ASSIGNMENT`.
    notebooks : mapping of str to str
        the texts of the notebooks by name.
    stamp : bytes or None
        the content of `timestamp.txt` beside what was handed in, if there is one: formgrader compares them.

    Raises
    ------
    GradebookError
        if that cannot be done.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in notebooks.items():
            _replace(folder / f"{name}.ipynb", text.encode("utf-8", "replace"))
        if stamp is not None:
            _replace(folder / STAMP, stamp)
        else:
            with suppress(FileNotFoundError):
                (folder / STAMP).unlink()
    except OSError as error:
        raise GradebookError(f"{error.filename or folder} cannot be written: {error.strerror}") from error


def _replace(file: Path, content: bytes) -> None:
    """Replace a file whole; nbgrader leaves its own such that nobody may write to them."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)
