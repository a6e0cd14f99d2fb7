"""`residual`: an equation is solved when the answer satisfies it."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._at_answer import sizes, tried
from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected
from grader.checks._linear import norm, worst_place
from grader.checks._numbers import as_reference, beside
from grader.checks._single import NOTE, RTOL, in_single
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value

_TRIVIAL: Final = 1e-6
"""Norm, relative to the reference's, below which an answer is as good as zero."""


@dataclass(frozen=True, kw_only=True)
class Residual(Comparison):
    """Every entry of the residual is at most ``max * scale`` in size; the answer has the reference's shape.

    Where an equation is homogeneous (``A @ x == 0``, ``p @ P == p``) every multiple of a solution is one, so write the
    normalisation as a second residual. The answer 0 is refused anyway, if the reference's is not 0. A float32 answer to
    float32 inputs is given a `max` of 1e-5 at least.

    Attributes
    ----------
    value : formula, or list of formulas
        what should be 0, in the inputs and `answer`; numbers or arrays, real or complex.
    max : float
        largest size of an entry, relative to `scale`.
    scale : formula, optional
        size of what cancels in the residual, in the inputs and `answer`, such as
        ``norm(A) * norm(answer) + norm(b)``; 1 by default.
    trivial : bool
        whether an answer may be 0, or below 1e-6 of the reference's norm, where the reference is not.

    Examples
    --------
    A system of linear equations, some of which have many solutions::

        inputs: {A: {matrix: {shape: [2, 3]}}, y: {vector: {size: 3}}, b: {computed: "A @ y"}}
        compare: {residual: {value: A @ answer - b, scale: norm(A) * norm(answer) + norm(b)}}
        reference: "lambda A, b: np.linalg.pinv(A) @ b"
        right: "lambda A, b: np.linalg.lstsq(A, b, rcond=None)[0]"
        wrong: "lambda A, b: A.T @ b"

    The stationary distribution of a Markov chain::

        inputs: {a: {real: {low: 0.1, high: 0.9}}, b: {real: {low: 0.1, high: 0.9}}}
        compare: {residual: ["answer[0] * a - answer[1] * b", "sum(answer) - 1"]}
        reference: "lambda a, b: np.array([b, a]) / (a + b)"
        right: "lambda a, b: [b / (a + b), 1 - b / (a + b)]"
        wrong: "lambda a, b: np.array([b, a])"
    """

    kind: ClassVar[str] = "residual"
    bare: ClassVar[str] = "value"

    value: Annotated[tuple[Formula, ...], OneOrMore(), Bounds(least=1)]
    max: Annotated[float, Bounds(0)] = 1e-10
    scale: Formula | None = None
    trivial: bool = False

    def own_names(self) -> frozenset[str]:
        """Return the name under which formulas find the answer."""
        return frozenset({"answer"})

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return the size of the reference's answer, once its residual can be computed."""
        solution = as_reference(value)
        if solution is None:
            raise JudgeError("the reference solution's value is not made of finite numbers")
        scale = self._scale(case, solution)
        if not 0.0 <= scale < np.inf:
            raise JudgeError(f"the scale of the residual is {scale}, where a finite number from 0 on is needed")
        for formula in self.value:
            sizes(formula, case, solution)
        return {"norm": norm(solution)}

    def _scale(self, case: Case, answer: Value) -> float:
        if self.scale is None:
            return 1.0
        found = sizes(self.scale, case, answer)
        if found.ndim:
            raise JudgeError(f"{self.scale.text!r} has shape {found.shape}, where one number is needed")
        return float(found)

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Put the answer into the equation."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, _ = pair
        scale = tried(self._scale, case, got.array)
        if isinstance(scale, Outcome):
            return scale
        if not 0.0 <= scale < np.inf:
            return wrong(f"the scale of the residual of this answer is {scale}, so nothing can be said of it")
        single = in_single(case, value, expected.value)
        allowed = (max(self.max, RTOL) if single else self.max) * scale
        for formula in self.value:
            found = tried(sizes, formula, case, got.array)
            fault = found if isinstance(found, Outcome) else _fault(formula.text, found, allowed)
            if fault:
                return fault
        size = cast(float, expected.facts["norm"])
        if not self.trivial and size > 0 and norm(got.array) < _TRIVIAL * size:
            return wrong("the answer is as good as 0, which solves this too; another solution was asked for")
        return Outcome(notes=got.notes + (NOTE,) * (single and got.single))


def _fault(text: str, found: NDArray[np.float64], allowed: float) -> Outcome | None:
    if bool(np.all(found <= allowed)):
        return None
    place = worst_place(found)
    error = float(found[place])
    where = f" at {list(place)}" if place else ""
    message = f"{text} should be 0, and its size is {error:.2g}{where}; allowed {allowed:.2g}"
    return wrong(message, error if np.isfinite(error) else None, allowed)
