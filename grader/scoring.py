"""From outcomes to points, exactly."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from grader.model import Outcome, Verdict
from grader.results import CheckResult


def check_score(outcomes: Sequence[Outcome], cases: int, points: Fraction, credit: str) -> Fraction:
    """Return what a check earned.

    Parameters
    ----------
    outcomes : sequence of Outcome
        of the cases that were run.
    cases : int
        how many cases the check has; those that were not run earn nothing.
    points : Fraction
        what the check is worth.
    credit : str
        `all` or nothing, or `proportional` to the accepted cases.
    """
    passed = sum(outcome.accepted for outcome in outcomes)
    if credit == "proportional":
        return points * passed / cases
    return points if passed == cases else Fraction(0)


def check_verdict(outcomes: Iterable[Outcome], score: Fraction, points: Fraction) -> Verdict:
    """Return the verdict of a check: accepted, partial, or the first thing that is wrong."""
    first = next((outcome.verdict for outcome in outcomes if not outcome.accepted), Verdict.ACCEPTED)
    return Verdict.PARTIAL if first is not Verdict.ACCEPTED and 0 < score < points else first


def exercise_verdict(checks: Sequence[CheckResult]) -> Verdict:
    """Return the checks' common verdict, `partial` when some points were earned, or else the first that is wrong."""
    verdicts = {check.verdict for check in checks}
    if Verdict.JUDGE_ERROR in verdicts:
        return Verdict.JUDGE_ERROR
    if len(verdicts) == 1:
        return verdicts.pop()
    if any(check.score for check in checks):
        return Verdict.PARTIAL
    wrong = (check.verdict for check in checks if check.verdict not in (Verdict.ACCEPTED, Verdict.SKIPPED))
    return next(wrong, Verdict.SKIPPED)


def total(scores: Iterable[Fraction | None]) -> Fraction | None:
    """Return the exact sum, or None if a part of it is not known."""
    parts = list(scores)
    return None if None in parts else sum((part for part in parts if part is not None), Fraction(0))
