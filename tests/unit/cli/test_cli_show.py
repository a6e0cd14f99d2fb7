"""`grade show`: the statement of an exercise, for a reader at a terminal."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize("name", ["exercise-01", "1", "exercise_01.py"])
def test_the_statement_is_shown_under_its_title(course: Path, grade: Grade, name: str) -> None:
    result = grade(course, "show", name)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("exercise-01: Twice a number\nNumbers · Doubling · difficulty ●○○○○\n")
    assert "refuse what is no number with a" in result.stdout


def test_formulas_are_written_as_text(course: Path, grade: Grade) -> None:
    assert "Return 2 x," in grade(course, "show", "1").stdout


def test_the_function_is_shown_with_its_parameters_and_what_it_returns(course: Path, grade: Grade) -> None:
    text = grade(course, "show", "3").stdout
    assert "total(values) -> float" in text
    assert "values  array of shape (n,): numbers" in text


def test_checks_are_shown_with_their_points(course: Path, grade: Grade) -> None:
    text = grade(course, "show", "1").stdout
    assert "- small numbers (2)\n- negative numbers (1)\n- refuses a text (1)\n" in text


def test_hidden_checks_are_shown_by_their_points_alone(course: Path, grade: Grade) -> None:
    text = grade(course, "show", "1").stdout
    assert "- hidden checks (1)" in text
    assert "nothing at all" not in text


def test_without_hidden_checks_there_is_no_word_of_them(course: Path, grade: Grade) -> None:
    assert "hidden" not in grade(course, "show", "3").stdout


def test_the_place_of_the_answer_is_told(course: Path, grade: Grade) -> None:
    assert grade(course, "show", "1").stdout.endswith("Your answer goes into exercises/exercise-01/exercise_01.py\n")


def test_a_function_without_parameters_is_shown(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-03" / "exercise.yaml"
    text = file.read_text(encoding="utf-8")
    text = text.replace("parameters:\n    values: {array: [n], about: numbers}", "parameters: {}")
    text = text.replace("{scale: unit}", "{scale: n}")
    file.write_text(text, encoding="utf-8")
    result = grade(course, "show", "3")
    assert result.returncode == 0
    assert "total() -> float" in result.stdout


@pytest.mark.parametrize("name", ["exercise-77", "77", "9" * 5000, "", "../exercise-01"])
def test_an_exercise_that_is_not_there_is_told(course: Path, grade: Grade, name: str) -> None:
    result = grade(course, "show", name)
    assert (result.returncode, result.stdout) == (2, "")
    assert "the course has no exercise" in result.stderr


def test_show_needs_an_exercise(course: Path, grade: Grade) -> None:
    assert grade(course, "show").returncode == 2
