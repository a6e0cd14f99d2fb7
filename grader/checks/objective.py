"""`objective`: an optimiser is judged by the value it reaches, not by where it lands."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._at_answer import sizes, tried
from grader.checks._comparison import Comparison, wrong
from grader.checks._contract import Conditions, Expected, real
from grader.checks._linear import worst_place
from grader.checks._numbers import as_reference, beside
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore
from grader.model import Case, Outcome
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Objective(Comparison):
    """A minimiser of f: ``-below * (1 + |f*|) <= f(answer) - f* <= max * (1 + |f*|)``, f* being the reference's value.

    An answer that is better than that is a judge error: the reference is not optimal. An answer that is not feasible is
    refused before its value is looked at.

    Attributes
    ----------
    value : formula
        f, in the inputs and `answer`; scale it to order one (a mean over data, not a sum).
    maximise : bool
        whether f is to be as large as possible, as a likelihood is.
    max, below : float
        how much worse and how much better than the reference an answer may be.
    feasible : formula, or list of formulas
        what must be 0 for the answer to be allowed at all: ``A @ answer - b`` for an equation, ``minimum(answer, 0)``
        for ``answer >= 0``.
    feasibility : float
        largest size of an entry of these, relative to 1 + the largest entry of the reference's minimiser.
    gradient : formula, optional
        the gradient of f at `answer`; with it, its largest entry must stay within `stationarity`.
    stationarity : float
        bound on the gradient's largest entry, relative to 1 + |f*|.

    Examples
    --------
    The nearest point of a line, which several methods find::

        inputs: {a: {vector: {size: 2, exclude: [zeros]}}, p: {vector: {size: 2}}}
        compare: {objective: {value: mean((answer - p)**2), feasible: a @ answer - 1}}
        reference: "lambda a, p: p + a * (1 - a @ p) / (a @ a)"
        right: "lambda a, p: p + np.linalg.lstsq(a[None], [1 - a @ p], rcond=None)[0]"
        wrong: "lambda a, p: p"

    The most likely rate of exponential data::

        inputs: {x: {vector: {size: 9, exclude: [zeros]}}}
        compare: {objective: {value: "log(answer) - answer * mean(abs(x))", maximise: true}}
        reference: "lambda x: 1 / np.mean(np.abs(x))"
        right: "lambda x: 1 / np.mean(np.abs(x)) * (1 + 1e-5)"
        wrong: "lambda x: np.mean(np.abs(x)) + 1"
    """

    kind: ClassVar[str] = "objective"
    bare: ClassVar[str] = "value"

    value: Formula
    maximise: bool = False
    max: Annotated[float, Bounds(0)] = 1e-6
    below: Annotated[float, Bounds(0)] = 1e-6
    feasible: Annotated[tuple[Formula, ...], OneOrMore()] = ()
    feasibility: Annotated[float, Bounds(0)] = 1e-8
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
        for formula in (*self.feasible, *([self.gradient] if self.gradient else [])):
            sizes(formula, case, point)
        return {"optimum": optimum}

    def compare(self, value: Value, expected: Expected, case: Case) -> Outcome:
        """Compare the objective at the answer with the reference's, if the answer is allowed at all."""
        pair = beside(value, expected.value)
        if isinstance(pair, Outcome):
            return pair
        got, want = pair
        point, optimum = got.array, cast(float, expected.facts["optimum"])
        fault = (
            self._infeasible(point, want, case)
            or self._worse(point, optimum, case)
            or self._not_stationary(point, optimum, case)
        )
        return fault or Outcome(notes=got.notes)

    @np.errstate(over="ignore")  # a complex number may be larger than its parts can say
    def _infeasible(self, point: NDArray[Any], want: NDArray[Any], case: Case) -> Outcome | None:
        allowed = self.feasibility * (1 + float(np.max(np.abs(want), initial=0.0)))
        for formula in self.feasible:
            found = tried(sizes, formula, case, point)
            if isinstance(found, Outcome):
                return found
            if not bool(np.all(found <= allowed)):
                place = worst_place(found)
                where, error = f" at {list(place)}" if place else "", float(found[place])
                message = f"not feasible: {formula.text} should be 0, and is off by {error:.2g}{where}"
                return wrong(f"{message}; allowed {allowed:.2g}", error if np.isfinite(error) else None, allowed)
        return None

    def _worse(self, point: NDArray[Any], optimum: float, case: Case) -> Outcome | None:
        reached = tried(real, self.value, case, answer=point)
        if isinstance(reached, Outcome):
            return reached
        excess = optimum - reached if self.maximise else reached - optimum
        unit = 1 + abs(optimum)
        if np.isfinite(reached) and excess < -self.below * unit:
            raise JudgeError(f"an answer is better than the reference solution by {-excess:.2g}: it is not optimal")
        if np.isfinite(reached) and excess <= self.max * unit:
            return None
        message = f"the objective is {reached:.6g} there, and {optimum:.6g} can be reached"
        return wrong(message, excess if np.isfinite(excess) else None, self.max * unit)

    def _not_stationary(self, point: NDArray[Any], optimum: float, case: Case) -> Outcome | None:
        found = np.zeros(0) if self.gradient is None else tried(sizes, self.gradient, case, point)
        if isinstance(found, Outcome):
            return found
        slope, allowed = float(np.max(found, initial=0.0)), self.stationarity * (1 + abs(optimum))
        if slope <= allowed:
            return None
        return wrong("the gradient is not zero there", slope if np.isfinite(slope) else None, allowed)
