"""`canvas`: the table that Canvas' gradebook imports."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, NamedTuple

from grader.errors import UsageError
from grader.gradebook.scores import Overview, StudentScores
from grader.gradebook_reports._cells import as_utf8, harmless, is_formula
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._numbers import decimal
from grader.gradebook_reports._parts import Part, part_score
from grader.roster import Student
from grader.spec.course import CANVAS_TITLE

_IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ID": ("canvas_id", "canvas", "canvas_user_id", "id"),
    "SIS User ID": ("sis_user_id", "canvas_sis_user_id", "sis_id"),
    "SIS Login ID": ("sis_login_id", "canvas_sis_login_id", "canvas_login_id", "login_id"),
}
"""Canvas' columns of ids, and what a roster may call them."""


class CanvasTable(GradebookRenderer):
    """Columns: `Student`, `ID`, `SIS User ID`, `SIS Login ID`, `Section`, then `Title (id)` for each assignment of Canvas.

    Canvas creates an assignment for a title without an id, and a student for a row without one; so neither is written.
    Students without an id are listed instead. A score that is not known is an empty cell. There is no row of
    possible points, by which an import would change the assignments.
    """

    kind: ClassVar[str] = "canvas"
    takes: ClassVar[frozenset[str]] = frozenset({"parts"})

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the table; it has no place for details."""
        parts = self._parts(scores)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["Student", *_IDS, "Section", *(part.title for part in parts)])
        for one, ids in _sorted(scores.students).known:
            writer.writerow([harmless(one.student.name or one.student.id), *ids, "", *_cells(one, parts)])
        return as_utf8(text.getvalue())

    def left_out(self, scores: Overview) -> tuple[str, ...]:
        """Return the students that Canvas could not know."""
        return _sorted(scores.students).left_out

    def _parts(self, scores: Overview) -> Sequence[Part]:
        configured = [
            Part(of=item.of, title=item.title, points=item.points or None) for item in scores.course.file.canvas
        ]
        titles = {part.of: part for part in configured}
        parts = [part if part.title else titles.get(part.of, part) for part in self.options.parts] or configured
        if not parts:
            raise UsageError(
                "Canvas needs the title and the id of each assignment, as in the header of its own export: say `--assignment"
                ' "exercise-04=Exercise 4 (12345)"`, or `canvas:` in course.yaml'
            )
        for part in parts:
            if not re.fullmatch(CANVAS_TITLE, part.title):
                raise UsageError(
                    f"{part.of}: expected a title with Canvas' own id behind it, such as `Exercise 4 (12345)`, found"
                    f" {part.title!r}; without the id Canvas would make a new assignment"
                )
        return parts


class _Sorted(NamedTuple):
    """Who can be exported, each with the cells of ids, and who cannot."""

    known: list[tuple[StudentScores, list[str]]]
    left_out: tuple[str, ...]


def _sorted(students: Sequence[StudentScores]) -> _Sorted:
    known: list[tuple[StudentScores, list[str]]] = []
    left_out: list[str] = []
    for one in students:
        ids, unusual = _ids(one.student)
        if any(ids):
            known.append((one, ids))
        else:
            left_out.append(f"{one.student.id}: {unusual or _NO_ID}")
    return _Sorted(known, tuple(left_out))


_NO_ID: Final = "the roster has no id of Canvas (a column canvas_id, sis_user_id or sis_login_id)"


def _ids(student: Student) -> tuple[list[str], str]:
    """Return the cells of ids, and what is wrong with those that are left out."""
    given = {re.sub(r"[\s-]+", "_", name.casefold()): value for name, value in student.ids.items()}
    cells, wrong = [], ""
    for column, names in _IDS.items():
        value = next((given[name] for name in names if given.get(name)), "")
        if column == "ID" and not re.fullmatch(r"[0-9]*(~[0-9]+)?", value):
            wrong, value = f"Canvas' ids are numbers, and the roster has {value!r}", ""
        if is_formula(value):  # with an apostrophe in front Canvas would not know it
            wrong, value = f"the {column} {value!r} would be a formula in a spreadsheet", ""
        cells.append(value)
    return cells, wrong


def _cells(one: StudentScores, parts: Sequence[Part]) -> Iterator[str]:
    for part in parts:
        found = part_score(one, part)
        yield "" if found is None or found.score is None else decimal(found.score)
