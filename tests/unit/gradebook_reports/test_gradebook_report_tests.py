"""The gradebook as results of tests: JUnit XML, Gradescope, GitHub Classroom."""

from collections.abc import Callable
from typing import Any

import pytest

from grader.errors import UsageError
from grader.gradebook.scores import Overview
from grader.gradebook_reports import GradebookRenderer
from grader.gradebook_reports.github import GithubOverview
from grader.gradebook_reports.gradescope import GradescopeOverview
from grader.gradebook_reports.junit import JunitOverview
from tests.schemas import require_json, require_junit


def properties(element: Any) -> dict[str, str]:
    return {item.get("name"): item.get("value") for item in element.findall("properties/property")}


def test_a_student_is_a_suite_and_an_exercise_a_test(scores: Overview) -> None:
    root = require_junit(JunitOverview().render(scores, details=False))
    suites = {suite.get("name"): suite for suite in root.findall("testsuite")}
    assert list(suites) == ["ada", "学生", "=1+1", "stranger"]
    first, second, third = suites["ada"].findall("testcase")
    assert properties(first)["score"] == "1.8"
    assert (first.find("failure"), second.find("failure")) != (None, None)
    assert properties(third) == {"verdict": "partial", "score": "0.333333", "points": "10.0"}


def test_what_is_not_known_is_an_error_without_a_score(scores: Overview) -> None:
    text = JunitOverview().render(scores, details=False)
    unknown = require_junit(text).findall("testsuite")[2].findall("testcase")[:2]
    assert all(case.find("error") is not None and "score" not in properties(case) for case in unknown)
    assert unknown[1].find("error").get("message") == "not graded yet"
    assert "expected 42" not in text


def test_with_details_checks_are_tests(of: Callable[..., Overview]) -> None:
    root = require_junit(JunitOverview().render(of("ada"), details=True))
    names = [case.get("name") for case in root.findall("testsuite/testcase")]
    assert "small" in names
    assert "thirds" in names


def test_gradescope_and_github_are_about_one_student(scores: Overview) -> None:
    for kind in (GradescopeOverview, GithubOverview):
        with pytest.raises(UsageError, match="about one student: name one with --student"):
            kind().render(scores, details=True)


def test_on_gradescope_the_score_is_what_counts(of: Callable[..., Overview]) -> None:
    data = require_json(GradescopeOverview().render(of("ada"), details=True), "gradescope")
    assert data["score"] == 6.133333
    assert data["tests"]


def test_on_github_the_tests_add_up_to_what_counts(of: Callable[..., Overview]) -> None:
    data = require_json(GithubOverview().render(of("ada"), details=True), "github")
    assert [test["score"] for test in data["tests"]] == [1.8, 4.0, 0.333333]
    assert [test["status"] for test in data["tests"]] == ["fail", "pass", "fail"]
    assert data["max_score"] == 18.0


@pytest.mark.parametrize("kind", [GradescopeOverview, GithubOverview])
def test_a_student_with_something_unknown_has_no_score(
    kind: type[GradebookRenderer], of: Callable[..., Overview]
) -> None:
    text = kind().render(of("=1+1"), details=True)
    assert "expected 42" not in text
    data = require_json(text, kind.kind)
    assert data.get("score", data.get("max_score")) is None
    assert not any(test.get("score") for test in data["tests"])


def test_who_handed_in_nothing_has_nothing(of: Callable[..., Overview]) -> None:
    data = require_json(GithubOverview().render(of("学生"), details=True), "github")
    assert [test["score"] for test in data["tests"]] == [2.5, 0.0, 0.0]
    assert data["status"] == "fail"
