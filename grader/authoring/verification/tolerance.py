"""How far right and wrong answers are from the line that each tolerance draws."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.easing import eased, has_tolerance
from grader.authoring.verification.judging import first_fault, remembering
from grader.authoring.verification.subject import Subject
from grader.checks import Reference, judged
from grader.errors import JudgeError
from grader.model import Answer, Call, Case
from grader.preparing import Authored, compute
from grader.sandbox.values import Value
from grader.spec.exercise import CheckItem

SEEDS: Final = 2
DECADES: Final = (*range(-9, 0), -0.5, 0, 0.5, *range(1, 7))
"""Powers of ten that tolerances are multiplied by; about the line itself there are more of them."""
CLOSE: Final = -1
"""A right answer should still be accepted with the tolerance times ten to this."""
FAR: Final = 1
"""A wrong answer should still be refused with the tolerance times ten to this."""
AT_THE_LINE: Final = 0.5
"""So near, whether an answer in single precision is accepted is a matter of luck."""
SINGLE: Final = "single precision"


class Lines:
    """Judges answers with the tolerances of an exercise moved by powers of ten.

    Parameters
    ----------
    subject : Subject
        the exercise.
    reference : Reference
        what gives the expected answers.
    """

    def __init__(self, subject: Subject, reference: Reference) -> None:
        self._reference = reference
        self._at = cache(lambda decade: eased(subject, 10.0**decade))

    def reach(self, check: CheckItem, case: Case, run: Reference, seed: int) -> float | None:
        """Return the lowest decade of `DECADES` with which an answer is accepted; None if there is none."""
        low, high = 0, len(DECADES)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._accepts(DECADES[middle], check, case, run, seed) else (middle + 1, high)
        return DECADES[low] if low < len(DECADES) else None

    def _accepts(self, decade: float, check: CheckItem, case: Case, run: Reference, seed: int) -> bool:
        subject = self._at(decade)
        rule = subject.exercise.check(check.name).rule
        try:
            expected = rule.prepare(case, self._reference, subject.conditions(check, seed))
            return judged(rule, case, expected, run)[0].accepted
        except JudgeError:  # so near that the expected answer is not accepted itself
            return False


class Distances(Proof):
    """Right answers are well inside the tolerance, wrong ones well outside."""

    name: ClassVar[str] = "tolerance"
    claims: ClassVar[tuple[str, ...]] = ("tolerance",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part, if there is a line at all."""
        if any(has_tolerance(check) for check in subject.exercise.checks):
            return [Part(self.name, tuple(seeds[:SEEDS]))]
        return []

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Measure the distance of every solution."""
        reference = remembering(subject.run(subject.reference_file))
        lines = Lines(subject, reference)
        right = {subject.shown(file): remembering(subject.run(file)) for file in subject.accepted_files}
        right[SINGLE] = remembering(_in_single(reference))
        reaches: dict[str, dict[str, float | None]] = {name: {} for name in right}
        for seed in part.seeds:
            for check, cases in subject.cases(seed):
                if not has_tolerance(check):
                    continue
                for name, run in right.items():
                    found = [lines.reach(check, case, run, seed) for case in cases]
                    worst = None if None in found else max((item for item in found if item is not None), default=None)
                    known = reaches[name].get(check.name, worst)
                    reaches[name][check.name] = None if None in (known, worst) else max(known, worst)  # type: ignore[type-var]
        wrong = {subject.shown(file): remembering(subject.run(file)) for file in subject.mistake_files}
        return {
            "right": reaches,
            "wrong": {name: _passes(subject, part, run, reference) for name, run in wrong.items()},
        }

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        (found,) = facts
        single = found["right"].pop(SINGLE)
        near: list[str] = []
        for name, reaches in found["right"].items():
            near += [
                f"{Path(name).name} is refused in “{check}” with a tenth of the tolerance"
                for check, decade in reaches.items()
                if decade is None or decade > CLOSE
            ]
        near += [
            f"{Path(name).name} gets full points with ten times the tolerance" for name in _too_near(found["wrong"])
        ]
        near += [
            f"an answer computed in single precision is {'accepted' if decade <= 0 else 'refused'} in “{check}” by a "
            "factor of less than about three"
            for check, decade in single.items()
            if decade is not None and -AT_THE_LINE < decade <= AT_THE_LINE
        ]
        worst = max((d for reaches in found["right"].values() for d in reaches.values() if d is not None), default=None)
        data = {**found, SINGLE: single}
        text = f"{_used(worst)}; {_single(single)}; {_wrong(found['wrong'])}"
        yield Line("tolerance", Status.WARNING if near else Status.PROVED, text, tuple(near), data)


def _passes(subject: Subject, part: Part, run: Reference, reference: Reference) -> list[int]:
    """Return the decades with which a wrong answer gets full points, of two."""
    found = []
    for decade in (FAR, 2 * FAR):
        wide = eased(subject, 10.0**decade)
        prepared = compute(wide.course, wide.name, wide.exercise, part.seeds[0], Authored(reference, ()))
        if first_fault(wide.exercise, prepared, run) is None:
            found.append(decade)
    return found


def _too_near(wrong: Mapping[str, Sequence[int]]) -> list[str]:
    return [name for name, decades in wrong.items() if FAR in decades]


def _in_single(reference: Reference) -> Reference:
    """Return the reference computing in single precision: its inputs are, and so NumPy goes on."""

    def answer(call: Call) -> Answer:
        found = reference(Call(tuple(map(_single_value, call.arguments)), call.target, call.method, call.keep))
        return Answer(_double_value(found.value), found.failure, evaluations=found.evaluations)

    return answer


def _single_value(value: Value) -> Value:
    match value:
        case np.ndarray() if value.dtype.kind == "f":
            return value.astype(np.float32)
        case float():
            return np.float32(value)
        case _:
            return value


def _double_value(value: Value) -> Value:
    match value:
        case np.ndarray() if value.dtype == np.float32:
            return value.astype(np.float64)
        case np.generic() if value.dtype == np.float32:
            return float(value)
        case list() | tuple():
            return type(value)(map(_double_value, value))
        case dict():
            return {key: _double_value(item) for key, item in value.items()}
        case _:
            return value


def _used(worst: Any) -> str:
    if worst is None:
        return "no other solution to measure"
    return f"accepted solutions use {_share(worst)} of the tolerance at most"


def _share(decade: float) -> str:
    return "less than 1e-9" if decade <= DECADES[0] else f"{10.0**decade:.1g}"


def _single(reaches: Mapping[str, Any]) -> str:
    refused = [check for check, decade in reaches.items() if decade is None or decade > 0]
    if not refused:
        return "single precision is accepted"
    return (
        "single precision is refused"
        if len(refused) == len(reaches)
        else f"single precision is refused in {len(refused)} of {len(reaches)} checks"
    )


def _wrong(wrong: Mapping[str, Sequence[int]]) -> str:
    near = [decade for decades in wrong.values() for decade in decades]
    if not wrong:
        return "there is no mistake to measure"
    return f"mistakes are refused with {10 ** (min(near, default=2 * FAR + 1) - 1):g} times the tolerance, too"
