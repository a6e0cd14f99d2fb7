"""Formulas in an answer: what an answer is put into, rather than compared with."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.checks._arrays import widened
from grader.checks._comparison import wrong
from grader.checks._contract import evaluate
from grader.errors import JudgeError
from grader.model import Case, Outcome
from grader.sandbox.expressions import Expression
from grader.sandbox.values import Value

P = ParamSpec("P")
T = TypeVar("T")


@np.errstate(over="ignore")  # what overflows is inf, which is judged
def sizes(formula: Expression, case: Case, answer: Value) -> NDArray[np.float64]:
    """Return the magnitudes of the numbers that a formula gives; nan and inf may be among them.

    Raises
    ------
    JudgeError
        if it cannot be evaluated, or gives no numbers.
    """
    value = evaluate(formula, case, answer=answer)
    try:
        array = widened(value)
    except ValueError:
        array = np.array(None)
    if array.dtype.kind not in "fc":
        raise JudgeError(f"the value of {formula.text!r} is not made of numbers")
    return np.asarray(np.abs(array), dtype=np.float64)


def tried(compute: Callable[P, T], *arguments: P.args, **options: P.kwargs) -> T | Outcome:
    """Return what formulas give for a student's answer, or an outcome where they fail.

    They gave something for the reference solution's answer, so the fault is not theirs.
    """
    try:
        return compute(*arguments, **options)
    except JudgeError as error:
        return wrong(f"this answer cannot be right: {error}")
