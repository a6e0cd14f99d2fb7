"""`json`: a report for programs, in the format `grader/report/1`."""

import json
import math
import platform
from fractions import Fraction
from importlib.metadata import version
from typing import ClassVar

import numpy as np

import grader
from grader.reports._contract import Renderer
from grader.results import CheckResult, ExerciseResult, Report, TopicScore

FORMAT = "grader/report/1"


class JsonReport(Renderer):
    """One JSON object; numbers that are not finite are the texts `nan`, `inf` and `-inf`."""

    kind: ClassVar[str] = "json"

    def render(self, report: Report) -> str:
        """Return the object with an indent of two."""
        data = {
            "format": FORMAT,
            "course": report.course,
            "seed": report.seed,
            "isolation": report.isolation,
            "exercises": [_exercise(exercise) for exercise in report.exercises],
            "topics": [_topic(topic) for topic in report.topics],
            "versions": {
                "grader": grader.__version__,
                "python": platform.python_version(),
                "numpy": np.__version__,
                "scipy": version("scipy"),
            },
            "errors": list(report.errors),
        }
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        # Halves of a character, which a student's text may hold, are not UTF-8; their escapes are JSON all the same.
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _exercise(exercise: ExerciseResult) -> dict[str, object]:
    return {
        "id": exercise.id,
        "title": exercise.title,
        "topic": exercise.topic,
        "section": exercise.section,
        "verdict": exercise.verdict,
        "score": _number(exercise.score),
        "points": _number(exercise.points),
        "points_hidden": _number(exercise.points_hidden),
        "answer_file": exercise.answer_file,
        "checks": [_check(check) for check in exercise.checks],
    }


def _check(check: CheckResult) -> dict[str, object]:
    example = check.counterexample
    return {
        "name": check.name,
        "verdict": check.verdict,
        "score": _number(check.score),
        "points": _number(check.points),
        "visibility": check.visibility,
        "cases": check.cases,
        "passed": check.passed,
        "message": check.message,
        "feedback": check.feedback,
        "mistake": check.mistake,
        "notes": list(check.notes),
        "stdout": check.printed,
        "traceback": check.trace,
        "counterexample": example
        and {
            "inputs": dict(example.inputs),
            "expected": example.expected,
            "got": example.got,
            "error": _number(example.error),
            "allowed": _number(example.allowed),
            "replay": example.replay,
        },
    }


def _topic(topic: TopicScore) -> dict[str, object]:
    return {
        "id": topic.id,
        "title": topic.title,
        "score": _number(topic.score),
        "points": _number(topic.points),
        "course_points": _number(topic.course_points),
    }


def _number(value: Fraction | float | None) -> float | str | None:
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else str(number)
