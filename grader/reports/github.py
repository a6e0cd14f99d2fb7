"""`github`: the result of a step of GitHub Classroom."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import ClassVar, Final

from grader.model import Verdict
from grader.reports._checks import as_utf8, decimal, in_a_line, named, state
from grader.reports._contract import Renderer
from grader.reports.markdown import page
from grader.results import ExerciseResult, Report

VERSION: Final = 1
_STATUS: Final = {"passed": "pass", "failed": "fail", "skipped": "fail", "error": "error"}


class GithubResult(Renderer):
    """One JSON object, `{version, status, max_score, tests: [{name, status, score, …}]}`.

    Where GitHub Actions runs us, it also becomes the output `result` of the step (in base64, as the reporter of GitHub Classroom
    reads it), and the page in Markdown becomes the summary of the job. After a judge error nothing in it has a score, and
    Classroom is told none.
    """

    kind: ClassVar[str] = "github"

    def render(self, report: Report) -> str:
        """Return the object with an indent of one."""
        return as_utf8(json.dumps(result(report.exercises), indent=1, ensure_ascii=False)) + "\n"

    def additions(self, report: Report, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
        """Yield the output of the step and the summary of the job."""
        if output := environment.get("GITHUB_OUTPUT"):
            yield Path(output), f"result={encoded(result(report.exercises))}\n"
        if summary := environment.get("GITHUB_STEP_SUMMARY"):
            yield Path(summary), page(report)


def encoded(data: Mapping[str, object]) -> str:
    """Return a result as the reporter of GitHub Classroom reads it; there is no line break in it."""
    return b64encode(json.dumps(data).encode("ascii")).decode("ascii")


def result(exercises: tuple[ExerciseResult, ...]) -> dict[str, object]:
    """Return the result; its `max_score` is null where something could not be judged, and then no score counts."""
    known = all(exercise.score is not None for exercise in exercises)
    tests = [
        _test(name, check.verdict, check.score if known else None, check.points)
        | {"message": in_a_line(exercise, check) if check.verdict is not Verdict.ACCEPTED else None}
        | {"filename": exercise.answer_file, "line_no": 0}
        for name, exercise, check in named(exercises)
    ]
    tests += [
        _test(exercise.id, exercise.verdict, exercise.score if known else None, exercise.points)
        | {"message": exercise.verdict.replace("_", " "), "filename": exercise.answer_file, "line_no": 0}
        for exercise in exercises
        if not exercise.checks
    ]
    statuses = {str(test["status"]) for test in tests}
    points = sum((exercise.points for exercise in exercises), Fraction(0))
    return {
        "version": VERSION,
        "status": next((word for word in ("error", "fail") if word in statuses), "pass"),
        "max_score": decimal(points) if known else None,
        "tests": tests,
    }


def _test(name: str, verdict: Verdict, score: Fraction | None, points: Fraction) -> dict[str, object]:
    return {
        "name": name,
        "status": _STATUS[state(verdict)],
        "score": decimal(score),
        "max_score": decimal(points),
    }
