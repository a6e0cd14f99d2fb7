"""`grade gradebook …`: what people do by hand is checked, kept with its reason, and told."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

from tests.unit.cli.filling import fill

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


@pytest.fixture(autouse=True)
def _filled(course: Path) -> None:
    """Fill the gradebook of the course."""
    fill(course)


def exercise(course: Path, grade: Grade, student: str, place: int = 0) -> dict[str, Any]:
    (one,) = json.loads(grade(course, "report", "--student", student, "--format", "json").stdout)["students"]
    found: dict[str, Any] = one["exercises"][place]
    return found


def test_a_score_is_set_with_who_and_why(course: Path, grade: Grade) -> None:
    result = grade(
        course, "gradebook", "adjust", "ada", "1", "--points", "7/2", "--why", " oral exam ", "--by", "Prof. X"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("exercise-01 of ada is set to 3.50 points")
    found = exercise(course, grade, "ada")
    assert (found["score"], found["earned"]) == (3.5, 3.5)
    assert (found["adjustment"]["who"], found["adjustment"]["why"]) == ("Prof. X", "oral exam")


def test_a_score_can_be_taken_back(course: Path, grade: Grade) -> None:
    grade(course, "gradebook", "adjust", "ada", "exercise-01", "--points", "0", "--why", "plagiarism")
    assert exercise(course, grade, "ada")["score"] == 0
    result = grade(course, "gradebook", "adjust", "ada", "exercise-01", "--withdraw", "--why", "it was not")
    assert result.stdout.startswith("exercise-01 of ada counts as it is judged again")
    assert (exercise(course, grade, "ada")["score"], exercise(course, grade, "ada")["adjustment"]) == (2.0, None)


def test_a_student_of_the_roster_who_handed_in_nothing_can_get_points(course: Path, grade: Grade) -> None:
    file = course / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("seed: 7", "seed: 7\nroster: r.csv"), encoding="utf-8")
    (course / "r.csv").write_text("student\neve\n", encoding="utf-8")
    assert grade(course, "gradebook", "adjust", "eve", "3", "--points", "0.2", "--why", "on paper").returncode == 0
    found = exercise(course, grade, "eve", 2)
    assert (found["verdict"], found["score"]) == ("absent", 0.2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ada", "1", "--why", "w"], "exactly one of --points and --withdraw is needed"),
        (["ada", "1", "--points", "1", "--withdraw", "--why", "w"], "exactly one of --points and --withdraw is needed"),
        (["ada", "1", "--points", "1"], "Missing option '--why'"),
        (["ada", "1", "--points", "1", "--why", " "], "--why must not be empty"),
        (["ada", "1", "--points", "six", "--why", "w"], "--points takes a number such as 2.5 or 5/2, found 'six'"),
        (["ada", "1", "--points", "1/0", "--why", "w"], "--points takes a number such as 2.5 or 5/2, found '1/0'"),
        (["ada", "1", "--points", "nan", "--why", "w"], "--points takes a number such as 2.5 or 5/2, found 'nan'"),
        (
            ["ada", "1", "--points", "5.5", "--why", "w"],
            "--points lies between 0 and what the exercise is worth, 5; found 5.5",
        ),
        (
            ["ada", "1", "--points=-1", "--why", "w"],
            "--points lies between 0 and what the exercise is worth, 5; found -1",
        ),
        (
            ["adda", "1", "--points", "1", "--why", "w"],
            "'adda' is neither in the gradebook nor on the roster; did you mean 'ada'?",
        ),
        (["ada", "9", "--points", "1", "--why", "w"], "the course has no exercise '9'"),
        (["ada", "1", "--withdraw", "--why", "w"], "no score was set for ada and exercise-01"),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_a_usage_error(
    course: Path, grade: Grade, arguments: list[str], said: str
) -> None:
    result = grade(course, "gradebook", "adjust", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert said in result.stderr
    assert exercise(course, grade, "ada")["adjustment"] is None


def test_history_tells_what_happened_in_order(course: Path, grade: Grade) -> None:
    grade(course, "gradebook", "adjust", "ada", "1", "--points", "3", "--why", "oral", "--by", "X")
    result = grade(course, "gradebook", "history", "ada")
    assert result.returncode == 0
    lines = [line.split(maxsplit=2)[2] for line in result.stdout.splitlines()]
    assert [" ".join(line.split()) for line in lines] == [
        "exercise-01 submission ada/exercise-01.py, handed in 2027-03-02 12:00:00+00:00",
        "exercise-01 result partial, 2 of 5 points (run 1, sealed, grader 0.1.0)",
        "exercise-01 adjustment set to 3 points by X: oral",
    ]


def test_history_of_an_unknown_student_is_a_usage_error(course: Path, grade: Grade) -> None:
    result = grade(course, "gradebook", "history", "nobody")
    assert result.returncode == 2
    assert "'nobody' is neither in the gradebook nor on the roster" in result.stderr


def test_erasing_says_what_was_deleted_and_what_is_left_to_do(course: Path, grade: Grade) -> None:
    file = course / "course.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("seed: 7", "seed: 7\nroster: r.csv"), encoding="utf-8")
    (course / "r.csv").write_text("student\nada\n", encoding="utf-8")
    result = grade(course, "gradebook", "erase", "ada", "--yes")
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        "erased ada: 1 submission, 1 result, 0 adjustments, 4 checks",
        "r.csv still names this student",
        "submissions that lie elsewhere, and backups of the gradebook, are yours to delete",
    ]
    assert b"ada/exercise-01.py" not in (course / "gradebook.db").read_bytes()


def test_erasing_asks_first(course: Path, console: Grade, grade: Grade) -> None:
    result = console(course, "gradebook", "erase", "ada")
    assert result.returncode == 130
    assert "Delete all that is on record of ada, for good?" in result.stdout
    assert exercise(course, grade, "ada")["score"] == 2.0


def test_erasing_who_is_not_there_is_a_usage_error(course: Path, grade: Grade) -> None:
    result = grade(course, "gradebook", "erase", "adda", "--yes")
    assert result.returncode == 2
    assert "'adda' is not in the gradebook; did you mean 'ada'?" in result.stderr


def test_another_gradebook_can_be_named(course: Path, grade: Grade) -> None:
    (course / "gradebook.db").rename(course / "last year.db")
    assert grade(course, "gradebook", "history", "ada").returncode == 2
    assert grade(course, "gradebook", "history", "ada", "--gradebook", "last year.db").returncode == 0
