"""The autograder in a folder laid out as Gradescope's: there are results whatever is handed in, and whatever breaks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.errors import JudgeError
from grader.executors.confined import ConfinedExecutor
from grader.executors.sealed import SealedExecutor
from grader.interop.gradescope import build, prepare, run
from grader.spec.files import load_course
from tests.schemas import require_json
from tests.unit.cli.conftest import REFERENCES, SQUARED
from tests.unit.interop.gradescope_folder import hand_in, run_autograder, unpack, with_grade
from tests.unit.small_course import write_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's machines run Linux")

SEED = 271828182845904523536028747135266249775
THIEF = """\
import os


def double(x):
    found = []
    for folder in ("ROOT/source", "ROOT/submission", "ROOT/results", "/autograder"):
        for path, _, names in os.walk(folder):
            found += [os.path.join(path, name) for name in names]
    for name in ("ROOT/source/autograder.json", "ROOT/source/course/solutions/exercise-01/solution.py"):
        try:
            found.append(open(name).read())
        except OSError:
            pass
    with open("ROOT/results/results.json", "w") as results:
        results.write('{"score": 5}')
    raise ValueError(repr(found))
"""
RIGHT = REFERENCES["exercise-01"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Gradescope's folder with an autograder for one exercise, prepared as an image is."""
    folder = tmp_path_factory.mktemp("gradescope")
    course = write_course(folder / "course")
    root = unpack(build(load_course(course), ["exercise-01"], SEED), folder / "autograder")
    assert prepare(root) in ("sealed", "confined")
    return root


@pytest.fixture(scope="module")
def root_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Gradescope's folder with an autograder for all exercises."""
    folder = tmp_path_factory.mktemp("gradescope_all")
    course = write_course(folder / "course")
    return unpack(
        build(load_course(course), ["exercise-01", "exercise-02", "exercise-03"], SEED), folder / "autograder"
    )


def results(root: Path) -> dict[str, Any]:
    text = (root / "results" / "results.json").read_text(encoding="utf-8")
    assert str(SEED) not in text
    assert "--seed" not in text
    return require_json(text, "gradescope")


def graded(root: Path, **files: str) -> dict[str, Any]:
    hand_in(root, **files)
    run(root)
    return results(root)


def test_a_right_answer_gets_all_points(root: Path) -> None:
    data = graded(root, exercise_01=RIGHT)
    assert data["score"] == 5.0
    assert {test["status"] for test in data["tests"]} == {"passed"}
    assert data["extra_data"]["isolation"] in ("sealed", "confined")


def test_a_wrong_answer_gets_partial_credit_and_feedback(root: Path) -> None:
    data = graded(root, exercise_01=SQUARED)
    assert [test["score"] for test in data["tests"]] == [0.0, 0.0, 1.0, 0.0]
    assert "This is the square" in data["tests"][0]["output"]
    hidden = data["tests"][3]
    assert (hidden["visibility"], hidden["output"]) == ("after_published", "skipped\n")


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("import os\n\n\ndef double(x):\n    os._exit(0)\n", "crashed"),
        ("import os\n\nos._exit(0)\n", "crashed"),
        ("def double(x):\n    while True:\n        pass\n", "time_limit"),
        ("def double(x:\n", "raised"),
        ("import sys\n\nsys.exit(0)\n", "raised"),
        ("def twice(x):\n    return 2 * x\n", "absent"),
        ("", "absent"),
    ],
)
def test_an_answer_that_breaks_gets_no_points(root: Path, source: str, verdict: str) -> None:
    data = graded(root, exercise_01=source)
    assert data["score"] == 0.0
    assert data["tests"][0]["extra_data"] == {"verdict": verdict}


def test_nothing_handed_in_is_absent(root: Path) -> None:
    data = graded(root)
    assert data["score"] == 0.0
    assert "there is no file exercise_01.py" in data["tests"][0]["output"]


def test_of_one_exercise_a_single_file_may_have_any_name(root: Path) -> None:
    assert graded(root, my_homework=RIGHT)["score"] == 5.0
    assert graded(root, exercise_01__solution=RIGHT)["score"] == 5.0
    assert graded(root, **{"hw__Exercise 1": RIGHT})["score"] == 0.0
    assert graded(root, **{"hw__Exercise 01": RIGHT})["score"] == 5.0
    data = graded(root, one=RIGHT, two=RIGHT)
    assert data["score"] == 0.0
    assert "which of 2 files answers exercise-01? Name it exercise_01.py" in data["tests"][0]["output"]


def test_modules_beside_an_answer_come_with_it(root: Path) -> None:
    helper = "def twice(x):\n    return 2 * x\n"
    source = "from helper import twice\n\n\ndef double(x):\n    if isinstance(x, str):\n        raise TypeError\n    return twice(x)\n"
    assert graded(root, exercise_01=source, helper=helper)["score"] == 5.0


def test_a_notebook_is_an_answer(root: Path) -> None:
    hand_in(root)
    cell = {"cell_type": "code", "metadata": {}, "source": f"%matplotlib inline\n{RIGHT}", "outputs": []}
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell | {"execution_count": None}]}
    (root / "submission" / "exercise_01.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    run(root)
    assert results(root)["score"] == 5.0


def test_solutions_seed_and_results_are_out_of_reach(root: Path) -> None:
    data = graded(root, exercise_01=THIEF.replace("ROOT", str(root)))
    assert data["score"] == 0.0
    output = data["tests"][0]["output"]
    assert "return 2 * x" not in output
    assert "autograder.json" not in output


def test_several_exercises_are_found_by_their_names(root_of_all: Path) -> None:
    data = graded(root_of_all, exercise_01=RIGHT, hw__exercise_03=REFERENCES["exercise-03"], notes="")
    assert data["score"] == 5.3
    assert data["tests"][4]["extra_data"] == {"verdict": "absent"}
    assert [test["number"] for test in data["tests"]] == ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "3.1", "3.2"]


def test_where_nothing_can_be_kept_from_the_solutions_nothing_runs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise JudgeError("no namespaces here")

    for kind in (SealedExecutor, ConfinedExecutor):
        monkeypatch.setattr(kind, "__init__", refuse)
    hand_in(root, exercise_01=RIGHT)
    with pytest.raises(JudgeError, match="answers cannot be kept from the solutions"):
        run(root)
    data = results(root)
    assert "score" not in data
    assert "namespaces" not in json.dumps(data)


def test_without_namespaces_answers_are_confined(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise JudgeError("no namespaces here")

    monkeypatch.setattr(SealedExecutor, "__init__", refuse)
    data = graded(root, exercise_01=RIGHT)
    assert (data["score"], data["extra_data"]["isolation"]) == (5.0, "confined")
    output = graded(root, exercise_01=THIEF.replace("ROOT", str(root)))["tests"][0]["output"]
    assert "return 2 * x" not in output
    assert "autograder.json" not in output


def test_a_fault_of_the_course_gives_no_score(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course")
    (course / "solutions" / "exercise-02" / "solution.py").write_text("def sign(x):\n    return [1, x][x]\n")
    root = unpack(build(load_course(course), ["exercise-02"], 3), tmp_path / "autograder")
    hand_in(root, exercise_02=REFERENCES["exercise-02"])
    run(root)
    data = results(root)
    assert "score" not in data
    assert data["extra_data"]["judged"] is False


class TestScripts:
    """What Gradescope runs."""

    def test_results_come_from_the_script(self, root: Path) -> None:
        hand_in(root, exercise_01=RIGHT)
        done = run_autograder(with_grade(root))
        assert done.returncode == 0, done.stdout + done.stderr
        assert results(root)["score"] == 5.0
        assert "isolation: " in done.stdout
        assert "5 of 5 points" in done.stdout

    @pytest.mark.parametrize(
        "script",
        ["exit 1", "kill -9 $$", "echo '{' > results/results.json.part; exit 3", "exec /no/such/program"],
        ids=["status", "killed", "half", "missing"],
    )
    def test_there_are_results_when_the_grader_itself_breaks(self, root: Path, script: str) -> None:
        (root / "results" / "results.json").write_text('{"score": 5}')
        done = run_autograder(with_grade(root, script))
        assert done.returncode == 0
        assert "the grader ended with status" in done.stderr
        assert "score" not in results(root)
        with_grade(root)

    @pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
    def test_the_scripts_are_bash(self, root: Path, name: str) -> None:
        subprocess.run(["bash", "-n", str(root / "source" / name)], check=True)

    @pytest.mark.slow
    def test_the_image_is_built_and_grades(self, tmp_path: Path) -> None:
        course = write_course(tmp_path / "course")
        root = unpack(build(load_course(course), ["exercise-01"], SEED), tmp_path / "autograder")
        setup = subprocess.run(
            ["bash", str(root / "source" / "setup.sh")],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path), "AUTOGRADER_ROOT": str(root)},
            capture_output=True,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        assert setup.returncode == 0, setup.stdout + setup.stderr
        assert "ready; answers will run" in setup.stdout
        hand_in(root, exercise_01=RIGHT)
        done = run_autograder(root, PYTHONPATH="")
        assert results(root)["score"] == 5.0, done.stderr
