"""The report for programs: documented fields and no other, exact numbers, always JSON, always UTF-8."""

import json
import math
import platform
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import grader
from grader.model import Verdict
from grader.reports.json import JsonReport
from grader.results import CheckResult, Counterexample, ExerciseResult, Report, TopicScore

EXAMPLE = Counterexample(
    inputs={"A": "np.array([[1.0]])", "k": "3"},
    expected="np.array([1.0])",
    got="np.array([2.0])",
    error=1.0,
    allowed=1e-6,
    replay="grade exercise-04 --seed 1 --case 2:0",
)
CHECK = CheckResult(
    name="repeated eigenvalues",
    verdict=Verdict.WRONG_ANSWER,
    score=Fraction(0),
    points=Fraction(3, 2),
    visibility="public",
    cases=20,
    passed=13,
    message="off by 1",
    feedback="Count them.",
    mistake="unsorted",
    counterexample=EXAMPLE,
    notes=("a note",),
    printed="hello\n",
    trace="line 1\n",
)
EXERCISE = ExerciseResult(
    id="exercise-04",
    title="Eigenvalues",
    topic="linear-algebra",
    section="Determinants",
    verdict=Verdict.PARTIAL,
    score=Fraction(1, 3),
    points=Fraction(5),
    checks=(CHECK,),
    points_hidden=Fraction(1),
    answer_file="exercises/exercise-04/exercise_04.py",
)
TOPIC = TopicScore("linear-algebra", "Linear algebra", Fraction(1, 3), Fraction(5), Fraction(88))
REPORT = Report("Mathematics", 1, "process", (EXERCISE,), (TOPIC,))


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def rendered(report: Report) -> dict[str, Any]:
    data = json.loads(JsonReport().render(report), parse_constant=refuse)
    assert isinstance(data, dict)
    return data


def with_check(**fields: Any) -> Report:
    check = replace(CHECK, **fields)
    return replace(REPORT, exercises=(replace(EXERCISE, checks=(check,)),))


def test_a_report_has_all_documented_fields_and_no_other() -> None:
    assert rendered(REPORT) == {
        "format": "grader/report/1",
        "course": "Mathematics",
        "seed": 1,
        "isolation": "process",
        "exercises": [
            {
                "id": "exercise-04",
                "title": "Eigenvalues",
                "topic": "linear-algebra",
                "section": "Determinants",
                "verdict": "partial",
                "score": 1 / 3,
                "points": 5.0,
                "points_hidden": 1.0,
                "answer_file": "exercises/exercise-04/exercise_04.py",
                "checks": [
                    {
                        "name": "repeated eigenvalues",
                        "verdict": "wrong_answer",
                        "score": 0.0,
                        "points": 1.5,
                        "visibility": "public",
                        "cases": 20,
                        "passed": 13,
                        "message": "off by 1",
                        "feedback": "Count them.",
                        "mistake": "unsorted",
                        "notes": ["a note"],
                        "stdout": "hello\n",
                        "traceback": "line 1\n",
                        "counterexample": {
                            "inputs": {"A": "np.array([[1.0]])", "k": "3"},
                            "expected": "np.array([1.0])",
                            "got": "np.array([2.0])",
                            "error": 1.0,
                            "allowed": 1e-6,
                            "replay": "grade exercise-04 --seed 1 --case 2:0",
                        },
                    }
                ],
            }
        ],
        "topics": [
            {
                "id": "linear-algebra",
                "title": "Linear algebra",
                "score": 1 / 3,
                "points": 5.0,
                "course_points": 88.0,
            }
        ],
        "versions": {
            "grader": grader.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": pytest.importorskip("scipy").__version__,
        },
        "errors": [],
    }


@pytest.mark.parametrize("verdict", Verdict, ids=str)
def test_every_verdict_is_written_as_documented(verdict: Verdict) -> None:
    report = replace(REPORT, exercises=(replace(EXERCISE, verdict=verdict),))
    assert rendered(report)["exercises"][0]["verdict"] == verdict.value
    assert verdict.value == verdict.name.lower()


@pytest.mark.parametrize(
    ("number", "written"),
    [(math.nan, "nan"), (math.inf, "inf"), (-math.inf, "-inf"), (None, None), (0.0, 0.0), (1e300, 1e300)],
)
def test_numbers_that_are_not_finite_are_texts(number: float | None, written: object) -> None:
    report = with_check(counterexample=replace(EXAMPLE, error=number, allowed=number))
    example = rendered(report)["exercises"][0]["checks"][0]["counterexample"]
    assert (example["error"], example["allowed"]) == (written, written)


def test_without_a_counterexample_there_is_null() -> None:
    assert rendered(with_check(counterexample=None))["exercises"][0]["checks"][0]["counterexample"] is None


def test_after_a_judge_error_scores_are_null_and_the_error_is_told() -> None:
    exercise = replace(EXERCISE, verdict=Verdict.JUDGE_ERROR, score=None, errors=("exercise-04: in full",))
    report = replace(REPORT, exercises=(exercise,), topics=(replace(TOPIC, score=None),))
    data = rendered(report)
    assert (data["exercises"][0]["score"], data["topics"][0]["score"]) == (None, None)
    assert data["errors"] == ["exercise-04: in full"]


def test_a_report_ends_with_one_newline() -> None:
    text = JsonReport().render(REPORT)
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_letters_of_all_languages_stay_readable() -> None:
    assert "größer als λ" in JsonReport().render(with_check(message="größer als λ"))


@example("half a pair: \ud800", "\udfff")
@given(st.text(st.characters(exclude_categories=[])), st.text(st.characters(exclude_categories=[])))
def test_whatever_an_answer_says_the_report_is_utf_8_and_json(message: str, printed: str) -> None:
    text = JsonReport().render(with_check(message=message, printed=printed))
    check = json.loads(text.encode("utf-8"))["exercises"][0]["checks"][0]
    assert check["message"].encode(errors="replace") == message.encode(errors="replace")


@given(st.fractions(0, 10**6), st.floats() | st.none())
def test_every_number_can_be_read_back(score: Fraction, error: float | None) -> None:
    report = with_check(score=score, counterexample=replace(EXAMPLE, error=error))
    check = rendered(report)["exercises"][0]["checks"][0]
    found = check["counterexample"]["error"]
    assert check["score"] == float(score)
    assert (
        found is None if error is None else (math.isnan(float(found)) if math.isnan(error) else float(found) == error)
    )
