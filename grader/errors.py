"""What can go wrong that is not a student's answer.

::

    GraderError
    ├── UsageError            something on the command line names what is not there (exit 2)
    │   ├── SubmissionNotFound
    │   └── NotAGradebook
    ├── AuthoringError        the course or an exercise is wrong (exit 3)
    │   └── SpecError         a description, with every problem and its place
    ├── JudgeError            a fault of ours, or of the machine; there is no score (exit 4)
    └── GradebookError        scores cannot be kept or read now: locked, no room, no connection (exit 4)

A student's faults are verdicts (`grader.model.Verdict`), never exceptions.
"""

from collections.abc import Sequence

from grader.sandbox.records import dataclass


class GraderError(Exception):
    """Base of all exceptions of the grader; its text is meant for the person at the terminal."""


class UsageError(GraderError):
    """The command line names something that is not there or cannot be done."""


class SubmissionNotFound(UsageError):
    """There is no file or folder of answers where one was named."""


class NotAGradebook(UsageError):
    """What was named as the gradebook is none, or is one of a newer version of the grader."""


class AuthoringError(GraderError):
    """The course or an exercise is wrong, and only its author can mend it."""


class JudgeError(GraderError):
    """An answer could not be judged through no fault of its own."""


class GradebookError(GraderError):
    """The gradebook cannot be written or read now; what was in it before still is."""


@dataclass(frozen=True)
class Problem:
    """One fault in a description.

    Attributes
    ----------
    file : str
        as the author knows it.
    line, column : int
        1-based; 0 when the fault has no place in the file.
    where : str
        the path inside the description, such as `checks[1].compare`.
    message : str
        what was expected and what was found.
    hint : str
        what to do, or empty.
    """

    file: str
    line: int
    column: int
    where: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f"{self.where}: " if self.where else ""
        hint = f"\n    hint: {self.hint}" if self.hint else ""
        return f"{place}: {where}{self.message}{hint}"


class SpecError(AuthoringError):
    """A description with faults, all of them.

    Attributes
    ----------
    problems : tuple of Problem
        in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))
