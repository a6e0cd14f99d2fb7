"""`property`: a fact that relates a function's values to each other, or to its inputs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, cast

import numpy as np

from grader.checks._at_answer import sizes, tried
from grader.checks._comparison import bare
from grader.checks._contract import ROUNDS_CAP, Check, Conditions, Expected, Need, Reference, raised
from grader.checks._known import Known, like, usable
from grader.checks._nested import same, value_of
from grader.checks._own_calls import ANSWER, Asked, Plan, nesting, outside_calls, plan
from grader.checks._relations import Allowed, broken
from grader.errors import JudgeError
from grader.fields import Bounds, Formula, OneOrMore
from grader.model import Answer, Call, Case, Outcome
from grader.notation import describe, show
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value


@dataclass(frozen=True, kw_only=True)
class Property(Check):
    """What holds of a right function, in the inputs, `answer` and calls of the function by its own name.

    `answer` is the value on the case's own inputs; a part of a tuple is ``answer[0]``. Relations, also joined by `and`,
    have a tolerance: two sides of ``==`` differ by at most ``rtol * (largest entry of both sides) + atol * scale``, and
    ``<=``, ``>=``, ``<`` and ``>`` may be missed by as much. Whatever else is written has to be true, exactly:
    ``all(answer > 0)``. Calls may stand inside calls, three deep at most. Every value has the type and the shape of the
    reference's. A constant has many properties, so a property stands beside a check that compares values.

    Attributes
    ----------
    holds : formula, or list of formulas
        what should hold.
    rtol, atol : float
        relative to the largest entry of both sides, and to `scale`.
    scale : formula, optional
        in the inputs and `answer`; 1 by default.

    Examples
    --------
    A determinant, whose function is called `answer` here::

        inputs: {A: {matrix: {shape: [2, 2]}}, B: {matrix: {shape: [2, 2], exclude: [offset]}}}
        compare: {property: "answer(A @ B) == answer * answer(B)"}
        reference: "lambda A: np.linalg.det(A)"
        right: "lambda A: A[0, 0] * A[1, 1] - A[0, 1] * A[1, 0]"
        wrong: "lambda A: A[0, 0] * A[1, 1] + A[0, 1] * A[1, 0]"

    Probabilities, which a shift of the scores does not change::

        inputs: {z: {vector: {size: 3, exclude: [offset]}}, c: {real: {low: 1, high: 9}}}
        compare: {property: {holds: ["answer >= 0", "sum(answer) == 1", "answer(z + c) == answer"]}}
        reference: "lambda z: np.exp(z - np.max(z)) / np.sum(np.exp(z - np.max(z)))"
        right: "lambda z: np.exp(z) / np.sum(np.exp(z))"
        wrong: "lambda z: np.abs(z) / np.sum(np.abs(z))"
    """

    kind: ClassVar[str] = "property"
    bare: ClassVar[str] = "holds"
    calls_function: ClassVar[bool] = True

    holds: Annotated[tuple[Formula, ...], OneOrMore(), Bounds(least=1)]
    rtol: Annotated[float, Bounds(0)] = 1e-6
    atol: Annotated[float, Bounds(0)] = 1e-9
    scale: Formula | None = None

    def __post_init__(self) -> None:
        """Refuse calls that cannot be made."""
        for formula in self.holds:
            if any(call.keywords for call in outside_calls(formula.text)):
                raise ValueError(f"{formula.text!r}: the arguments of a function are given in order, without names")
            if nesting(formula.text) > ROUNDS_CAP:
                raise ValueError(f"{formula.text!r} calls functions inside functions more than {ROUNDS_CAP} deep")

    def own_names(self) -> frozenset[str]:
        """Return the name under which formulas find the answer."""
        return frozenset({ANSWER})

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Return the reference's values, once they have the property."""
        asked = self._plan(conditions.function)
        if not 1 <= asked.depth <= ROUNDS_CAP:
            fault = (
                "calls it more than three deep" if asked.depth else "has neither `answer` nor a call of the function"
            )
            raise JudgeError(f"the property {fault}")
        known = Known(asked, case)
        for call in asked.calls:
            value = value_of(reference(known.call(call)), f"in {call.text}")
            numeric = usable(value)
            if numeric is None:
                raise JudgeError(f"{call.text} is {describe(value)}, of which no property can be judged")
            known.add(call.name, value, numeric)
        facts: dict[str, Value] = {"function": conditions.function, "values": list(known.raw.values())}
        expected = Expected(known.raw.get(ANSWER), facts)
        outcome = self._relations(asked, known, case)
        if outcome is not None:
            raise JudgeError(f"the reference solution does not have the property: {outcome.message}")
        return expected

    def _plan(self, function: str) -> Plan:
        return plan(tuple(formula.text for formula in self.holds), function)

    def ask(self, case: Case, expected: Expected) -> tuple[Call, ...]:
        """Ask for the values that depend on no others."""
        asked = self._plan(cast(str, expected.facts["function"]))
        return tuple(Known(asked, case).call(call) for call in asked.calls if call.level == 1)

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Judge the values, or ask for those that depend on them."""
        asked = self._plan(cast(str, expected.facts["function"]))
        outcome = self._judge(asked, case, expected, answers)
        if isinstance(outcome, Need):
            return outcome
        return replace(outcome, expected="; ".join(formula.text for formula in self.holds))

    def _judge(self, asked: Plan, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        known, notes = Known(asked, case), dict[str, None]()
        values = cast(list[Value], expected.facts["values"])
        for call, answer, theirs in zip(asked.calls, answers, values, strict=False):
            value, remarks = bare(answer.value)
            got = raised(answer) if answer.failure else like(value, usable(theirs))
            if isinstance(got, Outcome):
                return _of_call(got, call, known, answer)
            known.add(call.name, value, got[0])
            notes |= dict.fromkeys((*remarks, *got[1]))
        if len(answers) < len(asked.calls):
            level = asked.calls[len(answers)].level
            calls = tried(_calls, known, [call for call in asked.calls if call.level == level])
            return calls if isinstance(calls, Outcome) else Need(calls)
        outcome = tried(self._relations, asked, known, case)
        if outcome is None:
            return Outcome(notes=tuple(notes))
        return replace(outcome, got=known.shown(), notes=tuple(notes))

    def _relations(self, asked: Plan, known: Known, case: Case) -> Outcome | None:
        """Return what is wrong with the first relation that does not hold, or None."""
        try:
            allowed = Allowed(self.rtol, self.atol * self._scale(known, case))
            faults = (broken(clause, case, known.usable, allowed) for clause in asked.clauses)
            return next((fault for fault in faults if fault), None)
        except JudgeError as error:
            raise JudgeError(asked.worded(str(error))) from error

    def _scale(self, known: Known, case: Case) -> float:
        if self.scale is None:
            return 1.0
        found = sizes(self.scale, case, known.usable.get(ANSWER))
        if found.ndim or not np.isfinite(found):
            raise JudgeError(f"the scale {self.scale.text!r} is not one finite number")
        return float(found)

    def resembles(self, case: Case, expected: Expected, mine: Sequence[Answer], theirs: Sequence[Answer]) -> bool:
        """Return whether the answers to all calls are alike."""
        return len(mine) == len(theirs) and all(map(same, mine, theirs))


def _calls(known: Known, asked: Sequence[Asked]) -> tuple[Call, ...]:
    return tuple(map(known.call, asked))


def _of_call(outcome: Outcome, call: Asked, known: Known, answer: Answer) -> Outcome:
    """Return the outcome of one call that says which call it was."""
    if call.name == ANSWER:
        return outcome
    got = answer.failure.message if answer.failure else show(answer.value)
    return replace(outcome, message=f"{call.text}: {outcome.message}", got=got, call=known.call(call))
