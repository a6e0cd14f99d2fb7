"""Source notebooks made from exercises, and what nbgrader and our own grading make of them."""

import contextlib
import json
from fractions import Fraction
from typing import Any

import pytest

from grader.errors import UsageError
from grader.interop.assignment import read_assignment
from grader.interop.building import source_notebook
from grader.spec.files import load_course, load_exercise
from tests.unit.interop.office import ASSIGNMENT, ROOT, Office
from tests.unit.interop.test_answer_cells import handed_out


def cells(raw: dict[str, Any], part: str) -> list[dict[str, Any]]:
    return [item for item in raw["cells"] if item["metadata"].get("grader", {}).get("part") == part]


def test_a_notebook_has_a_statement_an_answer_and_a_cell_for_each_check(courses: Office) -> None:
    raw = courses.source()
    assert [item["metadata"].get("nbgrader", {}).get("grade_id") for item in raw["cells"]] == [
        None,
        "exercise-01-statement",
        "exercise-01-answer",
        "exercise-01-check-some-numbers",
        "exercise-01-check-nothing",
        "exercise-01-check-a-large-number",
        "exercise-02-statement",
        "exercise-02-answer",
        "exercise-02-check-vectors",
    ]
    assert cells(raw, "statement")[0]["source"] == "## Twice a number\n\nReturn $2 x$."
    assert cells(raw, "check")[1]["source"] == (
        "# Check: nothing (1 point)\nimport grader\n\ngrader.score('exercise-01', 'nothing', points=1)"
    )
    assert "### BEGIN HIDDEN TESTS" in cells(raw, "check")[2]["source"]
    assert [item["metadata"]["nbgrader"]["points"] for item in cells(raw, "check")] == [2, 1, 1, 0.5]


def test_manual_cells_are_there_on_request(courses: Office) -> None:
    raw = json.loads(source_notebook(courses.course, "ps1", ["exercise-01"], by_hand=Fraction(5, 2)))
    known = cells(raw, "explanation")[0]["metadata"]["nbgrader"]
    assert (known["grade"], known["solution"], known["locked"], known["points"]) == (True, True, False, 2.5)
    assert "Explain" in cells(raw, "question")[0]["source"]


@pytest.mark.parametrize("name", ["a+b", "", "../x", "a/b", " x", "x."])
def test_a_name_that_nbgrader_or_a_file_system_cannot_have_is_refused(courses: Office, name: str) -> None:
    with pytest.raises(UsageError, match="no name for an assignment"):
        source_notebook(courses.course, name, ["exercise-01"], by_hand=None)


def test_an_exercise_is_not_there_twice(courses: Office) -> None:
    with pytest.raises(UsageError, match="named twice"):
        source_notebook(courses.course, "ps1", ["exercise-01", "exercise-01"], by_hand=None)


def rewrite(courses: Office, raw: object) -> None:
    (courses.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(raw), encoding="utf-8")


def test_a_check_that_is_gone_is_told_with_its_cell(courses: Office) -> None:
    raw = courses.source()
    cells(raw, "check")[0]["metadata"]["grader"]["check"] = "another"
    rewrite(courses, raw)
    with pytest.raises(UsageError, match=r"cell exercise-01-check-some-numbers: exercise-01 has no check 'another'"):
        read_assignment(courses.root / "source" / ASSIGNMENT, courses.course)


def test_two_cells_of_one_name_are_refused(courses: Office) -> None:
    raw = courses.source()
    rewrite(courses, raw | {"cells": [*raw["cells"], raw["cells"][-1]]})
    with pytest.raises(UsageError, match="two cells have one grade_id"):
        read_assignment(courses.root / "source" / ASSIGNMENT, courses.course)


def test_an_exercise_in_two_notebooks_is_refused(courses: Office) -> None:
    rewrite(courses, courses.source())
    folder = courses.root / "source" / ASSIGNMENT
    (folder / "other.ipynb").write_text(json.dumps(courses.source()), encoding="utf-8")
    with pytest.raises(UsageError, match="is in two notebooks, other and ps1"):
        read_assignment(folder, courses.course)


def test_an_empty_folder_is_no_assignment(courses: Office) -> None:
    with pytest.raises(UsageError, match="there is no notebook"):
        read_assignment(courses.root, courses.course)


def test_the_courses_own_exercises_can_all_be_answered_in_notebooks() -> None:
    course = load_course(ROOT)
    raw = json.loads(source_notebook(course, "all", course.exercises, by_hand=None))
    answers = cells(raw, "answer")
    assert [item["metadata"]["grader"]["exercise"] for item in answers] == list(course.exercises)
    for item in answers:
        name = load_exercise(course, item["metadata"]["grader"]["exercise"]).function.name
        for source in (item["source"], handed_out(item["source"])):
            names: dict[str, Any] = {}
            with contextlib.suppress(NotImplementedError):
                exec(source, names)
            assert callable(names[name])
