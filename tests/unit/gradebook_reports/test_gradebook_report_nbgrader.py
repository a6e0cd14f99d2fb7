"""nbgrader's table: its own columns, in its own order."""

import ast
import csv
import importlib.util
import io
from pathlib import Path

from grader.gradebook.scores import Overview
from grader.gradebook_reports import Options, Part
from grader.gradebook_reports.nbgrader import COLUMNS, NbgraderTable


def rows(scores: Overview, *parts: Part) -> list[dict[str, str]]:
    text = NbgraderTable(Options(parts=parts)).render(scores, details=False)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_those_of_nbgraders_own_exporter() -> None:
    spec = importlib.util.find_spec("nbgrader")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / "plugins" / "export.py").read_text(encoding="utf-8")
    lists = [
        [item.value for item in node.value.elts if isinstance(item, ast.Constant)]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.List)
        and [target.id for target in node.targets if isinstance(target, ast.Name)] == ["keys"]
    ]
    assert lists == [list(COLUMNS)]


def test_a_row_has_what_was_earned_and_what_lateness_took(scores: Overview) -> None:
    first = rows(scores)[0]
    assert first == {
        "assignment": "exercise-01",
        "duedate": "2027-02-28 22:59:59",
        "timestamp": first["timestamp"],
        "student_id": "ada",
        "last_name": "Lovelace",
        "first_name": "Ada",
        "email": "ada@example.org",
        "raw_score": "2.0",
        "late_submission_penalty": "0.2",
        "score": "1.8",
        "max_score": "4.0",
    }
    assert first["timestamp"].startswith("2027-03-01 ")


def test_there_is_a_row_for_each_exercise_and_student(scores: Overview) -> None:
    table = rows(scores)
    assert len(table) == 3 * len(scores.students)
    assert [row["assignment"] for row in table[::4]] == ["exercise-01", "exercise-02", "exercise-03"]


def test_what_is_not_known_is_empty_and_absent_is_zero(scores: Overview) -> None:
    table = {(row["student_id"], row["assignment"]): row for row in rows(scores)}
    assert table["'=1+1", "exercise-01"]["score"] == ""
    assert table["'=1+1", "exercise-01"]["raw_score"] == ""
    assert table["学生", "exercise-03"]["score"] == "0.0"
    assert table["学生", "exercise-03"]["timestamp"] == ""
    assert table["学生", "exercise-03"]["last_name"] == "学生 甲"


def test_topics_can_be_assignments(scores: Overview) -> None:
    table = rows(scores, Part(of="algebra", title="ps1"))
    assert [(row["assignment"], row["score"], row["max_score"]) for row in table[:2]] == [
        ("ps1", "5.8", "8.0"),
        ("ps1", "2.5", "8.0"),
    ]
