"""Recognises a known mistake in wrong answers, from the numbers alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from grader.errors import JudgeError
from grader.model import Answer, Case, Failure, Outcome
from grader.prepared import Mistake, Prepared
from grader.sandbox.records import dataclass
from grader.spec.exercise import CheckItem

NEEDED_CASES: Final = 2
"""Failing cases of one exercise on which wrong answers must equal the mistake's before it is named."""


@dataclass(frozen=True)
class Shown:
    """A rung of the ladder that failed in the same way, to be shown in place of the case that failed."""

    case: Case
    outcome: Outcome
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Judged:
    """What the cases of a check came to.

    Attributes
    ----------
    outcomes : tuple of Outcome
        in the order of the prepared cases; fewer if the process died.
    answers : tuple of tuple of Answer
        to all calls of each of these cases.
    error : str
        the judge error that ended the check, or empty.
    stopped : Failure or None
        why no case was run at all.
    printed : str
        what was printed before that.
    shown : Shown or None
        a simpler case that fails in the same way as the first that failed.
    """

    outcomes: tuple[Outcome, ...] = ()
    answers: tuple[tuple[Answer, ...], ...] = ()
    error: str = ""
    stopped: Failure | None = None
    printed: str = ""
    shown: Shown | None = None

    def showing(self, shown: Shown | None) -> "Judged":
        """Return the same with a simpler case to show."""
        return replace(self, shown=shown)

    def failures(self) -> list[Failure]:
        """Return how calls ended that gave no value, and why no case was run."""
        given = [answer.failure for answers in self.answers for answer in answers if answer.failure]
        return [*given, self.stopped] if self.stopped else given

    def failing(self) -> list[int]:
        """Return the places of the cases that failed."""
        return [place for place, outcome in enumerate(self.outcomes) if not outcome.accepted]


def recognise(checks: Sequence[CheckItem], prepared: Prepared, judged: Mapping[str, Judged]) -> dict[str, Mistake]:
    """Return the mistake behind each failed check, for those where there is one.

    A mistake explains a check if the answers equal the mistake's in every failing case of it. It is believed if it
    explains two failing cases at least, over all checks. Of several, the one that explains most is named.
    """
    explained: dict[str, dict[str, int]] = {}
    for mistake in prepared.mistakes:
        counts = {check.name: _explained(check, prepared, judged[check.name], mistake) for check in checks}
        explained[mistake.name] = {name: count for name, count in counts.items() if count}
    believed = [mistake for mistake in prepared.mistakes if sum(explained[mistake.name].values()) >= NEEDED_CASES]
    found: dict[str, Mistake] = {}
    for mistake in sorted(believed, key=lambda mistake: -sum(explained[mistake.name].values())):
        for name in explained[mistake.name]:
            found.setdefault(name, mistake)
    return found


def _explained(check: CheckItem, prepared: Prepared, judged: Judged, mistake: Mistake) -> int:
    """Return the number of failing cases, if the answers equal the mistake's in all of them; otherwise 0."""
    failing = judged.failing()
    return len(failing) if all(_alike(check, prepared, judged, mistake, place) for place in failing) else 0


def _alike(check: CheckItem, prepared: Prepared, judged: Judged, mistake: Mistake, place: int) -> bool:
    ready = prepared.checks[check.name]
    mine, theirs = judged.answers[place], mistake.answers[check.name][place]
    try:
        return bool(theirs) and check.rule.resembles(ready.cases[place], ready.expected[place], mine, theirs)
    except JudgeError:
        return False  # the comparison cannot say; then nothing is said
