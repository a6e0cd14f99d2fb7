"""`gradescope`: the `results.json` of an autograder on Gradescope."""

import json
from collections.abc import Iterable
from fractions import Fraction
from typing import ClassVar, Final

from grader.model import Verdict
from grader.reports._checks import as_utf8, decimal, explained, named, state
from grader.reports._contract import Renderer
from grader.reports._layout import number
from grader.results import CheckResult, ExerciseResult, Report
from grader.scoring import total

_NOT_JUDGED: Final = (
    "This could not be graded through no fault of yours, and has no score yet. Please tell your course team;"
    " the log of the autograder, which they can see, says more."
)


class GradescopeResults(Renderer):
    """One JSON object with a test for each check, partial credit kept.

    A hidden check is shown to students once the scores are published, with its name and score alone; with details of it
    (`--reveal`) it is for instructors. After a judge error there is no score anywhere, so that Gradescope takes none.
    """

    kind: ClassVar[str] = "gradescope"

    def render(self, report: Report) -> str:
        """Return the object with an indent of one."""
        score = total(exercise.score for exercise in report.exercises)
        return document(report.exercises, score, {"isolation": report.isolation})


def document(exercises: tuple[ExerciseResult, ...], score: Fraction | None, extra: dict[str, object]) -> str:
    """Return what Gradescope reads.

    Parameters
    ----------
    exercises : tuple of ExerciseResult
        what was graded.
    score : Fraction or None
        what counts; None where it is not known, and then nothing in the document has a score.
    extra : dict
        what Gradescope keeps and does not show.
    """
    known = score is not None
    places = {exercise.id: place for place, exercise in enumerate(exercises, 1)}
    numbers = {(exercise.id, check.name): at for exercise in exercises for at, check in enumerate(exercise.checks, 1)}
    tests = []
    for name, exercise, check in named(exercises):
        at = numbers[exercise.id, check.name]
        test = _test(name, exercise, check, known=known)
        tests.append({**test, "number": str(at) if len(exercises) == 1 else f"{places[exercise.id]}.{at}"})
    data = {
        **({"score": decimal(score)} if known else {}),
        "output": _summary(exercises) if known else _NOT_JUDGED,
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": tests,
        "extra_data": {**extra, "judged": known},
    }
    return as_utf8(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False)) + "\n"


def _test(name: str, exercise: ExerciseResult, check: CheckResult, *, known: bool) -> dict[str, object]:
    text = explained(exercise, check)
    scores = {"score": decimal(check.score), "max_score": decimal(check.points)} if known else {}
    return {
        **scores,
        "status": "passed" if state(check.verdict) == "passed" else "failed",
        "name": name,
        "output": text or f"{check.verdict.replace('_', ' ')}\n",
        "output_format": "text",
        "tags": [exercise.topic, exercise.id],
        "visibility": _visibility(check, text),
        "extra_data": {"verdict": check.verdict},
    }


def _visibility(check: CheckResult, text: str) -> str:
    if check.visibility != "hidden":
        return "visible"
    # Gradescope means `hidden` for tests without points; with them a student would see a total that does not add up.
    return "hidden" if text else "after_published"


def _summary(exercises: Iterable[ExerciseResult]) -> str:
    rows = []
    for exercise in exercises:
        absent = exercise.verdict is Verdict.ABSENT and len({check.message for check in exercise.checks}) == 1
        said = next((check.message for check in exercise.checks if check.message), "") if absent else ""
        hidden = exercise.points_hidden
        # While checks are hidden, what they earned must not be read off the sum.
        if hidden:
            shown = total(check.score for check in exercise.checks if check.visibility != "hidden")
            points = exercise.points - hidden
            earned = f"{_of(shown, points)}, and {number(hidden)} more that are not shown yet"
        else:
            earned = _of(exercise.score, exercise.points)
        rows.append(f"{exercise.id}  {exercise.title}: {earned}{f' ({said})' if said else ''}")
    return "".join(f"{row}\n" for row in rows)


def _of(score: Fraction | None, points: Fraction) -> str:
    word = "point" if points == 1 else "points"
    return f"{'no score' if score is None else number(score)} of {number(points)} {word}"
