"""`grade notebook`: what an operator says and sees, and the status with which it ends."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

pytest.importorskip("nbgrader")

from grader.cli import notebook_grade
from grader.cli.main import run
from grader.errors import JudgeError
from grader.interop import nbgrader_opening
from tests.unit.interop.office import ANSWERS, ASSIGNMENT, Office, OneDesk, office

Run: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def courses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = office(tmp_path)
    monkeypatch.chdir(made.course.folder)
    monkeypatch.delenv("GRADE_SEED", raising=False)
    monkeypatch.setattr(notebook_grade, "level", lambda *_: "sealed")
    monkeypatch.setattr(notebook_grade, "_crew", lambda settings, _: OneDesk(made.course))
    return made


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command, and returns its status and what it said."""

    def call(*arguments: object) -> tuple[int, str, str]:
        status = run(["notebook", *map(str, arguments)], [])
        return status, *capsys.readouterr()

    return call


def test_build_writes_a_source_notebook_once(courses: Office, said: Run, tmp_path: Path) -> None:
    out = tmp_path / "source"
    file = out / "ps2" / "ps2.ipynb"
    arguments = ("build", "ps2", "--exercise", "1", "--exercise", "exercise-02", "--out", out, "--manual", "2.5")
    assert said(*arguments) == (0, f"wrote {file}\n", "")
    points = [item["metadata"].get("nbgrader", {}).get("points") for item in json.loads(file.read_text())["cells"]]
    assert [number for number in points if number is not None] == [2, 1, 1, 2.5, 0.5, 2.5]
    status, _, error = said(*arguments)
    assert (status, "--force writes over it" in error) == (2, True)
    assert said(*arguments, "--force")[0] == 0


@pytest.mark.parametrize("points", ["-1", "many", "1/0"])
def test_build_takes_points_only(courses: Office, said: Run, tmp_path: Path, points: str) -> None:
    status, _, error = said("build", "ps2", "--exercise", "1", "--out", tmp_path, "--manual", points)
    assert (status, "points are a number" in error) == (2, True)


def test_grade_tells_what_it_came_to(courses: Office, said: Run) -> None:
    courses.hand_in("ada", courses.answered(ANSWERS))
    courses.hand_in("bob", b"{")
    status, out, _ = said("grade", courses.root, ASSIGNMENT)
    assert status == 4
    rows = out.splitlines()
    assert rows[0] == "notebooks that cannot be read, so that a person has to look:"
    assert rows[1].startswith("  bob, ps1.ipynb: it is no notebook: not JSON")
    assert rows[2] == "2 students: 2 exercises graded (2 accepted)"
    assert rows[3].endswith("isolation: sealed; the scores are in nbgrader's gradebook")
    seed = courses.course.state_folder / "notebooks.seed"
    assert int(seed.read_text()) > 2**64
    assert seed.stat().st_mode & 0o077 == 0
    assert courses.scores("ada")["exercise-02-check-vectors"] == (0.5, None, False)


def test_grade_takes_some_students_and_keeps_its_seed(courses: Office, said: Run) -> None:
    for name in ("ada", "bob"):
        courses.hand_in(name, courses.answered(ANSWERS))
    status, out, _ = said("grade", courses.root, ASSIGNMENT, "--student", "bob", "--seed", "3")
    assert (status, out.splitlines()[0]) == (0, "1 student: 2 exercises graded (2 accepted)")
    assert not (courses.root / "autograded" / "ada").exists()
    status, _, error = said("grade", courses.root, ASSIGNMENT, "--student", "eve")
    assert (status, error) == (2, "grade: nothing was handed in for ps1 by eve\n")


def test_an_exercise_that_is_wrong_is_told_and_the_rest_is_graded(courses: Office, said: Run) -> None:
    (courses.course.solution_folder("exercise-01") / "solution.py").write_text("1 / 0", encoding="utf-8")
    courses.hand_in("ada", courses.answered(ANSWERS))
    status, out, _ = said("grade", courses.root, ASSIGNMENT)
    assert status == 3
    assert "exercises with a fault:" in out
    assert courses.scores("ada")["exercise-02-check-vectors"] == (0.5, None, False)
    assert courses.scores("ada")["exercise-01-check-nothing"] == (None, None, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("there is no such folder", ASSIGNMENT), "there is no folder"),
        ((".", ASSIGNMENT), "there is no notebook in"),
    ],
)
def test_a_folder_that_is_no_course_is_refused(
    courses: Office, said: Run, arguments: tuple[str, ...], message: str
) -> None:
    status, _, error = said("grade", *arguments)
    assert (status, message in error) == (2, True)


def test_without_a_level_for_other_peoples_code_nothing_is_graded(
    courses: Office, said: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> str:
        raise JudgeError("no bubblewrap here")

    monkeypatch.setattr(notebook_grade, "level", none)
    courses.hand_in("ada", courses.answered(ANSWERS))
    status, _, error = said("grade", courses.root, ASSIGNMENT)
    assert (status, error) == (4, "grade: no bubblewrap here\n")
    assert not (courses.root / "autograded").exists()


# --- gradebooks that cannot be used


def test_a_locked_gradebook_is_waited_for_and_then_told(
    courses: Office, said: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nbgrader_opening, "_WAIT_SECONDS", 0.1)
    courses.hand_in("ada", courses.answered(ANSWERS))
    holder = sqlite3.connect(courses.root / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    status, _, error = said("grade", courses.root, ASSIGNMENT)
    holder.close()
    assert status == 4
    assert "database is locked: another program is writing to it" in error
    assert said("grade", courses.root, ASSIGNMENT)[0] == 0


def broken(file: Path) -> None:
    file.write_text("no database\n" * 100, encoding="utf-8")


def old(file: Path) -> None:
    with sqlite3.connect(file) as book:
        book.execute("UPDATE alembic_version SET version_num = '50a4d84c131a'")


def older(file: Path) -> None:
    with sqlite3.connect(file) as book:
        book.execute("DROP TABLE alembic_version")


def ours(file: Path) -> None:
    from grader.gradebook.book import Gradebook

    file.unlink()
    Gradebook(str(file), create=True).close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (broken, "file is not a database"),
        (old, "is of another version of nbgrader (50a4d84c131a instead of"),
        (older, "is of another version of nbgrader (none that is known instead of"),
        (ours, "is the gradebook of `grade batch`"),
    ],
)
def test_what_is_no_gradebook_of_this_nbgrader_is_left_as_it_is(
    courses: Office, said: Run, spoil: Callable[[Path], None], message: str
) -> None:
    file = courses.root / "gradebook.db"
    spoil(file)
    before = file.read_bytes()
    courses.hand_in("ada", courses.answered(ANSWERS))
    status, _, error = said("grade", courses.root, ASSIGNMENT)
    assert (status, message in error) == (2, True)
    assert file.read_bytes() == before


def test_the_configuration_says_where_things_are(courses: Office, said: Run) -> None:
    config = (
        "c = get_config()\nc.CourseDirectory.db_url = 'sqlite:///%s'\nc.CourseDirectory.submitted_directory = 'in'\n"
    )
    other = courses.root / "other.db"
    (courses.root / "nbgrader_config.py").write_text(config % other, encoding="utf-8")
    courses.hand_in("ada", courses.answered(ANSWERS))
    (courses.root / "submitted").rename(courses.root / "in")
    assert said("grade", courses.root, ASSIGNMENT)[0] == 0
    assert courses.scores("ada")["exercise-01-check-nothing"] == (1.0, None, False)
    (courses.root / "nbgrader_config.py").write_text("1 / 0", encoding="utf-8")
    status, _, error = said("grade", courses.root, ASSIGNMENT)
    assert (status, "cannot be read: ZeroDivisionError" in error) == (2, True)
