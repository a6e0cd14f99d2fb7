"""Both ways through nbgrader, with its own commands: its kernels and our sandbox give the same scores, and show them alike."""

import csv
import json
from pathlib import Path

import pytest

pytest.importorskip("nbgrader")

from tests.unit.interop.office import ANSWERS, ASSIGNMENT, Office, office
from tests.unit.interop.theirs import run_nbgrader

pytestmark = pytest.mark.slow

HALF = {
    "exercise-01": "import warnings\n\n\ndef double(x):\n    warnings.warn('careful')\n    return 2 * x if x else 1",
    "exercise-02": "def total(values):\n    print('hello')\n    return float(values[0])",
}


def command(courses: Office, *arguments: str) -> str:
    """Run a command of nbgrader's in its course, and return what it says."""
    done = run_nbgrader(courses.root, *arguments, GRADE_COURSE=str(courses.course.folder))
    return done.stdout + done.stderr


def handed_out(courses: Office, answers: dict[str, str]) -> dict[str, object]:
    """Return the students' version with some answers written into it."""
    file = courses.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    raw: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
    cells = raw["cells"]
    assert isinstance(cells, list)
    for cell in cells:
        part = cell["metadata"].get("grader", {})
        if part.get("part") == "answer" and part["exercise"] in answers:
            cell["source"] = answers[part["exercise"]]
        if part.get("part") == "explanation" and answers:
            cell["source"] = "Because addition is linear."
    return raw


def exported(courses: Office) -> dict[str, str]:
    command(courses, "export")
    with (courses.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


def feedback(courses: Office, student: str) -> str:
    command(courses, "generate_feedback", ASSIGNMENT, "--force")
    return (courses.root / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html").read_text(encoding="utf-8")


def formgrader(courses: Office, student: str) -> tuple[bool, object, object]:
    """Return what formgrader shows of a submission: whether it was autograded, the score, whether a person has to look."""
    from nbgrader.apps.api import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(courses.root)
    shown = NbGraderAPI(config=config).get_submission(ASSIGNMENT, student)
    return shown["autograded"], shown["score"], shown["needs_manual_grade"]


def test_nbgraders_commands_work_on_what_was_built_and_both_ways_give_the_same_scores(tmp_path: Path) -> None:
    courses = office(tmp_path, by_hand=2)
    command(courses, "generate_assignment", ASSIGNMENT)
    release = (courses.root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    assert "YOUR CODE HERE" in release
    assert "YOUR ANSWER HERE" in release
    assert "2 * x" not in release
    assert "'a large number', points" not in release
    for student, answers in (("ada", ANSWERS), ("bob", HALF), ("cleo", {})):
        courses.hand_in(student, handed_out(courses, answers), "2026-11-26 12:00:00 UTC")
    command(courses, "autograde", ASSIGNMENT)
    theirs = {student: courses.scores(student) for student in ("ada", "bob", "cleo")}
    assert exported(courses) == {"ada": "4.5", "bob": "3.375", "cleo": "0.0"}
    assert "expected" in feedback(courses, "bob")
    assert formgrader(courses, "ada") == (True, 4.5, True)

    for file in (courses.root / "autograded").rglob("*.ipynb"):
        file.unlink()
    (courses.root / "gradebook.db").unlink()
    assert courses.mark().students == 3  # the assignment is put on record anew
    assert {student: courses.scores(student) for student in theirs} == theirs
    assert exported(courses) == {"ada": "4.5", "bob": "3.375", "cleo": "0.0"}
    page = feedback(courses, "bob")
    assert "expected" in page
    assert "Because addition is linear." in page
    assert formgrader(courses, "ada") == (True, 4.5, True)
    assert formgrader(courses, "cleo") == (True, 0.0, False)
    command(courses, "autograde", ASSIGNMENT, "--force")  # and its own way goes on from there
    assert {student: courses.scores(student) for student in theirs} == theirs
