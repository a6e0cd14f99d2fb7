"""The roster: every fault with its line, and one spelling of every name."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course import Course
from grader.errors import SpecError
from grader.roster import Student, read_roster, student_id
from grader.spec.course import CourseFile


def course(folder: Path, roster: str = "roster.csv") -> Course:
    return Course(folder, CourseFile(title="c", seed=1, roster=roster, topics=()))


def read(folder: Path, content: str | bytes) -> tuple[Student, ...]:
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "roster.csv").write_bytes(data)
    return read_roster(course(folder))


def test_a_course_without_a_roster_has_no_students(tmp_path: Path) -> None:
    assert read_roster(course(tmp_path, "")) == ()


def test_students_come_in_the_order_of_the_table_with_their_ids(tmp_path: Path) -> None:
    table = 'student,name,email,canvas_id,moodle_id\ns2,Zoë,z@x.y,17,\ns1,"Lovelace, Ada",,,44\n'
    assert read(tmp_path, table) == (
        Student("s2", "Zoë", "z@x.y", {"canvas_id": "17"}),
        Student("s1", "Lovelace, Ada", "", {"moodle_id": "44"}),
    )


@pytest.mark.parametrize(
    "content",
    [
        "student,name\ns1,Ada\n",
        "student;name\ns1;Ada\n",
        "\ufeffstudent,name\r\ns1,Ada\r\n",
        "name,student\nAda,s1",
        " student , name \n s1 , Ada \n\n,\n",
    ],
    ids=["plain", "semicolons", "from Excel", "other order", "spaces and empty lines"],
)
def test_tables_as_people_and_spreadsheets_write_them(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == (Student("s1", "Ada"),)


def test_the_student_alone_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, "student\ns1\ns2\n") == (Student("s1"), Student("s2"))


def test_names_of_all_languages_are_names(tmp_path: Path) -> None:
    names = ["نیم‌فاصله", "学生", "O'Brien", "Åse"]
    table = "student,name\n" + "".join(f"s{place},{name}\n" for place, name in enumerate(names))
    assert [student.name for student in read(tmp_path, table)] == names


@pytest.mark.parametrize(
    ("content", "line", "where", "message"),
    [
        ("", 1, "", "a column `student` was expected among the names of the first line, found none"),
        ("name\nAda\n", 1, "", "a column `student` was expected among the names of the first line, found 'name'"),
        ("student,name,name\ns1,a,b\n", 1, "name", "a second column of this name"),
        ("student,,x\ns1,a,b\n", 1, "", "column 2 has no name"),
        ("student,name\ns1\n", 2, "", "1 fewer cells than columns"),
        ("student,name\n\ns1,Lovelace, Ada\n", 3, "", "1 more cells than columns"),
        ("student,name\n,Ada\n", 2, "student", "this must not be empty"),
        ("student\ns1\ns2\ns1\n", 4, "student", "'s1' stands in line 2 already"),
        ("student\nZoe\u0308\nZo\u00eb\n", 3, "student", "'Zoë' stands in line 2 already"),
        (
            'student,name\ns1,"Ada\nLovelace"\ns2,b\n',
            2,
            "name",
            "a cell holds a line break or another control character",
        ),
        ('student,name\ns1,"Ada\n', 2, "", "this is not CSV: unexpected end of data"),
        (b"student\ns1\nZo\xeb\n", 3, "", "this is not UTF-8"),
    ],
)
def test_a_fault_has_its_line(tmp_path: Path, content: str | bytes, line: int, where: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, content)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.where, problem.message) == ("roster.csv", line, where, message)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as caught:
        read(tmp_path, "student,name\ns1\n,x\ns2,a\ns2,b\n")
    assert [problem.line for problem in caught.value.problems] == [2, 3, 5]


def test_a_roster_that_is_not_there_is_the_courses_fault(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"students\.csv: the roster, which course\.yaml names, cannot be read"):
        read_roster(course(tmp_path, "students.csv"))


@pytest.mark.parametrize(
    ("text", "one"),
    [("Zoe\u0308", "Zo\u00eb"), (" Ada ", "Ada"), ("a  b", "a  b"), ("../x", "../x"), ("caf\udce9", "caf\\udce9")],
)
def test_a_name_has_one_spelling(text: str, one: str) -> None:
    assert student_id(text) == one


@given(st.text(st.characters(exclude_categories=[])))
@settings(deadline=None, derandomize=True)
def test_the_one_spelling_is_utf_8_and_its_own_spelling(text: str) -> None:
    one = student_id(text)
    assert student_id(one) == one
    assert one.encode().decode() == one
    assert unicodedata.is_normalized("NFC", one)
