"""`raises`: bad input that the statement says to refuse."""

import builtins
import re
from collections.abc import Sequence
from typing import ClassVar

from grader.checks._contract import Check, Conditions, Expected, Reference
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Verdict
from grader.notation import show
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Raises(Check):
    """The call must raise an exception of this type or of one derived from it.

    Attributes
    ----------
    exception : str
        name of one of Python's exceptions; `LinAlgError` of NumPy is a ValueError.
    match : str
        a regular expression to be found in the message; empty: any message will do.

    Examples
    --------
    ::

        inputs: {A: [[1, 2, 3], [4, 5, 6]]}
        raises: ValueError
        reference: "lambda A: np.linalg.inv(A)"
        right: "lambda A: A.reshape(5, 5)"
        wrong: "lambda A: np.linalg.pinv(A)"
    """

    kind: ClassVar[str] = "raises"
    bare: ClassVar[str] = "exception"
    standalone: ClassVar[bool] = True

    exception: str
    match: str = ""

    def __post_init__(self) -> None:
        """Refuse what is not the name of an exception, or not a regular expression."""
        kind = getattr(builtins, self.exception, None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            raise ValueError(f"{self.exception!r} is not one of Python's exceptions, such as ValueError")
        try:
            re.compile(self.match)
        except re.error as error:
            raise ValueError(f"{self.match!r} is not a regular expression: {error}") from None

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Require that the reference refuses the inputs, too."""
        outcome = self.judge(case, Expected(), [reference(case.call())])
        if not outcome.accepted:
            raise JudgeError(f"the reference solution does not raise {self.exception}: {outcome.message}")
        return Expected()

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Accept the exception and nothing else."""
        failure = answers[0].failure
        wanted = f"{self.exception} is raised"
        if failure is None:
            message = f"returned {show(answers[0].value)}, where a {self.exception} should be raised"
            return Outcome(Verdict.WRONG_ANSWER, message, wanted)
        if failure.verdict is not Verdict.RAISED:
            return Outcome(failure.verdict, failure.message, wanted)
        if self.exception not in failure.lineage:
            message = f"{failure.message}, where a {self.exception} should be raised"
            return Outcome(Verdict.RAISED, message, wanted)
        said = failure.message.removeprefix(f"raised {failure.type}").removeprefix(": ")
        if self.match and not re.search(self.match, said):
            message = f"{failure.message}, where the message should say why: {self.match}"
            return Outcome(Verdict.WRONG_ANSWER, message, wanted)
        return Outcome(expected=wanted)

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return false: who forgets to refuse bad input has made no particular mistake."""
        return False
