"""What every kind of check is: three pure steps, of which only `grader.grading` drives the executor.

::

    prepare(case, reference) -> Expected        once for a case; plain data that can be stored
    ask(case, expected)      -> calls           what to call, several where a relation needs it
    judge(case, expected, answers) -> Outcome, or Need(more calls)
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, fields
from typing import ClassVar, Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.errors import JudgeError
from grader.fields import Described, Path, formulas_in
from grader.model import Answer, Call, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import Expression, ExpressionError
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value, realise

ROUNDS_CAP: Final = 3
"""How often a check may be judged for one case, the first time included."""

Reference: TypeAlias = Callable[[Call], Answer]
"""The author's own function: a call to the answer it gives."""


@dataclass(frozen=True)
class Expected:
    """What the reference gives for a case, and what else a kind has to remember. Plain data."""

    value: Value = None
    facts: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Conditions:
    """What holds for all cases of a check.

    Attributes
    ----------
    tolerance : Tolerance
        the course's default.
    tests : int
        how many statistical tests the whole exercise makes; they share one budget of wrong failures.
    stream : callable
        the key of a fresh random stream for a case number and a purpose.
    function : str
        name of the student's function, under which formulas may call it.
    """

    tolerance: Tolerance
    tests: int
    stream: Callable[[int, str], int]
    function: str = ""


@dataclass(frozen=True)
class Need:
    """A judgement that needs the answers to more calls; they are added to those at hand."""

    calls: tuple[Call, ...]


class Check(Described, ABC):
    """A kind of check: a frozen dataclass whose fields are its parameters in YAML.

    Attributes
    ----------
    kind : str
        the name in YAML.
    bare : str
        the field that is meant when something other than a mapping is written, or empty.
    standalone : bool
        whether it is written under a key of its own rather than under `compare:`.
    climbs : bool
        whether a failure is also looked for on small and simple inputs. A check of samples needs its large ones.
    calls_function : bool
        whether its formulas may call the student's function by name.
    """

    kind: ClassVar[str] = ""
    bare: ClassVar[str] = ""
    standalone: ClassVar[bool] = False
    climbs: ClassVar[bool] = True
    calls_function: ClassVar[bool] = False

    @property
    def asks_once(self) -> bool:
        """Whether those calls of the cases themselves that `ask` gives are all it ever needs, so that all can be sent at once."""
        return False

    @abstractmethod
    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return what the reference gives for a case.

        Raises
        ------
        JudgeError
            if the reference gives nothing that an answer could be compared with.
        """

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Return the calls whose answers are judged first."""
        return (case.call(),)

    @abstractmethod
    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Judge the answers to all calls so far."""

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether two sets of answers to the calls of `ask` are the same as far as this check can tell."""
        return False

    def condensed(self, case: Case, expected: Expected, answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
        """Return what `resembles` needs of a mistake's answers, which are kept from run to run."""
        return answers

    def tests(self) -> int:
        """Return the number of statistical tests made for one case."""
        return sum(part.tests() for _, part in self.parts())

    def parts(self) -> Iterator[tuple[Path, "Check"]]:
        """Yield the checks inside this one, with the path from its parameters to theirs."""
        return iter(())

    def own_formulas(self) -> Iterator[tuple[Path, Expression]]:
        """Yield every formula among the fields, in lists and mappings too, with its path."""
        for item in fields(self):  # type: ignore[arg-type] # every kind is a dataclass
            yield from formulas_in(getattr(self, item.name), (item.name,))

    def own_names(self) -> frozenset[str]:
        """Return names that formulas of this kind, not of its parts, may use beside the inputs."""
        return frozenset()

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the inputs that must exist, with the path of the field that names them."""
        return iter(())

    @final
    def mentioned(self) -> set[str]:
        """Return the names of all inputs that this check and its parts may need, and other names of their formulas."""
        names = {name for _, formula in self.own_formulas() for name in formula.mentions}
        names |= {name for _, name in self.own_inputs()}
        return names.union(*(part.mentioned() for _, part in self.parts()))


@np.errstate(all="ignore")  # what overflows gives inf, which is judged
def evaluate(formula: Expression, case: Case, **more: Value) -> object:
    """Return the value of a formula over a case's inputs and what else is named.

    Raises
    ------
    JudgeError
        if it cannot be evaluated.
    """
    names = {**case.inputs, **more}
    try:
        return formula.evaluate({name: realise(names[name]) for name in formula.mentions & names.keys()})
    except ExpressionError as error:
        raise JudgeError(str(error)) from error


def reals(formula: Expression, case: Case, **more: Value) -> NDArray[np.float64]:
    """Return the value of a formula as an array of real numbers; nan and inf are among them.

    Raises
    ------
    JudgeError
        if it cannot be evaluated, or has another value.
    """
    array = widened(evaluate(formula, case, **more))
    if array.dtype.kind != "f":
        raise JudgeError(f"the value of {formula.text!r} is not made of real numbers")
    return array.astype(np.float64, copy=False)


def real(formula: Expression, case: Case, **more: Value) -> float:
    """Return the value of a formula as one real number, which may be nan or inf.

    Raises
    ------
    JudgeError
        if it cannot be evaluated, or has another value.
    """
    array = reals(formula, case, **more)
    if array.ndim:
        raise JudgeError(f"{formula.text!r} has shape {array.shape}, where one number is needed")
    return float(array)


def raised(answer: Answer) -> Outcome:
    """Return the outcome of a call that gave no value where one was expected."""
    failure = answer.failure
    return Outcome(failure.verdict, failure.message) if failure else Outcome(Verdict.ACCEPTED)
