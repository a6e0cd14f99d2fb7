"""`dataset`: numbers from a file beside the exercise."""

from pathlib import Path
from typing import ClassVar

from grader.errors import JudgeError
from grader.fields import Formula
from grader.generators._array import Array, ArrayInput
from grader.generators._contract import Draw, Unfit
from grader.generators._tables import ENDINGS, read_table
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Dataset(ArrayInput):
    """An array of floats of shape (rows, columns), or (rows,) where exactly one column is named.

    The file ends in `.csv` (cells between commas), `.txt` (between blanks, comments after `#`) or `.npy` (an array of
    one or two dimensions). The first line of a text names the columns if none of its cells is a number. Only the
    columns that are used have to hold numbers.

    Attributes
    ----------
    file : str
        name of a file in the exercise's own folder.
    columns : tuple of int or str, optional
        which columns, by number from 0 or by name; all by default.
    rows : formula, optional
        draws so many rows, none of them twice; by default all are taken, in their order, in every case.

    Examples
    --------
    Some of the people who were measured, and their heights in metres::

        files:
          people.csv: |
            name,height,weight
            Ada,1.65,58
            Emmy,1.60,61
            Kurt,1.68,55
            Alan,1.78,69
        inputs:
          n: {integer: {low: 2, high: 4}}
          h: {dataset: {file: people.csv, columns: [height], rows: n}}
        holds: "size(h) == n and min(h) >= 1.6 and max(h) <= 1.78 and min(h) < max(h)"
    """

    kind: ClassVar[str] = "dataset"
    bare: ClassVar[str] = "file"

    file: str
    columns: tuple[int | str, ...] | None = None
    rows: Formula | None = None

    def __post_init__(self) -> None:
        """Refuse what is not the plain name of a file that can be read, and an empty list of columns."""
        super().__post_init__()
        if any(mark in self.file for mark in "/\\:\0") or self.file.startswith("."):
            raise ValueError(f"{self.file!r} is not the name of a file in the exercise's own folder")
        if not self.file.endswith(ENDINGS):
            raise ValueError(f"{self.file!r} ends in none of {', '.join(ENDINGS)}")
        if self.columns is not None and not self.columns:
            raise ValueError("there are no columns to take")

    @property
    def fixed(self) -> bool:  # type: ignore[override] # whether rows are drawn depends on the description
        """Whether every case has the same rows."""
        return self.rows is None

    def array(self, draw: Draw) -> Array:
        """Return the whole table, or rows that are drawn."""
        table, rows = self._table(draw)
        return table if self.rows is None else table[draw.random.permutation(len(table))[:rows]]

    def simple_array(self, draw: Draw) -> Array:
        """Return rows that stand together, the first ones at first."""
        table, rows = self._table(draw)
        first = int(draw.random.integers(min(draw.level, len(table) - rows) + 1))
        return table[first : first + rows]

    def _table(self, draw: Draw) -> tuple[Array, int]:
        """Return the table, and how many of its rows are wanted."""
        table = read_table(self._found(draw.folder), self.columns)
        if self.rows is None:
            return table, len(table)
        rows = draw.natural(self.rows)
        if rows > len(table):
            raise Unfit(self.rows, f"{self.file} has {len(table)} rows, and {rows} are wanted")
        return table, rows

    def _found(self, folder: str) -> Path:
        if not folder:
            raise JudgeError(f"there is no folder in which to look for {self.file}")
        home = Path(folder).resolve()
        file = (home / self.file).resolve()
        if not file.is_file():
            raise JudgeError(f"there is no file {self.file} beside the exercise")
        if file.parent != home:
            raise JudgeError(f"{self.file} is a link that leads out of the exercise's folder")
        return file
