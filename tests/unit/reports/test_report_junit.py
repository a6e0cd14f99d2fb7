"""JUnit XML: valid whatever an answer says, partial credit in properties, a fault of ours an error without a score."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import Verdict
from grader.reports.junit import JunitReport
from grader.results import ExerciseResult
from tests.schemas import require_junit
from tests.unit.reports.samples import BAD, BROKEN, GOOD, HALF, HIDDEN, NASTY, SKIPPED, exercise, report, with_text


def rendered(*exercises: ExerciseResult) -> Any:
    return require_junit(JunitReport().render(report(*exercises)))


def properties(element: Any) -> dict[str, str]:
    return {item.get("name"): item.get("value") for item in element.findall("properties/property")}


def test_a_check_is_a_test_of_its_exercise() -> None:
    root = rendered(exercise(GOOD, BAD, HALF, HIDDEN, SKIPPED))
    assert {name: root.get(name) for name in ("name", "tests", "failures", "errors", "skipped")} == {
        "name": "Course",
        "tests": "5",
        "failures": "3",
        "errors": "0",
        "skipped": "1",
    }
    suite = root.find("testsuite")
    assert suite.get("name") == "exercise-01"
    assert [case.get("name") for case in suite.findall("testcase")] == [
        "small numbers",
        "large | numbers",
        "half",
        "secret",
        "next",
    ]
    assert properties(suite)["title"] == "Twice a number"


def test_partial_credit_is_a_property() -> None:
    suite = rendered(exercise(GOOD, HALF)).find("testsuite")
    half = suite.findall("testcase")[1]
    assert properties(half) == {"verdict": "partial", "score": "0.333333", "points": "1.0"}
    assert half.find("failure").get("type") == "partial"
    assert properties(suite)["score"] == "2.333333"


def test_a_failure_shows_what_the_report_for_people_shows() -> None:
    failure = rendered(exercise(BAD)).find("testsuite/testcase/failure")
    assert failure.get("message") == "off by 1 at [0]"
    assert "x = 3" in failure.text
    assert "replay    grade exercise-01 --seed 7 --case 0:2" in failure.text
    assert "Think of `2 x`." in failure.text


def test_of_a_hidden_check_there_is_name_and_verdict() -> None:
    case = rendered(exercise(HIDDEN)).find("testsuite/testcase")
    assert case.find("failure").get("message") == "wrong answer"
    assert case.find("failure").text is None


def test_a_judge_error_is_an_error_without_a_score() -> None:
    root = rendered(exercise(GOOD, BROKEN))
    assert root.get("errors") == "1"
    broken = root.findall("testsuite/testcase")[1]
    assert "score" not in properties(broken)
    assert "the expected value was 42" in broken.find("error").text
    assert "score" not in properties(root.find("testsuite"))


def test_an_exercise_that_could_not_be_judged_at_all_is_one_error() -> None:
    whole = replace(exercise(BROKEN), checks=(), score=None)
    root = rendered(whole)
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_an_untouched_stub_is_told_so() -> None:
    failure = rendered(exercise(BAD, untouched=True)).find("testsuite/testcase/failure")
    assert failure.get("message") == "Not started yet: the stub is as it came."


@pytest.mark.parametrize("field", ["name", "message", "feedback", "printed", "trace"])
def test_what_xml_forbids_is_escaped(field: str) -> None:
    case = rendered(exercise(with_text(BAD, field, NASTY))).find("testsuite/testcase")
    assert case is not None


@given(st.text(st.characters(), max_size=40), st.sampled_from(Verdict))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_every_text_and_verdict_gives_a_valid_document(text: str, verdict: Verdict) -> None:
    score = None if verdict is Verdict.JUDGE_ERROR else Fraction(1)
    check = replace(BAD, name=text, message=text, trace=text, verdict=verdict, score=score)
    rendered(exercise(check, title=text))
