"""Tables of numbers in the files beside an exercise: `.csv`, `.txt` and `.npy`."""

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from grader.errors import JudgeError

ENDINGS: Final = (".csv", ".npy", ".txt")

Columns: TypeAlias = tuple[int | str, ...]


def read_table(file: Path, columns: Columns | None) -> NDArray[np.float64]:
    """Return a table of shape (n, p), or (n,) where one column is named or the file holds an array of that shape.

    Parameters
    ----------
    file : path
        an existing file with one of the `ENDINGS`.
    columns : tuple of int or str, optional
        which columns, by number from 0 or by the name in the first line; all by default.

    Raises
    ------
    JudgeError
        if the file cannot be read as a table of numbers, or lacks a column.
    """
    state = file.stat()
    return _read(file, columns, (state.st_size, state.st_mtime_ns)).copy()


@lru_cache(maxsize=8)
def _read(file: Path, columns: Columns | None, _state: tuple[int, int]) -> NDArray[np.float64]:
    """Read a file once for all cases, and again when its size or time is another."""
    try:
        return _from_array(file, columns) if file.suffix == ".npy" else _from_text(file, columns)
    except (OSError, ValueError, EOFError, csv.Error) as error:  # UnicodeDecodeError is a ValueError
        raise JudgeError(f"{file.name} cannot be read: {error}") from error


def _from_array(file: Path, columns: Columns | None) -> NDArray[np.float64]:
    table = np.load(file, allow_pickle=False)
    if not isinstance(table, np.ndarray) or table.dtype.kind not in "biuf" or table.ndim not in (1, 2):
        raise JudgeError(f"{file.name} holds no table of real numbers")
    table = np.asarray(table, dtype=np.float64)
    if columns is None:
        return table
    table = table.reshape(len(table), -1)
    return _picked(table, [_place(column, (), table.shape[1], file.name) for column in columns])


def _from_text(file: Path, columns: Columns | None) -> NDArray[np.float64]:
    lines = list(_lines(file))
    if not lines:
        raise JudgeError(f"{file.name} is empty")
    width = len(lines[0][1])
    for number, cells in lines:
        if len(cells) != width:
            raise JudgeError(f"line {number} of {file.name} has {len(cells)} columns, and the first has {width}")
    names: tuple[str, ...] = ()
    if not any(_is_number(cell) for cell in lines[0][1]):
        names, lines = tuple(lines[0][1]), lines[1:]
    wanted = range(width) if columns is None else columns
    places = [_place(column, names, width, file.name) for column in wanted]
    table = np.empty((len(lines), len(places)))
    for row, (number, cells) in enumerate(lines):
        for column, place in enumerate(places):
            if not _is_number(cells[place]):
                called = repr(names[place]) if names else str(place)
                found = f"{cells[place]!r}, where a number is needed" if cells[place] else "empty"
                raise JudgeError(f"line {number} of {file.name}: column {called} is {found}")
            table[row, column] = float(cells[place])
    return table if columns is None else _picked(table, list(range(len(places))))


def _lines(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of every line that is not empty, with its number."""
    with file.open(encoding="utf-8-sig", newline="") as text:  # spreadsheets put a mark before the first cell
        if file.suffix == ".csv":
            reader = csv.reader(text)
            rows = ((reader.line_num, [cell.strip() for cell in row]) for row in reader)
        else:
            rows = ((number, line.partition("#")[0].split()) for number, line in enumerate(text, 1))
        yield from ((number, cells) for number, cells in rows if any(cells))


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _place(column: int | str, names: tuple[str, ...], width: int, file: str) -> int:
    if isinstance(column, str):
        if names.count(column) != 1:
            many = "several columns" if column in names else "no column"
            there = f"; there are: {', '.join(names)}" if names else ", and its columns have no names"
            raise JudgeError(f"{file} has {many} named {column!r}{there}")
        return names.index(column)
    if not 0 <= column < width:
        raise JudgeError(f"{file} has no column {column}; its {width} columns are numbered from 0")
    return column


def _picked(table: NDArray[np.float64], places: list[int]) -> NDArray[np.float64]:
    return table[:, places[0]] if len(places) == 1 else table[:, places]
