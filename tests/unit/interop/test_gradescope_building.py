"""The autograder's zip: all that is needed, and nothing of what students or staff keep in the course."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.errors import AuthoringError, UsageError
from grader.interop.gradescope import build
from grader.spec.files import load_course
from tests.schemas import require_json
from tests.unit.small_course import answer, write_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course with an answer, a roster and a gradebook in it."""
    folder = write_course(tmp_path_factory.mktemp("building") / "course")
    answer(folder, "exercise-01", "mine = 1\n")
    (folder / "roster.csv").write_text("student\nada\n", encoding="utf-8")
    (folder / "gradebook.db").write_bytes(b"x")
    (folder / "exercises" / "exercise-01" / "data.csv").write_text("1\n", encoding="utf-8")
    return folder


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_all_that_is_needed_is_in_it_and_nothing_else(course: Path) -> None:
    archive = opened(build(load_course(course), ["exercise-01"], 5))
    names = set(archive.namelist())
    (wheel,) = (name for name in names if name.startswith("wheel/"))
    assert wheel.endswith(".whl")
    assert names - {wheel} == {
        "setup.sh",
        "run_autograder",
        "autograder.json",
        "not_judged.json",
        "course/course.yaml",
        "course/exercises/exercise-01/exercise.yaml",
        "course/exercises/exercise-01/data.csv",
        "course/solutions/exercise-01/solution.py",
        "course/solutions/exercise-01/mistakes/squared.py",
    }
    assert json.loads(archive.read("autograder.json")) == {
        "format": "grader/autograder/1",
        "exercises": ["exercise-01"],
        "seed": 5,
    }
    for script in ("setup.sh", "run_autograder"):
        assert (archive.getinfo(script).external_attr >> 16) & 0o111
        assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in archive.read(script)
    assert "score" not in require_json(archive.read("not_judged.json").decode(), "gradescope")


def test_the_wheel_in_it_can_run_the_scripts(course: Path) -> None:
    archive = opened(build(load_course(course), ["exercise-02"], 5))
    (wheel,) = (name for name in archive.namelist() if name.startswith("wheel/"))
    inside = opened(archive.read(wheel))
    scripts = "grader/interop/gradescope/scripts/setup.sh"
    assert {"grader/interop/gradescope/running.py", scripts} <= set(inside.namelist())
    (points,) = (name for name in inside.namelist() if name.endswith("entry_points.txt"))
    assert inside.read(points).decode() == (
        "[console_scripts]\ngrade = grader.cli.start:main\n\n[pytest11]\ngrader = grader.pytest_plugin\n"
    )


def test_the_same_course_and_seed_give_the_same_bytes(course: Path) -> None:
    found = load_course(course)
    assert build(found, ["exercise-01"], 5) == build(found, ["exercise-01"], 5)


def test_without_a_solution_there_is_no_autograder(course: Path, tmp_path: Path) -> None:
    folder = write_course(tmp_path / "course")
    (folder / "solutions" / "exercise-02" / "solution.py").unlink()
    with pytest.raises(AuthoringError, match="exercise-02: there is no reference"):
        build(load_course(folder), ["exercise-02"], 5)
    (folder / "bundle.json").write_text("{}")
    with pytest.raises(UsageError, match="is a students' bundle"):
        build(replace(load_course(folder)), ["exercise-01"], 5)
