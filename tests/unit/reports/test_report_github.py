"""GitHub Classroom: what its reporter decodes, and what stays out of its sum."""

import json
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.reports.github import GithubResult
from grader.results import ExerciseResult
from tests.schemas import require_json
from tests.unit.reports.samples import BAD, BROKEN, GOOD, HALF, HIDDEN, NASTY, SKIPPED, exercise, report


def rendered(*exercises: ExerciseResult) -> dict[str, Any]:
    return require_json(GithubResult().render(report(*exercises)), "github")


def reported(data: dict[str, Any]) -> float | None:
    """Return the points that the reporter of GitHub Classroom tells; it tells none without a maximum."""
    return sum(test["score"] for test in data["tests"]) if data["max_score"] else None


def test_the_scores_of_the_tests_add_up_to_the_score() -> None:
    data = rendered(exercise(GOOD, BAD, HALF, HIDDEN, SKIPPED))
    assert data["status"] == "fail"
    assert (reported(data), data["max_score"]) == (2.333333, 7.0)
    assert [test["status"] for test in data["tests"]] == ["pass", "fail", "fail", "fail", "fail"]
    assert data["tests"][1]["message"] == "off by 1 at [0]"
    assert data["tests"][3]["message"] == "wrong answer"


def test_all_points_are_a_pass() -> None:
    assert rendered(exercise(GOOD))["status"] == "pass"


def test_after_a_judge_error_no_points_are_told() -> None:
    data = rendered(exercise(GOOD, BROKEN))
    assert data["status"] == "error"
    assert reported(data) is None
    assert all(test["score"] is None for test in data["tests"])
    whole = rendered(replace(exercise(BROKEN), checks=()))
    assert (whole["status"], reported(whole), len(whole["tests"])) == ("error", None, 1)


def test_the_step_gets_an_output_and_the_job_a_summary() -> None:
    one = report(exercise(GOOD, replace(BAD, message=NASTY, name="é 学")))
    environment = {"GITHUB_OUTPUT": "out", "GITHUB_STEP_SUMMARY": "summary.md"}
    added = dict(GithubResult().additions(one, environment))
    line = added[Path("out")]
    assert line.startswith("result=")
    assert line.count("\n") == 1
    data = json.loads(b64decode(line.removeprefix("result=").strip()).decode())
    assert data == json.loads(GithubResult().render(report(exercise(GOOD, replace(BAD, message=NASTY, name="é 学")))))
    assert added[Path("summary.md")].startswith("## exercise-01 Twice a number")
    assert added[Path("summary.md")].encode()


def test_elsewhere_nothing_is_added_to_files() -> None:
    assert list(GithubResult().additions(report(exercise(GOOD)), {})) == []
