"""`grade author stub`: the starting file from the description."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


def test_the_stub_is_shown_and_the_answer_left_alone(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-03" / "exercise_03.py"
    stub = file.read_text(encoding="utf-8")
    file.write_text("x = 1\n", encoding="utf-8")
    result = grade(course, "author", "stub", "3")
    assert (result.returncode, result.stdout) == (0, stub)
    assert file.read_text(encoding="utf-8") == "x = 1\n"


def test_stubs_are_written_to_their_places(course: Path, grade: Grade) -> None:
    files = [course / "exercises" / f"exercise-0{number}" / f"exercise_0{number}.py" for number in (1, 3)]
    stubs = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    result = grade(course, "author", "stub", "1", "3", "--write")
    assert result.stdout == ("wrote exercises/exercise-01/exercise_01.py\nwrote exercises/exercise-03/exercise_03.py\n")
    assert [file.read_bytes() for file in files] == stubs


def test_an_unknown_exercise_leaves_the_known_ones_alone(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-03" / "exercise_03.py"
    file.write_text("x = 1\n", encoding="utf-8")
    assert grade(course, "author", "stub", "3", "77", "--write").returncode == 2
    assert file.read_text(encoding="utf-8") == "x = 1\n"


def test_a_stub_that_cannot_be_written_is_told(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-03" / "exercise_03.py"
    file.unlink()
    file.mkdir()
    result = grade(course, "author", "stub", "3", "--write")
    assert result.returncode == 2
    assert "exercise_03.py" in result.stderr


@pytest.mark.parametrize("arguments", [["stub"], ["nonsense"]])
def test_what_is_no_author_command_is_told(course: Path, grade: Grade, arguments: list[str]) -> None:
    assert grade(course, "author", *arguments).returncode == 2
