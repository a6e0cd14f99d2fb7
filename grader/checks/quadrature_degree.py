"""`quadrature_degree`: a rule for integrals is exact up to a degree, and not beyond."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Final, cast

import numpy as np

from grader.checks._comparison import bare, wrong
from grader.checks._contract import Check, Conditions, Expected, Reference, raised, real
from grader.checks._nested import confirmed, failed_alike
from grader.checks._numbers import numbers
from grader.errors import JudgeError
from grader.fields import Formula, Path
from grader.model import Answer, Call, Case, Outcome
from grader.notation import show
from grader.sandbox.expressions import parse
from grader.sandbox.records import dataclass
from grader.sandbox.values import FunctionText

_MOST: Final = 100
"""Largest degree; each costs one call."""
_ROUNDING: Final = 1e3 * float(np.finfo(np.float64).eps)
"""Error that counts as rounding, relative to the length of the interval and the largest value of the function, 1."""
_ALIKE: Final = 1e-6


@dataclass(frozen=True, kw_only=True)
class QuadratureDegree(Check):
    """The rule integrates the powers ``((x - middle) / half)**k`` exactly for k = 0 … degree, and not for degree + 1.

    Exact is within 10³ times the machine epsilon of the length of the interval, or of its end points where these are
    larger. A rule that is exact up to a degree has an error of the same size on every polynomial of the next degree
    with the same leading coefficient, so that symmetry cannot hide it.

    Attributes
    ----------
    degree : formula
        the degree of exactness, a number or a formula in the inputs: ``2 * n - 1`` for the rule of Gauss.
    function : str
        the parameter that takes the integrand.
    low, high : formula
        the limits.

    Examples
    --------
    Simpson's rule, which a rule of the same points but with the weights of the trapezoids is not::

        inputs: {f: {expression: "cos(x)"}, a: -1.0, b: {real: {low: 1, high: 3}}}
        compare: {quadrature_degree: 3}
        reference: "lambda f, a, b: (b - a) / 6 * (f(a) + 4 * f((a + b) / 2) + f(b))"
        right: "lambda f, a, b: (b - a) / 6 * np.dot([1, 4, 1], f(np.linspace(a, b, 3)))"
        wrong: "lambda f, a, b: (b - a) / 4 * (f(a) + 2 * f((a + b) / 2) + f(b))"
    """

    kind: ClassVar[str] = "quadrature_degree"
    bare: ClassVar[str] = "degree"

    degree: Formula
    function: str = "f"
    low: Formula = parse("a")
    high: Formula = parse("b")

    def __post_init__(self) -> None:
        """Refuse a number that is no degree."""
        if not self.degree.mentions:
            fault = _no_degree(self.degree.evaluate({}))
            if fault:
                raise ValueError(fault)

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the parameter that takes the integrand."""
        yield ("function",), self.function

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the degree, the limits, and what the rule gives for the first polynomial that it cannot integrate."""
        degree, low, high = (real(formula, case) for formula in (self.degree, self.low, self.high))
        fault = _no_degree(degree)
        if fault:
            raise JudgeError(f"{self.degree.text!r}: {fault}")
        if not np.isfinite(high - low) or low == high:
            raise JudgeError(f"nothing is to be seen on the interval from {low} to {high}")
        if self.function not in case.arguments:
            raise JudgeError(f"{self.function!r} is no parameter of the function")
        expected = Expected(None, {"degree": int(degree), "low": low, "high": high})
        return confirmed(self, case, expected, reference)

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the integral of every power."""
        degree, low, high = _facts(expected)
        constants = {"middle": (low + high) / 2, "half": (high - low) / 2}
        original = case.inputs[self.function]
        names = original.parameters if isinstance(original, FunctionText) else ("x",)
        parameter = names[0] if len(names) == 1 and names[0] not in constants else "x"
        texts = [f"(({parameter} - middle) / half)**{power}" for power in range(degree + 2)]
        return tuple(case.call(**{self.function: FunctionText((parameter,), text, constants)}) for text in texts)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome:
        """Name the first power whose integral is wrong; with the last, which must be, a rule that is too exact."""
        degree, low, high = _facts(expected)
        allowed = _ROUNDING * max(abs(high - low), abs(low), abs(high))
        notes: tuple[str, ...] = ()
        for power, (call, answer) in enumerate(zip(self.ask(case, expected), answers, strict=True)):
            exact = (high - low) / 2 * (2 / (power + 1) if power % 2 == 0 else 0.0)
            outcome = _judged(answer, exact, allowed)
            if power > degree:
                outcome = _inexact(outcome, degree)
            elif outcome.allowed is not None:
                said = f"the integral of a polynomial of degree {power} is {outcome.message}"
                outcome = replace(outcome, message=f"{said}, since a rule of degree {degree} is exact for it")
            if not outcome.accepted:
                wanted = "not the exact integral" if power > degree else show(exact)
                got = answer.failure.message if answer.failure else show(bare(answer.value)[0])
                return replace(outcome, expected=wanted, got=got, call=call)
            notes += outcome.notes
        return Outcome(notes=tuple(dict.fromkeys(notes)))

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both rules give the same for all powers."""
        _, low, high = _facts(expected)
        near = _ALIKE * abs(high - low)
        return len(mine) == len(theirs) and all(_alike(*pair, near) for pair in zip(mine, theirs, strict=True))


def _no_degree(value: object) -> str:
    """Return what is wrong with a degree, or nothing."""
    if isinstance(value, int | float) and 0 <= value <= _MOST and float(value).is_integer():
        return ""
    return f"a degree from 0 to {_MOST} is needed, found {show(value)}"


def _facts(expected: Expected) -> tuple[int, float, float]:
    degree, low, high = (expected.facts[name] for name in ("degree", "low", "high"))
    return cast(int, degree), cast(float, low), cast(float, high)


def _judged(answer: Answer, exact: float, allowed: float) -> Outcome:
    """Compare one integral with the exact one; the error is given only where the answer is a number."""
    if answer.failure:
        return raised(answer)
    value, notes = bare(answer.value)
    got = numbers(value, np.asarray(exact))
    if isinstance(got, Outcome):
        return got
    error = abs(float(got.array) - exact)
    if error <= allowed:
        return Outcome(notes=notes + got.notes)
    return wrong(f"off by {error:.2g}; allowed {allowed:.2g}", error if np.isfinite(error) else None, allowed)


def _inexact(outcome: Outcome, degree: int) -> Outcome:
    """Turn the outcome of the first power that the rule cannot integrate exactly."""
    if outcome.accepted:
        message = f"exact for a polynomial of degree {degree + 1} too, which a rule of degree {degree} is not"
        return wrong(message, aspect="too exact")
    return Outcome() if outcome.allowed is not None else outcome


def _alike(mine: Answer, theirs: Answer, near: float) -> bool:
    if mine.failure or theirs.failure:
        return failed_alike(mine, theirs)
    first, second = (numbers(bare(answer.value)[0], np.asarray(0.0)) for answer in (mine, theirs))
    if isinstance(first, Outcome) or isinstance(second, Outcome):
        return False
    return bool(abs(float(first.array) - float(second.array)) <= near)
