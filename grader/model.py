"""What flows through the chain: cases and calls to a submission, answers back, outcomes, scores. All of it frozen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from grader.sandbox.records import dataclass
from grader.sandbox.values import Handle, Value


class Verdict(StrEnum):
    """What is said of an answer, a check or an exercise; all but the last are about the submission."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    WRONG_ANSWER = "wrong_answer"
    RAISED = "raised"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    ABSENT = "absent"
    SKIPPED = "skipped"
    JUDGE_ERROR = "judge_error"


@dataclass(frozen=True)
class Limits:
    """What a submission may use.

    Attributes
    ----------
    call, exercise, load : float
        seconds for one call, for all calls of an exercise together, and for loading the answer's module.
    memory, answer, output : int
        bytes of address space, of one answer, and of what is printed during one call.
    """

    call: float = 2.0
    exercise: float = 20.0
    load: float = 10.0
    memory: int = 2 * 2**30
    answer: int = 64 * 2**20
    output: int = 64 * 2**10


@dataclass(frozen=True)
class Tolerance:
    """The course's default tolerance, for comparisons that state none."""

    rtol: float = 1e-6
    atol: float = 1e-9


@dataclass(frozen=True)
class Submission:
    """One student's answer to one exercise.

    Attributes
    ----------
    name : str
        name of the module, `exercise_04`.
    source : str
        text of the answer file.
    function : str
        name of the function to call.
    folder : str
        where modules lie that the answer may import, or empty.
    forbidden : tuple of pairs of str
        dotted paths of functions that the answer must not call, each with what to do instead.
    beside : tuple of pairs of str and bytes
        modules that the answer may import, each with its source, where they were read beforehand; they come before
        those in the folder.
    cells : tuple of pairs of str and int
        of a notebook: the name of each cell and how many lines of the source are its own. Each of their statements is
        run by itself, and one that fails does not stop the next.
    """

    name: str
    source: str
    function: str
    folder: str = ""
    forbidden: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, bytes], ...] = ()
    cells: tuple[tuple[str, int], ...] = ()

    def place(self, line: int) -> str:
        """Return where a line of the source stands, as a person looks for it; 1-based."""
        left = line
        for title, count in self.cells:
            if left <= count:
                return f"line {left} of {title}"
            left -= count
        return f"line {line}"


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    Attributes
    ----------
    number : int
        0-based, in the order in which cases are drawn; a replay names a case by it.
    inputs : mapping of str to value
        every input by name, helpers included.
    arguments : tuple of str
        the inputs that the function is called with, in order.
    regime : str
        what is special about the inputs, such as `A: integers`, or empty.
    """

    number: int
    inputs: Mapping[str, Value]
    arguments: tuple[str, ...]
    regime: str = ""

    def call(self, **replaced: Value) -> "Call":
        """Return the call of the student's function with these inputs, some of them replaced."""
        return Call(tuple(replaced.get(name, self.inputs[name]) for name in self.arguments))


@dataclass(frozen=True)
class Call:
    """What to call with what: the student's function, or something that it returned.

    Attributes
    ----------
    arguments : tuple of value
        in order.
    target : Handle or None
        what to call instead of the student's function: a function or an object that an earlier call gave back.
    method : str
        the method of that object, or empty.
    keep : bool
        whether what comes back stays in the worker whatever it is, so that the answer is a `Handle`.
    """

    arguments: tuple[Value, ...]
    target: Handle | None = None
    method: str = ""
    keep: bool = False


@dataclass(frozen=True)
class Evaluations:
    """How often one counted function was used during one call.

    Attributes
    ----------
    place : int
        of the argument that holds the function.
    calls, points : int
        how often it was called, and with how many numbers in its first argument, summed over the calls.
    """

    place: int
    calls: int = 0
    points: int = 0


@dataclass(frozen=True)
class Failure:
    """How a call ended that gave no value.

    Attributes
    ----------
    verdict : Verdict
        raised, or the limit that was passed, or crashed; a wrong answer where something forbidden was called.
    message : str
        one line for the student.
    type : str
        name of the exception's type, if there is one.
    lineage : tuple of str
        names of the exception's types from the most special to the most general.
    trace : str
        the frames of the traceback that are the student's own.
    unsure : bool
        whether the machine may be to blame: time ran out while the process had the processor for little of it.
    """

    verdict: Verdict
    message: str
    type: str = ""
    lineage: tuple[str, ...] = ()
    trace: str = ""
    unsure: bool = False


@dataclass(frozen=True)
class Answer:
    """What came back from one call.

    Attributes
    ----------
    value : value
        None when there is a failure.
    failure : Failure or None
        how the call ended, if not with a value.
    changed : tuple of int
        places of the arguments that the call changed, as the worker saw it.
    threads : int
        how many threads the call left running, as the worker saw it.
    printed : str
        what was printed meanwhile, cut.
    evaluations : tuple of Evaluations
        of the counted functions among the arguments, in their order; as the trusted side saw it.
    """

    value: Value = None
    failure: Failure | None = None
    changed: tuple[int, ...] = ()
    threads: int = 0
    printed: str = ""
    evaluations: tuple[Evaluations, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The judgement of one case.

    Attributes
    ----------
    verdict : Verdict
        accepted, or what is wrong.
    message : str
        what is wrong, in one line.
    expected : str
        what was expected, as text that can be pasted where it is a value.
    error, allowed : float or None
        size of the largest error and of the error that is allowed at that place.
    notes : tuple of str
        remarks that cost no points.
    aspect : str
        what is wrong: `type`, `shape`, `finiteness`, or empty for the values. Two failures of one verdict and one
        aspect count as failures of the same way.
    got : str
        what came, as text, where that is not the first answer's value.
    call : Call or None
        the call that shows the fault, where its arguments are not the case's own.
    """

    verdict: Verdict = Verdict.ACCEPTED
    message: str = ""
    expected: str = ""
    error: float | None = None
    allowed: float | None = None
    notes: tuple[str, ...] = ()
    aspect: str = ""
    got: str = ""
    call: Call | None = None

    @property
    def accepted(self) -> bool:
        """Whether the case costs no points."""
        return self.verdict is Verdict.ACCEPTED


FAILED_BY_SYSTEM: Final = frozenset({Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT, Verdict.CRASHED})
"""Verdicts after which the process that ran the answer is gone."""
