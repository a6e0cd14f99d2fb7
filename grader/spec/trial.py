"""The inputs of a description, drawn once when it is read: what cannot be drawn is a fault at its place."""

from collections.abc import Iterator
from typing import Final

from grader.cases import CannotDraw, Source, draw_cases
from grader.errors import Problem
from grader.spec.exercise import CheckItem
from grader.spec.loader import Document, Path

_SEED: Final = 0


def problems(source: Source, document: Document) -> list[Problem]:
    """Return a fault for each input that cannot be drawn; every case of every check is tried, on one seed."""
    found: dict[tuple[Path, str], Problem] = {}
    for place, check in enumerate(source.exercise.checks):
        try:
            draw_cases(source, check, _SEED)
        except CannotDraw as error:
            path = _path(source, check, place, error)
            found.setdefault((path, error.reason), document.problem(path, error.reason))
    return list(found.values())


def _path(source: Source, check: CheckItem, place: int, error: CannotDraw) -> Path:
    """Return where the parameter stands that is to blame, or else the input."""
    own = error.name in check.inputs
    path: Path = ("checks", place, "inputs", error.name) if own else ("inputs", error.name)
    kind = check.inputs[error.name] if own else source.exercise.inputs[error.name]
    inner: Iterator[Path] = (inside for inside, formula in kind.formulas() if formula is error.formula)
    return (*path, kind.kind, *next(inner, ()))
