"""The table for Canvas: nobody and nothing is created there by accident."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.errors import UsageError
from grader.gradebook.scores import Overview
from grader.gradebook_reports import Options, Part
from grader.gradebook_reports.canvas import CanvasTable
from grader.roster import Student
from grader.spec.course import CanvasAssignment

PARTS = (Part(of="exercise-01", title="Exercise 1 (101)"), Part(of="total", title="Course (7)"))


def rows(scores: Overview, *parts: Part) -> list[dict[str, str]]:
    text = CanvasTable(Options(parts=parts or PARTS)).render(scores, details=False)
    assert text.encode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def with_student(scores: Overview, **ids: str) -> Overview:
    one = scores.students[0]
    return replace(scores, students=(replace(one, student=Student("ada", "Lovelace, Ada", ids=ids)),))


def test_students_with_an_id_are_rows_and_the_others_are_listed(scores: Overview) -> None:
    assert rows(scores) == [
        {
            "Student": "Lovelace, Ada",
            "ID": "17",
            "SIS User ID": "",
            "SIS Login ID": "",
            "Section": "",
            "Exercise 1 (101)": "1.8",
            "Course (7)": "55.208333",
        }
    ]
    left_out = CanvasTable(Options(parts=PARTS)).left_out(scores)
    assert [line.partition(":")[0] for line in left_out] == ["学生", "=1+1", "stranger"]
    assert all("no id of Canvas" in line for line in left_out)


def test_a_score_that_is_not_known_is_an_empty_cell(scores: Overview) -> None:
    unknown = next(one for one in scores.students if one.student.id == "=1+1")
    table = replace(scores, students=(replace(unknown, student=Student("z", "=cmd()", ids={"canvas_id": "3"})),))
    (row,) = rows(table)
    assert (row["Exercise 1 (101)"], row["Course (7)"]) == ("", "")
    assert row["Student"] == "'=cmd()"


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        ("canvas_id", "ID"),
        ("canvas", "ID"),
        ("SIS User ID", "SIS User ID"),
        ("sis_login_id", "SIS Login ID"),
        ("SIS Login ID", "SIS Login ID"),
    ],
)
def test_a_roster_may_call_ids_as_canvas_does(scores: Overview, column: str, wanted: str) -> None:
    (row,) = rows(with_student(scores, **{column: "42"}))
    assert row[wanted] == "42"


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ({"canvas_id": "ada"}, "ids are numbers"),
        ({"sis_login_id": "=HYPERLINK(1)"}, "would be a formula"),
        ({"sis_user_id": "-1+2"}, "would be a formula"),
        ({"github": "ada"}, "no id of Canvas"),
    ],
)
def test_an_id_that_canvas_does_not_have_is_none(scores: Overview, ids: dict[str, str], reason: str) -> None:
    table = with_student(scores, **ids)
    assert rows(table) == []
    (line,) = CanvasTable(Options(parts=PARTS)).left_out(table)
    assert line.startswith("ada: ")
    assert reason in line


@pytest.mark.parametrize("title", ["", "Exercise 1", "Exercise 1 (", "(12)", "Exercise (12) b"])
def test_a_title_without_an_id_is_refused(scores: Overview, title: str) -> None:
    with pytest.raises(UsageError, match="expected a title with Canvas' own id"):
        rows(scores, Part(of="exercise-01", title=title))


def test_without_titles_it_says_what_is_needed(scores: Overview) -> None:
    with pytest.raises(UsageError, match=r"`canvas:` in course\.yaml"):
        CanvasTable().render(scores, details=False)


def test_titles_and_points_come_from_the_course(scores: Overview) -> None:
    canvas = (
        CanvasAssignment(of="exercise-01", title="One (1)", points=Fraction(10)),
        CanvasAssignment(of="algebra", title="Algebra (2)"),
        CanvasAssignment(of="total", title="All (3)", points=Fraction(6)),
    )
    course = replace(scores.course, file=replace(scores.course.file, canvas=canvas))
    text = CanvasTable().render(replace(scores, course=course), details=False)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["One (1)"], row["Algebra (2)"], row["All (3)"]) == ("4.5", "5.8", "3.3125")
    chosen = CanvasTable(Options(parts=(Part(of="algebra"),))).render(replace(scores, course=course), details=False)
    assert chosen.splitlines()[0].endswith("Section,Algebra (2)")


def test_nobody_is_a_table_of_names(of: Callable[..., Overview]) -> None:
    assert rows(of()) == []
