"""Results are kept for as long as nothing changes that decides them."""

from pathlib import Path

import pytest

from grader.authoring.verification import Line, Status, Verified, keeping
from grader.spec.files import load_course

RESULT = Verified(
    "exercise-01",
    "The variance",
    (
        Line("stub", Status.PROVED, "0 points"),
        Line("mutants", Status.REFUTED, "1 survived", ("- a", "+ b"), {"killed": 3}),
    ),
    1.5,
    2.5,
)
SEEDS = (11, 1, 2)


def test_what_is_kept_is_read_again_and_says_that_it_was(folder: Path) -> None:
    course = load_course(folder)
    key = keeping.key(course, "exercise-01", SEEDS)
    keeping.keep(course, RESULT, key)
    found = keeping.read(course, "exercise-01", key)
    assert found is not None
    assert found.reused
    assert (found.lines, found.title, found.seconds, found.work) == (RESULT.lines, RESULT.title, 1.5, 2.5)
    assert keeping.read(course, "exercise-01", key + "0") is None
    assert keeping.read(course, "exercise-02", key) is None


@pytest.mark.parametrize(
    "file",
    [
        "exercises/exercise-01/exercise.yaml",
        "exercises/exercise-01/exercise_01.py",
        "solutions/exercise-01/solution.py",
        "solutions/exercise-01/precise.py",
        "solutions/exercise-01/accepted/pairs.py",
        "solutions/exercise-01/mistakes/divided_by_n.py",
    ],
)
def test_a_changed_file_of_the_exercise_changes_the_key(folder: Path, file: str) -> None:
    course = load_course(folder)
    before = keeping.key(course, "exercise-01", SEEDS)
    other = keeping.key(course, "exercise-02", SEEDS)
    with (folder / file).open("a", encoding="utf-8") as target:
        target.write("\n")
    assert keeping.key(course, "exercise-01", SEEDS) != before
    assert keeping.key(course, "exercise-02", SEEDS) == other


@pytest.mark.parametrize(
    "name",
    ["exercises/exercise-01/new.csv", "solutions/exercise-01/excused.yaml", "solutions/exercise-01/accepted/more.py"],
)
def test_a_new_file_changes_the_key_too(folder: Path, name: str) -> None:
    course = load_course(folder)
    before = keeping.key(course, "exercise-01", SEEDS)
    (folder / name).write_text("", encoding="utf-8")
    assert keeping.key(course, "exercise-01", SEEDS) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [("seed: 11", "seed: 12"), ("call: 1 s", "call: 2 s"), ("seed: 11", "seed: 11\ntolerance: {rtol: 1e-5}")],
)
def test_what_the_course_decides_is_in_the_key(folder: Path, old: str, new: str) -> None:
    before = keeping.key(load_course(folder), "exercise-01", SEEDS)
    file = folder / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert keeping.key(load_course(folder), "exercise-01", SEEDS) != before


def test_other_seeds_are_another_key(folder: Path) -> None:
    course = load_course(folder)
    assert keeping.key(course, "exercise-01", SEEDS) != keeping.key(course, "exercise-01", (11, 1))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "k"}', '{"key": "k", "verified": {"lines": [{}]}}'])
def test_an_entry_that_is_damaged_is_none(folder: Path, text: str) -> None:
    course = load_course(folder)
    file = course.state_folder / "cache" / "exercise-01.verified.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert keeping.read(course, "exercise-01", "k") is None
