"""The key of a result: the same for the same, and another one for anything else that decides it."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grader
from grader.batch import keys
from grader.batch.keys import deciding_files, exercise_hash, result_key, versions
from grader.model import Limits
from grader.spec.files import load_course

LIMITS = Limits()
hashes = st.text("0123456789abcdef", min_size=1, max_size=8)
limits = st.builds(
    Limits,
    call=st.floats(0.1, 100),
    exercise=st.floats(0.1, 100),
    load=st.floats(0.1, 100),
    memory=st.integers(1, 2**40),
    answer=st.integers(1, 2**40),
    output=st.integers(1, 2**40),
)
bases = st.tuples(hashes, hashes, limits, st.integers(0, 2**128), st.sampled_from(["sealed", "confined", "process"]))


@given(bases)
@settings(max_examples=50, deadline=None)
def test_the_same_has_the_same_key(basis: tuple[str, str, Limits, int, str]) -> None:
    content, exercise, given_limits, seed, level = basis
    assert result_key(*basis) == result_key(content, exercise, replace(given_limits), seed, level)


@given(bases, bases)
@settings(deadline=None)
def test_two_that_differ_have_two_keys(
    one: tuple[str, str, Limits, int, str], other: tuple[str, str, Limits, int, str]
) -> None:
    assert (result_key(*one) == result_key(*other)) == (one == other)


def test_no_part_of_a_key_runs_into_the_next() -> None:
    assert result_key("ab", "c", LIMITS, 1, "sealed") != result_key("a", "bc", LIMITS, 1, "sealed")
    assert result_key("a", "c", LIMITS, 1, "sealed") != result_key("a", "c", LIMITS, 11, "sealed")


@pytest.mark.parametrize("name", [field.name for field in fields(Limits)])
def test_every_limit_is_part_of_the_key(name: str) -> None:
    other = replace(LIMITS, **{name: 2 * getattr(LIMITS, name)})
    assert result_key("a", "b", other, 1, "sealed") != result_key("a", "b", LIMITS, 1, "sealed")


@pytest.mark.parametrize("name", ["grader", "python", "numpy", "scipy"])
def test_every_version_is_part_of_the_key(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = result_key("a", "b", LIMITS, 1, "sealed")
    other = {**versions(), name: "another"}
    monkeypatch.setattr(keys, "versions", lambda: other)
    assert result_key("a", "b", LIMITS, 1, "sealed") != before


def test_a_key_does_not_hold_the_seed() -> None:
    assert str(0x5EC2E7) not in result_key("a", "b", LIMITS, 0x5EC2E7, "sealed")


# --- the versions


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a small package in the place of ours."""
    root = tmp_path / "grader"
    for name in ("grading.py", "checks/exact.py", "sandbox/worker.py", "reports/text.py", "cli/list.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x = 1\n", encoding="utf-8")
    monkeypatch.setattr(keys, "_ROOT", root)
    versions.cache_clear()
    yield root
    versions.cache_clear()


def changed(code: Path, name: str) -> bool:
    """Return whether another text of a file makes another version."""
    before = versions()["grader"]
    (code / name).write_text("x = 2\n", encoding="utf-8")
    versions.cache_clear()
    return versions()["grader"] != before


def test_the_version_of_the_grader_is_that_of_its_code(code: Path) -> None:
    assert versions()["grader"].startswith(f"{grader.__version__}+")
    assert changed(code, "grading.py")
    assert changed(code, "checks/exact.py")
    assert changed(code, "sandbox/worker.py")
    assert changed(code, "checks/new.py")


@pytest.mark.parametrize("name", ["reports/text.py", "cli/list.py", "gradebook/book.py", "authoring/stub.py"])
def test_what_comes_after_the_judging_decides_nothing(code: Path, name: str) -> None:
    (code / name).parent.mkdir(exist_ok=True)
    assert not changed(code, name)


def test_versions_can_be_kept_as_json() -> None:
    assert json.loads(json.dumps(dict(versions()))) == versions()
    assert sorted(versions()) == ["grader", "numpy", "python", "scipy"]


# --- the exercise


def hashed(course: Path, name: str = "exercise-01") -> str:
    return exercise_hash(load_course(course), name)


def append(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as opened:
        opened.write("# changed\n")


@pytest.mark.parametrize(
    "file",
    [
        "exercises/exercise-01/exercise.yaml",
        "exercises/exercise-01/table.csv",
        "exercises/exercise-01/data/exercise_01.csv",
        "exercises/exercise-01/exercise_01.csv",
        "solutions/exercise-01/solution.py",
        "solutions/exercise-01/mistakes/squared.py",
        "solutions/exercise-01/accepted/other.py",
        "solutions/exercise-01/exercise_01.py",
    ],
)
def test_whatever_decides_is_part_of_the_hash(course: Path, file: str) -> None:
    before, other = hashed(course), hashed(course, "exercise-02")
    append(course / file)
    assert hashed(course) != before
    assert hashed(course, "exercise-02") == other


@pytest.mark.parametrize(
    "file",
    [
        "exercises/exercise-01/exercise_01.py",
        "exercises/exercise-01/exercise_01.old-1.py",
        "exercises/exercise-01/.exercise.yaml.swp",
        "exercises/exercise-01/__pycache__/exercise_01.cpython-311.pyc",
        "solutions/exercise-01/__pycache__/solution.cpython-311.pyc",
        "solutions/exercise-02/solution.py",
    ],
)
def test_what_decides_nothing_is_no_part_of_the_hash(course: Path, file: str) -> None:
    before = hashed(course)
    append(course / file)
    assert hashed(course) == before


def test_the_courses_tolerance_is_part_of_the_hash(course: Path) -> None:
    before = hashed(course)
    with (course / "course.yaml").open("a") as file:
        file.write("tolerance: {rtol: 1e-3}\n")
    assert hashed(course) != before


def test_another_place_in_the_course_is_no_other_exercise(course: Path) -> None:
    before = hashed(course)
    text = (course / "course.yaml").read_text(encoding="utf-8")
    (course / "course.yaml").write_text(
        text.replace("Doubling", "Twice").replace("seed: 7", "seed: 8"), encoding="utf-8"
    )
    assert hashed(course) == before


@pytest.mark.parametrize("change", [lambda file: file.rename(file.with_name("b.csv")), lambda file: file.unlink()])
def test_a_file_that_is_renamed_or_deleted_changes_the_hash(course: Path, change: Callable[[Path], object]) -> None:
    append(course / "exercises" / "exercise-01" / "a.csv")
    before = hashed(course)
    change(course / "exercises" / "exercise-01" / "a.csv")
    assert hashed(course) != before


def test_the_hash_is_the_same_wherever_the_course_lies(course: Path, tmp_path: Path) -> None:
    before = hashed(course)
    other = shutil.copytree(course, tmp_path / "elsewhere" / "course")
    for file in other.rglob("*"):
        os.utime(file, (1e9, 1e9))
    assert hashed(other) == before


def test_deciding_files_are_files_of_the_exercise(course: Path) -> None:
    found = {file.relative_to(course).as_posix() for file in deciding_files(load_course(course), "exercise-01")}
    assert found == {"exercises/exercise-01/exercise.yaml", "solutions/exercise-01/solution.py"}
