"""`grade list`: the course at a glance."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


def lines(result: CompletedProcess[str]) -> list[str]:
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_topics_sections_and_exercises_stand_in_the_order_of_the_course(course: Path, grade: Grade) -> None:
    result = grade(course, "list")
    assert result.returncode == 0
    assert lines(result) == [
        "A small course",
        "",
        "Numbers",
        "Doubling",
        "· exercise-01 Twice a number 4 points",
        "Signs",
        "· exercise-02 The sign of a number 0.30 points",
        "",
        "Arrays",
        "Sums",
        "· exercise-03 The sum of a vector 0.30 points",
    ]


def test_the_last_score_stands_beside_each_exercise(course: Path, grade: Grade, references: dict[str, str]) -> None:
    (course / "exercises" / "exercise-01" / "exercise_01.py").write_text("def double(x):\n    return 2 * x\n")
    (course / "exercises" / "exercise-03" / "exercise_03.py").write_text(references["exercise-03"])
    grade(course)
    found = lines(grade(course, "list"))
    assert "◐ exercise-01 Twice a number 4 of 5 points" in found
    assert "✗ exercise-02 The sign of a number 0 of 0.55 points" in found
    assert "✓ exercise-03 The sum of a vector 0.30 of 0.30 points" in found


def test_a_wrong_description_is_marked_and_told_and_ends_with_3(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-02" / "exercise.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("difficulty: 2", "difficulty: 9"), encoding="utf-8")
    result = grade(course, "list")
    assert result.returncode == 3
    assert "! exercise-02 the description is wrong, see below" in lines(result)
    assert "· exercise-03 The sum of a vector 0.30 points" in lines(result)
    assert "exercises/exercise-02/exercise.yaml:2:13" in result.stderr


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"3",
        b"[]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"exercise-01": null}',
        b'{"exercise-01": {"colour": "red"}}',
        b'{"exercise-01": {"verdict": "partial", "score": "much", "points": "5"}}',
        b'{"exercise-01": {"verdict": "partial", "score": "1/0", "points": "5"}}',
        b'{"exercise-01": {"verdict": "partial", "score": null, "points": []}}',
    ],
    ids=lambda content: repr(content[:60]),
)
def test_a_damaged_memory_is_no_memory(course: Path, grade: Grade, content: bytes) -> None:
    (course / ".grade").mkdir(exist_ok=True)
    (course / ".grade" / "state.json").write_bytes(content)
    result = grade(course, "list")
    assert result.returncode == 0
    assert "· exercise-01 Twice a number 4 points" in lines(result)


def test_the_memory_of_an_exercise_that_is_gone_does_no_harm(course: Path, grade: Grade) -> None:
    (course / ".grade").mkdir(exist_ok=True)
    (course / ".grade" / "state.json").write_text('{"exercise-77": {"hints": 2}}', encoding="utf-8")
    assert grade(course, "list").returncode == 0


def test_list_takes_no_arguments(course: Path, grade: Grade) -> None:
    assert grade(course, "list", "exercise-01").returncode == 2


def test_outside_a_course_that_is_told(tmp_path: Path, grade: Grade) -> None:
    result = grade(tmp_path, "list")
    assert result.returncode == 2
    assert "no course found" in result.stderr
