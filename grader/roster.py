"""The roster: who is in the course, as a table that the course team keeps."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Final

from grader.course import Course
from grader.errors import Problem, SpecError
from grader.sandbox.records import dataclass

_OWN: Final = ("student", "name", "email")


@dataclass(frozen=True)
class Student:
    """A student.

    Attributes
    ----------
    id : str
        the name under which answers are handed in; see `student_id`.
    name, email : str
        as people know the student, or empty.
    ids : mapping of str to str
        names on learning platforms, such as `canvas_id`.
    """

    id: str
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)


def student_id(text: str) -> str:
    """Return the one spelling of a student's name that is compared and kept.

    Systems spell `ë` as one character or two, and put bytes that are not UTF-8 into the names of files.
    """
    return unicodedata.normalize("NFC", text.encode("utf-8", "backslashreplace").decode()).strip()


def read_roster(course: Course) -> tuple[Student, ...]:
    """Return the students of a course in the order of its roster; none where the course names no roster.

    A roster is a CSV file in UTF-8 with a line of column names; commas or semicolons separate. `student` must be
    there, `name` and `email` may be; every other column holds the names of one learning platform.

    Raises
    ------
    SpecError
        with every fault of the file and its line.
    """
    shown = course.file.roster
    if not shown:
        return ()
    try:
        text = (course.folder / shown).read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"the roster, which course.yaml names, cannot be read: {error.strerror}"
        raise SpecError([Problem(shown, 0, 0, "", message)]) from None
    except UnicodeDecodeError as error:
        line = (course.folder / shown).read_bytes()[: error.start].count(b"\n") + 1
        raise SpecError([Problem(shown, line, 1, "", "this is not UTF-8", "save the table as CSV UTF-8")]) from None
    return _Reader(shown).students(text)


class _Reader:
    """Reads one table and collects its faults."""

    def __init__(self, shown: str) -> None:
        self._shown = shown
        self._problems: list[Problem] = []

    def students(self, text: str) -> tuple[Student, ...]:
        rows = self._rows(text)
        number, header = next(rows, (1, []))
        columns = [cell.strip() for cell in header]
        self._check_header(number, columns)
        found: dict[str, int] = {}
        students = []
        for line, row in [] if self._problems else rows:
            student = self._student(line, dict(zip(columns, row, strict=False)), extra=len(row) - len(columns))
            if student is None:
                continue
            if student.id in found:
                self._fault(line, "student", f"{student.id!r} stands in line {found[student.id]} already")
            found.setdefault(student.id, line)
            students.append(student)
        if self._problems:
            raise SpecError(self._problems)
        return tuple(students)

    def _rows(self, text: str) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are not empty, each with the line it begins in."""
        first = text.split("\n", 1)[0]
        separator = ";" if ";" in first and "," not in first else ","
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        line = 1
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield line, row
                line = reader.line_num + 1
        except csv.Error as error:
            self._fault(max(line, reader.line_num), "", f"this is not CSV: {error}")

    def _check_header(self, line: int, columns: list[str]) -> None:
        if "student" not in columns:
            found = ", ".join(map(repr, columns)) or "none"
            self._fault(line, "", f"a column `student` was expected among the names of the first line, found {found}")
        for place, name in enumerate(columns):
            if not name:
                self._fault(line, "", f"column {place + 1} has no name")
            elif name in columns[:place]:
                self._fault(line, name, "a second column of this name")

    def _student(self, line: int, cells: Mapping[str, str], *, extra: int) -> Student | None:
        if extra:
            more = "more" if extra > 0 else "fewer"
            hint = "a cell with a comma in it must stand in quotes" if extra > 0 else ""
            self._fault(line, "", f"{abs(extra)} {more} cells than columns", hint)
            return None
        for name, cell in cells.items():
            if any(unicodedata.category(char) == "Cc" for char in cell.strip()):
                self._fault(line, name, "a cell holds a line break or another control character")
        name = student_id(cells["student"])
        if not name:
            self._fault(line, "student", "this must not be empty")
            return None
        ids = {column: cell.strip() for column, cell in cells.items() if column not in _OWN and cell.strip()}
        return Student(name, cells.get("name", "").strip(), cells.get("email", "").strip(), ids)

    def _fault(self, line: int, where: str, message: str, hint: str = "") -> None:
        self._problems.append(Problem(self._shown, line, 1, where, message, hint))
