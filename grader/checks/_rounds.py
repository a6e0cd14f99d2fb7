"""Drives one check on one case: its calls, its judgement, and whatever more it needs for that."""

from collections.abc import Callable, Sequence

from grader.checks._contract import ROUNDS_CAP, Check, Expected, Need
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome


def judged(
    rule: Check,
    case: Case,
    expected: Expected,
    answer_to: Callable[[Call], Answer],
    announce: Callable[[Sequence[Call]], None] = lambda _: None,
) -> tuple[Outcome, tuple[Answer, ...]]:
    """Ask and judge until the check has an outcome; return it with the answers to all calls.

    Parameters
    ----------
    rule : Check
        what judges.
    case, expected : Case, Expected
        what it judges by.
    answer_to : callable
        answers a call: a session with a student's function, or the author's own.
    announce : callable, optional
        takes the calls of a round before they are made.

    Raises
    ------
    JudgeError
        if there is no outcome after `ROUNDS_CAP` rounds.
    """
    calls = rule.ask(case, expected)
    answers: tuple[Answer, ...] = ()
    for _ in range(ROUNDS_CAP):
        announce(calls)
        answers += tuple(map(answer_to, calls))
        judgement = rule.judge(case, expected, answers)
        if not isinstance(judgement, Need):
            return judgement, answers
        calls = judgement.calls
    raise JudgeError(f"no outcome after {ROUNDS_CAP} rounds")
