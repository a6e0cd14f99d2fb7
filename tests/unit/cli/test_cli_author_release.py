"""`grade author release`, and the commands of students in what it writes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Grade = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def released(template: Path, tmp_path_factory: pytest.TempPathFactory, grade: Grade) -> tuple[Path, str]:
    """Return a bundle of the small course, and what was said; its course is gone."""
    folder = tmp_path_factory.mktemp("released")
    course = Path(shutil.copytree(template, folder / "course"))
    done = grade(course, "author", "release", str(folder / "bundle"))
    assert (done.returncode, done.stderr) == (0, "")
    shutil.rmtree(course)
    return folder / "bundle", done.stdout


@pytest.fixture
def bundle(released: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(released[0], tmp_path / "bundle"))


def answer(folder: Path, text: str, name: str = "exercise-01") -> None:
    (folder / "exercises" / name / f"{name.replace('-', '_')}.py").write_text(text, encoding="utf-8")


def test_it_says_what_was_written_and_what_was_left_out(released: tuple[Path, str]) -> None:
    rows = released[1].splitlines()
    assert rows[0].startswith(f"wrote {released[0]}: 3 exercises, 6 checks, seed 7, ")
    assert rows[1] == "left out: solutions, 2 hidden checks"
    assert rows[2].endswith("README.md tells students how to begin")


def test_a_stub_is_welcomed(bundle: Path, grade: Grade) -> None:
    done = grade(bundle, "exercise-01")
    assert done.returncode == 1
    assert "Not started yet" in done.stdout
    assert "0 of 4 public points" in done.stdout.splitlines()[0]


def test_right_answers_earn_all_public_points(bundle: Path, grade: Grade, references: dict[str, str]) -> None:
    for name, text in references.items():
        answer(bundle, text, name)
    done = grade(bundle, "1", "2", "3")
    assert done.returncode == 0
    assert "4 of 4 public points" in done.stdout
    assert "0.30 of 0.30 public points" in done.stdout
    assert "0.30 of 0.30 points" in done.stdout  # no check of the third is hidden


def test_a_mistake_is_recognised_and_shown_on_its_simplest_case(bundle: Path, grade: Grade) -> None:
    answer(bundle, "def double(x):\n    if isinstance(x, str):\n        raise TypeError('no')\n    return x * x\n")
    done = grade(bundle, "exercise-01", "--format", "json")
    data: dict[str, Any] = json.loads(done.stdout)
    check = data["exercises"][0]["checks"][0]
    assert check["mistake"] == "squared"
    assert check["feedback"].startswith("This is the square")
    assert "." in check["counterexample"]["replay"].rpartition(":")[2]
    replay = check["counterexample"]["replay"].split()[1:]
    again = grade(bundle, *replay)
    assert again.returncode == 1
    assert f"x = {check['counterexample']['inputs']['x']}" in again.stdout


def test_the_other_commands_of_students_work(bundle: Path, grade: Grade) -> None:
    listed = grade(bundle, "list")
    assert listed.returncode == 0
    assert "exercise-03" in listed.stdout
    shown = grade(bundle, "show", "exercise-01")
    assert "- hidden checks (1)" in shown.stdout
    assert "nothing at all" not in shown.stdout
    assert grade(bundle, "hint", "exercise-01").stdout == "Hint 1 of 3: What is 1 + 1?\n"
    answer(bundle, "x = 1\n")
    assert grade(bundle, "reset", "exercise-01").returncode == 0
    assert "Not started yet" in grade(bundle, "exercise-01").stdout


def test_another_seed_is_refused_once_and_clearly(bundle: Path, grade: Grade) -> None:
    done = grade(bundle, "--seed", "8")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("holds data for its own seed 7 only") == 1
    assert grade(bundle, "exercise-01", "--seed", "7").returncode == 1  # its own seed may be named


def test_a_batch_has_another_seed_and_is_refused(bundle: Path, grade: Grade, tmp_path: Path) -> None:
    folder = tmp_path / "handed-in" / "s1"
    folder.mkdir(parents=True)
    (folder / "exercise_01.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    done = grade(bundle, "batch", str(folder.parent), "--isolation", "process", "--seed", "3")
    assert done.returncode != 0
    assert "its own seed 7 only" in done.stdout + done.stderr


def test_a_folder_that_is_not_free_is_refused_before_anything_is_made(course: Path, grade: Grade) -> None:
    done = grade(course, "author", "release", ".")
    assert done.returncode == 2
    assert "is not empty, and no bundle" in done.stderr
    assert not (course / "bundle.json").exists()


def test_an_answer_in_a_bundle_survives_its_replacement(course: Path, grade: Grade, tmp_path: Path) -> None:
    folder = tmp_path / "students"
    assert grade(course, "author", "release", str(folder)).returncode == 0
    answer(folder, "mine = 1\n")
    again = grade(course, "author", "release", str(folder))
    assert again.returncode == 2
    assert "`--replace` puts the new one in its place" in again.stderr
    replaced = grade(course, "author", "release", "--replace", str(folder))
    assert replaced.returncode == 0
    assert "exercise_01.py, which is no longer the stub" in replaced.stdout
    assert (folder / "exercises/exercise-01/exercise_01.py").read_text(encoding="utf-8") == "mine = 1\n"


def test_a_bundle_is_no_course_to_release(bundle: Path, grade: Grade, tmp_path: Path) -> None:
    done = grade(bundle, "author", "release", str(tmp_path / "another"))
    assert done.returncode == 2
    assert "is a students' bundle; a release is made from the course" in done.stderr
    assert not (tmp_path / "another").exists()
