"""Where the numbers of a statistical check come from: one call that gives a whole sample, or many that give one each."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Literal, TypeAlias, cast

import numpy as np

from grader.checks._arrays import widened
from grader.checks._comparison import alike, bare, wrong
from grader.checks._contract import Expected, raised
from grader.checks._levels import GROWTH
from grader.checks._numbers import numbers
from grader.checks._runs import Fresh, generator_of, taken
from grader.checks._statistics import Floats
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Outcome
from grader.sandbox.encoder import Encoder
from grader.sandbox.expressions import Expression
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState

Stage: TypeAlias = Literal["first", "second"]

PURPOSES = ("opening", "another generator", "first draws", "fresh draws")
"""What random streams are for; what one call gives for the first stage comes from the case's own generator."""
TELLING = 0.2
"""Share of the reference's answers that another generator must change before it tells that one is ignored."""
_PROBES = 100
"""Runs of the first stage that are repeated with another generator where the data are fresh in every run.

A right function whose answer changes in a fifth of the runs changes none of so many once in 10^9 times.
"""


class Source(ABC):
    """Makes the calls of both stages, and reads the answers.

    Attributes
    ----------
    opening : int
        how many calls come first.
    """

    opening: ClassVar[int]

    @abstractmethod
    def require(self, case: Case) -> None:
        """Refuse a case that has not what is needed.

        Raises
        ------
        JudgeError
            if it has not.
        """

    @abstractmethod
    def first_calls(self, case: Case, facts: Mapping[str, Any]) -> tuple[Call, ...]:
        """Return the opening's calls: one, the same once more, and perhaps others."""

    @abstractmethod
    def opened(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | None:
        """Return what is wrong with the opening's answers for certain."""

    @abstractmethod
    def first_stage(self, case: Case, facts: Mapping[str, Any]) -> int:
        """Return how many calls the opening and the first stage make together."""

    @abstractmethod
    def calls(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> tuple[Call, ...]:
        """Return the calls of a stage beyond the opening."""

    @abstractmethod
    def values(self, case: Case, expected: Expected, answers: Sequence[Answer], stage: Stage) -> Floats | Outcome:
        """Return the numbers of a stage, a row for each; or what is wrong with an answer."""

    @abstractmethod
    def shown(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> Call | None:
        """Return the call whose answer is shown when a stage fails, where it is not the case's own."""

    def changed(self, case: Case, facts: Mapping[str, Any], answers: Sequence[Answer]) -> float:
        """Return the share of the answers that another generator changed; 1 where that was not tried."""
        return 1.0

    @abstractmethod
    def misused(self, case: Case, facts: Mapping[str, Any], answers: Sequence[Answer]) -> Outcome | None:
        """Return what is wrong with the use of the generator, going by the answers to the opening and first stage."""


@dataclass(frozen=True)
class OneCall(Source):
    """A sampler: a call gives as many draws as an input says.

    Attributes
    ----------
    size : str
        that input.
    """

    opening: ClassVar[int] = 3

    size: str

    def require(self, case: Case) -> None:
        """Refuse a case without a generator and a size."""
        n = case.inputs.get(self.size)
        whole = isinstance(n, int) and not isinstance(n, bool) and n >= 1
        if not whole or self.size not in case.arguments or generator_of(case) is None:
            raise JudgeError(f"a distribution needs a generator among the inputs, and a size in {self.size!r}")

    def first_calls(self, case: Case, facts: Mapping[str, Any]) -> tuple[Call, ...]:
        """Return the case's call twice, and once with another generator."""
        return (case.call(), case.call(), self._with(case, facts["keys"]["another generator"]).call())

    def opened(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | None:
        """Return what is wrong with the form of the draws."""
        for answer in answers:
            refused = self._refused(answer, case.inputs[self.size])
            if refused:
                return refused
        return None

    def misused(self, case: Case, facts: Mapping[str, Any], answers: Sequence[Answer]) -> Outcome | None:
        """Compare the draws of the same generator, and of another."""
        first, again, other = map(_draws, answers[: self.opening])
        generator = generator_of(case)
        if not np.array_equal(first, again):
            text = (
                f"the draws do not come from `{generator}`: a generator in the same state gave others the second time"
            )
            return wrong(text, aspect="generator")
        if facts["varies"] and np.array_equal(first, other):
            text = f"the draws do not depend on `{generator}`: another generator gave the same ones"
            return wrong(text, aspect="generator")
        return None

    def first_stage(self, case: Case, facts: Mapping[str, Any]) -> int:
        """Return the number of the opening's calls: one of them gave the sample."""
        return self.opening

    def calls(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> tuple[Call, ...]:
        """Return nothing for the first stage, whose sample is the opening's."""
        if stage == "first":
            return ()
        return (self._with(case, facts["keys"]["fresh draws"]).call(**{self.size: GROWTH * facts["size"]}),)

    def shown(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> Call | None:
        """Return the call that gave the fresh draws."""
        return self.calls(case, facts, "second")[0] if stage == "second" else None

    def values(self, case: Case, expected: Expected, answers: Sequence[Answer], stage: Stage) -> Floats | Outcome:
        """Return the draws."""
        n = cast(int, expected.facts["size"])
        answer, size = (answers[0], n) if stage == "first" else (answers[self.opening], GROWTH * n)
        return self._refused(answer, size) or _draws(answer)

    def _with(self, case: Case, key: int) -> Case:
        generator = generator_of(case) or ""
        return replace(case, inputs={**case.inputs, generator: RandomState(key)})

    def _refused(self, answer: Answer, n: Any) -> Outcome | None:
        if answer.failure:
            return raised(answer)
        got = numbers(bare(answer.value)[0], np.zeros(n))
        return got if isinstance(got, Outcome) else None


def _draws(answer: Answer) -> Floats:
    return widened(bare(answer.value)[0]).real.astype(np.float64, copy=False)


@dataclass(frozen=True)
class ManyCalls(Source):
    """A function that is called anew for every number.

    Attributes
    ----------
    fresh : Fresh
        what differs from call to call.
    formulas : tuple of Expression
        the numbers to take from an answer.
    """

    opening: ClassVar[int] = 2

    fresh: Fresh
    formulas: tuple[Expression, ...]

    def require(self, case: Case) -> None:
        """Refuse a case whose runs would all be the same."""
        self.fresh.require(case)

    def first_calls(self, case: Case, facts: Mapping[str, Any]) -> tuple[Call, ...]:
        """Return the same call twice: the case's own, with fresh data where the runs have them."""
        return (self._opening(case, facts).call(),) * 2

    def _opening(self, case: Case, facts: Mapping[str, Any]) -> Case:
        # The case's own data may be of an edge regime, of which nothing is claimed.
        return self.fresh.runs(case, facts["keys"]["opening"], 1)[0] if self.fresh.inputs else case

    def opened(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | None:
        """Return what is wrong with the form of the answer, or that it is another when asked again."""
        run = self._opening(case, cast(Mapping[str, Any], expected.facts))
        got = taken(self.formulas, expected.value, [run], answers[:1])
        if isinstance(got, Outcome):
            return got
        if not answers[1].failure and alike(bare(answers[0].value)[0], bare(answers[1].value)[0]):
            return None
        generator = generator_of(case)
        if generator is None:
            return wrong("called again with the same inputs, the function gave another answer", aspect="generator")
        text = f"a generator in the same state gave another answer the second time: use no generator but `{generator}`"
        return wrong(text, aspect="generator")

    def first_stage(self, case: Case, facts: Mapping[str, Any]) -> int:
        """Return the number of calls before the second stage."""
        return int(self.opening + facts["size"] + self._probes(case, facts))

    def calls(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> tuple[Call, ...]:
        """Return the calls of all runs, and those that show whether the generator is used."""
        runs = self._runs(case, facts, stage)
        probes, keys = self._probes(case, facts), facts["keys"]
        if stage == "first" and probes:
            runs += self.fresh.runs(case, keys["first draws"], probes, other=keys["another generator"])
        return tuple(run.call() for run in runs)

    def shown(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> Call | None:
        """Return the first call of all as an example: no single one is at fault."""
        return self._opening(case, facts).call() if self.fresh.inputs else None

    def values(self, case: Case, expected: Expected, answers: Sequence[Answer], stage: Stage) -> Floats | Outcome:
        """Return what the formulas take from the answers."""
        facts: Mapping[str, Any] = expected.facts
        runs = self._runs(case, facts, stage)
        begin = self.opening if stage == "first" else self.first_stage(case, facts)
        return taken(self.formulas, expected.value, runs, answers[begin : begin + len(runs)])

    def misused(self, case: Case, facts: Mapping[str, Any], answers: Sequence[Answer]) -> Outcome | None:
        """Compare the answers to the same data with other generators."""
        if not facts["telling"] or self.changed(case, facts, answers) > 0:
            return None
        text = f"the answers do not depend on `{generator_of(case)}`: other generators gave the same ones"
        return wrong(text, aspect="generator")

    def changed(self, case: Case, facts: Mapping[str, Any], answers: Sequence[Answer]) -> float:
        """Return the share of the runs with fresh data in which another generator changed the answer."""
        count, size = self._probes(case, facts), facts["size"]
        first, other = answers[self.opening :][:count], answers[self.opening + size :][:count]
        differ = [_bits(mine) != _bits(theirs) for mine, theirs in zip(first, other, strict=True)]
        return sum(differ) / count if count else 1.0

    def _runs(self, case: Case, facts: Mapping[str, Any], stage: Stage) -> tuple[Case, ...]:
        key = facts["keys"]["first draws" if stage == "first" else "fresh draws"]
        return self.fresh.runs(case, key, facts["size"] * (1 if stage == "first" else GROWTH))

    def _probes(self, case: Case, facts: Mapping[str, Any]) -> int:
        return min(_PROBES, facts["size"]) if self.fresh.inputs and generator_of(case) else 0


def _bits(answer: Answer) -> object:
    encoder = Encoder()
    return encoder.node(answer.value), [bytes(buffer) for buffer in encoder.buffers]
