"""The gradebook as a table: columns that stay where they are, and cells that no spreadsheet runs."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.gradebook.scores import Overview
from grader.gradebook_reports._numbers import decimal, percent
from grader.gradebook_reports.csv import CsvTable
from grader.roster import Student

HEADER = "student,name,email,exercise-01,exercise-02,exercise-03,topic algebra,topic calculus,percent,absent,not_judged"


def test_a_student_is_a_row_and_what_is_not_known_is_empty(scores: Overview) -> None:
    assert CsvTable().render(scores, details=False).splitlines() == [
        HEADER,
        'ada,"Lovelace, Ada",ada@example.org,1.8,4,0.333333,5.8,0.333333,55.208333,,',
        "学生,学生 甲,,2.5,0,0,2.5,0,23.4375,exercise-01 exercise-02 exercise-03,",
        "'=1+1,Zoë,,,,0,,0,,exercise-03,exercise-01 exercise-02",
        "stranger,,,4,0,0,4,0,37.5,exercise-02 exercise-03,",
    ]


def test_details_change_nothing(scores: Overview) -> None:
    assert CsvTable().render(scores, details=True) == CsvTable().render(scores, details=False)


def test_without_students_there_are_the_names_of_the_columns(of: Callable[..., Overview]) -> None:
    assert CsvTable().render(of(), details=False) == f"{HEADER}\n"


@pytest.mark.parametrize(
    "name", ["=cmd|'/C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", 'a"b', "a,b", "a\nb", "../..", "\ud800"]
)
def test_a_name_is_a_text_to_every_spreadsheet(of: Callable[..., Overview], name: str) -> None:
    (one,) = of("ada").students
    scores = replace(of("ada"), students=(replace(one, student=Student(name, name)),))
    table = CsvTable().render(scores, details=False)
    assert table.encode()
    _, row = csv.reader(io.StringIO(table, newline=""))
    assert row[0] == row[1]
    assert not row[0].startswith(("=", "+", "-", "@", "\t"))
    assert row[0].removeprefix("'") == name.encode("utf-8", "backslashreplace").decode()
    assert row[3] == "1.8"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("10", "10"),
        ("5/2", "2.5"),
        ("1/3", "0.333333"),
        ("2/3", "0.666667"),
        ("1/10000000", "0"),
        ("100", "100"),
    ],
)
def test_a_number_is_exact_or_has_six_decimals(value: str, text: str) -> None:
    assert decimal(Fraction(value)) == text


@given(st.integers(0, 10**9))
@settings(deadline=None, derandomize=True)
def test_a_number_with_six_decimals_is_exact(millionths: int) -> None:
    value = Fraction(millionths, 10**6)
    assert Fraction(decimal(value)) == value
    assert Fraction(percent(value / 100)) == value
