"""Whether a mutant is as good as the reference: the same answers to many inputs, those of edge regimes among them.

Regimes that the author excluded, or for which the cases of a check do not suffice, are tried too, and the simple inputs of
the ladder: what differs only there is not the same, and the author is told which inputs would show it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Final, Literal, TypeAlias

import numpy as np

from grader.authoring.verification.easing import eased
from grader.authoring.verification.judging import remembering
from grader.authoring.verification.likeness import chance, nudged, numbers, of_one_form, same, unlikely
from grader.authoring.verification.subject import Subject
from grader.cases import draw_cases, draw_ladder
from grader.checks import Expected, Reference, judged
from grader.errors import JudgeError
from grader.generators import Generator
from grader.model import Answer, Case
from grader.notation import show
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState
from grader.spec.exercise import CheckItem, Exercise

SEEDS: Final = tuple(range(1001, 1005))
"""Seeds of the probes; no other proof uses them."""
BY_VALUE: Final = frozenset(["allclose", "exact", "rounded", "determinant", "iterates", "returns", "calls", "sentinel"])
"""Kinds of checks that say what an answer is. Where there is none, several answers may be right, and a check says which."""
CLOSER: Final = 0.1
"""Where a check says which answers are right, a mutant must be so with the tolerance times this."""
_RUNGS: Final = 12
_EXTRA_CASES: Final = 3
_STEADY: Final = 1e-6
"""Where an author excluded inputs because they are ill-posed, the reference's answer moves more than this when they do."""
_NUDGES: Final = 3
_DRAWS: Final = 10_000
_CALLS: Final = 300
"""Draws of both laws that are compared for one probe, and most calls that are made for them."""
_KEYS: Final = 2**64

Standing: TypeAlias = Literal["drawn", "crowded out", "excluded", "small"]
"""Whether a check draws such inputs; if not, whether it has too few cases for its regimes, or its author wanted none."""


@dataclass(frozen=True)
class Probe:
    """Inputs on which a mutant is compared with the reference.

    Attributes
    ----------
    check : CheckItem
        whose inputs they are.
    case : Case
        they.
    standing : Standing
        whether the check draws such inputs.
    """

    check: CheckItem
    case: Case
    standing: Standing = "drawn"

    @property
    def is_random(self) -> bool:
        """Whether the function is handed a generator."""
        return any(isinstance(self.case.inputs[name], RandomState) for name in self.case.arguments)

    def seeded(self, key: int) -> "Probe":
        """Return the same with other generators."""
        inputs = {
            name: RandomState((value.key + key) % _KEYS) if isinstance(value, RandomState) else value
            for name, value in self.case.inputs.items()
        }
        return replace(self, case=replace(self.case, inputs=inputs))


@dataclass(frozen=True)
class Difference:
    """A probe on which a mutant's answer is another than the reference's.

    Attributes
    ----------
    probe : Probe
        it.
    expected, got : str
        both answers as text.
    """

    probe: Probe
    expected: str
    got: str

    @property
    def inputs(self) -> str:
        """The arguments, as text."""
        case = self.probe.case
        return ", ".join(f"{name} = {show(case.inputs[name])}" for name in case.arguments)


class Probing:
    """Compares functions with the reference of an exercise.

    Parameters
    ----------
    subject : Subject
        the exercise.
    reference : Reference
        its reference, in this process.
    """

    def __init__(self, subject: Subject, reference: Reference) -> None:
        self._subject = subject
        self._reference = remembering(reference)
        function = subject.exercise.function
        self._by_rule = bool(function.methods) or bool(function.returns and function.returns.type == "callable")
        self._has_values = any(check.rule.kind in BY_VALUE for check in subject.exercise.checks)
        self._strict = eased(subject, CLOSER)
        self._expected: dict[int, Expected] = {}

    @cached_property
    def probes(self) -> Sequence[tuple[Probe, tuple[Answer, ...]]]:
        """All inputs on which the reference has an answer, with that answer."""
        pairs = ((probe, self._answers(probe, self._reference)) for probe in self._drawn())
        return [(probe, answers) for probe, answers in pairs if self._is_fit(probe, answers)]

    def _is_fit(self, probe: Probe, answers: Sequence[Answer]) -> bool:
        """Return whether the reference has answers to a probe, and, where its author excluded it, steady ones."""
        if not answers or any(answer.failure for answer in answers):
            return False
        if probe.standing != "excluded" or probe.is_random:
            return True
        found = numbers(answers)
        if found is None:
            return True
        with np.errstate(all="ignore"):
            size = float(np.max(np.abs(found), initial=0.0))
        return math.isfinite(size) and self._noise(probe) <= _STEADY * size

    def differences(self, function: Reference) -> list[Difference]:
        """Return where a function differs from the reference, one probe of each kind; nothing if it is as good."""
        run = remembering(function)
        found: dict[tuple[str, str, str], Difference] = {}
        chances: dict[str, list[float]] = {}
        for probe, expected in self.probes:
            got = self._answers(probe, run)
            noise = (
                partial(self._noise, probe) if self._has_values else float
            )  # by rule, more than rounding is forgiven
            if same(expected, got, noise) or self._right_by_rule(probe, run):
                continue
            if probe.is_random and of_one_form(expected, got):
                mine = chances.setdefault(probe.check.name, [])
                mine.append(self._chance(probe, run))
                if not unlikely(mine):
                    continue
            kind = (probe.standing, probe.check.name, probe.case.regime)
            found.setdefault(kind, Difference(probe, _shown(expected), _shown(got)))
        return list(found.values())

    def _drawn(self) -> Iterator[Probe]:
        exercise = self._subject.exercise
        for seed in SEEDS:
            for check, cases in self._subject.cases(seed):
                yield from (Probe(check, case) for case in cases)
        for check in exercise.checks:
            ladder = draw_ladder(self._subject.source, check)[:_RUNGS]
            yield from (Probe(check, case, "small") for case in ladder)
            yield from self._undrawn(check)

    def _undrawn(self, check: CheckItem) -> Iterator[Probe]:
        """Yield inputs of the regimes that a check does not show."""
        exercise = self._subject.exercise
        allowed = {f"{name}: {regime}" for name, kind in exercise.drawn(check).items() for regime in kind.edges()}
        shown = {case.regime for case in draw_cases(self._subject.source, check, SEEDS[0])}
        free = _free(exercise, check)
        (longer,) = free.checks
        try:
            cases = draw_cases(replace(self._subject.source, exercise=free), longer, SEEDS[0])
        except JudgeError:  # without its exclusions an input may be impossible to draw
            return
        for case in cases:
            if case.regime and case.regime not in shown:
                yield Probe(check, case, "crowded out" if case.regime in allowed else "excluded")

    def _answers(self, probe: Probe, run: Reference) -> tuple[Answer, ...]:
        """Return the answers to a probe: one, or all that the check asks for where objects and functions come back."""
        if not self._by_rule:
            return (run(probe.case.call()),)
        conditions = self._subject.conditions(probe.check, SEEDS[0])
        try:
            expected = probe.check.rule.prepare(probe.case, self._reference, conditions)
            return judged(probe.check.rule, probe.case, expected, run)[1]
        except JudgeError:
            return ()

    def _right_by_rule(self, probe: Probe, run: Reference) -> bool:
        """Return whether the check takes the answer for right, with a tolerance to spare, where it is for it to say."""
        if self._has_values or probe.check.rule.tests():
            return False
        check = self._strict.exercise.check(probe.check.name)
        try:
            if id(probe) not in self._expected:
                conditions = self._strict.conditions(check, SEEDS[0])
                self._expected[id(probe)] = check.rule.prepare(probe.case, self._reference, conditions)
            return judged(check.rule, probe.case, self._expected[id(probe)], run)[0].accepted
        except JudgeError:
            return False

    def _noise(self, probe: Probe) -> float:
        """Return how much the reference's answer moves when the inputs are rounded otherwise."""
        random = np.random.default_rng(0)
        known, moved = numbers(self._answers(probe, self._reference)), 0.0
        for _ in range(_NUDGES):
            inputs = {name: nudged(value, random) for name, value in probe.case.inputs.items()}
            other = numbers(self._answers(replace(probe, case=replace(probe.case, inputs=inputs)), self._reference))
            if known is not None and other is not None and known.shape == other.shape:
                with np.errstate(all="ignore"):
                    moved = max(moved, float(np.max(np.abs(known - other), initial=0.0)))
        return moved if math.isfinite(moved) else 0.0

    def _chance(self, probe: Probe, run: Reference) -> float:
        """Return how probably draws like a function's come from the reference's law."""
        one = numbers(self._answers(probe, self._reference))
        calls = min(_CALLS, -(-_DRAWS // one.size)) if one is not None and one.size else 1
        samples = [
            numbers([answer for key in keys for answer in self._answers(probe.seeded(key), function)])
            for function, keys in ((run, range(calls)), (self._reference, range(calls, 2 * calls)))
        ]
        return chance(*samples)


def _free(exercise: Exercise, check: CheckItem) -> Exercise:
    """Return an exercise with one check, whose inputs show all regimes that their kinds have."""
    bare = replace(exercise, inputs=_all_regimes(exercise.inputs))
    longer = replace(check, inputs=_all_regimes(check.inputs))
    count = sum(len(kind.edges()) for kind in bare.drawn(longer).values())
    return replace(bare, checks=(replace(longer, cases=count + _EXTRA_CASES),))


def _all_regimes(kinds: Mapping[str, Generator]) -> dict[str, Generator]:
    return {
        name: replace(kind, exclude=()) if getattr(kind, "exclude", ()) else kind  # type: ignore[type-var]
        for name, kind in kinds.items()
    }


def _shown(answers: Sequence[Answer]) -> str:
    for answer in answers:
        if answer.failure:
            return answer.failure.message
    return "; ".join(show(answer.value) for answer in answers)[:300]
