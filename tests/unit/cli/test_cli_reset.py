"""`grade reset`: the stub again, and nothing lost."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

ANSWER = "exercises/exercise-01/exercise_01.py"
OLD = "exercises/exercise-01/exercise_01.old-{}.py"


def test_the_stub_is_back(course: Path, grade: Grade) -> None:
    stub = (course / ANSWER).read_bytes()
    (course / ANSWER).write_text("x = 1\n", encoding="utf-8")
    result = grade(course, "reset", "1")
    assert (result.returncode, (course / ANSWER).read_bytes()) == (0, stub)


def test_the_old_answer_is_kept_beside_it(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_bytes(b"x = 1\r\n\xff")
    result = grade(course, "reset", "1")
    assert (course / OLD.format(1)).read_bytes() == b"x = 1\r\n\xff"
    assert OLD.format(1) in result.stdout


def test_no_old_answer_takes_the_place_of_another(course: Path, grade: Grade) -> None:
    for number in (1, 2, 3):
        (course / ANSWER).write_text(f"x = {number}\n", encoding="utf-8")
        grade(course, "reset", "1")
    assert [(course / OLD.format(number)).read_text(encoding="utf-8") for number in (1, 2, 3)] == [
        "x = 1\n",
        "x = 2\n",
        "x = 3\n",
    ]


def test_a_stub_is_left_alone(course: Path, grade: Grade) -> None:
    result = grade(course, "reset", "1")
    assert (result.returncode, result.stdout) == (0, f"{ANSWER} is the stub already\n")
    assert not (course / OLD.format(1)).exists()


def test_a_missing_answer_is_made(course: Path, grade: Grade) -> None:
    stub = (course / ANSWER).read_bytes()
    (course / ANSWER).unlink()
    result = grade(course, "reset", "exercise-01")
    assert (result.returncode, (course / ANSWER).read_bytes()) == (0, stub)
    assert not (course / OLD.format(1)).exists()


def test_a_folder_in_the_place_of_the_answer_is_left_alone(course: Path, grade: Grade) -> None:
    (course / ANSWER).unlink()
    (course / ANSWER).mkdir()
    result = grade(course, "reset", "1")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"{ANSWER} cannot be replaced" in result.stderr
    assert (course / ANSWER).is_dir()


def test_the_old_answers_are_no_exercises(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("x = 1\n", encoding="utf-8")
    grade(course, "reset", "1")
    assert "exercise_01.old" not in grade(course).stdout


def test_an_exercise_that_is_not_there_is_told(course: Path, grade: Grade) -> None:
    result = grade(course, "reset", "77")
    assert (result.returncode, result.stdout) == (2, "")


@pytest.mark.parametrize("arguments", [[], ["1", "2"]])
def test_reset_takes_one_exercise(course: Path, grade: Grade, arguments: list[str]) -> None:
    assert grade(course, "reset", *arguments).returncode == 2
