"""What a hostile submission is: what it tries, how that would show from outside, and what becomes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from grader.model import Verdict


class Level(StrEnum):
    """The levels of isolation, from the weakest to the strongest."""

    PROCESS = "process"
    CONFINED = "confined"
    SEALED = "sealed"

    def reaches(self, other: "Level") -> bool:
        """Return whether this level promises all that another does."""
        return LEVELS.index(self) >= LEVELS.index(other)


LEVELS: Final = tuple(Level)


class Aim(StrEnum):
    """What a hostile submission may be after, as it would be seen from outside."""

    CREDIT = "points without merit"
    SECRET = "something read that was not meant for it"
    PARCEL = "something left behind that another submission finds"
    CHANGE = "a file made, changed or deleted"
    TOUCH = "another process signalled, stopped, traced or changed"
    OUTLIVE = "a process that outlives the submission"
    SPREAD = "processes or threads of its own"
    CONTACT = "a connection, or a message that arrives"
    HOLD = "the grader held up, bloated or brought down, or a classmate's points"


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A hostile submission to exercise-04, `eigenvalues(A)`.

    Attributes
    ----------
    name : str
        unique; names the test.
    tries : str
        what it tries, in one sentence.
    source : str
        what is handed in, below the tools of `catalogue.tools` and the places of the scene that it mentions.
    aims : set of Aim
        what it is after; where it is not stopped it may reach these, and nothing else.
    stopped_from : Level
        the weakest level at which it reaches nothing.
    verdict : set of Verdict
        of which one is given where it is stopped. More than one where the machine or Python's version decides.
    below : set of Verdict
        the same where it is not stopped.
    honest : bool
        whether it also answers the exercise rightly, so that points are no sign of success.
    beside : mapping of str to str
        files beside the answer by name, each with the place that it is a link to.
    heir : str
        another student's submission, graded afterwards, that looks for what was left.
    quick : bool
        whether it belongs to the fast tests.
    """

    name: str
    tries: str
    source: str
    aims: frozenset[Aim]
    stopped_from: Level
    verdict: frozenset[Verdict]
    below: frozenset[Verdict]
    honest: bool = False
    beside: Mapping[str, str] = field(default_factory=dict)
    heir: str = ""
    quick: bool = False

    def allowed(self, level: Level) -> tuple[frozenset[Aim], frozenset[Verdict]]:
        """Return what the attack may reach at a level, and the verdicts of which it must get one there."""
        stopped = level.reaches(self.stopped_from)
        return (frozenset(), self.verdict) if stopped else (self.aims, self.below)


Verdicts = Verdict | Iterable[Verdict]


def attack(
    name: str,
    tries: str,
    source: str,
    aims: Aim | Iterable[Aim],
    *,
    stopped_from: Level = Level.PROCESS,
    verdict: Verdicts | None = None,
    below: Verdicts | None = None,
    honest: bool = False,
    beside: Mapping[str, str] | None = None,
    heir: str = "",
    quick: bool = False,
) -> Attack:
    """Return an attack; what is not said is what most attacks have in common.

    Without a `verdict`, an honest answer is accepted and any other is wrong; without `below`, it is the same where the
    attack is not stopped.
    """
    usual = Verdict.ACCEPTED if honest else Verdict.WRONG_ANSWER
    given = _set(usual if verdict is None else verdict)
    return Attack(
        name=name,
        tries=tries,
        source=source,
        aims=frozenset([aims] if isinstance(aims, Aim) else aims),
        stopped_from=stopped_from,
        verdict=given,
        below=given if below is None else _set(below),
        honest=honest,
        beside=beside or {},
        heir=heir,
        quick=quick,
    )


def _set(verdicts: Verdicts) -> frozenset[Verdict]:
    return frozenset([verdicts] if isinstance(verdicts, Verdict) else verdicts)
