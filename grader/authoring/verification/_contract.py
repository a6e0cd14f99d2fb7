"""What a proof is: it examines an exercise part by part, in worker processes, and concludes lines from the facts."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from grader.sandbox.records import dataclass

if TYPE_CHECKING:
    from grader.authoring.verification.subject import Subject

Facts: TypeAlias = dict[str, Any]
"""What an examination found out: JSON data, because it crosses between processes."""


class Status(StrEnum):
    """What came of a claim."""

    PROVED = "proved"
    WARNING = "warning"
    REFUTED = "refuted"
    OPEN = "open"  # not tried, because something that it builds on is refuted


@dataclass(frozen=True)
class Line:
    """A claim, and what came of it.

    Attributes
    ----------
    claim : str
        which one, in a word or two.
    status : Status
        what came of it.
    text : str
        in one sentence.
    details : tuple of str
        what an author needs to mend it, as lines.
    data : mapping
        figures for programs: JSON data.
    """

    claim: str
    status: Status
    text: str
    details: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A piece of work for one worker.

    Attributes
    ----------
    proof : str
        whose it is.
    seeds : tuple of int
        to be tried.
    index, of : int
        which of how many equal pieces, where something else than seeds is divided.
    """

    proof: str
    seeds: tuple[int, ...] = ()
    index: int = 0
    of: int = 1


@dataclass(frozen=True)
class Verified:
    """All that is known of one exercise.

    Attributes
    ----------
    exercise, title : str
        which.
    lines : tuple of Line
        a line for each claim.
    seconds : float
        how long it took, by the clock on the wall.
    work : float
        how long all processes together worked for it.
    reused : bool
        whether it was proved before and nothing has changed.
    """

    exercise: str
    title: str
    lines: tuple[Line, ...]
    seconds: float = 0.0
    work: float = 0.0
    reused: bool = False

    @property
    def holds(self) -> bool:
        """Whether no claim is refuted, or was left open."""
        return all(line.status in (Status.PROVED, Status.WARNING) for line in self.lines)


class Proof(ABC):
    """Something that is proved of an exercise.

    Attributes
    ----------
    name : str
        under which its parts are sent to workers.
    claims : tuple of str
        the claims of its lines.
    """

    name: ClassVar[str]
    claims: ClassVar[tuple[str, ...]]

    @abstractmethod
    def parts(self, subject: "Subject", seeds: Sequence[int]) -> Sequence[Part]:
        """Return how the work is divided; nothing where there is nothing to prove.

        Parameters
        ----------
        subject : Subject
            the exercise.
        seeds : sequence of int
            to be tried, the course's own first.
        """

    @abstractmethod
    def examine(self, subject: "Subject", part: Part) -> Facts:
        """Return the facts of one part; this runs in a worker process."""

    def blocks(self, facts: Sequence[Facts]) -> str:
        """Return why nothing else can be tried, or nothing."""
        return ""

    @abstractmethod
    def conclude(self, subject: "Subject", facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield the lines that follow from the facts of all parts."""
