"""Outcomes as a person wants to see them: what to show of each check, and the case that failed."""

import shlex
from collections.abc import Iterable, Mapping
from fractions import Fraction

from grader.model import Answer, Case, Outcome, Verdict
from grader.notation import show
from grader.prepared import Mistake
from grader.recognising import Judged
from grader.results import CheckResult, Counterexample, ExerciseResult
from grader.scoring import check_score, check_verdict, exercise_verdict, total
from grader.spec.exercise import CheckItem
from grader.tasks import Task

_UNTOUCHED = "NotImplementedError"
_INPUT = "EOFError"


def present(task: Task, judged: Mapping[str, Judged], mistakes: Mapping[str, Mistake]) -> ExerciseResult:
    """Return the result of an exercise: scores of all checks, and what may be shown of them."""
    checks = tuple(_present_check(task, check, judged[check.name], mistakes.get(check.name)) for check in task.checks)
    return ExerciseResult(
        id=task.id,
        title=task.exercise.title,
        topic=task.topic,
        section=task.section,
        verdict=exercise_verdict(checks),
        score=None if task.replay else total(check.score for check in checks),
        points=sum((check.points for check in checks), Fraction(0)),
        points_hidden=sum((check.points for check in checks if check.visibility == "hidden"), Fraction(0)),
        points_withheld=task.withheld,
        checks=checks,
        answer_file=task.answer_file,
        untouched=_is_untouched(judged.values()),
        unsure=any(failure.unsure for item in judged.values() for failure in item.failures()),
        errors=tuple(f"{task.id}, {item.error}" for item in judged.values() if item.error),
    )


def not_judged(task: Task, error: str) -> ExerciseResult:
    """Return the result of an exercise that could not be judged at all: no score, and the error in full."""
    return ExerciseResult(
        id=task.id,
        title=task.exercise.title,
        topic=task.topic,
        section=task.section,
        verdict=Verdict.JUDGE_ERROR,
        score=None,
        points=task.exercise.points,
        checks=(),
        points_hidden=task.exercise.points - task.exercise.public_points,
        points_withheld=task.withheld,
        answer_file=task.answer_file,
        errors=(f"{task.id}: {error}",),
    )


def _is_untouched(judged: Iterable[Judged]) -> bool:
    """Return whether every call ended as a stub's does; checks that were skipped say nothing."""
    run = [item for item in judged if not (item.stopped and item.stopped.verdict is Verdict.SKIPPED)]
    failures = [answer.failure for item in run for answers in item.answers for answer in answers]
    whole = bool(failures) and not any(item.stopped or item.error for item in run)
    return whole and all(failure is not None and failure.type == _UNTOUCHED for failure in failures)


def _present_check(task: Task, check: CheckItem, judged: Judged, mistake: Mistake | None) -> CheckResult:
    cases = len(task.prepared.checks[check.name].cases)
    score: Fraction | None = check_score(judged.outcomes, cases, check.points, check.credit)
    verdict = check_verdict(judged.outcomes, score or Fraction(0), check.points)
    if judged.stopped:
        verdict = judged.stopped.verdict
    if judged.error:
        verdict = Verdict.JUDGE_ERROR
    if judged.error or task.replay:
        score = None
    passed = sum(outcome.accepted for outcome in judged.outcomes)
    bare = CheckResult(check.name, verdict, score, check.points, check.visibility, cases, passed)
    if check.visibility == "hidden" and not task.reveal:
        return bare.outline
    return _with_details(bare, task, check, judged, mistake)


def _with_details(
    result: CheckResult, task: Task, check: CheckItem, judged: Judged, mistake: Mistake | None
) -> CheckResult:
    fields = dict(vars(result))
    notes = tuple(dict.fromkeys(note for outcome in judged.outcomes for note in outcome.notes))
    failing = judged.failing()
    if judged.error:
        message = "this check could not be judged; the fault is not yours (see the error below)"
        return CheckResult(**fields | {"message": message, "notes": notes})
    if judged.stopped:
        more = {"message": judged.stopped.message, "trace": judged.stopped.trace, "printed": judged.printed}
        return CheckResult(**fields | more)
    if not failing:
        return CheckResult(**fields | {"notes": notes})
    place, shown = failing[0], judged.shown
    number = task.prepared.checks[check.name].cases[place].number
    if shown:
        case, outcome, answers, label = shown.case, shown.outcome, shown.answers, f"{number}.{shown.case.number}"
    else:
        case, label = task.prepared.checks[check.name].cases[place], task.label or str(number)
        outcome, answers = judged.outcomes[place], judged.answers[place]
    # What an author says of a check is about wrong values; a loop without end is another matter.
    plain = check.feedback if outcome.verdict is Verdict.WRONG_ANSWER else ""
    feedback = mistake.feedback if mistake else plain
    return CheckResult(
        **fields
        | {
            "message": outcome.message + _hint(answers),
            "feedback": feedback,
            "mistake": mistake.name if mistake else None,
            "counterexample": _counterexample(case, outcome, answers, _replay(task, check, label)),
            "notes": notes,
            "printed": "".join(dict.fromkeys(answer.printed for answer in answers)),
            "trace": next((answer.failure.trace for answer in answers if answer.failure), ""),
        }
    )


def _hint(answers: tuple[Answer, ...]) -> str:
    if any(answer.failure and answer.failure.type == _INPUT for answer in answers):
        return "; an answer gets its inputs as arguments, and `input()` has nobody to ask"
    return ""


def _replay(task: Task, check: CheckItem, label: str) -> str:
    """Return the command that runs a case, or a rung, again; nothing where that would give a secret seed away."""
    target = task.id if task.is_courses_own else shlex.quote(task.answer_file)
    case = f"--case {task.check_place(check.name)}:{label}"
    if not task.seed_is_secret:
        return f"grade {target} --seed {task.seed} {case}"
    return f"grade {task.id} {case}" if "." in label else ""  # a rung is the same for every seed


def _counterexample(case: Case, outcome: Outcome, answers: tuple[Answer, ...], replay: str) -> Counterexample:
    failure = next((answer.failure for answer in answers if answer.failure), None)
    shown = outcome.call or case.call()
    return Counterexample(
        inputs={name: show(value) for name, value in zip(case.arguments, shown.arguments, strict=False)},
        expected=outcome.expected,
        got=outcome.got or (failure.message if failure else show(answers[0].value)),
        error=outcome.error,
        allowed=outcome.allowed,
        replay=replay,
    )
