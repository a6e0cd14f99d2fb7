"""What every executor offers: workers kept warm, and a session in which one submission is called."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from grader.model import Answer, Call, Failure, Limits, Submission
from grader.sandbox.records import dataclass
from grader.workers import Worker


@dataclass(frozen=True)
class Loaded:
    """What loading a submission found out, as the worker saw it.

    Attributes
    ----------
    failure : Failure or None
        why the module could not be loaded.
    found : bool
        whether it has a function of the wanted name.
    names : tuple of str
        the functions and classes that it defines.
    parameters : str
        the function's own, such as `(A, x)`.
    fewest, most : int or None
        how many positional arguments it takes; `most` is None where there is no limit.
    printed : str
        what was printed meanwhile.
    """

    failure: Failure | None = None
    found: bool = False
    names: tuple[str, ...] = ()
    parameters: str = ""
    fewest: int = 0
    most: int | None = None
    printed: str = ""


class Closing(ABC):
    """Something that is closed for certain at the end of a `with` block."""

    @abstractmethod
    def close(self) -> None:
        """End what is still running."""

    def __enter__(self) -> Self:
        """Return the object itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()


class Session(Closing):
    """One submission in a worker of its own, replaced by a fresh one when it dies."""

    @abstractmethod
    def load(self) -> Loaded:
        """Load the submission; the first thing to do."""

    def expect(self, calls: Sequence[Call]) -> None:
        """Announce the calls that come next, in this order; a session may send them before they are made."""
        return

    @abstractmethod
    def call(self, call: Call) -> Answer:
        """Call the submission's function, or one that it returned.

        Raises
        ------
        JudgeError
            if the machine fails; a student's fault is an answer.
        """

    @abstractmethod
    def close(self) -> None:
        """End the worker for certain."""


class Executor(Closing):
    """Starts workers and hands them out.

    Attributes
    ----------
    kind : str
        the name on the command line.
    isolation : str
        the level that is really reached.
    made_of : str
        what keeps submissions in, in words, where that differs from machine to machine.
    """

    kind: ClassVar[str] = ""
    isolation: str
    made_of: str = ""

    @abstractmethod
    def __init__(self, limits: Limits, started: list[Worker] | None = None, hidden: Sequence[Path] = ()) -> None:
        """Make an executor.

        Parameters
        ----------
        limits : Limits
            what every submission keeps to.
        started : list of Worker, optional
            workers that were started already, taken over by an executor that can use them.
        hidden : sequence of path
            folders of which no submission may see anything, where the level can hide them.
        """

    @abstractmethod
    def warm(self, count: int) -> None:
        """See to it that up to `count` workers are starting or ready."""

    @abstractmethod
    def open(self, submission: Submission) -> Session:
        """Return a session for one submission."""

    @abstractmethod
    def close(self) -> None:
        """End the workers that were kept ready."""
