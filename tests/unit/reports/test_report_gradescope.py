"""`results.json`: valid, exact, without details of hidden checks, and without any score after a judge error."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.reports.gradescope import GradescopeResults, document
from grader.results import ExerciseResult
from tests.schemas import require_json
from tests.unit.reports.samples import BAD, BROKEN, GOOD, HALF, HIDDEN, NASTY, SKIPPED, exercise, report


def rendered(*exercises: ExerciseResult) -> dict[str, Any]:
    text = GradescopeResults().render(report(*exercises))
    assert text.encode()
    return require_json(text, "gradescope")


def test_a_check_is_a_test_with_its_partial_credit() -> None:
    data = rendered(exercise(GOOD, BAD, HALF, SKIPPED))
    assert data["score"] == 2.333333
    assert [
        (test["number"], test["name"], test["score"], test["max_score"], test["status"]) for test in data["tests"]
    ] == [
        ("1", "small numbers", 2.0, 2.0, "passed"),
        ("2", "large | numbers", 0.0, 2.0, "failed"),
        ("3", "half", 0.333333, 1.0, "failed"),
        ("4", "next", 0.0, 1.0, "failed"),
    ]
    assert "x = 3" in data["tests"][1]["output"]
    assert data["tests"][1]["extra_data"] == {"verdict": "wrong_answer"}
    assert data["stdout_visibility"] == "hidden"


def test_tests_of_several_exercises_are_told_apart() -> None:
    data = rendered(exercise(GOOD), exercise(GOOD, id="exercise-02"))
    assert [(test["number"], test["name"]) for test in data["tests"]] == [
        ("1.1", "exercise-01: small numbers"),
        ("2.1", "exercise-02: small numbers"),
    ]
    assert data["score"] == 4.0


def test_a_hidden_check_is_shown_when_scores_are_published_and_without_details() -> None:
    data = rendered(exercise(GOOD, HIDDEN))
    hidden = data["tests"][1]
    assert (hidden["visibility"], hidden["output"]) == ("after_published", "wrong answer\n")
    assert data["output"] == "exercise-01  Twice a number: 2 of 2 points, and 1 more that are not shown yet\n"


def test_a_hidden_check_with_details_is_for_instructors() -> None:
    data = rendered(exercise(replace(HIDDEN, message="off by 1")))
    assert data["tests"][0]["visibility"] == "hidden"


def test_after_a_judge_error_there_is_no_score_anywhere() -> None:
    text = GradescopeResults().render(report(exercise(GOOD, BROKEN)))
    data = require_json(text, "gradescope")
    assert "score" not in data
    assert not any({"score", "max_score"} & test.keys() for test in data["tests"])
    assert "through no fault of yours" in data["output"]
    assert data["extra_data"]["judged"] is False
    assert "42" not in text


def test_there_are_results_without_any_exercise() -> None:
    data = require_json(document((), None, {}), "gradescope")
    assert data["tests"] == []
    assert "score" not in data


def test_an_answer_cannot_break_out_of_the_text() -> None:
    data = rendered(exercise(replace(BAD, message=NASTY, printed=NASTY, trace=NASTY)))
    output = data["tests"][0]["output"]
    assert data["tests"][0]["output_format"] == "text"
    assert "\x1b" not in output
    assert "\\x1b[31m" in output


@given(st.text(st.characters(), max_size=30), st.fractions(0, 5))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_every_text_and_score_gives_valid_results(text: str, score: Fraction) -> None:
    check = replace(HALF, name=text, message=text, score=score, points=Fraction(5))
    data = rendered(exercise(check, title=text))
    assert abs(data["score"] - float(score)) < 1e-6
    assert json.dumps(data)
