"""A course with all that a hostile submission may want, in folders that everybody may read and write.

Permissions of files must not be what stops an attack: they are as weak as they can be, so that what stops it is the
level of isolation.
"""

import os
import secrets
import shutil
import sqlite3
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from grader.course import Course
from grader.errors import SubmissionNotFound
from grader.model import Submission
from grader.prepared import Prepared
from grader.preparing import prepare
from grader.spec.exercise import Exercise
from grader.spec.files import load_course, load_exercise
from grader.submissions import read_submission
from grader.tasks import Task

ROOT: Final = Path(__file__).parents[2]
EXERCISE: Final = "exercise-04"
FUNCTION: Final = "eigenvalues"
CHECKS: Final = ("random symmetric matrices", "the zero matrix", "refuses a matrix that is not square")
COURSE: Final = f"""\
title: A course to attack
seed: 20261122
limits: {{call: 0.8 s, exercise: 1.2 s, load: 3 s, memory: 1 GiB, answer: 8 MiB, output: 16 KiB}}
topics:
  - id: algebra
    title: Algebra
    sections: [{{title: Eigenvalues, exercises: [{EXERCISE}]}}]
"""
_KINDS: Final = (
    "solution",
    "exercise",
    "course",
    "gradebook",
    "classmate",
    "home",
    "name",
    "root",
    "memory",
    "environment",
    "command",
)


@dataclass(frozen=True)
class Scene:
    """The folders of a course, a home and some submissions, and what is hidden in them.

    Attributes
    ----------
    folder : path
        that holds all of it.
    course : Course
        with the one exercise that is attacked.
    exercise : Exercise
        that one.
    prepared : Prepared
        its cases for a seed that nobody knows.
    secrets : mapping of str to str
        words that stand in one place each, and must not be found in an answer.
    places : mapping of str to value
        what a submission is told, by the name under which it finds it.
    """

    folder: Path
    course: Course
    exercise: Exercise
    prepared: Prepared
    secrets: Mapping[str, str]
    places: Mapping[str, object]

    def task(self, file: Path) -> Task:
        """Return what has to be graded for the answer in a file."""
        return Task(
            id=EXERCISE,
            exercise=self.exercise,
            prepared=self.prepared,
            submission=_read(file),
            topic="algebra",
            section="Eigenvalues",
            seed=0,
            answer_file=file.name,
            is_courses_own=False,
        )


def _read(file: Path) -> Submission | None:
    """Return the submission in a file; one that is refused is none."""
    try:
        return read_submission(file, EXERCISE, FUNCTION)
    except SubmissionNotFound:
        return None


def build(folder: Path) -> Scene:
    """Make the scene in an empty folder."""
    hidden = {kind: f"canary-{kind}-{secrets.token_hex(8)}" for kind in _KINDS}
    course = _course(folder / "course", hidden)
    _home(folder / "home", hidden)
    classmate = folder / "submissions" / "classmate" / "exercise_04.py"
    classmate.parent.mkdir(parents=True)
    solution = (ROOT / "solutions" / EXERCISE / "solution.py").read_text(encoding="utf-8")
    classmate.write_text(f"{solution}\nMINE = {hidden['classmate']!r}\n", encoding="utf-8")
    size = 2**24 + secrets.randbelow(2**24)
    (folder / "measured").touch()
    os.truncate(folder / "measured", size)
    hidden["size"] = f"canary-size-{size:016x}"
    _open_to_all(folder)
    roots = folder / "roots"
    roots.write_text(hidden["root"], encoding="utf-8")
    roots.chmod(0o600)
    exercise = load_exercise(course, EXERCISE)
    places = {
        "COURSE": str(course.folder),
        "SOLUTION": str(course.solution_folder(EXERCISE) / "solution.py"),
        "GRADEBOOK": str(course.folder / "gradebook.sqlite"),
        "CLASSMATE": str(classmate),
        "HOME": str(folder / "home"),
        "MEASURED": str(folder / "measured"),
        "ROOTS": str(roots),
        "PACKAGES": sysconfig.get_path("purelib"),
        "PUBLIC_SEED": course.file.seed,
        "TABLE": _table(prepare(course, EXERCISE, exercise, course.file.seed)),
    }
    unknown = prepare(course, EXERCISE, exercise, secrets.randbits(128))
    return Scene(folder, course, exercise, unknown, hidden, places)


def _course(folder: Path, hidden: Mapping[str, str]) -> Course:
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name / EXERCISE, folder / name / EXERCISE, ignore=shutil.ignore_patterns("__pycache__"))
    _leave_three_checks(folder / "exercises" / EXERCISE / "exercise.yaml")
    (folder / "results").mkdir()
    (folder / "course.yaml").write_text(f"{COURSE}# {hidden['course']}\n", encoding="utf-8")
    for name, kind in (
        ("exercises/exercise-04/exercise.yaml", "exercise"),
        ("solutions/exercise-04/solution.py", "solution"),
    ):
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"\n# {hidden[kind]}\n")
    with sqlite3.connect(folder / "gradebook.sqlite") as book:
        book.execute("create table scores (student text, points real)")
        book.execute("insert into scores values (?, 3)", (hidden["gradebook"],))
    book.close()
    return load_course(folder)


def _leave_three_checks(file: Path) -> None:
    """Take away checks of an exercise: an answer that crashes costs a worker for each of them."""
    described = yaml.safe_load(file.read_text(encoding="utf-8"))
    described["checks"] = [check for check in described["checks"] if check["name"] in CHECKS]
    file.write_text(yaml.safe_dump(described, sort_keys=False), encoding="utf-8")


def _home(folder: Path, hidden: Mapping[str, str]) -> None:
    (folder / ".ssh").mkdir(parents=True)
    (folder / ".netrc").write_text(f"machine example.org password {hidden['home']}\n", encoding="utf-8")
    (folder / ".ssh" / "id_ed25519").write_text(hidden["home"], encoding="utf-8")
    (folder / hidden["name"]).touch()


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


def _table(prepared: Prepared) -> dict[str, list[float]]:
    """Return the right answers to the random cases of a seed, by the bytes of the matrix."""
    import numpy as np

    found: dict[str, list[float]] = {}
    for name, check in prepared.checks.items():
        if "random" in name:
            for case in check.cases:
                matrix = np.asarray(case.inputs["A"])
                found[matrix.tobytes().hex()] = np.linalg.eigvalsh(matrix).tolist()
    return found
