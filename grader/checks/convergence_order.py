"""`convergence_order`: the error of the answer falls with a given order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from grader.checks._comparison import bare, wrong
from grader.checks._contract import Check, Conditions, Expected, Need, Reference, raised, real
from grader.checks._linear import norm
from grader.checks._nested import argument, same, value_of
from grader.checks._numbers import as_reference, numbers
from grader.checks._orders import FEWEST, Order, iteration_order, refinement_order, spread
from grader.checks._rounds import judged
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, Path
from grader.model import Answer, Call, Case, Outcome
from grader.notation import show
from grader.sandbox.records import dataclass
from grader.sandbox.values import RandomState, Value

_GROWTH: Final = 4
"""How many times more replicates the second stage has, which is run only where the first fails."""
_SURE: Final = 3.3
"""Standard deviations that `within` must be: a right method then fails both stages less than once in 10¹²."""
_SHOWN: Final = 12
_FLAT: Final = 0.1
"""An order below which errors are said not to fall."""


@dataclass(frozen=True, kw_only=True)
class ConvergenceOrder(Check):
    """The errors fall with `order`: as ``parameter**order``, or from one iterate to the next as ``error**order``.

    The order is the slope of a line through the logarithms. Only errors between 10³ machine epsilons and a tenth of the
    exact value count, and at least three of them. The reference's own slope must be right: on some functions the
    leading term of the error vanishes, and then another order shows.

    Attributes
    ----------
    order : float
        the order.
    exact : formula
        the exact value.
    mode : str
        `refinement`: the function is called with each of the `values`. `iteration`: it is called once and returns all
        iterates, the first index being that of the step.
    parameter : str
        the parameter that is refined: a number of points, or a step.
    values : tuple of formulas
        what it is set to, from coarse to fine; at least three.
    within : float
        how far the slope may be from the order.
    scale : formula, optional
        what errors are relative to; by default the size of the exact value, for iterations at least 1.
    max_evaluations : formula, optional
        at how many points one call may evaluate each counted function that it is given; the parameter and the other
        inputs may be named.
    replicates : int, optional
        for random methods: how often each value is tried, each time with a fresh generator. The root mean square of the
        errors counts. Where that fails, four times as many are tried.

    Examples
    --------
    The trapezoidal rule, whose error is divided by four when n is doubled::

        inputs: {f: {expression: exp(x)}, a: 0.0, b: {real: {low: 0.5, high: 2}}, n: 8}
        compare: {convergence_order: {order: 2, parameter: n, values: [4, 8, 16, 32], exact: exp(b) - exp(a)}}
        reference: "lambda f, a, b, n: (sum(f(np.linspace(a, b, n + 1))) - (f(a) + f(b)) / 2) * (b - a) / n"
        right: "lambda f, a, b, n: sum(f(a + (i + 0.5) * (b - a) / n) for i in range(n)) * (b - a) / n"
        wrong: "lambda f, a, b, n: sum(f(a + i * (b - a) / n) for i in range(n)) * (b - a) / n"
    """

    kind: ClassVar[str] = "convergence_order"
    climbs: ClassVar[bool] = False

    order: Annotated[float, Bounds(0)]
    exact: Formula
    mode: Literal["refinement", "iteration"] = "refinement"
    parameter: str = ""
    values: tuple[Formula, ...] = ()
    within: Annotated[float, Bounds(0)] = 0.2
    scale: Formula | None = None
    max_evaluations: Formula | None = None
    replicates: Annotated[int, Bounds(30, 10_000)] | None = None

    def __post_init__(self) -> None:
        """Refuse what does not go together."""
        if self.mode == "iteration" and (self.parameter or self.values or self.replicates):
            raise ValueError("the order of an iteration is seen in one call: parameter, values and replicates are not")
        if self.mode == "refinement" and not (self.parameter and len(self.values) >= FEWEST):
            raise ValueError(f"a parameter and at least {FEWEST} values for it are needed")

    def own_inputs(self) -> Iterator[tuple[Path, str]]:
        """Yield the parameter that is refined."""
        if self.parameter:
            yield ("parameter",), self.parameter

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the exact value, once the reference has shown the order."""
        exact = as_reference(argument(self.exact, case))
        if exact is None:
            raise JudgeError(f"{self.exact.text!r} is not made of finite numbers")
        scale = max(norm(exact), float(self.mode == "iteration")) if self.scale is None else real(self.scale, case)
        if not 0 < scale < np.inf:
            raise JudgeError(f"errors cannot be relative to {scale:g}: give a `scale`, or other inputs")
        facts: dict[str, Value] = {"exact": exact, "scale": scale}
        if self.mode == "iteration":
            facts["iterates"] = self._iterates(value_of(reference(case.call())), exact)
        else:
            self._require_values(case)
        if self.replicates:
            facts["key"] = conditions.stream(case.number, "replicates") >> 1  # room for adding the place of a call
        expected = Expected(None, facts)
        self._require_counted(case, expected, reference)
        outcome, _ = judged(self, case, expected, reference)
        if not outcome.accepted:
            hint = (
                "; does the leading term of the error vanish for these inputs?" if "errors" in outcome.expected else ""
            )
            raise JudgeError(f"the reference solution is refused: {outcome.message} ({outcome.got}){hint}")
        return expected

    def _iterates(self, value: Value, exact: NDArray[np.generic]) -> Value:
        iterates = as_reference(value)
        if iterates is None or iterates.ndim == 0 or iterates.shape[1:] != exact.shape:
            raise JudgeError("the reference solution's value is not made of iterates of the shape of the exact value")
        return iterates

    def _require_values(self, case: Case) -> None:
        if self.parameter not in case.arguments:
            raise JudgeError(f"{self.parameter!r} is no parameter of the function, so it cannot be refined")
        values = self._parameters(case)
        steps = np.diff(values)
        if not (np.all(np.isfinite(values)) and min(values) > 0 and (np.all(steps > 0) or np.all(steps < 0))):
            raise JudgeError(f"the values {values} of {self.parameter!r} are not positive, or do not go one way")
        if self.replicates:
            if _generator(case) is None:
                raise JudgeError("only a function that is given a generator of random numbers has replicates")
            if spread(values, self.replicates) * _SURE > self.within:
                raise JudgeError("the order is not sure enough: more replicates are needed, or values further apart")

    def _require_counted(self, case: Case, expected: Expected, reference: Reference) -> None:
        if self.max_evaluations and not reference(self.ask(case, expected)[0]).evaluations:
            raise JudgeError("`max_evaluations` needs an input that is a function with `counted: true`")

    def _parameters(self, case: Case) -> list[float]:
        return [real(formula, case) for formula in self.values]

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the answer for each value, or once for all iterates."""
        if self.mode == "iteration":
            return (case.call(),)
        return self._calls(case, expected, 0)

    def _calls(self, case: Case, expected: Expected, stage: int) -> tuple[Call, ...]:
        values = [argument(formula, case) for formula in self.values]
        generator = _generator(case)
        if not self.replicates or generator is None:
            return tuple(case.call(**{self.parameter: value}) for value in values)
        first = cast(int, expected.facts["key"]) + stage * self.replicates * len(values)
        copies = [value for value in values for _ in range(self._copies(stage))]
        return tuple(
            case.call(**{self.parameter: value, generator: RandomState(first + place)})
            for place, value in enumerate(copies)
        )

    def _copies(self, stage: int) -> int:
        return (self.replicates or 1) * (_GROWTH if stage else 1)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Judge the order, and then the number of evaluations."""
        calls = self.ask(case, expected)
        stage = int(len(answers) > len(calls))
        if stage:
            calls, answers = self._calls(case, expected, 1), answers[len(calls) :]
        errors: list[float] = []
        for call, answer in zip(calls, answers, strict=True):
            found = self._errors(answer, expected)
            if isinstance(found, Outcome):
                return replace(found, call=call, expected=f"a value near {show(expected.facts['exact'])}")
            errors += found
        outcome = self._judged(case, expected, np.array(errors), stage)
        if not outcome.accepted and self.replicates and not stage:
            return Need(self._calls(case, expected, 1))
        return self._evaluations(case, calls, answers) if outcome.accepted else outcome

    def _errors(self, answer: Answer, expected: Expected) -> list[float] | Outcome:
        """Return the error of an answer, or of each of its iterates; or what keeps it from being judged."""
        if answer.failure:
            return replace(raised(answer), got=answer.failure.message)
        exact = cast(NDArray[np.generic], expected.facts["exact"])
        value, _ = bare(answer.value)
        iterates = self.mode == "iteration"
        got = numbers(value, cast(NDArray[np.generic], expected.facts["iterates"]) if iterates else exact)
        if isinstance(got, Outcome):
            return replace(got, got=show(value))
        with np.errstate(over="ignore"):
            rows = np.subtract(got.array, exact)
        return [norm(row) for row in rows] if iterates else [norm(rows)]

    def _judged(self, case: Case, expected: Expected, errors: NDArray[np.float64], stage: int) -> Outcome:
        """Judge the errors by their order."""
        scale = cast(float, expected.facts["scale"])
        copies = errors.reshape(-1, self._copies(stage))
        sizes = np.array([norm(row) / np.sqrt(len(row)) for row in copies])
        if self.mode == "iteration":
            order, names = iteration_order(sizes, scale), [f"x{place}" for place in range(len(sizes))]
        else:
            values = self._parameters(case)
            order, names = refinement_order(values, sizes, scale), [f"{self.parameter} = {value:g}" for value in values]
        outcome = self._outcome(order)
        if self.replicates and outcome.accepted and np.any(np.ptp(copies, axis=1) == 0):
            outcome = wrong("the answers do not depend on the generator: another one gave the same")
        if outcome.accepted:
            return outcome
        texts = [f"{error:.2g} at {name}" for error, name in zip(sizes, names, strict=True)]
        got = f"errors {', '.join(texts[:_SHOWN])}{', …' if len(texts) > _SHOWN else ''}"
        call = None
        if self.mode == "refinement":
            call = case.call(**{self.parameter: argument(self.values[order.last], case)})
        return replace(outcome, got=got, expected=f"errors that fall with order {self.order:g}", call=call)

    def _outcome(self, order: Order) -> Outcome:
        if order.value is None:
            rough = ""
            if order.rough is not None:
                rough = (
                    f" (they fall with order {order.rough:.2f} or so)" if order.rough > _FLAT else " (they do not fall)"
                )
            message = f"the errors do not fall with order {self.order:g}: {order.fault}{rough}"
            return wrong(message, aspect="no order")
        off = abs(order.value - self.order)
        if off <= self.within:
            return Outcome()
        if order.value <= 0:
            return wrong(f"the errors do not fall, expected them to fall with order {self.order:g}", off, self.within)
        return wrong(f"the errors fall with order {order.value:.2f}, expected {self.order:g}", off, self.within)

    def _evaluations(self, case: Case, calls: Sequence[Call], answers: Sequence[Answer]) -> Outcome:
        """Judge at how many points functions were evaluated."""
        if self.max_evaluations is None:
            return Outcome()
        for call, answer in zip(calls, answers, strict=True):
            arguments = dict(zip(case.arguments, call.arguments, strict=True))
            allowed = real(self.max_evaluations, case, **arguments)
            for count in answer.evaluations:
                if count.points > allowed:
                    name = case.arguments[count.place]
                    message = f"evaluates `{name}` at {count.points} points, where {allowed:g} are enough"
                    wanted, got = f"at most {allowed:g} evaluations", f"{count.points} evaluations"
                    outcome = wrong(message, float(count.points), allowed, aspect="budget")
                    return replace(outcome, expected=wanted, got=got, call=call)
        return Outcome()

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether both gave the same answers to the calls that both got."""
        return all(same(*pair) for pair in zip(mine, theirs, strict=False))


def _generator(case: Case) -> str | None:
    return next((name for name in case.arguments if isinstance(case.inputs[name], RandomState)), None)
