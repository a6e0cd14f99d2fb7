"""Each plugin in the command of nbgrader's that it is for: one course, from what was downloaded to a table of topics."""

import csv
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from tests.unit.interop.theirs import level_here, run_nbgrader

pytest.importorskip("nbgrader")
pytestmark = pytest.mark.slow

PLUGINS: Final = "grader.interop.nbgrader_plugins"
COURSE: Final = """\
title: A small course
seed: 7
roster: roster.csv
late: {per_day: 10 %, at_most: 50 %}
topics:
  - id: numbers
    title: Numbers
    sections: [{title: Squares, due: 2027-03-01 23:59, exercises: [exercise-01]}]
extensions:
  - {student: s3, until: 2027-03-09 23:59}
"""
ROSTER: Final = "student,name,canvas_id\ns1,Ada Byron,11\ns2,Grace Hopper,12\ns3,Zoë Weiß,\n"
CONFIG: Final = f"""\
c = get_config()
c.CourseDirectory.course_id = "small"
c.Autograde.autograde_preprocessors = [
    "{PLUGINS}.ConfinedExecute",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.AssignLatePenalties.plugin_class = "{PLUGINS}.CourseLatePenalty"
c.ConfinedExecute.timeout = 5
c.ConfinedExecute.isolation = "LEVEL"
"""
RIGHT: Final = "def square(x):\n    return x * x"
WRONG: Final = "def square(x):\n    return 2 * x"
HOSTILE: Final = """\
import builtins, os
def square(x):
    open("/etc/passwd").read()
    os.kill(os.getppid(), 9)
    return x * x"""


def _cell(name: str, text: str, points: float | None = None, ours: Mapping[str, str] | None = None) -> dict[str, Any]:
    known = {"grade_id": name, "schema_version": 3, "task": False, "grade": points is not None}
    known |= {"locked": points is not None, "solution": points is None}
    known |= {} if points is None else {"points": points}
    metadata = {"nbgrader": known} | ({"grader": dict(ours)} if ours else {})
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata,
        "source": text,
        "outputs": [],
        "execution_count": None,
    }


def _notebook(answer: str) -> dict[str, Any]:
    """Return a notebook with an answer; two of its tests belong to an exercise of the course."""
    of = {"exercise": "exercise-01"}
    cells = [
        _cell("answer", answer),
        _cell("three", "assert square(3) == 9", 2, of),
        _cell("part", "(square(2) == 4) * 0.5 + (square(3) == 9) * 0.5", 1, of),
        _cell("truth", "square(3) == 9", 4),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course in which what was downloaded has been collected, graded, and exported."""
    folder = tmp_path_factory.mktemp("course")
    _write(folder / "course.yaml", COURSE)
    _write(folder / "roster.csv", ROSTER)
    _write(folder / "nbgrader_config.py", CONFIG.replace("LEVEL", level_here(folder)))
    _write(folder / "source" / "ps1" / "squares.ipynb", json.dumps(_notebook(RIGHT)))
    _download(folder / "downloaded" / "ps1" / "archive")
    run_nbgrader(folder, "generate_assignment", "ps1")
    collected = run_nbgrader(folder, "zip_collect", "ps1", f"--collector={PLUGINS}.PlatformCollector").stderr
    _write(folder / "collected.txt", collected)
    _set_due_date(folder)
    for student, stamp in {
        "s1": "2027-03-03 12:00 UTC",
        "s2": "2027-02-01 12:00 UTC",
        "s3": "2027-03-05 12:00 UTC",
    }.items():
        _write(folder / "submitted" / student / "ps1" / "timestamp.txt", stamp)
    run_nbgrader(folder, "autograde", "ps1")
    run_nbgrader(folder, "export", f"--exporter={PLUGINS}.TopicExporter", "--to=out.csv")
    return folder


def test_the_collector_finds_students_by_the_names_of_platforms(root: Path) -> None:
    handed_in = {
        str(file.relative_to(root / "submitted")): json.loads(file.read_text(encoding="utf-8"))["cells"][0]["source"]
        for file in (root / "submitted").rglob("*.ipynb")
    }
    assert handed_in == {
        "s1/ps1/squares.ipynb": RIGHT,  # the second upload
        "s2/ps1/squares.ipynb": WRONG,
        "s3/ps1/squares.ipynb": HOSTILE,
    }


def test_the_collector_says_what_it_leaves_out(root: Path) -> None:
    said = (root / "collected.txt").read_text(encoding="utf-8")
    assert "handed in late, as Canvas says" in said
    assert "only a roster can tell them apart" in said
    assert not any(".." in file.name for file in (root / "submitted").iterdir())
    assert not (root / "ps1").exists()


def test_cells_run_without_a_kernel_and_confined(root: Path) -> None:
    scores = _scores(root)
    assert scores["s1"] == {"three": 2, "part": 1, "truth": 0}  # a truth value is no score
    assert scores["s2"] == {"three": 0, "part": 0.5, "truth": 0}
    if level_here(root) != "process":
        assert scores["s3"] == {"three": 0, "part": 0, "truth": 0}
    shown = json.loads((root / "autograded" / "s3" / "ps1" / "squares.ipynb").read_text(encoding="utf-8"))["cells"][1]
    assert shown["outputs"][0]["output_type"] == "error"
    assert "cell 2 (three)" in "".join(shown["outputs"][0]["traceback"])
    assert shown["metadata"]["grader"]["trust"] == "in-process"


def test_lateness_costs_what_the_course_says(root: Path) -> None:
    late = _penalties(root)
    assert late["s1"] == pytest.approx(0.2 * 3)  # two days
    assert not late["s2"]
    assert not late["s3"]  # an extension


def test_lateness_costs_the_same_here(root: Path, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    mine = tmp_path / "mine"
    shutil.copytree(root, mine)
    with Gradebook(f"sqlite:///{mine}/gradebook.db") as book:
        for item in book.assignment_submissions("ps1"):
            item.notebooks[0].late_submission_penalty = None
        book.db.commit()
    program = str(Path(sys.executable).with_name("grade"))
    level = ["--isolation", level_here(root)]
    done = subprocess.run([program, "notebook", "grade", ".", "ps1", *level], cwd=mine, check=False)
    assert done.returncode == 4  # a truth value is no score, and waits for a person
    assert _penalties(mine) == _penalties(root)


def test_topics_are_exported(root: Path) -> None:
    with (root / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["student_id"], row["topic"]): row for row in csv.DictReader(file)}
    assert set(rows) == {(student, topic) for student in ("s1", "s2", "s3") for topic in ("numbers", "other")}
    ada = rows["s1", "numbers"]
    assert [float(ada[name]) for name in ("raw_score", "late_submission_penalty", "score", "max_score")] == (
        pytest.approx([3, 0.6, 2.4, 3])
    )
    assert float(rows["s1", "other"]["max_score"]) == 4
    assert rows["s2", "numbers"]["title"] == "Numbers"


def test_a_notebook_with_checks_of_the_course_is_refused() -> None:
    import nbformat

    from grader.interop.nbgrader_plugins import ConfinedExecute

    raw = _notebook(RIGHT)
    raw["cells"][1]["metadata"]["grader"] = {"exercise": "exercise-01", "check": "three"}
    with pytest.raises(RuntimeError, match="cell three stands for a check"):
        ConfinedExecute().preprocess(nbformat.from_dict(raw), {})


def _download(archive: Path) -> None:
    """Lay out what the instructor got from Canvas and Moodle."""
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "canvas.zip", "w") as file:
        file.writestr("byronada_11_900_squares.ipynb", json.dumps(_notebook(WRONG)))
        file.writestr("byronada_LATE_11_901_squares-1.ipynb", json.dumps(_notebook(RIGHT)))
        file.writestr("hoppergrace_12_902_squares.ipynb", json.dumps(_notebook(WRONG)))
        file.writestr("hoppergrace_12_903_notes.ipynb", json.dumps(_notebook(WRONG)))
    with zipfile.ZipFile(archive / "moodle.zip", "w") as file:
        file.writestr("Zoë Weiß_501_assignsubmission_file_/squares.ipynb", json.dumps(_notebook(HOSTILE)))
        for number in (502, 503):
            file.writestr(f"Max Muster_{number}_assignsubmission_file_/squares.ipynb", json.dumps(_notebook(RIGHT)))
        file.writestr(".._504_assignsubmission_file_/squares.ipynb", json.dumps(_notebook(RIGHT)))


def _set_due_date(root: Path) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db", "small") as book:
        book.update_or_create_assignment("ps1", duedate=datetime(2027, 3, 1, 23, 59, tzinfo=UTC).replace(tzinfo=None))


def _scores(root: Path) -> dict[str, dict[str, float]]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            item.student.id: {grade.name: grade.auto_score for grade in item.notebooks[0].grades}
            for item in book.assignment_submissions("ps1")
        }


def _penalties(root: Path) -> dict[str, float | None]:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {
            item.student.id: item.notebooks[0].late_submission_penalty for item in book.assignment_submissions("ps1")
        }


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
