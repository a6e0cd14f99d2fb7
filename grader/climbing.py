"""The failing case that is shown: a failure is looked for on small and simple inputs, in the student's own process.

There is no search. Every check has a ladder of rungs (`grader.cases.draw_ladder`), simplest first, and the first rung
that fails in the same way is shown in place of the case that failed.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from grader.conduct import judge_case
from grader.errors import AuthoringError, JudgeError
from grader.executors import Session
from grader.model import FAILED_BY_SYSTEM, Answer, Outcome
from grader.recognising import Judged, Shown
from grader.spec.exercise import CheckItem
from grader.tasks import Task

SECONDS: Final = 1.0
"""Time after which no further rung is tried, over all checks; it bounds what a slow answer costs, and no verdict."""


def climb(task: Task, results: Mapping[str, Judged], session: Session) -> dict[str, Judged]:
    """Return the results, with a simpler case to show for each failed check where there is one.

    Parameters
    ----------
    task : Task
        what was judged.
    results : mapping of str to Judged
        what each check came to.
    session : Session
        where the submission still runs.
    """
    until = time.monotonic() + SECONDS
    found = dict(results)
    for check in task.checks:
        result = results[check.name]
        if _worth_it(task, check, result) and time.monotonic() < until:
            found[check.name] = result.showing(_first(task, check, result, session, until))
    return found


def _worth_it(task: Task, check: CheckItem, result: Judged) -> bool:
    """Return whether a failure is there, will be shown, and left the process alive."""
    failing = result.failing()
    if not failing or result.error or task.replay or (check.visibility == "hidden" and not task.reveal):
        return False
    return check.rule.climbs and not any(result.outcomes[place].verdict in FAILED_BY_SYSTEM for place in failing)


def _first(task: Task, check: CheckItem, result: Judged, session: Session, until: float) -> Shown | None:
    """Return the first rung that fails in the way of the first failing case."""
    place = result.failing()[0]
    wanted = _manner(result.outcomes[place], result.answers[place])
    with suppress(AuthoringError):  # there is no reference here, so there is no ladder
        ladder = task.ladder(check.name)
        for case, expected in zip(ladder.cases, ladder.expected, strict=True):
            if time.monotonic() > until:
                return None
            with suppress(JudgeError):  # a rung that cannot be judged is no use, and costs nobody a point
                outcome, answers = judge_case(
                    task.exercise, check, case, expected, session.call, announce=session.expect
                )
                if outcome.verdict in FAILED_BY_SYSTEM:
                    return None
                if _manner(outcome, answers) == wanted:
                    return Shown(case, outcome, answers)
    return None


def _manner(outcome: Outcome, answers: tuple[Answer, ...]) -> tuple[str, ...]:
    """Return in which way a case failed."""
    kind = next((answer.failure.type for answer in answers if answer.failure), "")
    return (outcome.verdict, outcome.aspect, kind)
