"""Notebooks handed in, graded without a kernel, and their scores in nbgrader's gradebook."""

import json
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("nbgrader")

from nbgrader.api import Gradebook

from grader.interop.nbgrader_course import folders
from tests.unit.interop.office import ANSWERS, ASSIGNMENT, Office

FULL = {
    "exercise-01-check-some-numbers": 2.0,
    "exercise-01-check-nothing": 1.0,
    "exercise-01-check-a-large-number": 1.0,
    "exercise-02-check-vectors": 0.5,
}
Change = Callable[[dict[str, Any]], None]


def automatic(courses: Office, student: str) -> dict[str, float | None]:
    return {name: score for name, (score, _, _) in courses.scores(student).items()}


def cell(raw: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        item for item in raw["cells"] if item["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    return found


def output(raw: dict[str, Any], name: str) -> str:
    return "".join(item.get("text", "") for item in cell(raw, name)["outputs"])


def test_right_wrong_and_missing_answers(courses: Office) -> None:
    courses.hand_in("ada", courses.answered(ANSWERS), "2026-11-26 12:00:00 UTC")
    courses.hand_in("bob", courses.answered({"exercise-01": "def double(x):\n    return 2 * x if x else 1"}))
    (courses.root / "submitted" / "cleo" / ASSIGNMENT).mkdir(parents=True)
    marked = courses.mark()
    assert (marked.students, marked.judge_errors, marked.not_read, marked.faults) == (3, {}, {}, {})
    assert marked.notes == ("cleo, ps1.ipynb: it was not handed in, and counts as 0",)
    assert courses.scores("ada") == {name: (score, None, False) for name, score in FULL.items()}
    assert automatic(courses, "bob") == FULL | {"exercise-01-check-nothing": 0.0, "exercise-02-check-vectors": 0.0}
    assert courses.scores("cleo") == dict.fromkeys(FULL, (0.0, None, False))
    with Gradebook(folders(courses.root).db_url) as book:
        assert str(book.find_submission(ASSIGNMENT, "ada").timestamp) == "2026-11-26 12:00:00"
        assert book.find_submission(ASSIGNMENT, "ada").score == 4.5
        comments = book.find_submission(ASSIGNMENT, "bob").notebooks[0].comments
        assert {row.name: row.auto_comment for row in comments} == {
            "exercise-01-answer": None,
            "exercise-02-answer": None,
        }


def test_what_is_shown_of_checks_helps_and_keeps_hidden_checks_hidden(courses: Office) -> None:
    courses.hand_in("bob", courses.answered({"exercise-01": "def double(x):\n    return 2 * x if 0 < x < 100 else 7"}))
    courses.mark()
    raw = courses.graded("bob")
    assert "x = 0" in output(raw, "exercise-01-check-nothing")
    assert output(raw, "exercise-01-check-some-numbers") == "some numbers: all right\n"
    hidden = output(raw, "exercise-01-check-a-large-number")
    assert "a large number (hidden)" in hidden
    assert "1000" not in hidden
    assert "secret" not in hidden
    assert cell(raw, "exercise-01-check-some-numbers")["outputs"][1]["data"] == {"text/plain": "2.0"}
    assert output(raw, "exercise-02-check-vectors").startswith("exercise-02")


def moved(raw: dict[str, Any]) -> None:
    raw["cells"].reverse()


def without_checks(raw: dict[str, Any]) -> None:
    raw["cells"] = [item for item in raw["cells"] if item["metadata"].get("grader", {}).get("part") != "check"]


def without_names(raw: dict[str, Any]) -> None:
    for item in raw["cells"]:
        item["metadata"] = {}


def as_text(raw: dict[str, Any]) -> None:
    for item in raw["cells"]:
        if item["cell_type"] == "code":
            item.update(cell_type="markdown")
            item.pop("outputs", None)
            item.pop("execution_count", None)


def as_raw(raw: dict[str, Any]) -> None:
    cell(raw, "exercise-01-answer")["cell_type"] = "raw"


def twice(raw: dict[str, Any]) -> None:
    raw["cells"] = [*raw["cells"], *(dict(item) for item in raw["cells"])]


def with_other_points(raw: dict[str, Any]) -> None:
    for item in raw["cells"]:
        if "points" in item["metadata"].get("nbgrader", {}):
            item["metadata"]["nbgrader"]["points"] = 1000


def with_own_tests(raw: dict[str, Any]) -> None:
    for item in raw["cells"]:
        if item["metadata"].get("grader", {}).get("part") == "check":
            item["source"] = "1000"
            item["metadata"]["grader"] = {"exercise": "exercise-02", "part": "check", "check": "vectors"}


def split_up(raw: dict[str, Any]) -> None:
    answer = cell(raw, "exercise-02-answer")
    first, second = answer["source"].split("\n\n\n")
    place = raw["cells"].index(answer)
    raw["cells"][place : place + 1] = [
        {"cell_type": "code", "metadata": {}, "source": f"%matplotlib inline\n{first}\nname = input()", "outputs": []},
        {"cell_type": "code", "metadata": {}, "source": "def broken(:", "outputs": []},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "import matplotlib.pyplot as plt\nplt.plot([1])\n1 / 0",
            "outputs": [],
        },
        {**answer, "source": second},
    ]


def of_format_3(raw: dict[str, Any]) -> None:
    cells = raw.pop("cells")
    for item in cells:
        if item["cell_type"] == "code":
            item["input"] = item.pop("source")
    raw.update(nbformat=3, nbformat_minor=0, worksheets=[{"cells": cells}])


def without_ids(raw: dict[str, Any]) -> None:
    as_raw(raw)
    raw.update(nbformat_minor=2)
    for item in raw["cells"]:
        item.pop("id", None)


@pytest.mark.parametrize(
    "change",
    [
        moved,
        without_checks,
        without_names,
        as_text,
        as_raw,
        twice,
        with_other_points,
        with_own_tests,
        split_up,
        of_format_3,
        without_ids,
    ],
)
def test_what_students_do_to_notebooks_costs_and_earns_nothing(courses: Office, change: Change) -> None:
    raw = courses.answered(ANSWERS)
    change(raw)
    courses.hand_in("ada", raw)
    wrong = courses.answered(
        {"exercise-01": "def double(x):\n    return x + 1", "exercise-02": "def total(v):\n    return 1e9"}
    )
    change(wrong) if change is not split_up else None
    courses.hand_in("bob", wrong)
    courses.mark()
    assert automatic(courses, "ada") == FULL
    assert automatic(courses, "bob") == dict.fromkeys(FULL, 0.0)


def test_the_graded_notebook_is_valid_and_has_the_instructors_cells(courses: Office) -> None:
    from nbformat import v4, validate
    from nbgrader.nbgraderformat import MetadataValidator

    raw = courses.answered(ANSWERS)
    with_own_tests(raw)
    raw["cells"][0]["attachments"] = {"x.png": {"image/png": "AAAA"}}
    del raw["cells"][1]
    courses.hand_in("ada", raw)
    courses.mark()
    to_notebook: Any = v4.to_notebook
    graded = to_notebook(courses.graded("ada"))
    validate(graded)
    MetadataValidator().validate_nb(graded)
    source = courses.source()
    for item in source["cells"]:
        name = item["metadata"].get("nbgrader", {}).get("grade_id")
        if name and item["metadata"]["nbgrader"]["locked"]:
            assert cell(graded, name)["source"] == item["source"]
    assert graded["cells"][0]["attachments"] == {"x.png": {"image/png": "AAAA"}}
    assert [item["metadata"].get("nbgrader", {}).get("grade_id") for item in graded["cells"]][
        1
    ] == "exercise-01-statement"


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "not JSON"), (b'{"nbformat": 4}', "no cells"), (b"\xff", "UTF-8"), (b'{"cells": [], "nbformat": 1}', "old")],
)
def test_what_cannot_be_read_is_told_and_all_else_is_graded(courses: Office, data: bytes, why: str) -> None:
    courses.hand_in("ada", courses.answered(ANSWERS))
    courses.hand_in("bob", data)
    marked = courses.mark()
    assert marked.students == 2
    assert why in marked.not_read["bob", ASSIGNMENT]
    assert automatic(courses, "ada") == FULL
    assert courses.scores("bob") == dict.fromkeys(FULL, (None, None, True))
    assert why in output(courses.graded("bob"), "exercise-02-check-vectors")


def test_a_folder_in_the_place_of_a_notebook_is_told_and_all_else_is_graded(courses: Office) -> None:
    courses.hand_in("ada", courses.answered(ANSWERS))
    place = courses.hand_in("bob", b"")
    place.unlink()
    place.mkdir()
    marked = courses.mark()
    assert marked.students == 2
    assert marked.not_read["bob", ASSIGNMENT] == "it is a folder, where a file is wanted"
    assert automatic(courses, "ada") == FULL
    assert courses.scores("bob") == dict.fromkeys(FULL, (None, None, True))


def test_what_a_person_has_entered_stays(courses: Office) -> None:
    courses.hand_in("ada", courses.answered(ANSWERS))
    courses.mark()
    with Gradebook(folders(courses.root).db_url) as book:
        grade = book.find_grade("exercise-01-check-nothing", ASSIGNMENT, ASSIGNMENT, "ada")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 0.25, 3.0, False
        book.find_comment("exercise-01-answer", ASSIGNMENT, ASSIGNMENT, "ada").manual_comment = "well done"
        book.db.commit()
    courses.mark()
    assert courses.scores("ada")["exercise-01-check-nothing"] == (1.0, 0.25, False)
    courses.hand_in("ada", courses.answered({}))
    courses.mark()
    assert courses.scores("ada")["exercise-01-check-nothing"] == (0.0, 0.25, True)
    with Gradebook(folders(courses.root).db_url) as book:
        grade = book.find_grade("exercise-01-check-nothing", ASSIGNMENT, ASSIGNMENT, "ada")
        assert (grade.extra_credit, grade.score) == (3.0, 3.25)
        assert book.find_comment("exercise-01-answer", ASSIGNMENT, ASSIGNMENT, "ada").comment == "well done"


def test_modules_beside_a_notebook_can_be_imported(courses: Office) -> None:
    file = courses.hand_in("ada", courses.answered(ANSWERS | {"exercise-01": "from helper import double"}))
    (file.parent / "helper.py").write_text(ANSWERS["exercise-01"], encoding="utf-8")
    courses.hand_in("bob", courses.answered(ANSWERS | {"exercise-01": "from helper import double"}))
    courses.mark()
    assert automatic(courses, "ada") == FULL
    assert automatic(courses, "bob")["exercise-01-check-nothing"] == 0.0


def test_a_link_to_elsewhere_is_not_followed(courses: Office) -> None:
    file = courses.hand_in("ada", courses.answered(ANSWERS))
    other = courses.root / "submitted" / "bob" / ASSIGNMENT
    other.mkdir(parents=True)
    (other / file.name).symlink_to(file)
    assert "link" in courses.mark().not_read["bob", ASSIGNMENT]


def test_what_is_forbidden_is_found_in_any_cell(courses: Office) -> None:
    answer = "import numpy as np\n\n\ndef total(values):\n    return float(np.sum(values)) * np.prod([1])"
    courses.hand_in("ada", courses.answered(ANSWERS | {"exercise-02": answer}))
    courses.mark()
    assert automatic(courses, "ada")["exercise-02-check-vectors"] == 0.0
    assert "line 5 of cell 8 uses `np.prod`" in output(courses.graded("ada"), "exercise-02-check-vectors").replace(
        "\n      ", " "
    )


def test_points_are_those_of_the_instructors_cell(courses: Office) -> None:
    raw = courses.source()
    cell(raw, "exercise-01-check-some-numbers")["metadata"]["nbgrader"]["points"] = 10
    file = courses.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    file.write_text(json.dumps(raw), encoding="utf-8")
    courses.hand_in("ada", courses.answered(ANSWERS))
    courses.mark()
    assert automatic(courses, "ada")["exercise-01-check-some-numbers"] == 10.0
