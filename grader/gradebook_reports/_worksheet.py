"""Reads the grading worksheet of a Moodle assignment, in whatever language it was downloaded."""

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from grader.errors import UsageError
from grader.sandbox.records import dataclass

_GRADES: Final = frozenset(
    [
        "arvosana",
        "beoordeling",
        "betyg",
        "bewertung",
        "calificación",
        "cijfer",
        "grade",
        "hodnotenie",
        "karakter",
        "note",
        "nota",
        "notă",
        "ocena",
        "ocjena",
        "osztályzat",
        "oceny",
        "qualificació",
        "valutazione",
        "známka",
        "kalifikazioa",
        "cualificación",
        "hinne",
        "įvertinimas",
        "оценка",
        "оцінка",
        "βαθμός",
        "成绩",
        "成績",
        "評点",
        "評定",
        "점수",
        "성적",
        "الدرجة",
        "ציון",
        "نمره",
    ]
)
"""What Moodle calls the column of grades; in other languages it is known by the column of maximum grades after it."""

_MARKS: Final[Mapping[bytes, str]] = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_PARTICIPANT: Final = re.compile(r"(\D*[^\W\d]\D*?)\s*([0-9]+)")
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """A worksheet, as it lies on the disk.

    Attributes
    ----------
    encoding, mark : str
        in which it is written, and the byte order mark before it or an empty text.
    delimiter, newline : str
        between cells and after rows.
    columns : tuple of str
        their names.
    rows : tuple of tuple of str
        all cells below the names.
    participant, grade : int
        places of the columns with Moodle's identifiers and with the grades.
    highest : Fraction or None
        the maximum grade, where the worksheet says it.
    comma : bool
        whether its numbers have a decimal comma.
    """

    encoding: str
    mark: str
    delimiter: str
    newline: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    participant: int = 0
    grade: int = 0
    highest: Fraction | None = None
    comma: bool = False

    @property
    def has_names(self) -> bool:
        """Whether the column after the identifiers tells people apart; where the marking is blind it is a status."""
        beside = [row[self.participant + 1] for row in self.rows] if self.participant + 1 < len(self.columns) else []
        return len(set(beside)) * 2 > len(beside)

    def number(self, row: Sequence[str]) -> str:
        """Return the number of the participant in a row, or an empty text."""
        found = _PARTICIPANT.fullmatch(row[self.participant].strip())
        return found[2] if found else ""

    def text(self, rows: Sequence[Sequence[str]]) -> str:
        """Return the worksheet with other rows."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerow(self.columns)
        writer.writerows(rows)
        return self.mark + out.getvalue()


def read_worksheet(data: bytes, grade_column: str = "") -> Worksheet:
    """Return a worksheet.

    Parameters
    ----------
    data : bytes
        of the file.
    grade_column : str
        the name of the column of grades; empty to recognise it.

    Raises
    ------
    UsageError
        if it is no worksheet, or its columns are not recognised; the message names the columns.
    """
    sheet = _table(data)
    participant = _participant_column(sheet)
    grade = _grade_column(sheet, grade_column)
    cells = [row[grade + 1].strip() for row in sheet.rows] if grade + 1 < len(sheet.columns) else []
    highest = cells[0] if cells and len(set(cells)) == 1 and _NUMBER.fullmatch(cells[0]) else ""
    numbers = [*cells, *(row[grade].strip() for row in sheet.rows)]
    return replace(
        sheet,
        participant=participant,
        grade=grade,
        highest=_fraction(highest) if highest and _fraction(highest) else None,
        comma=any("," in cell for cell in numbers if _NUMBER.fullmatch(cell)),
    )


def _table(data: bytes) -> Worksheet:
    mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
    encoding = _MARKS.get(mark, "")
    try:
        text = data[len(mark) :].decode(encoding or "utf-8")
    except UnicodeDecodeError:
        # Spreadsheets in western Europe save so; it has a few holes, which text does not have either.
        encoding = "cp1252"
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise UsageError(
                "the worksheet is text in none of UTF-8, UTF-16 and Windows-1252; save it as CSV UTF-8"
            ) from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if any(row)]
    except csv.Error as error:
        raise UsageError(f"the worksheet is not CSV: {error}") from None
    if len(rows) < 2:
        raise UsageError("the worksheet has no rows of participants; download it from the assignment in Moodle")
    columns = tuple(rows[0])
    uneven = next((place for place, row in enumerate(rows[1:], 2) if len(row) != len(columns)), None)
    if uneven:
        raise UsageError(
            f"row {uneven} of the worksheet has {len(rows[uneven - 1])} cells, and there are {len(columns)} columns"
        )
    return Worksheet(
        encoding=encoding or "utf-8",
        mark="\ufeff" if mark else "",
        delimiter=delimiter,
        newline="\r\n" if "\r\n" in text else "\n",
        columns=columns,
        rows=tuple(map(tuple, rows[1:])),
    )


def _participant_column(sheet: Worksheet) -> int:
    """Return the column in which every row has one word, in any language, and a number of its own."""
    for place in range(len(sheet.columns)):
        found = [_PARTICIPANT.fullmatch(row[place].strip()) for row in sheet.rows]
        words = {match[1] for match in found if match}
        numbers = {match[2] for match in found if match}
        if all(found) and len(words) == 1 and len(numbers) == len(sheet.rows):
            return place
    raise UsageError(
        f"the worksheet has no column of identifiers such as `Participant 123`; there is: {_listed(sheet)}. Take the"
        " grading worksheet of the assignment, not the export of the gradebook"
    )


def _grade_column(sheet: Worksheet, name: str) -> int:
    if name:
        places = [place for place, column in enumerate(sheet.columns) if column.strip() == name.strip()]
        if len(places) != 1:
            raise UsageError(
                f"--grade-column {name!r}: the worksheet has {len(places)} such columns; there is: {_listed(sheet)}"
            )
        return places[0]
    known = [place for place, column in enumerate(sheet.columns) if column.strip().casefold() in _GRADES]
    before_highest = [place for place in range(len(sheet.columns) - 1) if _is_before_highest(sheet, place)]
    for places in (known, before_highest):
        if len(places) == 1:
            return places[0]
    raise UsageError(
        f"which column of the worksheet takes the scores? Name it with --grade-column; there is: {_listed(sheet)}"
    )


def _is_before_highest(sheet: Worksheet, place: int) -> bool:
    """Return whether a column holds grades, or nothing yet, and the next one the same maximum everywhere."""
    after = {row[place + 1].strip() for row in sheet.rows}
    if len(after) != 1 or not _NUMBER.fullmatch(highest := after.pop()) or not _fraction(highest):
        return False
    cells = [row[place].strip() for row in sheet.rows]
    return all(
        not cell or cell == "-" or (_NUMBER.fullmatch(cell) and _fraction(cell) <= _fraction(highest)) for cell in cells
    )


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def _listed(sheet: Worksheet) -> str:
    return ", ".join(map(repr, sheet.columns))
