"""A course with two exercises, nbgrader's course beside it, and students who hand in notebooks."""

import json
import tempfile
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from grader.batch.crew import Crew
from grader.batch.desk import Desk, Done, Job, Settings
from grader.batch.orders import Watcher
from grader.course import Course
from grader.interop.assignment import read_assignment
from grader.interop.building import source_notebook
from grader.interop.marked import Marked
from grader.interop.marking import Marking
from grader.interop.nbgrader_book import NbgraderBook
from grader.interop.nbgrader_course import folders
from grader.spec.files import load_course
from tests.unit.batch.crews import COURSE

ROOT: Final = Path(__file__).parents[3]
ASSIGNMENT: Final = "ps1"
DOUBLE: Final = """\
title: Twice a number
difficulty: 1
statement: Return $2 x$.
function:
  name: double
  about: Return twice a number.
  parameters: {x: {type: float, about: a number}}
  returns: {type: float, about: twice the number}
inputs: {x: {real: {low: 1, high: 2}}}
checks:
  - {name: some numbers, points: 2, cases: 2, compare: allclose, feedback: Twice 3 is 6.}
  - {name: nothing, points: 1, inputs: {x: 0}, compare: allclose}
  - {name: a large number, points: 1, visibility: hidden, inputs: {x: 1000}, compare: allclose, feedback: a secret}
"""
TOTAL: Final = """\
title: The sum of a vector
difficulty: 1
statement: Add up the entries.
function:
  name: total
  about: Return the sum of the entries.
  parameters: {values: {array: [n], about: numbers}}
  returns: {type: float, about: their sum}
forbid: [numpy.prod]
inputs:
  n: {integer: {low: 1, high: 5}}
  values: {vector: {size: n}}
checks:
  - {name: vectors, points: 0.5, cases: 4, credit: proportional, compare: allclose}
"""
ANSWERS: Final = {
    "exercise-01": "def double(x):\n    return 2 * x",
    "exercise-02": "import numpy as np\n\n\ndef total(values):\n    return float(np.sum(values))",
}


@dataclass(frozen=True)
class Office:
    """The two courses.

    Attributes
    ----------
    course : Course
        ours.
    root : path
        the folder of nbgrader's.
    """

    course: Course
    root: Path

    def source(self) -> dict[str, Any]:
        """Return the source notebook."""
        text = (self.root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def answered(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Return the notebook of a student who wrote some answers, by exercise; the others are as they were handed out."""
        raw = self.source()
        for cell in raw["cells"]:
            part = cell["metadata"].get("grader", {})
            if part.get("part") == "answer":
                cell["source"] = answers.get(part["exercise"], "def nothing():\n    raise NotImplementedError()")
        return raw

    def hand_in(self, student: str, raw: Mapping[str, Any] | bytes, stamp: str = "") -> Path:
        """Write what a student hands in, and return the file."""
        folder = self.root / "submitted" / student / ASSIGNMENT
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{ASSIGNMENT}.ipynb"
        file.write_bytes(raw if isinstance(raw, bytes) else json.dumps(raw).encode())
        if stamp:
            (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
        return file

    def mark(self, crew: Crew | None = None) -> Marked:
        """Grade all that was handed in, at a desk of this process where there is no other crew."""
        theirs = folders(self.root)
        sources = read_assignment(theirs.source(ASSIGNMENT), self.course)
        with NbgraderBook(theirs, ASSIGNMENT) as book:
            marking = Marking(self.course, theirs, ASSIGNMENT, sources, Watcher())
            return marking.mark(theirs.students(ASSIGNMENT), book, lambda: crew or OneDesk(self.course))

    def graded(self, student: str) -> dict[str, Any]:
        """Return a student's graded notebook."""
        file = self.root / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found

    def scores(self, student: str) -> dict[str, tuple[float | None, float | None, bool]]:
        """Return, of each cell, the automatic and the manual score and whether a person has to look."""
        from nbgrader.api import Gradebook

        with Gradebook(folders(self.root).db_url) as book:
            rows = book.find_submission(ASSIGNMENT, student).notebooks[0].grades
            return {row.name: (row.auto_score, row.manual_score, row.needs_manual_grade) for row in rows}


class OneDesk(Crew):
    """A crew of one desk, in this process.

    Parameters
    ----------
    course : Course
        whose exercises are graded.
    isolation : str
        the level.
    """

    size = 1

    def __init__(self, course: Course, isolation: str = "process") -> None:
        hidden = (str(course.folder),)
        told = Settings(course=str(course.folder), seed=7, isolation=isolation, hidden=hidden, keep=False)
        self._desk = Desk(told)

    def prepare(self, exercise: str) -> "Future[str]":
        """Prepare an exercise, at once."""
        return _at_once(self._desk.prepare(exercise))

    def grade(self, job: Job) -> "Future[Done]":
        """Grade a submission, at once."""
        return _at_once(self._desk.grade(job))

    def deaths(self, error: Exception) -> int:
        """Return 0: a desk in this process does not die."""
        return 0

    def close(self) -> None:
        """Close the desk."""
        self._desk.close()


def _at_once(value: Any) -> "Future[Any]":
    future: Future[Any] = Future()
    future.set_result(value)
    return future


@lru_cache
def _empty_book() -> bytes:
    """Return an empty gradebook of nbgrader's; making one anew takes longer than all else that a test here does."""
    from grader.interop.nbgrader_opening import alembic_found

    with tempfile.TemporaryDirectory() as folder, alembic_found():
        from nbgrader.api import Gradebook

        Gradebook(f"sqlite:///{folder}/gradebook.db").close()
        return (Path(folder) / "gradebook.db").read_bytes()


def office(folder: Path, by_hand: Any = None) -> Office:
    """Make both courses, with the assignment."""
    home = folder / "course"
    home.mkdir(parents=True)
    (home / "course.yaml").write_text(COURSE, encoding="utf-8")
    for name, text in (("exercise-01", DOUBLE), ("exercise-02", TOTAL)):
        for part, file, content in (
            ("exercises", "exercise.yaml", text),
            ("solutions", "solution.py", ANSWERS[name] + "\n"),
        ):
            (home / part / name).mkdir(parents=True)
            (home / part / name / file).write_text(content, encoding="utf-8")
    course = load_course(home)
    root = folder / "nbgrader"
    (root / "source" / ASSIGNMENT).mkdir(parents=True)
    text = source_notebook(course, ASSIGNMENT, ["exercise-01", "exercise-02"], by_hand=by_hand)
    (root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8")
    if find_spec("nbgrader"):
        (root / "gradebook.db").write_bytes(_empty_book())
    return Office(course, root)
