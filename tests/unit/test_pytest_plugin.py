"""The checks of a course as tests of pytest, run in processes of their own."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree as ET

import pytest

from tests.unit.cli.conftest import SQUARED
from tests.unit.small_course import answer, write_course

ROOT = Path(__file__).parents[2]
HALF_RIGHT = "def sign(x):\n    return 1 if x > 0 else 0\n"


def run(folder: Path, *arguments: str, plugins: tuple[str, ...] = ("grader.pytest_plugin",)) -> CompletedProcess[str]:
    """Run pytest as though the plugin were the only one that is installed, whatever is."""
    named = [part for plugin in plugins for part in ("-p", plugin)]
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(ROOT),
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            os.devnull,
            "--rootdir",
            ".",
            "-p",
            "no:cacheprovider",
            *named,
            *arguments,
        ],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def outcomes(result: CompletedProcess[str]) -> dict[str, str]:
    """Return what `-v` says of each item."""
    found = re.findall(r"^(\S.*?::.*?) (PASSED|FAILED|ERROR|SKIPPED)", result.stdout, re.MULTILINE)
    return {name.removeprefix("exercises/"): word for name, word in found}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course with a right answer, one that is half right, and one that is absent."""
    folder = write_course(tmp_path / "course")
    answer(folder, "exercise-01")
    answer(folder, "exercise-02", HALF_RIGHT)
    return folder


def test_the_plugin_is_installed_with_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"grader": "grader.pytest_plugin"}


def test_every_check_is_an_item_of_its_answer_file(course: Path) -> None:
    result = run(course, "exercises", "--collect-only", "-q")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.splitlines()[:8] == [
        "exercises/exercise-01/exercise_01.py::small numbers",
        "exercises/exercise-01/exercise_01.py::negative numbers",
        "exercises/exercise-01/exercise_01.py::refuses a text",
        "exercises/exercise-01/exercise_01.py::nothing at all",
        "exercises/exercise-02/exercise_02.py::nothing at all",
        "exercises/exercise-02/exercise_02.py::both signs",
        "exercises/exercise-03/exercise_03.py::short vectors",
        "exercises/exercise-03/exercise_03.py::long vectors",
    ]
    assert not (course / ".grade" / "cache" / "exercise-01.prepared").exists()


def test_checks_pass_and_fail_as_they_are_graded(course: Path) -> None:
    result = run(course, "exercises", "-v")
    assert result.returncode == 1
    assert outcomes(result) == {
        "exercise-01/exercise_01.py::small numbers": "PASSED",
        "exercise-01/exercise_01.py::negative numbers": "PASSED",
        "exercise-01/exercise_01.py::refuses a text": "PASSED",
        "exercise-01/exercise_01.py::nothing at all": "PASSED",
        "exercise-02/exercise_02.py::nothing at all": "PASSED",
        "exercise-02/exercise_02.py::both signs": "FAILED",
        "exercise-03/exercise_03.py::short vectors": "FAILED",
        "exercise-03/exercise_03.py::long vectors": "FAILED",
    }
    assert re.search(r"replay +grade exercise-02 --seed 7 --case 1:\d", result.stdout)
    assert "expected  -1" in result.stdout
    assert "there is no file exercises/exercise-03/exercise_03.py" in result.stdout
    assert "pytest_plugin.py" not in result.stdout


def test_a_known_mistake_gets_its_feedback_and_what_needs_another_check_is_skipped(course: Path) -> None:
    answer(course, "exercise-01", SQUARED)
    result = run(course, "exercises/exercise-01", "-v", "-rs")
    assert outcomes(result)["exercise-01/exercise_01.py::nothing at all"] == "SKIPPED"
    assert "This is the square" in result.stdout
    assert "it needs another check first" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (("exercises", "-k", "numbers"), 2),
        (("exercises/exercise-01/exercise_01.py",), 4),
        (("exercises/exercise-01/exercise_01.py::small numbers",), 1),
        (("exercises/exercise-01/exercise_01.py", "--doctest-modules"), 4),
        (("exercises/exercise-01", "-o", "python_files=*.py"), 4),
    ],
)
def test_items_are_chosen_as_any_others(course: Path, arguments: tuple[str, ...], count: int) -> None:
    answer(course, "exercise-01", "raise SystemExit('this must not be imported by pytest')\n")
    result = run(course, *arguments, "--collect-only", "-q")
    assert result.stdout.count("exercise_01.py::") == count, result.stdout + result.stderr
    assert result.returncode == 0


def test_results_are_written_as_junit_xml_with_scores(course: Path) -> None:
    run(course, "exercises/exercise-02", "--junitxml", "out.xml")
    cases = {case.get("name"): case for case in ET.parse(course / "out.xml").iter("testcase")}
    properties = {item.get("name"): item.get("value") for item in cases["both signs"].iter("property")}
    assert properties["verdict"] == "partial"
    assert 0 < float(str(properties["score"])) < float(str(properties["points"])) == 0.3
    assert cases["both signs"].find("failure") is not None


def test_another_seed_draws_other_cases(course: Path) -> None:
    result = run(course, "exercises/exercise-02", "--grade-seed", "123")
    assert "--seed 123" in result.stdout


def test_a_judge_error_is_an_error_and_no_failure(course: Path) -> None:
    (course / "solutions" / "exercise-02" / "solution.py").write_text("def sign(x):\n    return [1, x][x]\n")
    result = run(course, "exercises/exercise-02", "-v")
    assert set(outcomes(result).values()) == {"ERROR"}
    assert result.returncode == 1


def test_a_wrong_description_is_an_error_with_its_place(course: Path) -> None:
    file = course / "exercises" / "exercise-02" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("difficulty: 2", "difficulti: 2"), encoding="utf-8")
    result = run(course, "exercises")
    assert result.returncode == 2
    assert "exercises/exercise-02/exercise.yaml:2:1" in result.stdout
    assert "Traceback" not in result.stdout


def test_what_the_course_does_not_have_is_not_collected(course: Path) -> None:
    text = (course / "course.yaml").read_text(encoding="utf-8")
    (course / "course.yaml").write_text(text.replace("exercises: [exercise-01]", "exercises: [exercise-09]"))
    result = run(course, "exercises/exercise-01", "--collect-only", "-q")
    assert result.returncode == 5


def test_an_exercise_is_graded_once(course: Path) -> None:
    answer(course, "exercise-01", "import time\n\ntime.sleep(1.2)\n\n\ndef double(x):\n    return 2 * x\n")
    result = run(course, "exercises/exercise-01", "--durations", "0", "-vv")
    slow = re.findall(r"^(\d+\.\d+)s setup", result.stdout, re.MULTILINE)
    assert sum(float(seconds) > 1 for seconds in slow) == 1, result.stdout


def test_it_runs_on_several_processes(course: Path) -> None:
    result = run(course, "exercises", "-n", "2", "-v", plugins=("xdist.plugin", "grader.pytest_plugin"))
    assert "3 failed, 5 passed" in result.stdout
    assert result.returncode == 1


def test_other_projects_notice_nothing(tmp_path: Path) -> None:
    (tmp_path / "exercises" / "exercise-01").mkdir(parents=True)
    (tmp_path / "exercises" / "exercise-01" / "exercise.yaml").write_text("a: b\n")
    (tmp_path / "exercises" / "exercise-01" / "exercise_01.py").write_text("raise SystemExit\n")
    (tmp_path / "test_it.py").write_text(
        "import sys\n\n\ndef test_it():\n"
        "    ours = {name for name in sys.modules if name.split('.')[0] == 'grader'}\n"
        "    assert ours == {'grader', 'grader.pytest_plugin'}\n"
        "    assert not {'numpy', 'yaml', 'pydantic'} & {*sys.modules}\n"
    )
    result = run(tmp_path, "-v")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_a_bundle_without_solutions_is_judged_by_its_records(course: Path, tmp_path: Path) -> None:
    release = pytest.importorskip("grader.authoring.release.contents")
    from grader.spec.files import load_course

    made = release.contents(load_course(course))
    for path, content in made.files.items():
        file = tmp_path / "bundle" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    answer(tmp_path / "bundle", "exercise-02", HALF_RIGHT)
    assert not (tmp_path / "bundle" / "solutions").exists()
    result = run(tmp_path / "bundle", "exercises/exercise-02", "-v")
    assert outcomes(result) == {"exercise-02/exercise_02.py::both signs": "FAILED"}
    assert "expected  -1" in result.stdout
    other = run(tmp_path / "bundle", "exercises/exercise-02", "--grade-seed", "8", "-v")
    assert set(outcomes(other).values()) == {"ERROR"}
    assert "own seed 7 only" in other.stdout
