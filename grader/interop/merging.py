"""A student's notebook with the instructor's cells in the place of those that students must leave as they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.interop.assignment import Source, is_by_hand, is_locked, is_task, is_test
from grader.notebooks import Cell


def merged(source: Source, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return a student's cells as they are graded.

    A cell belongs to one of the instructor's by its name alone; of several with one name the last one does, as in
    nbgrader. Its type and what nbgrader knows of it are the instructor's; of a cell that students must leave as it is,
    so is the text. Such cells, and those that are graded, are put back where they are missing.
    """
    last = {cell.grade_id: place for place, cell in enumerate(cells) if cell.grade_id in source.known}
    found = [
        _as_known(source.known[cell.grade_id], cell) if last.get(cell.grade_id) == place else _bare(cell)
        for place, cell in enumerate(cells)
        if last.get(cell.grade_id, place) == place or not is_locked(source.known[cell.grade_id])
    ]
    return tuple(_completed(source, found))


def runnable(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells without what is in tests; they keep their places, by which tracebacks name them."""
    return tuple(replace(cell, source="") if is_test(cell) else cell for cell in cells)


def unanswered(source: Source, cells: Sequence[Cell], released: Mapping[str, str]) -> frozenset[str]:
    """Return the cells to write in that are as they were handed out, or missing.

    Parameters
    ----------
    source : Source
        the instructor's notebook.
    cells : sequence of Cell
        the student's, merged.
    released : mapping of str to str
        the texts with which cells were handed out.
    """
    written = {cell.grade_id: cell.source for cell in cells if cell.grade_id}
    writable = [name for name, cell in source.known.items() if not is_locked(cell) and not is_task(cell)]
    return frozenset(name for name in writable if written.get(name, "") in ("", released.get(name)))


def _as_known(ours: Cell, theirs: Cell) -> Cell:
    if is_locked(ours):
        return ours
    return replace(theirs, kind=ours.kind, nbgrader=ours.nbgrader, ours=ours.ours)


def _bare(cell: Cell) -> Cell:
    return replace(cell, grade_id="", nbgrader={}, ours={})


def _completed(source: Source, found: list[Cell]) -> list[Cell]:
    """Return the cells with those that are missing, each after the one that stands before it in the source."""
    cells = list(found)
    before = next((place for place, mine in enumerate(cells) if mine.grade_id), len(cells))
    for cell in source.cells:
        if cell.grade_id not in source.known:
            continue
        place = next((place for place, mine in enumerate(cells) if mine.grade_id == cell.grade_id), None)
        if place is not None:
            before = place + 1
        elif is_locked(cell) or is_task(cell) or is_by_hand(cell):
            cells.insert(before, replace(cell, source="") if is_by_hand(cell) else cell)
            before += 1
    return cells
