"""Builds an assignment's source notebook from exercises, as `nbgrader generate_assignment` takes it."""

import json
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

from grader.authoring.stubs import stub
from grader.course import Course
from grader.errors import AuthoringError, UsageError
from grader.interop.answer_cells import BEGIN, END, answer_cell
from grader.reports._layout import number
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.files import load_exercise

_ASSIGNMENT: Final = re.compile(r"[\w .-]{1,100}")
_KERNEL: Final = {"display_name": "Python 3", "language": "python", "name": "python3"}
_NAME_CAP: Final = 60
_INTRODUCTION: Final = """\
# {title}

Write each answer in the cell that has `# YOUR CODE HERE`, in place of that line and the one after it. The cells with
checks below it can be run as often as you like: they show what holds and what does not. They and the statements are
locked.
"""
_BY_HAND: Final = """\
Explain in a few sentences why your function gives what is asked for, and where it could fail.
"""


def source_notebook(course: Course, assignment: str, exercises: Sequence[str], *, by_hand: Fraction | None) -> str:
    """Return the source notebook of an assignment as JSON.

    Parameters
    ----------
    course : Course
        whose exercises they are.
    assignment : str
        its name.
    exercises : sequence of str
        names of the exercises, in the order of the notebook.
    by_hand : Fraction or None
        points for a text on each exercise that a person grades; None for no such cells.

    Raises
    ------
    UsageError
        if nbgrader cannot have an assignment of that name, or an exercise is named twice.
    AuthoringError
        if an exercise is wrong.
    """
    if not _ASSIGNMENT.fullmatch(assignment) or assignment.strip(" .") != assignment:
        raise UsageError(f"{assignment!r} is no name for an assignment: letters, digits, spaces, dots, - and _ will do")
    if len(set(exercises)) != len(exercises):
        raise UsageError("an exercise is named twice")
    cells = [_markdown(_INTRODUCTION.format(title=assignment))]
    for name in exercises:
        cells += _exercise(course, name, load_exercise(course, name), by_hand)
    numbered = [{"id": f"cell-{place}", **cell} for place, cell in enumerate(cells, start=1)]
    whole = {"cells": numbered, "metadata": {"kernelspec": _KERNEL}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _exercise(course: Course, name: str, exercise: Exercise, by_hand: Fraction | None) -> Iterator[dict[str, Any]]:
    prompt = f"## {exercise.title}\n\n{exercise.statement.strip()}\n"
    yield _markdown(prompt, _known(f"{name}-statement", locked=True), {"exercise": name, "part": "statement"})
    text = _answer(course, name, exercise)
    yield _code(text, _known(f"{name}-answer", solution=True), {"exercise": name, "part": "answer"})
    taken: set[str] = set()
    for place, check in enumerate(exercise.checks, start=1):
        known = _known(_unique(f"{name}-check-{_slug(check.name) or place}", taken), grade=True, locked=True)
        known["points"] = _plain(check.points)
        yield _code(_check(name, check), known, {"exercise": name, "part": "check", "check": check.name})
    if by_hand is not None:
        known = _known(f"{name}-explanation", grade=True, solution=True) | {"points": _plain(by_hand)}
        yield _markdown(_BY_HAND, _known(f"{name}-question", locked=True), {"exercise": name, "part": "question"})
        yield _markdown(f"{BEGIN}\n{END}", known, {"exercise": name, "part": "explanation"})


def _answer(course: Course, name: str, exercise: Exercise) -> str:
    file = course.solution_folder(name) / "solution.py"
    try:
        reference = file.read_text(encoding="utf-8")
        return answer_cell(exercise.function.name, stub(name, exercise), reference)
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{file.relative_to(course.folder)} cannot be read: {error}") from None
    except AuthoringError as error:
        raise AuthoringError(f"{file.relative_to(course.folder)}: {error}") from None


def _check(exercise: str, check: CheckItem) -> str:
    word = "point" if check.points == 1 else "points"
    call = f"import grader\n\ngrader.score({exercise!r}, {check.name!r}, points={_plain(check.points)!r})"
    if check.visibility == "hidden":
        head = f"# Hidden check ({number(check.points)} {word}): it is run when your notebook is graded."
        return f"{head}\n### BEGIN HIDDEN TESTS\n{call}\n### END HIDDEN TESTS"
    return f"# Check: {' '.join(check.name.split())} ({number(check.points)} {word})\n{call}"


def _known(name: str, *, grade: bool = False, locked: bool = False, solution: bool = False) -> dict[str, Any]:
    """Return what nbgrader wants to know of a cell."""
    data = {"grade": grade, "grade_id": name, "locked": locked, "solution": solution}
    return {**data, "schema_version": 3, "task": False}


def _markdown(text: str, nbgrader: dict[str, Any] | None = None, ours: dict[str, Any] | None = None) -> dict[str, Any]:
    metadata = ({"nbgrader": nbgrader} if nbgrader else {}) | ({"grader": ours} if ours else {})
    return {"cell_type": "markdown", "metadata": metadata, "source": text.strip()}


def _code(text: str, nbgrader: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    metadata = {"nbgrader": nbgrader, "grader": ours}
    return {"cell_type": "code", "execution_count": None, "metadata": metadata, "outputs": [], "source": text}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_NAME_CAP].strip("-")


def _unique(name: str, taken: set[str]) -> str:
    found = next(name + more for more in ("", *(f"-{count}" for count in range(2, 10_000))) if name + more not in taken)
    taken.add(found)
    return found


def _plain(points: Fraction) -> int | float:
    return points.numerator if points.denominator == 1 else float(points)
