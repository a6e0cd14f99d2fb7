"""An assignment of nbgrader's that knows nothing of us, and students who hand it in."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ASSIGNMENT = "ps1"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def code(text: str, name: str = "", points: float | None = None, *, by_hand: bool = False) -> dict[str, Any]:
    """Return a cell of code: plain, to write in, to be graded by a person, or a test."""
    data: dict[str, Any] = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
    if not name:
        return data
    solution = points is None or by_hand
    known = {"grade_id": name, "schema_version": 3, "task": False, "grade": points is not None}
    known |= {"locked": not solution, "solution": solution} | ({} if points is None else {"points": points})
    return data | {"metadata": {"nbgrader": known}}


def notebook(*cells: Mapping[str, Any], kernel: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return a notebook."""
    numbered = [{"id": f"cell-{place}", **cell} for place, cell in enumerate(cells)]
    return {"cells": numbered, "metadata": {"kernelspec": kernel or KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def put(root: Path, step: str, raw: Mapping[str, Any], name: str = "squares") -> None:
    """Write a notebook of the assignment: `source`, or `submitted/STUDENT`."""
    file = root / step / ASSIGNMENT / f"{name}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(raw), encoding="utf-8")


def scores(root: Path, student: str) -> dict[str, tuple[float | None, bool]]:
    """Return the automatic score of each cell, and whether a person has to look."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        notebooks = book.find_submission(ASSIGNMENT, student).notebooks
        return {grade.name: (grade.auto_score, grade.needs_manual_grade) for item in notebooks for grade in item.grades}
