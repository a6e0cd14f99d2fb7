"""`moodle`: the grading worksheet of a Moodle assignment, filled in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import ClassVar, NamedTuple

from grader.errors import UsageError
from grader.gradebook.scores import Overview, StudentScores
from grader.gradebook_reports._contract import GradebookRenderer
from grader.gradebook_reports._numbers import decimal
from grader.gradebook_reports._parts import Part, PartScore, part_score
from grader.gradebook_reports._worksheet import Worksheet, read_worksheet
from grader.roster import Student, student_id


class MoodleWorksheet(GradebookRenderer):
    """The worksheet that was downloaded, with scores in its column of grades and nothing else changed.

    Its columns, language, encoding, delimiter and decimal sign stay, since Moodle reads no others. Scores are converted to
    its maximum grade. Rows of unknown students, and students whose score is not known, keep what they have.
    """

    kind: ClassVar[str] = "moodle"
    takes: ClassVar[frozenset[str]] = frozenset({"parts", "worksheet", "grade_column"})

    @property
    def encoding(self) -> str:
        """The worksheet's own."""
        return self._sheet.encoding

    @cached_property
    def _sheet(self) -> Worksheet:
        if self.options.worksheet is None:
            raise UsageError(
                "--format moodle fills in a grading worksheet: download it from the assignment and name it, --worksheet FILE"
            )
        return read_worksheet(self.options.worksheet, self.options.grade_column)

    def render(self, scores: Overview, *, details: bool) -> str:
        """Return the worksheet; it has no place for details."""
        sheet, part = self._sheet, self._part()
        rows = []
        for row, student in _matched(sheet, scores.students).pairs:
            cells = list(row)
            found = student and part_score(student, part)
            if found and found.score is not None:
                cells[sheet.grade] = self._written(found)
            rows.append(cells)
        return sheet.text(rows)

    def left_out(self, scores: Overview) -> tuple[str, ...]:
        """Return the rows that keep what they have because nobody is known for them, and the students without a row."""
        matched = _matched(self._sheet, scores.students)
        there = {one.student.id for _, one in matched.pairs if one}
        missing = [one.student.id for one in scores.students if one.student.id not in there]
        return (*matched.left_out, *(f"{name}: is not in the worksheet" for name in missing))

    def remarks(self, scores: Overview) -> tuple[str, ...]:
        """Say where scores were converted, and where it is not known what they are out of."""
        points = {found.points for one in scores.students if (found := part_score(one, self._part(scaled=False)))}
        highest = self._sheet.highest
        if highest is None:
            return (
                "the worksheet does not say its maximum grade: scores are written as they are; look at the maximum in Moodle",
            )
        if any(value != highest for value in points):
            worth = " or ".join(sorted(map(decimal, points)))
            return (f"scores out of {worth} are written out of {decimal(highest)}, the worksheet's maximum grade",)
        return ()

    def _part(self, *, scaled: bool = True) -> Part:
        parts = self.options.parts
        if len(parts) != 1:
            raise UsageError(
                "a worksheet is that of one assignment: say what it is of, such as --assignment exercise-04, a topic or total"
            )
        return Part(of=parts[0].of, points=self._sheet.highest if scaled else None)

    def _written(self, found: PartScore) -> str:
        assert found.score is not None
        text = decimal(found.score)
        return text.replace(".", ",") if self._sheet.comma else text


class _Matched(NamedTuple):
    """The rows, each with its student or None, and why there is none."""

    pairs: list[tuple[tuple[str, ...], StudentScores | None]]
    left_out: tuple[str, ...]


def _matched(sheet: Worksheet, students: Sequence[StudentScores]) -> _Matched:
    people = _People(students)
    pairs: list[tuple[tuple[str, ...], StudentScores | None]] = []
    left_out: list[str] = []
    taken: dict[str, str] = {}
    for row in sheet.rows:
        label = " ".join(cell for cell in row[: sheet.grade] if cell.strip())
        found = people.find(_said(sheet, row))
        reason = found.reason
        if found.student and found.student in taken:
            reason = f"{found.student} has the row {taken[found.student]!r} already"
        if reason:
            left_out.append(f"{label}: {reason}")
        else:
            taken[found.student] = label
        pairs.append((row, None if reason else people.of(found.student)))
    return _Matched(pairs, tuple(left_out))


class _Said(NamedTuple):
    """What a row says of its student: Moodle's number, all other texts, and the name where it tells one."""

    number: str
    texts: list[str]
    name: str


def _said(sheet: Worksheet, row: Sequence[str]) -> _Said:
    texts = [_alike(cell) for place, cell in enumerate(row[: sheet.grade]) if place != sheet.participant]
    beside = sheet.participant + 1
    name = _alike(row[beside]) if beside < sheet.grade and sheet.has_names else ""
    return _Said(sheet.number(row), [text for text in texts if text], name)


class _Meant(NamedTuple):
    """The student that a row is about, or an empty text and the reason why it is nobody."""

    student: str
    reason: str = ""


class _People:
    """Finds students by what a row says of them."""

    def __init__(self, students: Sequence[StudentScores]) -> None:
        self._students = {one.student.id: one for one in students}
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._names: dict[str, set[str]] = defaultdict(set)
        self._numbers: dict[str, set[str]] = defaultdict(set)
        for one in students:
            student = one.student
            moodle = tuple(_moodle_ids(student.ids))
            for key in (student.id, student.email, *moodle):
                self._ids[_alike(key)].add(student.id)
            self._names[_alike(student.name)].add(student.id)
            for key in moodle:
                self._numbers[key.rpartition(" ")[2]].add(student.id)

    def of(self, name: str) -> StudentScores:
        """Return a student's scores."""
        return self._students[name]

    def find(self, said: _Said) -> _Meant:
        """Return the student that a row is about.

        Ids and addresses count before names. Moodle numbers the participants of each assignment anew, so a number
        alone counts only where the row says nothing against it.
        """
        by_text = set().union(*(self._ids.get(text, ()) for text in said.texts))
        by_text = by_text or set().union(*(self._names.get(text, ()) for text in said.texts))
        by_number = self._numbers.get(said.number, set()) if said.number else set()
        # Two of one name are told apart by the number; one who is plainly named needs none.
        both = by_text & by_number
        found = sorted(both if len(both) == 1 else by_text or by_number)
        if len(found) > 1:
            return _Meant("", f"this may be {' or '.join(found)}")
        if not found:
            return _Meant("", "is neither in the gradebook nor on the roster")
        if not by_text and _contradicts(said, self._students[found[0]].student):
            return _Meant("", f"has the number of {found[0]}, and another name or address than the roster")
        return _Meant(found[0])


def _contradicts(said: _Said, student: Student) -> bool:
    """Return whether a row of which only the number leads to a student names somebody else."""
    return bool(student.name and said.name) or bool(student.email and any("@" in text for text in said.texts))


def _moodle_ids(ids: Mapping[str, str]) -> Iterator[str]:
    for column, value in ids.items():
        if column.casefold().startswith("moodle"):
            yield value


def _alike(text: str) -> str:
    """Return what names have in common that people take for the same."""
    return " ".join(student_id(text).casefold().split())
