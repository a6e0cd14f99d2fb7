"""For formats that are about one student."""

from dataclasses import replace

from grader.errors import UsageError
from grader.gradebook.scores import ExerciseScore, Overview, StudentScores
from grader.model import Verdict
from grader.results import ExerciseResult


def only_student(scores: Overview, form: str) -> StudentScores:
    """Return the student.

    Raises
    ------
    UsageError
        if there is not exactly one.
    """
    if len(scores.students) != 1:
        raise UsageError(f"the format {form} is about one student: name one with --student")
    return scores.students[0]


def counting(item: ExerciseScore) -> ExerciseResult:
    """Return what was judged with the score that counts; it has no checks where there is no result."""
    if item.result:
        return replace(item.result, score=item.score, points=item.points, verdict=counting_verdict(item))
    verdict = counting_verdict(item)
    return ExerciseResult(item.exercise, item.exercise, "", "", verdict, item.score, item.points, ())


def counting_verdict(item: ExerciseScore) -> Verdict:
    """Return the verdict that fits the score that counts, which a person or lateness may have changed."""
    if item.score is None:
        return Verdict.JUDGE_ERROR
    if item.score >= item.points:
        return Verdict.ACCEPTED
    judged = item.verdict not in (None, Verdict.ACCEPTED, Verdict.JUDGE_ERROR)
    return item.verdict if judged and item.verdict else Verdict.PARTIAL
