"""`objective`: an optimiser is judged by the value it reaches, not by where it lands."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, cast

import numpy as np

from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, real, reals
from grader.checks._numbers import as_reference, numbers
from grader.errors import JudgeError
from grader.fields import Bounds, Formula
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Objective(Comparison):
    """A minimiser of f: ``-below * (1 + |f*|) <= f(answer) - f* <= max * (1 + |f*|)``, f* being the reference's value.

    An answer that is better than that is a judge error: the reference is not optimal.

    Attributes
    ----------
    value : formula
        f, in the inputs and `answer`; scale it to order one (a mean over data, not a sum).
    max, below : float
        how much worse and how much better than the reference an answer may be.
    gradient : formula, optional
        the gradient of f at `answer`; with it, its largest entry must stay within `stationarity`.
    stationarity : float
        bound on the gradient's largest entry, relative to 1 + |f*|.
    """

    kind: ClassVar[str] = "objective"
    bare: ClassVar[str] = "value"

    value: Formula
    max: Annotated[float, Bounds(0)] = 1e-6
    below: Annotated[float, Bounds(0)] = 1e-6
    gradient: Formula | None = None
    stationarity: Annotated[float, Bounds(0)] = 1e-3

    def own_names(self) -> frozenset[str]:
        """Return the name under which formulas find the answer."""
        return frozenset({"answer"})

    def remember(self, case: Case, value: Value, conditions: Conditions) -> Mapping[str, Value]:
        """Return the value that the reference reaches."""
        point = as_reference(value)
        if point is None:
            raise JudgeError("the reference solution's minimiser is not made of finite numbers")
        optimum = real(self.value, case, answer=point)
        if not np.isfinite(optimum):
            raise JudgeError(f"{self.value.text!r} is {optimum} at the reference solution's minimiser")
        return {"optimum": optimum}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare the objective at the answer with the reference's."""
        want = as_reference(expected.value)
        if want is None:
            return wrong("there is nothing to compare with")
        got = numbers(value, want)
        if isinstance(got, Outcome):
            return got
        optimum = cast(float, expected.facts["optimum"])
        reached = real(self.value, case, answer=got.array)
        excess, unit = reached - optimum, 1 + abs(optimum)
        if excess < -self.below * unit:
            raise JudgeError(f"an answer is better than the reference solution by {-excess:.2g}: it is not optimal")
        if not excess <= self.max * unit:
            message = f"the objective is {reached:.6g} there, and {optimum:.6g} can be reached"
            return wrong(message, excess if np.isfinite(excess) else None, self.max * unit)
        return self._stationary(got.array, unit, case, got.notes)

    def _stationary(self, point: Value, unit: float, case: Case, notes: tuple[str, ...]) -> Outcome:
        if self.gradient is None:
            return Outcome(notes=notes)
        slope = float(np.max(np.abs(reals(self.gradient, case, answer=point)), initial=0.0))
        if not slope <= self.stationarity * unit:
            error = slope if np.isfinite(slope) else None
            return wrong("the gradient is not zero there", error, self.stationarity * unit)
        return Outcome(notes=notes)
