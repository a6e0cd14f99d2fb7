"""What statistical checks promise: how often they fail right answers, and what they find."""

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Final

from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.subject import Subject
from grader.checks import _levels, real
from grader.checks._stages import Staged
from grader.checks.coverage import Coverage
from grader.model import Case

POWER: Final = 0.99
BLUNT: Final = 0.5
"""A bias of so many standard deviations should be found with `POWER`, or the check is blunt."""
BOUND: Final = 1e-6
_STEPS: Final = 40


class Statistics(Proof):
    """Right answers are failed once in a million at most; and what is found with 99 % is told."""

    name: ClassVar[str] = "statistics"
    claims: ClassVar[tuple[str, ...]] = ("statistics",)

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part, if answers are random."""
        return [Part(self.name, (seeds[0],))] if subject.is_statistical else []

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Compute the bound and the power of every check."""
        exercise = subject.exercise
        counts = [check.rule.tests() for check in exercise.checks for _ in range(exercise.cases(check))]
        powers = {}
        for check, cases in subject.cases(part.seeds[0]):
            if isinstance(check.rule, Staged):
                level = _levels.level_of(exercise.tests(), check.rule.tests())
                powers[check.name] = [_power(check.rule, case, level) for case in cases]
        return {"bound": _levels.failure_bound(counts), "tests": sum(counts), "powers": powers}

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield one line."""
        (found,) = facts
        details = [f"“{check}”: {_weakest(powers)}" for check, powers in found["powers"].items()]
        text = f"a right answer fails with a probability of {found['bound']:.1e} at most; {found['tests']} tests"
        blunt = [
            check
            for check, powers in found["powers"].items()
            if max((size for kind, size, _ in powers if kind == "shift"), default=0.0) > BLUNT
        ]
        details += [f"“{check}” is blunt: let it have more draws" for check in blunt]
        status = Status.PROVED if found["bound"] <= BOUND else Status.REFUTED
        yield Line(
            "statistics", Status.WARNING if blunt and status is Status.PROVED else status, text, tuple(details), found
        )


def _power(rule: Staged, case: Case, level: float) -> tuple[str, float, int]:
    """Return what a check finds with `POWER`: a bias in standard deviations, or the share of intervals that contain."""
    n = rule.size_of(case, level)
    if isinstance(rule, Coverage):
        share = real(rule.level, case)
        below = _bisect(lambda found: _levels.count_power(found, share, n, level) >= POWER, 0.0, share)
        return "coverage", below, n
    return "shift", _bisect(lambda effect: _levels.shift_power(effect, n, level) < POWER, 0.0, 10.0), n


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return about where a condition that holds at `low` stops holding."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _weakest(powers: Sequence[Sequence[object]]) -> str:
    kind, size, n = max(powers, key=lambda item: float(str(item[1])))
    if kind == "coverage":
        return f"with {n} intervals, a coverage of {100 * float(str(size)):.1f} % or less is found with {100 * POWER:.0f} %"
    return f"with {n} draws, a mean off by {float(str(size)):.2g} standard deviations is found with {100 * POWER:.0f} %"
