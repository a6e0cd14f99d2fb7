"""One case judged whole: by its check, and by the rules of conduct that stand beside every check.

A function does not change its arguments, calls a function that it is handed no more often than the check allows, and
leaves no thread running.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from grader.checks import Expected, judged, real
from grader.model import Answer, Call, Case, Outcome, Verdict
from grader.sandbox.values import Handle
from grader.spec.exercise import CheckItem, Exercise


def judge_case(  # noqa: PLR0913 - the last is a hint, and by keyword
    exercise: Exercise,
    check: CheckItem,
    case: Case,
    expected: Expected,
    answer_to: Callable[[Call], Answer],
    *,
    announce: Callable[[Sequence[Call]], None] = lambda _: None,
) -> tuple[Outcome, tuple[Answer, ...]]:
    """Return the outcome of one case, and the answers to all its calls.

    Parameters
    ----------
    exercise, check : Exercise, CheckItem
        what is judged.
    case, expected : Case, Expected
        by what.
    answer_to : callable
        answers a call.
    announce : callable, optional
        takes the calls of a round before they are made.

    Raises
    ------
    JudgeError
        if the check cannot say.
    """
    outcome, answers = judged(check.rule, case, expected, answer_to, announce)
    if outcome.accepted:
        outcome = _fault(exercise, check, case, answers) or outcome
    threads = max((answer.threads for answer in answers), default=0)
    note = f"left {threads} thread{'s' * (threads > 1)} running, which ended with the check"
    return (replace(outcome, notes=(*outcome.notes, note)) if threads else outcome), answers


def _fault(exercise: Exercise, check: CheckItem, case: Case, answers: tuple[Answer, ...]) -> Outcome | None:
    """Return the outcome of a case whose values are right and whose conduct is not."""
    message = _changed(exercise, answers) if exercise.no_mutation else ""
    if message:
        return Outcome(Verdict.WRONG_ANSWER, message, aspect="conduct")
    for name, formula in check.budget.items():
        allowed = real(formula, case)
        place = case.arguments.index(name)
        used = max(
            (count.calls for answer in answers for count in answer.evaluations if count.place == place), default=0
        )
        if used > allowed:
            message = f"`{name}` was called {used} times, where {allowed:g} are enough"
            return Outcome(Verdict.WRONG_ANSWER, message, error=float(used), allowed=allowed, aspect="budget")
    return None


def _changed(exercise: Exercise, answers: tuple[Answer, ...]) -> str:
    """Return what to say of arguments that were changed, or nothing."""
    names = list(exercise.function.parameters)
    # The arguments of a method, or of a function that was returned, are not the ones that the description names.
    own = not exercise.function.methods and not any(isinstance(answer.value, Handle) for answer in answers)
    places = {place for answer in answers for place in answer.changed if 0 <= place < (len(names) if own else 100)}
    if not places:
        return ""
    if not own:
        return "one of the arguments was changed; work on a copy"
    name = names[min(places)]
    return f"the function changed its argument `{name}`; work on a copy, such as `{name}.copy()`"
