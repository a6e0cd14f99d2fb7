"""What all comparisons of values share: the rules that stand before any comparison."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from grader.checks._arrays import widened
from grader.checks._contract import Check, Conditions, Expected, Reference, raised
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome, Verdict
from grader.notation import show
from grader.sandbox.values import Noted, RandomState, Value

_NUMBERS: Final = (np.ndarray, np.number, np.bool_, int, float, complex)
_REMARKS: Final = {
    "numpy.matrix": "returned a numpy.matrix, which NumPy advises against; it was read as an array",
    "longdouble": "returned a long double; it was read as a float",
}
_ALIKE: Final = 1e-6
"""Relative difference below which two wrong answers are taken for the same."""


class Comparison(Check):
    """A check that compares one returned value with the reference's."""

    @property
    def asks_once(self) -> bool:
        """True, since the value on the case's inputs is all there is to compare."""
        return True

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the reference's value and what the comparison has to remember."""
        answer = reference(case.call())
        if answer.failure:
            raise JudgeError(
                f"the reference solution failed: {answer.failure.message}\n{answer.failure.trace}".rstrip()
            )
        value, _ = bare(answer.value)
        expected = Expected(value, self.remember(case, value, conditions))
        outcome = self.compare(value, expected, case)
        if not outcome.accepted:
            raise JudgeError(f"the reference solution's own value is refused: {outcome.message}")
        return expected

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the value; in the first case twice, since a function gives the same answer to the same inputs."""
        call = case.call()
        again = case.number == 0 and not any(isinstance(value, RandomState) for value in call.arguments)
        return (call, call) if again else (call,)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Compare the value, unless the call failed or the answer depends on more than its inputs."""
        first = answers[0]
        if first.failure:
            return replace(raised(first), expected=show(expected.value))
        value, notes = bare(first.value)
        outcome = self.compare(value, expected, case)
        if outcome.accepted and len(answers) > 1:
            outcome = self._repeated(answers[1], expected, case)
        return replace(outcome, expected=outcome.expected or show(expected.value), notes=notes + outcome.notes)

    def _repeated(self, answer: Answer, expected: Expected, case: Case) -> Outcome:
        value, _ = bare(answer.value)
        if answer.failure or not self.compare(value, expected, case).accepted:
            message = "called again with the same inputs, the function gave another answer: does it change something?"
            return Outcome(Verdict.WRONG_ANSWER, message, aspect="repetition")
        return Outcome()

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether my value would be accepted if theirs were the expected one."""
        if mine[0].failure or theirs[0].failure:
            return _failed_alike(mine[0], theirs[0])
        (value, _), (other, _) = bare(mine[0].value), bare(theirs[0].value)
        return alike(value, other) or self.compare(value, replace(expected, value=other), case).accepted

    @abstractmethod
    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare one value with the expected one."""

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return what `compare` needs beside the expected value; an unusable reference is refused here."""
        return {}


def _failed_alike(mine: Answer, theirs: Answer) -> bool:
    if not mine.failure or not theirs.failure:
        return False
    return (mine.failure.verdict, mine.failure.type) == (theirs.failure.verdict, theirs.failure.type)


def alike(mine: Value, theirs: Value) -> bool:
    """Return whether two values are the same up to rounding, in structure too; nan equals nan here."""
    if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
        if type(mine) is not type(theirs) or len(mine) != len(theirs):
            return False
        return all(alike(first, second) for first, second in zip(mine, theirs, strict=True))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(alike(mine[key], theirs[key]) for key in mine)
    if isinstance(mine, _NUMBERS) and isinstance(theirs, _NUMBERS):
        first, second = widened(mine), widened(theirs)
        return first.shape == second.shape and bool(np.allclose(first, second, rtol=_ALIKE, atol=0, equal_nan=True))
    return type(mine) is type(theirs) and bool(mine == theirs)


def bare(value: Value) -> tuple[Value, tuple[str, ...]]:
    """Return a value without the marks of unusual forms, and a remark on each of these forms."""
    forms: dict[str, None] = {}
    plain = _unmarked(value, forms)
    return plain, tuple(_REMARKS[form] for form in forms)


def _unmarked(value: Value, forms: dict[str, None]) -> Value:
    match value:
        case Noted():
            forms[value.form] = None
            return _unmarked(value.value, forms)
        case list():
            return [_unmarked(item, forms) for item in value]
        case tuple():
            return tuple(_unmarked(item, forms) for item in value)
        case dict():
            return {key: _unmarked(item, forms) for key, item in value.items()}
        case _:
            return value


def wrong(message: str, error: float | None = None, allowed: float | None = None, *, aspect: str = "") -> Outcome:
    """Return the outcome of an answer that is wrong."""
    return Outcome(Verdict.WRONG_ANSWER, message, error=error, allowed=allowed, aspect=aspect)
