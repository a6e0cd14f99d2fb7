"""`grade EXERCISE --case CHECK:N` and what is shown of hidden checks."""

import json
import shlex
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


def checks(result: CompletedProcess[str]) -> list[dict[str, Any]]:
    (exercise,) = json.loads(result.stdout)["exercises"]
    found = exercise["checks"]
    assert isinstance(found, list)
    return found


def answer(course: Path, exercise: str, source: str) -> None:
    file = course / "exercises" / exercise / f"{exercise.replace('-', '_')}.py"
    file.write_text(source, encoding="utf-8")


# --- one case


@pytest.mark.parametrize(
    ("exercise", "place", "source", "seed"),
    [
        ("exercise-01", 0, "def double(x):\n    return 2 * x if x < 3 else 7\n", []),
        ("exercise-01", 2, "def double(x):\n    return 2 * x\n", []),
        ("exercise-01", 1, "def double(x):\n    raise ValueError(x)\n", ["--seed", "99"]),
        ("exercise-03", 0, "def total(values):\n    return values.max()\n", []),
        ("exercise-03", 1, "def total(values):\n    return values.max()\n", ["--seed", "99"]),
    ],
    ids=["wrong", "not refused", "raised", "drawn", "drawn from another seed"],
)
def test_the_printed_replay_gives_the_same_counterexample(
    course: Path, grade: Grade, *, exercise: str, place: int, source: str, seed: list[str]
) -> None:
    answer(course, exercise, source)
    example = checks(grade(course, exercise, *seed, "--format", "json"))[place]["counterexample"]
    program, *arguments = shlex.split(example["replay"])
    (replayed,) = checks(grade(course, *arguments, "--format", "json"))
    assert program == "grade"
    assert replayed["counterexample"] == example


def test_a_replay_has_no_score(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 7\n")
    result = grade(course, "1", "--case", "0:2", "--format", "json")
    data = json.loads(result.stdout)
    assert result.returncode == 1
    assert (data["exercises"][0]["score"], data["topics"][0]["score"]) == (None, None)
    assert [(check["name"], check["score"], check["cases"]) for check in checks(result)] == [("small numbers", None, 1)]


def test_the_text_of_a_replay_says_that_there_is_no_score(solved: Path, grade: Grade) -> None:
    result = grade(solved, "1", "--case", "0:2")
    assert result.returncode == 0
    assert "no score" in result.stdout


def test_a_case_may_be_named_by_the_name_of_its_check(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 7\n")
    (check,) = checks(grade(course, "1", "--case", "negative numbers:1", "--format", "json"))
    assert check["counterexample"]["inputs"] == {"x": "-2"}


def test_a_case_that_is_right_now_ends_with_0(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 2 * x if x < 3 else 7\n")
    assert grade(course, "1", "--case", "0:1").returncode == 0
    assert grade(course, "1", "--case", "0:2").returncode == 1


def test_a_replay_needs_no_other_check_first(solved: Path, grade: Grade) -> None:
    (check,) = checks(grade(solved, "1", "--case", "nothing at all:0", "--format", "json"))
    assert check["verdict"] == "accepted"


# --- hidden checks

POSITIVE = "def sign(x):\n    print('asked for', x)\n    return 1 if x >= 0 else -1\n"


@pytest.fixture(scope="module")
def hidden_fails(
    template: Path, tmp_path_factory: pytest.TempPathFactory, grade: Grade
) -> Callable[..., CompletedProcess[str]]:
    """Return what checks an answer that only a hidden check finds fault with, once for each command line."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("hidden") / "course"))
    answer(folder, "exercise-02", POSITIVE)

    @cache
    def run(*arguments: str) -> CompletedProcess[str]:
        return grade(folder, "2", *arguments)

    return run


def test_of_a_hidden_check_only_name_and_verdict_are_shown(hidden_fails: Grade) -> None:
    assert checks(hidden_fails("--format", "json"))[0] == {
        "name": "nothing at all",
        "verdict": "wrong_answer",
        "score": 0.0,
        "points": 0.25,
        "visibility": "hidden",
        "cases": 0,
        "passed": 0,
        "message": "",
        "feedback": "",
        "mistake": None,
        "notes": [],
        "stdout": "",
        "traceback": "",
        "counterexample": None,
    }


def test_the_text_on_a_hidden_check_is_its_name_and_verdict(hidden_fails: Grade) -> None:
    text = hidden_fails().stdout
    assert "✗ nothing at all (hidden)" in text
    assert "asked for 0" not in text
    assert "--case 0:0" not in text


def test_the_points_of_hidden_checks_are_told(hidden_fails: Grade) -> None:
    (exercise,) = json.loads(hidden_fails("--format", "json").stdout)["exercises"]
    assert (exercise["points"], exercise["points_hidden"]) == (0.55, 0.25)


def test_an_instructor_sees_the_details_of_a_hidden_check(hidden_fails: Grade) -> None:
    hidden = checks(hidden_fails("--reveal", "--format", "json"))[0]
    assert (hidden["cases"], hidden["visibility"], hidden["stdout"]) == (1, "hidden", "asked for 0\n")
    assert hidden["counterexample"]["inputs"] == {"x": "0"}
    assert (hidden["counterexample"]["expected"], hidden["counterexample"]["got"]) == ("0", "1")


def test_the_text_for_an_instructor_shows_the_hidden_case(hidden_fails: Grade) -> None:
    assert "--case 0:0" in hidden_fails("--reveal").stdout


def test_a_replay_shows_no_hidden_case(hidden_fails: Grade) -> None:
    result = hidden_fails("--case", "0:0", "--format", "json")
    (hidden,) = checks(result)
    assert (result.returncode, hidden["verdict"]) == (1, "wrong_answer")
    assert (hidden["counterexample"], hidden["message"]) == (None, "")
