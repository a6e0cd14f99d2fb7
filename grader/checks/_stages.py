"""What all statistical checks share: an opening, a first stage, and a second one only where the first fails."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, cast, final

import numpy as np

from grader.checks._comparison import bare, wrong
from grader.checks._contract import Check, Conditions, Expected, Need, Reference
from grader.checks._levels import GROWTH, level_of
from grader.checks._rounds import judged
from grader.checks._runs import generator_of
from grader.checks._sources import PURPOSES, TELLING, ManyCalls, OneCall, Source, Stage
from grader.checks._statistics import Aspect, Floats, one_law
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome
from grader.sandbox.values import Value

_ALIKE = 1e-6
"""Relative difference below which the numbers of two answers to the same data are taken for the same."""


class Staged(Check):
    """A check of random answers: refused is what fails a first stage and, with fresh numbers, a second one.

    What a right answer never does (None, a draw outside the range, the same number for every generator) is refused at
    once. What a right answer does now and then has an outcome whose aspect is one of `Aspect`; how often is said in
    `grader.checks._levels`.

    Attributes
    ----------
    things : str
        what is tested, in the plural.
    """

    climbs: ClassVar[bool] = False
    things: ClassVar[str] = ""

    @abstractmethod
    def source(self) -> Source:
        """Return where the numbers come from."""

    @abstractmethod
    def size_of(self, case: Case, level: float) -> int:
        """Return the size of the first stage."""

    @abstractmethod
    def limits(self, case: Case, n: int, level: float, random: "np.random.Generator") -> Mapping[str, Value]:
        """Return what a stage of size n is judged by: its critical values, and what else has to be known.

        Raises
        ------
        JudgeError
            if the case cannot be judged.
        """

    @abstractmethod
    def tested(self, values: Floats, limits: Mapping[str, Any], case: Case) -> Outcome:
        """Judge the numbers of one stage."""

    @abstractmethod
    def wanted(self, case: Case, expected: Expected) -> str:
        """Return what was expected, in words."""

    def varies(self, case: Case, n: int) -> bool:
        """Return whether it is all but certain that the numbers of a right answer are not all the same."""
        return True

    def usual(self, values: Floats) -> dict[str, Value]:
        """Return what the reference's own numbers are like, for `tested` to find among the limits."""
        return {}

    def samples(self, values: Floats) -> tuple[Floats, ...]:
        """Return the samples that must look alike for two answers to be taken for one."""
        return tuple(np.atleast_2d(values.T))

    @final
    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the limits of both stages and the streams of the fresh numbers; the reference itself must pass."""
        source, level = self.source(), level_of(conditions.tests, self.tests())
        source.require(case)
        n = self.size_of(case, level)
        facts: dict[str, Value] = {
            "size": n,
            "keys": {purpose: conditions.stream(case.number, purpose) for purpose in PURPOSES},
            "first": self._limits(case, n, level, conditions.stream(case.number, "limits of the first stage")),
            "second": self._limits(
                case, GROWTH * n, level, conditions.stream(case.number, "limits of the second stage")
            ),
            "varies": self.varies(case, n),
            "telling": False,
            "usual": {},
        }
        like = reference(source.first_calls(case, facts)[0])
        value = None if isinstance(source, OneCall) else bare(like.value)[0]
        expected = Expected(value, facts)
        outcome, answers = judged(self, case, expected, reference)
        if not outcome.accepted:
            raise JudgeError(f"the reference solution's own {self.things} fail on this seed: {outcome.message}")
        values = self._stage(case, expected, answers, "first")[1]
        known: dict[str, Value] = {
            "telling": source.changed(case, facts, answers) >= TELLING,
            "usual": self.usual(np.empty(0) if values is None else values),
        }
        return Expected(value, {**facts, **known})

    def _limits(self, case: Case, n: int, level: float, key: int) -> Value:
        return dict(self.limits(case, n, level, np.random.default_rng(key)))

    @final
    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for one answer first, and for the same again."""
        return self.source().first_calls(case, cast(Mapping[str, Any], expected.facts))

    @final
    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Judge the opening, then the first stage and, where that fails, the second."""
        source, facts = self.source(), cast(Mapping[str, Any], expected.facts)
        stage: Stage = "first"
        outcome = source.opened(case, expected, answers[: source.opening])
        if outcome is None:
            known, asked = len(answers), source.first_stage(case, facts)
            if known < asked:
                return Need(source.calls(case, facts, "first"))
            outcome = self._stage(case, expected, answers, "first")[0]
            if outcome.aspect in [*Aspect]:
                if known == asked:
                    return Need(source.calls(case, facts, "second"))
                stage = "second"
                outcome = self._stage(case, expected, answers, stage)[0]
        shown = outcome.call if outcome.accepted or outcome.call else source.shown(case, facts, stage)
        return replace(outcome, expected=self.wanted(case, expected), call=shown)

    @final
    def condensed(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> tuple[Answer, ...]:
        """Return all that `resembles` has to know of a mistake's thousands of answers, as one answer; or nothing."""
        found = self._numbers(case, expected, answers)
        return (Answer({"aspect": found[0], "numbers": found[1]}),) if found else ()

    @final
    @np.errstate(all="ignore")
    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both fail the same test, and their numbers could come from one law.

        The mistake's answers may be all of them, or condensed.
        """
        first, second = self._numbers(case, expected, mine), self._numbers(case, expected, theirs)
        if first is None or second is None or first[0] != second[0]:
            return False
        if isinstance(self.source(), ManyCalls) and generator_of(case) is None:  # the same data in every run
            return bool(np.allclose(first[1], second[1], rtol=_ALIKE, atol=0))
        pairs = zip(self.samples(first[1]), self.samples(second[1]), strict=True)
        return all(one_law(*pair) for pair in pairs)

    def _numbers(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> tuple[str, Floats] | None:
        """Return which test the first stage fails, or how the generator is misused; and the first stage's numbers."""
        match answers:
            case [Answer(value={"aspect": str(aspect), "numbers": np.ndarray() as numbers})]:
                return aspect, numbers
        source, facts = self.source(), cast(Mapping[str, Any], expected.facts)
        if len(answers) < source.first_stage(case, facts):
            return None
        opened = source.opened(case, expected, answers[: source.opening])
        outcome, values = self._stage(case, expected, answers, "first")
        return None if values is None else (str((opened or outcome).aspect), values)

    @np.errstate(all="ignore")  # numbers may be enormous
    def _stage(
        self, case: Case, expected: Expected, answers: Sequence[Answer], stage: Stage
    ) -> tuple[Outcome, Floats | None]:
        """Return the outcome of a stage, and its numbers if there are any."""
        source, facts = self.source(), cast(Mapping[str, Any], expected.facts)
        values = source.values(case, expected, answers, stage)
        if isinstance(values, Outcome):
            return values, None
        constant = self._constant(values, case) if facts["varies"] else None
        return constant or source.misused(case, facts, answers) or self.tested(
            values, {**facts[stage], **facts["usual"]}, case
        ), values

    def _constant(self, values: Floats, case: Case) -> Outcome | None:
        if len(values) < 2 or not np.all(values == values[0]):
            return None
        row = [f"{number:.6g}" for number in np.atleast_1d(values[0])]
        shown = f"number, {row[0]}" if len(row) == 1 else f"numbers, {', '.join(row)}"
        generator = generator_of(case)
        hint = f": does the function use `{generator}`?" if generator and isinstance(self.source(), ManyCalls) else ""
        return wrong(f"all {self.things} are the same {shown}{hint}", aspect="constant")
