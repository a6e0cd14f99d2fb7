"""What every executor offers: workers kept warm, and a session in which one submission is called."""

from abc import ABC, abstractmethod
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
    """

    kind: ClassVar[str] = ""
    isolation: str

    @abstractmethod
    def __init__(self, limits: Limits, started: list[Worker] | None = None) -> None:
        """Make an executor whose submissions keep to `limits`; it takes over workers that were started already."""

    @abstractmethod
    def warm(self, count: int) -> None:
        """See to it that up to `count` workers are starting or ready."""

    @abstractmethod
    def open(self, submission: Submission) -> Session:
        """Return a session for one submission."""

    @abstractmethod
    def close(self) -> None:
        """End the workers that were kept ready."""
