"""What formats that have a place for each check say of one."""

import textwrap
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from grader.model import Verdict
from grader.reports._layout import below, clean, plain
from grader.results import CheckResult, ExerciseResult

State: TypeAlias = Literal["passed", "failed", "skipped", "error"]
"""What test runners know; an error is a fault of ours, and has no score."""

_STATES: Final[dict[Verdict, State]] = {
    Verdict.ACCEPTED: "passed",
    Verdict.SKIPPED: "skipped",
    Verdict.JUDGE_ERROR: "error",
}
_DECIMALS: Final = 6

UNTOUCHED: Final = "Not started yet: the stub is as it came.\n"


def state(verdict: Verdict) -> State:
    """Return what test runners call a verdict; they know nothing between passed and failed."""
    return _STATES.get(verdict, "failed")


def explained(exercise: ExerciseResult, check: CheckResult) -> str:
    """Return what a student is told of a check beside its name and score, as lines of text; empty if there is nothing."""
    if exercise.untouched and check.visibility == "public":
        return UNTOUCHED
    return textwrap.dedent(plain(below(check, set(), short=False)))


def in_a_line(exercise: ExerciseResult, check: CheckResult) -> str:
    """Return the same in a line."""
    if exercise.untouched and check.visibility == "public":
        return UNTOUCHED.strip()
    return " ".join(clean(check.message).split()) or check.verdict.replace("_", " ")


def not_judged(exercise: ExerciseResult) -> str:
    """Return the judge errors of an exercise, or an empty text."""
    return "".join(f"{clean(error)}\n" for error in exercise.errors)


def named(exercises: tuple[ExerciseResult, ...]) -> Iterator[tuple[str, ExerciseResult, CheckResult]]:
    """Yield every check with a name that no other one of the report has."""
    for exercise in exercises:
        for check in exercise.checks:
            yield check.name if len(exercises) == 1 else f"{exercise.id}: {check.name}", exercise, check


def decimal(score: Fraction | None) -> float | None:
    """Return a score as JSON has it, with six decimals at most; None where it is not known."""
    return None if score is None else round(float(score), _DECIMALS)


def as_utf8(text: str) -> str:
    """Return text that can be written in UTF-8; halves of a character, which a student's may hold, become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
