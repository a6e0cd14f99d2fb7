"""What a check came to, in the words of a report, for the output of the cell that stands for it."""

from dataclasses import replace
from fractions import Fraction

from grader.model import Verdict
from grader.reports._layout import clean, exercise_lines
from grader.results import CheckResult, ExerciseResult


def check_text(result: ExerciseResult, name: str) -> str:
    """Return what a student may read of one check of an exercise.

    Parameters
    ----------
    result : ExerciseResult
        of the exercise.
    name : str
        of the check.
    """
    check = result.check(name)
    if check is None:  # the exercise was not judged at all
        return "".join(f"{clean(error)}\n" for error in result.errors)
    if check.verdict is Verdict.ACCEPTED:
        return "".join(f"note: {clean(note)}\n" for note in _shown(check).notes) + f"{check.name}: all right\n"
    alone = replace(result, checks=(_shown(check),), score=check.score, points=check.points, verdict=check.verdict)
    rows = exercise_lines(alone, short=False)
    return "".join("".join(piece for piece, _ in row).rstrip() + "\n" for row in rows).rstrip() + "\n"


def _shown(check: CheckResult) -> CheckResult:
    """Return a check as its student sees it: of a hidden one that there is one, and whether it holds."""
    return check.outline if check.visibility == "hidden" else check


def share(result: ExerciseResult, name: str, points: Fraction) -> float | None:
    """Return what a cell earned that stands for a check, between 0 and its points; None where that is not known.

    Parameters
    ----------
    result : ExerciseResult
        of the exercise.
    name : str
        of the check.
    points : Fraction
        what the cell is worth.
    """
    check = result.check(name)
    if check is None or check.score is None:
        return None
    earned = check.score / check.points if check.points else Fraction(0)
    return float(min(max(earned, Fraction(0)), Fraction(1)) * points)
