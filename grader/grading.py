"""The chain, from a submission to a judged exercise. This file is the definition of the product.

::

    Prepared cases -> calls == trust boundary ==> answers -> outcomes
    -> a simpler failing case looked for -> mistakes recognised -> result
"""

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.climbing import climb
from grader.conduct import judge_case
from grader.errors import JudgeError
from grader.executors import Executor, Loaded, Session
from grader.model import FAILED_BY_SYSTEM, Answer, Call, Case, Failure, Outcome, Verdict
from grader.prepared import PreparedCheck
from grader.presenting import present
from grader.recognising import Judged, recognise
from grader.results import ExerciseResult
from grader.retaining import Retention
from grader.spec.exercise import CheckItem, Exercise
from grader.submissions import sources
from grader.tasks import Task
from grader.uses import fault, guarded


def grade(task: Task, executor: Executor) -> ExerciseResult:
    """Return the result of one submission to one exercise.

    Parameters
    ----------
    task : Task
        the exercise, its prepared data and the submission.
    executor : Executor
        where the submission runs.
    """
    stopped = _not_to_be_run(task)
    if stopped or task.submission is None:
        results = {check.name: Judged(stopped=stopped) for check in task.checks}
    else:
        with executor.open(replace(task.submission, forbidden=guarded(task.exercise.forbid))) as session:
            loaded = session.load()
            where = "the notebook" if task.submission.cells else f"{task.submission.name}.py"
            stopped_at = _unusable(task.exercise, where, loaded)
            results = climb(task, dict(_judge_checks(task, session, stopped_at)), session)
    return present(task, results, recognise(task.checks, task.prepared, results))


def _not_to_be_run(task: Task) -> Failure | None:
    """Return what all checks come to when there is no answer, or one that cannot be run or uses what it must not."""
    if task.submission is None:
        way_on = f"; `grade reset {task.id}` puts a fresh stub there" if task.is_courses_own else ""
        return Failure(Verdict.ABSENT, f"there is no file {task.answer_file}{way_on}")
    if task.refused:
        return Failure(Verdict.RAISED, task.refused)
    exercise = task.exercise
    if not (exercise.forbid or exercise.require):
        return None
    submission, name = task.submission, exercise.function.name
    message = fault(sources(submission), exercise.forbid, exercise.require, name, submission.place)
    return Failure(Verdict.WRONG_ANSWER, message) if message else None


def _unusable(exercise: Exercise, where: str, loaded: Loaded) -> Judged | None:
    """Return what all checks come to when there is no function to call."""
    if loaded.failure:
        return Judged(stopped=loaded.failure, printed=loaded.printed)
    function = exercise.function
    wanted = f"({', '.join(function.parameters)})"
    if not loaded.found:
        others = f"it defines {', '.join(loaded.names[:10])}" if loaded.names else "it defines no function at all"
        message = f"{where} has no function `{function.name}`: {others}"
        return Judged(stopped=Failure(Verdict.ABSENT, message), printed=loaded.printed)
    count = len(function.parameters)
    if count < loaded.fewest or (loaded.most is not None and count > loaded.most):
        message = f"`{function.name}` takes {loaded.parameters}, but is called with {wanted}"
        return Judged(stopped=Failure(Verdict.RAISED, message, "TypeError"), printed=loaded.printed)
    return None


def _judge_checks(task: Task, session: Session, stopped: Judged | None) -> Iterator[tuple[str, Judged]]:
    accepted: set[str] = set()
    for check in task.checks:
        unmet = next((name for name in check.needs if name not in accepted), None)
        if stopped:
            result = stopped
        elif unmet is not None:
            result = Judged(stopped=Failure(Verdict.SKIPPED, f"needs the check “{unmet}” first"))
        else:
            result = _judge_cases(check, task.prepared.checks[check.name], session, task.exercise)
        if not result.stopped and not result.error and all(outcome.accepted for outcome in result.outcomes):
            accepted.add(check.name)
        yield check.name, result


def _judge_cases(check: CheckItem, prepared: PreparedCheck, session: Session, exercise: Exercise) -> Judged:
    """Run and judge the cases one by one; a case whose process died is the last."""
    outcomes: list[Outcome] = []
    answers: list[tuple[Answer, ...]] = []
    pairs = list(zip(prepared.cases, prepared.expected, strict=True))
    retention, announce = Retention(), session.expect
    if check.rule.asks_once:  # then all calls are known, and can go one after the other without a pause
        session.expect([call for pair in pairs for call in check.rule.ask(*pair)])
        announce = _is_announced
    for case, expected in pairs:
        try:
            outcome, given = judge_case(exercise, check, case, expected, session.call, announce=announce)
        except Exception as error:  # a check that raises is our fault, never the student's
            return Judged(tuple(outcomes), tuple(answers), error=_judge_error(check, case, error))
        outcomes.append(outcome)
        answers.append(retention.kept(outcome, given))
        failures = [answer.failure for answer in given if answer.failure]
        forbidden = next((failure for failure in failures if failure.verdict is Verdict.WRONG_ANSWER), None)
        if forbidden:
            return Judged(stopped=forbidden, printed=given[0].printed)
        if outcome.verdict in FAILED_BY_SYSTEM and failures:
            break
    return Judged(tuple(outcomes), tuple(answers))


def _is_announced(calls: Sequence[Call]) -> None:
    """Announce nothing: that was done for all cases at once."""


def _judge_error(check: CheckItem, case: Case, error: Exception) -> str:
    where = f"check {check.name!r}, case {case.number}"
    if isinstance(error, JudgeError):
        return f"{where}: {error}"
    return f"{where}: {''.join(traceback.format_exception(error)).rstrip()}"
