"""All checks of an exercise on one function of the author's, judged as `grader.grading` judges a submission.

The chain itself grades every solution on the public seed. On hundreds of seeds, what has been asked once is not asked
again, and nothing is made ready to be shown.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from grader.checks import Reference
from grader.conduct import judge_case
from grader.model import Answer, Call, Failure, Outcome, Verdict
from grader.prepared import Mistake, Prepared
from grader.recognising import Judged
from grader.scoring import check_score
from grader.spec.exercise import CheckItem, Exercise


def judge_all(exercise: Exercise, prepared: Prepared, run: Reference) -> dict[str, Judged]:
    """Return what every check comes to, whatever checks it needs."""
    return {check.name: judge(exercise, check, prepared, run) for check in exercise.checks}


def judge(exercise: Exercise, check: CheckItem, prepared: Prepared, run: Reference) -> Judged:
    """Return what one check comes to."""
    outcomes: list[Outcome] = []
    answers: list[tuple[Answer, ...]] = []
    ready = prepared.checks[check.name]
    for case, expected in zip(ready.cases, ready.expected, strict=True):
        try:
            outcome, given = judge_case(exercise, check, case, expected, run)
        except Exception as error:  # a check that raises is told to the author
            return Judged(tuple(outcomes), tuple(answers), error=f"case {case.number}: {type(error).__name__}: {error}")
        outcomes.append(outcome)
        answers.append(given)
    return Judged(tuple(outcomes), tuple(answers))


def with_needs(checks: Sequence[CheckItem], judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Return the same with those checks skipped that need one which has not passed."""
    passed: set[str] = set()
    found: dict[str, Judged] = {}
    for check in checks:
        result = judged[check.name]
        if not passed.issuperset(check.needs):
            result = Judged(stopped=Failure(Verdict.SKIPPED, "a check that it needs is not passed"))
        elif not result.error and not result.failing():
            passed.add(check.name)
        found[check.name] = result
    return found


def scores(checks: Sequence[CheckItem], judged: Mapping[str, Judged], prepared: Prepared) -> dict[str, Fraction]:
    """Return what every check earns."""
    return {
        check.name: Fraction(0)
        if judged[check.name].stopped or judged[check.name].error
        else check_score(
            judged[check.name].outcomes, len(prepared.checks[check.name].cases), check.points, check.credit
        )
        for check in checks
    }


def fault_of(judged: Judged) -> str:
    """Return what went wrong first in a check."""
    if judged.error or judged.stopped:
        return judged.error or (judged.stopped.message if judged.stopped else "")
    failing = judged.failing()
    return judged.outcomes[failing[0]].message if failing else ""


def mistake_of(
    name: str, feedback: str, prepared: Prepared, judged: Mapping[str, Judged], checks: Sequence[CheckItem]
) -> Mistake:
    """Return a known mistake by the answers that it gave while it was judged."""
    answers = {}
    for check in checks:
        ready, given = prepared.checks[check.name], judged[check.name].answers
        pairs = zip(ready.cases, ready.expected, strict=True)
        rows = (*given, *[()] * (len(ready.cases) - len(given)))
        answers[check.name] = tuple(
            check.rule.condensed(case, expected, row) if row else ()
            for (case, expected), row in zip(pairs, rows, strict=True)
        )
    return Mistake(name, feedback, answers)


def first_fault(
    exercise: Exercise,
    prepared: Prepared,
    run: Reference,
    *,
    announce: Callable[[Sequence[Call]], None] = lambda _: None,
) -> tuple[CheckItem, Outcome] | None:
    """Return the check that finds a function out first, the cheap ones first, with what it says; None if none does.

    Parameters
    ----------
    exercise, prepared : Exercise, Prepared
        what is judged by.
    run : Reference
        answers a call.
    announce : callable, optional
        takes the calls of a round before they are made.
    """
    for check in sorted(exercise.checks, key=lambda check: check.rule.tests()):
        ready = prepared.checks[check.name]
        for case, expected in zip(ready.cases, ready.expected, strict=True):
            outcome, _ = judge_case(exercise, check, case, expected, run, announce=announce)
            if not outcome.accepted:
                return check, outcome
    return None


class Timed:
    """A function of the author's, and how long its calls take.

    Attributes
    ----------
    longest, total : float
        seconds that the longest call took, and all of them together.
    """

    def __init__(self, run: Reference) -> None:
        self._run, self.longest, self.total = run, 0.0, 0.0

    def __call__(self, call: Call) -> Answer:
        """Call the function."""
        began = time.perf_counter()
        answer = self._run(call)
        took = time.perf_counter() - began
        self.longest, self.total = max(self.longest, took), self.total + took
        return answer

    def taken(self) -> dict[str, float]:
        """Return both times, and begin anew."""
        found = {"longest": self.longest, "total": self.total}
        self.longest = self.total = 0.0
        return found


def remembering(run: Reference) -> Reference:
    """Return what answers a call with arguments that it has seen with the answer that it gave.

    Arguments are the same if they are the same objects, as those of one case are. What an object's state may have a part
    in is always asked anew.
    """
    known: dict[tuple[int, ...], tuple[Call, Answer]] = {}  # the call is kept, so that no other object gets its number

    def answer(call: Call) -> Answer:
        if call.target is not None or call.keep:
            return run(call)
        key = tuple(map(id, call.arguments))
        if key not in known:
            known[key] = (call, run(call))
        return known[key][1]

    return answer
