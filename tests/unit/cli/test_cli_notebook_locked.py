"""`grade notebook grade` while another program holds nbgrader's gradebook: it waits, or says so and leaves nothing half done."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

pytest.importorskip("nbgrader")

from nbgrader import api

from grader.cli import notebook_grade
from grader.cli.main import run
from grader.interop import marking
from grader.interop.nbgrader_book import NbgraderBook
from grader.spec.files import load_course
from tests.unit.interop.foreign import code
from tests.unit.interop.office import ANSWERS, ASSIGNMENT, Office, OneDesk, office

WRITES: Final = "BEGIN IMMEDIATE"
"""Others may read, and nobody else may begin to write."""

ALONE: Final = "BEGIN EXCLUSIVE"
READS: Final = "BEGIN; SELECT * FROM base_cell"
"""Others may begin to write, and cannot end it."""

WAYS: Final = [WRITES, *(pytest.param(way, marks=pytest.mark.slow) for way in (ALONE, READS))]
WRONG: Final = ANSWERS | {"exercise-01": "def double(x):\n    return x"}
WRITE: Final = (NbgraderBook, "write")
LOCKED: Final = "database is locked: another program is writing to it; end that, and run the same command again\n"
CONTENT: Final = """
    SELECT student.student_id, student.timestamp, notebook.name, cell.name, grade.auto_score, grade.manual_score,
        grade.extra_credit, grade.needs_manual_grade, graded.late_submission_penalty
    FROM grade JOIN submitted_notebook AS graded ON graded.id = grade.notebook_id
        JOIN submitted_assignment AS student ON student.id = graded.assignment_id
        JOIN notebook ON notebook.id = graded.notebook_id JOIN base_cell AS cell ON cell.id = grade.cell_id
"""
TABLES: Final = (
    "student",
    "assignment",
    "notebook",
    "base_cell",
    "submitted_assignment",
    "submitted_notebook",
    "grade",
    "comment",
)

Content: TypeAlias = tuple[list[tuple[Any, ...]], dict[str, int]]
Told: TypeAlias = Callable[[], str]


class Holder:
    """Another program that has the gradebook open."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._cursor = self._connection.cursor()
        self._timers: list[threading.Timer] = []

    def hold(self, how: str, seconds: float = 0.0) -> None:
        """Begin a transaction; end it after a while if one is named."""
        for statement in how.split("; "):
            self._cursor.execute(statement)
        if seconds:
            self._timers.append(threading.Timer(seconds, self.let_go))
            self._timers[-1].start()

    def let_go(self) -> None:
        """End the transaction."""
        self._cursor.close()
        self._connection.rollback()
        self._cursor = self._connection.cursor()

    def close(self) -> None:
        """Close the gradebook."""
        for timer in self._timers:
            timer.join()
        self._connection.close()


def prepared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return both courses, with what two students handed in."""
    made = office(folder)
    made.hand_in("ada", made.answered(ANSWERS), "2026-11-26 12:00:00 UTC")
    made.hand_in("bob", made.answered(WRONG))
    monkeypatch.chdir(made.course.folder)
    monkeypatch.delenv("GRADE_SEED", raising=False)
    monkeypatch.setattr(notebook_grade, "level", lambda *_: "sealed")
    monkeypatch.setattr(notebook_grade, "_crew", lambda settings, _: OneDesk(load_course(Path(settings.course))))
    monkeypatch.setattr(marking, "_KEPT_AT_ONCE", 1)
    return made


def graded(made: Office, seconds: float = 30) -> int:
    """Return the status with which grading ends that waits for the gradebook for some seconds."""
    url = f"sqlite:///{made.root}/gradebook.db?timeout={seconds}"
    return run(["notebook", "grade", str(made.root), ASSIGNMENT, "--db", url], [])


def content(made: Office) -> Content:
    """Return all that is on record of students' cells, and how many rows each table has."""
    book = sqlite3.connect(made.root / "gradebook.db")
    try:
        rows = sorted(book.execute(CONTENT).fetchall(), key=repr)
        return rows, {name: book.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}
    finally:
        book.close()


@dataclass(frozen=True)
class Scene:
    """The courses, and another program that comes in between."""

    courses: Office
    holder: Holder
    monkeypatch: pytest.MonkeyPatch

    def hold(self, how: str, method: tuple[type, str], at: int, seconds: float = 0.0) -> list[int]:
        """Let the gradebook be held from just before some call of a method; return the list of calls that were made."""
        kind, name = method
        original, calls = getattr(kind, name), list[int]()

        def called(*arguments: Any, **named: Any) -> Any:
            calls.append(len(calls) + 1)
            if calls[-1] == at:
                self.holder.hold(how, seconds)
            return original(*arguments, **named)

        self.monkeypatch.setattr(kind, name, called)
        return calls


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Content:
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = prepared(tmp_path_factory.mktemp("undisturbed"), monkeypatch)
        assert graded(made) == 0
        return content(made)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    courses = prepared(tmp_path, monkeypatch)
    holder = Holder(courses.root / "gradebook.db")
    yield Scene(courses, holder, monkeypatch)
    holder.close()


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Told:
    """Return what gives all that was said on standard error, where logs would go too."""
    return lambda: capsys.readouterr().err + caplog.text


@pytest.mark.parametrize("how", WAYS)
def test_what_is_locked_while_scores_come_is_waited_for(scene: Scene, undisturbed: Content, how: str) -> None:
    scene.hold(how, WRITE, at=2, seconds=1.0)
    began = time.monotonic()
    assert graded(scene.courses) == 0
    assert time.monotonic() - began > 1
    assert content(scene.courses) == undisturbed


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("at", [1, 2])
def test_what_stays_locked_is_told_once_and_the_same_command_grades_all(
    scene: Scene, undisturbed: Content, told: Told, how: str, at: int
) -> None:
    writes = scene.hold(how, WRITE, at)
    assert graded(scene.courses, 0.1) == 4
    error = told()
    assert error.count("is locked") == error.count("\ngrade: nbgrader's gradebook sqlite:///") == 1
    assert error.endswith(f": {LOCKED}")
    assert len(writes) == at  # what could not be written is not waited for a second time
    scene.holder.let_go()
    rows, _ = content(scene.courses)
    there = {row[0] for row in rows}
    assert len(there) == at - 1
    assert rows == [row for row in undisturbed[0] if row[0] in there]
    assert graded(scene.courses) == 0
    assert content(scene.courses) == undisturbed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "at"), [("add_assignment", 1), ("add_notebook", 1), ("add_grade_cell", 2), ("add_source_cell", 2)]
)
def test_an_assignment_that_was_put_on_record_by_halves_is_put_there_whole(
    scene: Scene, undisturbed: Content, told: Told, name: str, at: int
) -> None:
    scene.hold(WRITES, (api.Gradebook, name), at)
    assert graded(scene.courses, 0.1) == 4
    assert told().endswith(f"gradebook.db?timeout=0.1: {LOCKED}")
    scene.holder.let_go()
    assert graded(scene.courses) == 0
    assert content(scene.courses) == undisturbed


def test_cells_that_come_when_scores_are_on_record_are_refused(scene: Scene, told: Told) -> None:
    courses = scene.courses
    assert graded(courses) == 0
    there = content(courses)
    raw = courses.source()
    raw["cells"].append(code("assert double(4) == 8", "extra", 2) | {"id": "extra"})
    (courses.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(raw), encoding="utf-8")
    assert graded(courses) == 2
    assert "ps1.ipynb: nbgrader's gradebook does not know the cells extra, and takes no new ones" in told()
    assert content(courses) == there
