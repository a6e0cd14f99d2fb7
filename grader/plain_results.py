"""Results as plain data (dicts, lists, texts and numbers), for whatever writes JSON, and back again."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

from grader.model import Verdict
from grader.results import CheckResult, Counterexample, ExerciseResult

Number: TypeAlias = Callable[[Fraction | None], object]
"""How points and scores are written; None is a score that is not known."""


def rounded(value: Fraction | float | None) -> float | str | None:
    """Return a number as JSON has it; one that is not finite is the text `nan`, `inf` or `-inf`."""
    if value is None:
        return None
    number = float(value)
    return number if math.isfinite(number) else str(number)


def exact(value: Fraction | None) -> str | None:
    """Return points or a score as the text of an exact fraction, `7/2`."""
    return None if value is None else str(value)


def exercise_data(exercise: ExerciseResult, number: Number) -> dict[str, object]:
    """Return what a report for programs says of an exercise."""
    return {
        "id": exercise.id,
        "title": exercise.title,
        "topic": exercise.topic,
        "section": exercise.section,
        "verdict": exercise.verdict,
        "score": number(exercise.score),
        "points": number(exercise.points),
        "points_hidden": number(exercise.points_hidden),
        "answer_file": exercise.answer_file,
        "checks": [check_data(check, number) for check in exercise.checks],
    }


def check_data(check: CheckResult, number: Number) -> dict[str, object]:
    """Return what a report for programs says of a check."""
    example = check.counterexample
    return {
        "name": check.name,
        "verdict": check.verdict,
        "score": number(check.score),
        "points": number(check.points),
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
            "error": rounded(example.error),
            "allowed": rounded(example.allowed),
            "replay": example.replay,
        },
    }


def check_from(data: Mapping[str, Any]) -> CheckResult:
    """Return the check that `check_data` made data from, its numbers written exactly.

    Parameters
    ----------
    data : mapping
        parts that have their default may be missing.
    """
    example = data.get("counterexample")
    return CheckResult(
        name=data["name"],
        verdict=Verdict(data["verdict"]),
        score=_fraction(data["score"]),
        points=Fraction(data["points"]),
        visibility=data["visibility"],
        cases=data.get("cases", 0),
        passed=data.get("passed", 0),
        message=data.get("message", ""),
        feedback=data.get("feedback", ""),
        mistake=data.get("mistake"),
        counterexample=example and _counterexample(example),
        notes=tuple(data.get("notes", ())),
        printed=data.get("stdout", ""),
        trace=data.get("traceback", ""),
    )


def _counterexample(data: Mapping[str, Any]) -> Counterexample:
    return Counterexample(
        inputs=data["inputs"],
        expected=data["expected"],
        got=data["got"],
        error=_float(data["error"]),
        allowed=_float(data["allowed"]),
        replay=data["replay"],
    )


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _float(value: float | str | None) -> float | None:
    return None if value is None else float(value)
