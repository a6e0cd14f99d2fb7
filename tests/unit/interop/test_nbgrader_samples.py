"""The notebooks that come with nbgrader, graded by nbgrader and by us: every cell gets the same score.

One course holds them all, so that nbgrader starts once. Every notebook is in one of the tables below; where none of
nbgrader's cells is graded there is nothing to compare, and what nbgrader refuses is refused here.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from grader.cli.notebook_grade import command
from grader.errors import UsageError
from grader.interop.assignment import read_assignment
from grader.interop.nbgrader_book import NbgraderBook
from grader.interop.nbgrader_course import Folders, course_of, folders
from tests.unit.interop.theirs import level_here, run_nbgrader

nbgrader = pytest.importorskip("nbgrader")

ROOT: Final = Path(nbgrader.__file__).parent
TREES: Final = {
    "apps": ROOT / "tests" / "apps" / "files",
    "steps": ROOT / "tests" / "preprocessors" / "files",
    "guide": ROOT / "docs" / "source" / "user_guide",
}
ASSIGNMENT: Final = "samples"

SOURCES: Final = {
    "apps": (
        "autotest-hashed",
        "autotest-hidden",
        "autotest-multi",
        "autotest-simple",
        "open_relative_file",
        "submitted-unchanged",
        "test",
        "test-hidden-tests",
        "test-with-output",
        "timeout",
        "validating-environment-variable",
        "validation-zero-points",
    ),
    "steps": (
        "manually-graded-code-cell",
        "submitted-unchanged",
        "test",
        "test_taskcell",
    ),
    "guide": (
        "source/ps1/problem1",
        "source/ps1/problem2",
        "source/ps1_autotest/problem1",
        "source/ps1_autotest/problem2",
    ),
}
"""Notebooks that are assignments; they are handed in as they are, with their solutions, and as they are handed out."""

HANDED_IN: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "apps": {
        "autotest-hashed": ("autotest-hashed-changed", "autotest-hashed-unchanged"),
        "autotest-hidden": (
            "autotest-hidden-changed-right",
            "autotest-hidden-changed-wrong",
            "autotest-hidden-unchanged",
        ),
        "autotest-multi": ("autotest-multi-changed", "autotest-multi-unchanged"),
        "autotest-simple": ("autotest-simple-changed", "autotest-simple-unchanged"),
        "submitted-unchanged": (
            "submitted-changed",
            "submitted-cheat-attempt",
            "submitted-cheat-attempt-alternative",
            "submitted-grade-cell-changed",
            "submitted-locked-cell-changed",
        ),
    },
    "steps": {
        "submitted-unchanged": (
            "submitted-answer-cell-type-changed",
            "submitted-changed",
            "submitted-grade-cell-changed",
            "submitted-grade-cell-type-changed",
            "submitted-locked-cell-changed",
        ),
    },
    "guide": {
        "source/ps1/problem1": (
            "submitted/bitdiddle/ps1/problem1",
            "submitted/hacker/ps1/problem1",
            "autograded/bitdiddle/ps1/problem1",
            "autograded/hacker/ps1/problem1",
            "release/ps1/problem1",
            "downloaded/ps1/archive/ps1_hacker_attempt_2016-01-30-20-30-10_problem1",
        ),
        "source/ps1/problem2": (
            "submitted/bitdiddle/ps1/problem2",
            "submitted/hacker/ps1/problem2",
            "autograded/bitdiddle/ps1/problem2",
            "autograded/hacker/ps1/problem2",
            "release/ps1/problem2",
        ),
    },
}
"""Notebooks that answer one of those."""

REFUSED: Final[dict[str, tuple[str, ...]]] = {
    "apps": ("test-v0", "test-v0-invalid", "test-v1", "test-v2", "too-new"),
    "steps": ("bad-markdown-cell-1", "bad-markdown-cell-2", "blank-grade-id", "blank-points", "duplicate-grade-ids"),
    "guide": (),
}
"""Notebooks of which nbgrader makes no assignment, and we neither."""

NOT_GRADED: Final = {
    "apps": (
        "infinite-loop",
        "infinite-loop-with-output",
        "side-effects",
        "test-no-metadata",
        "test-no-metadata-autotest",
    ),
    "steps": ("cell-type-changed", "header", "infinite-recursion", "long-output", "no-cell-type", "warning-pattern"),
    "guide": (
        "creating_and_grading_assignments",
        "managing_assignment_files",
        "managing_assignment_files_manually",
        "managing_the_database",
        "source/header",
    ),
}
"""Notebooks without a cell that is graded."""

WRONGLY: Final = {
    "negative": ("-1", 2.0, 0.0),
    "nan": ("float('nan')", 2.0, None),
    "false": ("1 == 2", 2.0, None),
    "numpy": ("import numpy as np\nnp.float64(0.5)", 2.0, 0.5),
    "text": ("'0.5'", 2.0, None),
}
"""Cells worth 2 to which nbgrader gives points wrongly: what they say, nbgrader's score, and ours.

A value below 0 counts as 0. NumPy's numbers are numbers, whatever NumPy shows. `nan`, texts and truth values are no scores:
a person looks.
"""

DIFFERENT: Final[Mapping[tuple[str, str, str], tuple[str, str]]] = {}
"""Other differences, by student, notebook and cell: nbgrader's score and ours."""

Scores = dict[tuple[str, str, str], tuple[float | None, bool]]


def test_every_notebook_is_in_one_of_the_tables() -> None:
    for tree, folder in TREES.items():
        tables = [
            *SOURCES[tree],
            *(name for names in HANDED_IN[tree].values() for name in names),
            *REFUSED[tree],
            *NOT_GRADED[tree],
        ]
        found = sorted(str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("*.ipynb"))
        assert sorted(tables) == found


@pytest.mark.parametrize(("tree", "name"), [(tree, name) for tree, names in NOT_GRADED.items() for name in names])
def test_there_is_nothing_to_compare_where_no_cell_is_graded(tree: str, name: str) -> None:
    cells = json.loads((TREES[tree] / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not any(cell["metadata"].get("nbgrader", {}).get("grade") for cell in cells)


@pytest.mark.slow
def test_what_nbgrader_refuses_is_refused(tmp_path: Path) -> None:
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config({"CourseDirectory": {"root": str(tmp_path)}})
    for tree, names in REFUSED.items():
        for name in names:
            _put(tmp_path / "source" / name, tree, name, name)
    api = NbGraderAPI(config=config)
    for name in [name for names in REFUSED.values() for name in names]:
        assert not api.generate_assignment(name)["success"], name
        theirs = folders(tmp_path, f"sqlite:///{tmp_path}/ours.db")
        with pytest.raises(UsageError, match=name):
            _opened(theirs, name)


def _opened(theirs: Folders, name: str) -> None:
    read_assignment(theirs.source(name), course_of(theirs.root))
    NbgraderBook(theirs, name).close()


@pytest.mark.slow
@pytest.mark.long
def test_every_cell_gets_nbgraders_score(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    _lay_out(theirs)
    run_nbgrader(theirs, "generate_assignment", ASSIGNMENT)
    _hand_in(theirs)
    shutil.copytree(theirs, ours)
    _mend(theirs)
    run_nbgrader(theirs, "autograde", ASSIGNMENT)
    assert command.callback is not None
    command.callback(ours, ASSIGNMENT, students=(), db_url="", seed=1, jobs=1, isolation=level_here(ours), form="text")

    expected, found = _scores(theirs), _scores(ours)
    assert expected.keys() == found.keys()
    assert len({(student, notebook) for student, notebook, _ in found}) > 60
    different = {key: (expected[key], found[key]) for key in expected if expected[key] != found[key]}
    listed: dict[tuple[str, str, str], Any] = dict(DIFFERENT)
    for cell, (_, points, score) in WRONGLY.items():
        for student in ("released", "solved"):
            listed[student, "wrongly", cell] = ((points, False), (score, score is None))
    assert different == listed


def _lay_out(root: Path) -> None:
    """Make a course of all notebooks that are assignments, and one whose cells get points wrongly."""
    folder = root / "source" / ASSIGNMENT
    for tree, names in SOURCES.items():
        for name in names:
            _put(folder, tree, name, _called(tree, name))
    for file in ("data.txt", "jupyter.png"):
        shutil.copy(TREES["apps"] / file, folder)
    for place in (folder, root):
        shutil.copy(TREES["apps"] / "autotests.yml", place)
    (folder / "wrongly.ipynb").write_text(json.dumps(_wrongly()), encoding="utf-8")
    config = "c = get_config()\nc.Execute.timeout = 4\n"
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")


def _wrongly() -> dict[str, Any]:
    known = {"grade": True, "locked": True, "solution": False, "task": False, "schema_version": 3, "points": 2}
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": name,
            "execution_count": None,
            "outputs": [],
            "metadata": {"nbgrader": {**known, "grade_id": name}},
            "source": text,
        }
        for name, (text, _, _) in WRONGLY.items()
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _hand_in(root: Path) -> None:
    """Let one student hand in all that was handed out, one all with the solutions, and others what answers it."""
    shutil.copytree(root / "release" / ASSIGNMENT, root / "submitted" / "released" / ASSIGNMENT)
    shutil.copytree(root / "source" / ASSIGNMENT, root / "submitted" / "solved" / ASSIGNMENT)
    for tree, families in HANDED_IN.items():
        for source, names in families.items():
            for number, name in enumerate(names, start=1):
                _put(root / "submitted" / f"student{number}" / ASSIGNMENT, tree, name, _called(tree, source))


def _mend(root: Path) -> None:
    """Bring into shape what nbgrader ends on with an error, and we do not: old metadata, and cells of a changed type.

    With cells of a changed type it ends where the format knows no names of cells, which nbformat 5.11 then adds too late.
    """
    for folder in sorted((root / "submitted").iterdir()):
        for file in folder.rglob("*.ipynb"):
            raw = json.loads(file.read_text(encoding="utf-8"))
            if raw["nbformat_minor"] < 5:
                raw["nbformat_minor"] = 5
                for place, cell in enumerate(raw["cells"]):
                    cell["id"] = f"cell-{place}"
                file.write_text(json.dumps(raw), encoding="utf-8")
    run_nbgrader(
        root, "update", "submitted/student6"
    )  # of the notebooks that answer others, the sixth has old metadata


def _put(folder: Path, tree: str, name: str, called: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(TREES[tree] / f"{name}.ipynb", folder / f"{called}.ipynb")


def _called(tree: str, name: str) -> str:
    return f"{tree}-{name.removeprefix('source/').replace('/', '-')}"


def _scores(root: Path) -> Scores:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            (submission.student.id, notebook.name, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in book.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
