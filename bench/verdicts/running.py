"""Puts questions, and counts the verdicts that are as they have to be."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from bench.verdicts.records import Group, Question, Trial
from grader.author_code import runner
from grader.cases import stream
from grader.checks import Conditions, judged
from grader.errors import JudgeError
from grader.model import Case, Outcome, Tolerance, Verdict

REFERENCE = "the reference itself"
_SHOWN = 3
"""Faults that are kept of each answer."""
_NINE_TO_ELEVEN = (9, 11)
"""Between these times of what is allowed an error is taken for ten times as large."""


@dataclass
class Tally:
    """How the answers of one name to one family of questions were judged.

    Attributes
    ----------
    trial : Trial
        the family.
    group : Group
        of the answer.
    answer : str
        its name.
    asked, right : int
        how often it was judged, and how often as it has to be.
    faults : list of (int, str)
        number of a question and what was said, of the first that were judged otherwise.
    """

    trial: Trial
    group: Group
    answer: str
    asked: int = 0
    right: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def add(self, number: int, fault: str) -> None:
        """Count one verdict; an empty fault means that it is as it has to be."""
        self.asked += 1
        self.right += not fault
        if fault and len(self.faults) < _SHOWN:
            self.faults.append((number, fault))


def question_of(trial: Trial, number: int) -> Question:
    """Return the question of a number; it depends on nothing but the family's name and the number."""
    key = zlib.crc32(f"{trial.kind}: {trial.what}".encode())
    return trial.make(np.random.default_rng([key, number]))


def tallies(trial: Trial, numbers: Iterable[int]) -> list[Tally]:
    """Return how all answers to the questions of these numbers were judged."""
    found: dict[tuple[Group, str], Tally] = {}
    for number in numbers:
        try:
            for (group, name), fault in _verdicts(trial, number):
                found.setdefault((group, name), Tally(trial, group, name)).add(number, fault)
        except Exception as error:
            error.add_note(f"{trial.kind}: {trial.what}, trial {number}")
            raise
    return sorted(found.values(), key=lambda tally: [*Group].index(tally.group))


def _verdicts(trial: Trial, number: int) -> Iterator[tuple[tuple[Group, str], str]]:
    """Yield every answer with what is wrong with its verdict."""
    question = question_of(trial, number)
    arguments = tuple(name for name in question.inputs if name not in question.helpers)
    case = Case(number, question.inputs, arguments)

    def key(case_number: int, purpose: str) -> int:
        return stream(0, trial.kind, trial.what, case_number, purpose)

    conditions = Conditions(Tolerance(), question.check.tests(), key, question.function)
    try:
        expected = question.check.prepare(case, runner(question.reference), conditions)
    except JudgeError as error:
        yield (Group.RIGHT, REFERENCE), f"judge error: {error}"
        return
    yield (Group.RIGHT, REFERENCE), ""
    for (group, name), answer in question.answers().items():
        try:
            outcome, _ = judged(question.check, case, expected, runner(answer))
        except JudgeError as error:
            yield (group, name), f"judge error: {error}"
        else:
            yield (group, name), _fault(group, outcome, raises=trial.kind == "raises")


def _fault(group: Group, outcome: Outcome, *, raises: bool) -> str:
    """Return what is wrong with a verdict, or nothing."""
    if group.accepted or outcome.accepted:
        said = f"refused: {outcome.message}" if not outcome.accepted else "accepted"
        return "" if group.accepted == outcome.accepted else said
    if outcome.verdict is not Verdict.WRONG_ANSWER and not raises:
        return f"refused because the answer {outcome.message}"  # the trial's own fault
    if group is Group.OFF:
        low, high = _NINE_TO_ELEVEN
        if outcome.error is None or not outcome.allowed:
            return f"refused without an error that could be compared: {outcome.message}"
        if not low <= outcome.error / outcome.allowed <= high:
            return f"refused with an error that is {outcome.error / outcome.allowed:.3g} times the allowed one"
    return ""
