"""`grade hint`: one hint after the other."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

HINTS = [
    "Hint 1 of 3: What is 1 + 1?\n",
    "Hint 2 of 3: Adding a number to itself doubles it.\n",
    "Hint 3 of 3: Write `return 2 * x`, after the texts are refused.\n",
]


def test_each_call_shows_the_next_hint(course: Path, grade: Grade) -> None:
    assert [grade(course, "hint", "1").stdout for _ in range(3)] == HINTS


def test_after_the_last_hint_that_is_told(course: Path, grade: Grade) -> None:
    results = [grade(course, "hint", "1") for _ in range(5)]
    assert results[3].stdout == results[4].stdout
    assert "all 3 hints of exercise-01" in results[4].stdout
    assert results[4].returncode == 0


def test_again_shows_the_hints_seen_and_no_new_one(course: Path, grade: Grade) -> None:
    for _ in range(2):
        grade(course, "hint", "1")
    assert grade(course, "hint", "1", "--again").stdout == HINTS[0] + HINTS[1]
    assert grade(course, "hint", "1").stdout == HINTS[2]


def test_again_before_the_first_hint_shows_none(course: Path, grade: Grade) -> None:
    result = grade(course, "hint", "1", "--again")
    assert (result.returncode, result.stdout) == (0, "You have seen no hint of exercise-01 yet.\n")


def test_an_exercise_without_hints_says_so(course: Path, grade: Grade) -> None:
    result = grade(course, "hint", "2")
    assert (result.returncode, result.stdout) == (0, "exercise-02 has no hints.\n")


def test_each_exercise_has_its_own_ladder(course: Path, grade: Grade) -> None:
    grade(course, "hint", "1")
    assert "Hint 1 of 1" in grade(course, "hint", "3").stdout
    assert grade(course, "hint", "1").stdout == HINTS[1]


def test_hints_seen_survive_a_check(course: Path, grade: Grade) -> None:
    grade(course, "hint", "1")
    grade(course, "1")
    assert grade(course, "hint", "1").stdout == HINTS[1]


def test_a_score_survives_a_hint(course: Path, grade: Grade) -> None:
    grade(course, "1")
    grade(course, "hint", "1")
    assert "0 of  5 points" in grade(course, "list").stdout


def test_fewer_hints_than_were_seen_do_no_harm(course: Path, grade: Grade) -> None:
    for _ in range(3):
        grade(course, "hint", "1")
    file = course / "exercises" / "exercise-01" / "exercise.yaml"
    text = file.read_text(encoding="utf-8").replace("  - Adding a number to itself doubles it.\n", "")
    file.write_text(text, encoding="utf-8")
    assert "all 2 hints" in grade(course, "hint", "1").stdout
    assert grade(course, "hint", "1", "--again").stdout.startswith("Hint 1 of 2: What is 1 + 1?")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"exercise-01": 3}',
        b'{"exercise-01": {"hints": "two"}}',
        b'{"exercise-01": {"hints": null}}',
        b'{"exercise-01": {"hints": -1}}',
        b'{"exercise-01": {"hints": 0.5}}',
    ],
    ids=repr,
)
def test_a_damaged_memory_is_no_memory(course: Path, grade: Grade, content: bytes) -> None:
    (course / ".grade").mkdir(exist_ok=True)
    (course / ".grade" / "state.json").write_bytes(content)
    result = grade(course, "hint", "1")
    assert (result.returncode, result.stdout) == (0, HINTS[0])


@pytest.mark.parametrize("in_the_way", [".grade", ".grade/state.json"])
def test_a_hint_is_shown_where_nothing_can_be_remembered(course: Path, grade: Grade, in_the_way: str) -> None:
    if (course / ".grade").exists():
        (course / ".grade").rename(course / "moved")
    if in_the_way == ".grade":
        (course / in_the_way).write_text("a file", encoding="utf-8")
    else:
        (course / in_the_way).mkdir(parents=True)
    result = grade(course, "hint", "1")
    assert (result.returncode, result.stdout, result.stderr) == (0, HINTS[0], "")


def test_an_exercise_that_is_not_there_is_told(course: Path, grade: Grade) -> None:
    assert grade(course, "hint", "77").returncode == 2
