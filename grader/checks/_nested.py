"""Several calls for one case, with a comparison for each answer: what the kinds that do so share."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final, cast

import numpy as np

from grader.checks._comparison import Comparison, alike, bare
from grader.checks._contract import Check, Conditions, Expected, Reference, evaluate, raised
from grader.checks._rounds import judged
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome
from grader.notation import describe, show
from grader.sandbox.expressions import Expression
from grader.sandbox.values import Value

_SHOWN: Final = 60
"""Longest text of an argument in a message."""


def argument(formula: Expression, case: Case) -> Value:
    """Return what a call is made with: an input as it is, or the value of a formula.

    Raises
    ------
    JudgeError
        if the formula cannot be evaluated, or its value cannot be sent.
    """
    if formula.text in case.inputs:
        return case.inputs[formula.text]
    value = evaluate(formula, case)
    if isinstance(value, np.generic):
        return value.item()
    numeric = isinstance(value, np.ndarray) and value.dtype.kind in "biufc"
    if not numeric and not isinstance(value, bool | int | float | complex | list | tuple):
        raise JudgeError(f"{formula.text!r} is {describe(value)}, which cannot be handed to a function")
    return value


def listed(arguments: Iterable[Value]) -> str:
    """Return arguments as they stand in a call, long ones in words."""
    texts = [(show(value), value) for value in arguments]
    return ", ".join(text if len(text) <= _SHOWN else f"<{describe(value)}>" for text, value in texts)


def value_of(answer: Answer, where: str = "") -> Value:
    """Return the value that the reference gave.

    Raises
    ------
    JudgeError
        if it gave none.
    """
    if answer.failure:
        failure = answer.failure
        place = f" ({where})" if where else ""
        message = f"the reference solution failed{place}: {failure.message}\n{failure.trace}"
        raise JudgeError(message.rstrip())
    return bare(answer.value)[0]


def prepared_part(rule: Comparison, case: Case, answer: Answer, conditions: Conditions, where: str) -> Expected:
    """Return what one answer of the reference has to be compared with later."""
    value = value_of(answer, where)
    try:
        return Expected(value, dict(rule.remember(case, value, conditions)))
    except JudgeError as error:
        raise JudgeError(f"{where}: {error}") from error


def joined(parts: Iterable[Expected]) -> Expected:
    """Return the expectations of several answers as one, which can be stored."""
    found = tuple(parts)
    return Expected([part.value for part in found], {"parts": [dict(part.facts) for part in found]})


def part_of(expected: Expected, place: int) -> Expected:
    """Return one of the expectations that were joined."""
    values, facts = cast(list[Value], expected.value), cast(list[dict[str, Value]], expected.facts["parts"])
    return Expected(values[place], facts[place])


def judged_part(rule: Comparison, case: Case, answer: Answer, expected: Expected, where: str) -> Outcome:
    """Return the outcome of one answer, whose message says which call it was."""
    if answer.failure:
        outcome, got = raised(answer), answer.failure.message
    else:
        value, notes = bare(answer.value)
        outcome, got = rule.compare(value, expected, case), show(value)
        outcome = replace(outcome, notes=notes + outcome.notes)
    if outcome.accepted:
        return Outcome(notes=outcome.notes)
    wanted = outcome.expected or show(expected.value)
    return replace(outcome, message=f"{where}: {outcome.message}", got=outcome.got or got, expected=wanted)


def parts_alike(rule: Comparison, case: Case, expected: Expected, mine: Answer, theirs: Answer) -> bool:
    """Return whether two answers are the same as far as a comparison can tell."""
    return rule.resembles(case, expected, [mine], [theirs])


def same(mine: Answer, theirs: Answer) -> bool:
    """Return whether two answers are the same up to rounding, or failed alike."""
    if mine.failure or theirs.failure:
        return failed_alike(mine, theirs)
    return alike(bare(mine.value)[0], bare(theirs.value)[0])


def failed_alike(mine: Answer, theirs: Answer) -> bool:
    """Return whether two calls failed in the same way."""
    if not mine.failure or not theirs.failure:
        return False
    return (mine.failure.verdict, mine.failure.type) == (theirs.failure.verdict, theirs.failure.type)


def confirmed(rule: Check, case: Case, expected: Expected, reference: Reference) -> Expected:
    """Return the expectations once the reference itself has met them.

    Raises
    ------
    JudgeError
        if it does not.
    """
    outcome, _ = judged(rule, case, expected, reference)
    if not outcome.accepted:
        raise JudgeError(f"the reference solution is refused: {outcome.message}")
    return expected
