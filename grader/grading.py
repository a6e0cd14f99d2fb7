"""The chain, from a submission to a judged exercise. This file is the definition of the product.

::

    Prepared cases -> calls == trust boundary ==> answers -> outcomes -> mistakes recognised -> result
"""

import traceback
from collections.abc import Iterator
from dataclasses import replace

from grader.checks import ROUNDS_CAP, Expected, Need
from grader.errors import JudgeError
from grader.executors import Executor, Loaded, Session
from grader.model import FAILED_BY_SYSTEM, Answer, Case, Failure, Outcome, Verdict
from grader.preparing import PreparedCheck
from grader.presenting import present
from grader.recognising import Judged, recognise
from grader.results import ExerciseResult
from grader.spec.exercise import CheckItem, Exercise
from grader.tasks import Task


def grade(task: Task, executor: Executor) -> ExerciseResult:
    """Return the result of one submission to one exercise.

    Parameters
    ----------
    task : Task
        the exercise, its prepared data and the submission.
    executor : Executor
        where the submission runs.
    """
    if task.submission is None:
        way_on = f"; `grade reset {task.id}` puts a fresh stub there" if task.is_courses_own else ""
        message = f"there is no file {task.answer_file}{way_on}"
        stopped = Failure(Verdict.ABSENT, message)
        judged = {check.name: Judged(stopped=stopped) for check in task.checks}
    else:
        with executor.open(task.submission) as session:
            loaded = session.load()
            stopped_at = _unusable(task.exercise, task.submission.name, loaded)
            judged = dict(_judge_checks(task, session, stopped_at))
    return present(task, judged, recognise(task.checks, task.prepared, judged))


def _unusable(exercise: Exercise, module: str, loaded: Loaded) -> Judged | None:
    """Return what all checks come to when there is no function to call."""
    if loaded.failure:
        return Judged(stopped=loaded.failure, printed=loaded.printed)
    function = exercise.function
    wanted = f"({', '.join(function.parameters)})"
    if not loaded.found:
        others = f"it defines {', '.join(loaded.names[:10])}" if loaded.names else "it defines no function at all"
        message = f"{module}.py has no function `{function.name}`: {others}"
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
            judged = stopped
        elif unmet is not None:
            judged = Judged(stopped=Failure(Verdict.SKIPPED, f"needs the check “{unmet}” first"))
        else:
            judged = _judge_cases(check, task.prepared.checks[check.name], session, task.exercise)
        if not judged.stopped and not judged.error and all(outcome.accepted for outcome in judged.outcomes):
            accepted.add(check.name)
        yield check.name, judged


def _judge_cases(check: CheckItem, prepared: PreparedCheck, session: Session, exercise: Exercise) -> Judged:
    """Run and judge the cases one by one; a case whose process died is the last."""
    outcomes: list[Outcome] = []
    answers: list[tuple[Answer, ...]] = []
    for case, expected in zip(prepared.cases, prepared.expected, strict=True):
        try:
            outcome, given = _judge_case(check, case, expected, session)
        except Exception as error:  # a check that raises is our fault, never the student's
            return Judged(tuple(outcomes), tuple(answers), error=_judge_error(check, case, error))
        outcomes.append(_unchanged(outcome, given, exercise))
        answers.append(given)
        if outcome.verdict in FAILED_BY_SYSTEM and any(answer.failure for answer in given):
            break
    return Judged(tuple(outcomes), tuple(answers))


def _judge_case(
    check: CheckItem, case: Case, expected: Expected, session: Session
) -> tuple[Outcome, tuple[Answer, ...]]:
    """Ask and judge, at most three times, until the check has an outcome."""
    calls = check.rule.ask(case, expected)
    answers: tuple[Answer, ...] = ()
    for _ in range(ROUNDS_CAP):
        answers += tuple(session.call(call) for call in calls)
        judgement = check.rule.judge(case, expected, answers)
        if not isinstance(judgement, Need):
            return judgement, answers
        calls = judgement.calls
    raise JudgeError(f"no outcome after {ROUNDS_CAP} rounds")


def _unchanged(outcome: Outcome, answers: tuple[Answer, ...], exercise: Exercise) -> Outcome:
    """Add the rule that stands beside every check: a function does not change its arguments."""
    names = list(exercise.function.parameters)
    changed = sorted({place for answer in answers for place in answer.changed if 0 <= place < len(names)})
    if outcome.accepted and changed and exercise.no_mutation:
        name = names[changed[0]]
        message = f"the function changed its argument `{name}`; work on a copy, such as `{name}.copy()`"
        return replace(outcome, verdict=Verdict.WRONG_ANSWER, message=message)
    threads = max((answer.threads for answer in answers), default=0)
    note = f"left {threads} thread{'s' * (threads > 1)} running, which ended with the check"
    return replace(outcome, notes=(*outcome.notes, note)) if threads else outcome


def _judge_error(check: CheckItem, case: Case, error: Exception) -> str:
    where = f"check {check.name!r}, case {case.number}"
    if isinstance(error, JudgeError):
        return f"{where}: {error}"
    return f"{where}: {''.join(traceback.format_exception(error)).rstrip()}"
