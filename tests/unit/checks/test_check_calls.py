"""`calls`: objects with state, step by step, and two of them side by side."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import runner
from grader.checks import Conditions, Need, judged
from grader.checks.allclose import AllClose
from grader.checks.calls import Calls, Step
from grader.checks.raises import Raises
from grader.errors import JudgeError
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Call, Case, Failure, Limits, Outcome, Submission, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle, Noted, RandomState
from grader.spec.store import freeze, thaw

CONDITIONS = Conditions(Tolerance(rtol=1e-6, atol=1e-9), 0, lambda *_: 0)
CASE = Case(1, {"start": 1.0, "x": np.array([2.0, 6.0])}, ("start",))
UPDATE = [Step(method="update", arguments=(parse("x[0]"),)), Step(method="update", arguments=(parse("x[1]"),))]
CHECK = Calls(steps=(*UPDATE, Step(method="mean", compare=AllClose(rtol=1e-9))))
REFUSING = Calls(
    steps=(
        Step(method="update", arguments=(parse("x"),), raises=Raises(exception="ValueError")),
        Step(method="mean", compare=AllClose()),
    )
)


class Mean:
    """The reference."""

    def __init__(self, start: float) -> None:
        self.items = [start]

    def update(self, x: float) -> None:
        if np.ndim(x):
            raise ValueError("one number at a time")
        self.items.append(x)

    def mean(self) -> float:
        return float(np.mean(self.items))


class Running:
    """Another right way."""

    def __init__(self, start: float) -> None:
        self.value, self.n = start, 1

    def update(self, x: float) -> "Running":
        if np.ndim(x):
            raise np.linalg.LinAlgError("no")
        self.n += 1
        self.value += (x - self.value) / self.n
        return self

    def mean(self) -> Any:
        return self.value


class Halving(Running):
    def update(self, x: float) -> None:  # type: ignore[override]
        self.value = (self.value + x) / 2


class Shared:
    """Keeps what it is told in the class."""

    items: ClassVar[list[float]] = []

    def __init__(self, start: float) -> None:
        self.items.clear()
        self.items.append(start)

    def update(self, x: float) -> None:
        self.items.append(x)

    def mean(self) -> float:
        return float(np.mean(self.items))


def judge(kind: Callable[..., Any], check: Calls = CHECK, reference: Callable[..., Any] = Mean) -> Outcome:
    return judged(check, CASE, check.prepare(CASE, runner(reference), CONDITIONS), runner(kind))[0]


def changed(**methods: Any) -> type:
    """Return the reference with some methods replaced."""
    return type("Changed", (Mean,), methods)


# Right and wrong classes.


@pytest.mark.parametrize("kind", [Mean, Running])
def test_a_right_class_is_accepted(kind: type) -> None:
    assert judge(kind) == Outcome()
    assert judge(kind, REFUSING) == Outcome()


def test_a_wrong_value_is_told_with_the_calls_before_it() -> None:
    outcome = judge(Halving)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "mean() after update(2.0), update(6.0): off by 0.75; allowed 6e-09"
    assert (outcome.got, outcome.expected) == ("3.75", "3.0")
    assert outcome.call is None


def test_a_step_without_a_comparison_may_return_anything() -> None:
    assert judge(changed(update=lambda self, x: self.items.append(x) or object())).accepted


@pytest.mark.parametrize(("factor", "accepted"), [(0.999, True), (1.001, False)])
def test_the_comparison_of_the_step_decides(factor: float, accepted: bool) -> None:
    check = Calls(steps=(Step(method="mean", compare=AllClose(rtol=1e-3, atol=0.0)),))
    assert judge(changed(mean=lambda self: 1.0 + factor * 1e-3), check).accepted is accepted


def test_every_step_has_its_own_comparison() -> None:
    check = Calls(
        steps=(
            Step(method="mean", compare=AllClose(rtol=0.0, atol=1e-12)),
            UPDATE[0],
            Step(method="mean", compare=AllClose(atol=1.0, scale="unit")),
        )
    )

    def off(self: Any) -> float:
        return float(np.mean(self.items)) + 0.5 * (len(self.items) > 1)

    assert judge(changed(mean=off), check).accepted
    outcome = judge(changed(mean=lambda self: 1.5), check)
    assert outcome.message.startswith("mean(): ")


@pytest.mark.parametrize("value", [None, "x", [1, [2]], np.nan, {}, lambda: 0, np.zeros(2), object(), 1e308j])
def test_odd_values_are_refused(value: object) -> None:
    assert not judge(changed(mean=lambda self: value)).accepted


def test_only_the_last_calls_before_a_fault_are_repeated() -> None:
    steps = tuple(Step(method="update", arguments=(parse(k),)) for k in range(8))
    outcome = judge(Halving, Calls(steps=(*steps, Step(method="mean", compare=AllClose()))))
    assert outcome.message.startswith("mean() after …, update(3), update(4), update(5), update(6), update(7): off by")


# Methods that fail.


def test_a_method_that_is_missing_is_told() -> None:
    outcome = judge(type("Bare", (), {"__init__": lambda self, start: None}))
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message == "update(2.0): raised AttributeError: 'Bare' object has no attribute 'update'"
    assert outcome.got == "raised AttributeError: 'Bare' object has no attribute 'update'"


def test_a_function_in_place_of_a_class_is_told() -> None:
    assert "has no attribute 'update'" in judge(lambda start: start).message
    assert "has no attribute 'update'" in judge(lambda start: None).message


def test_a_constructor_that_fails_is_told() -> None:
    def refuse(start: float) -> None:
        raise TypeError("no")

    outcome = judge(refuse)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message == "when an object was made: raised TypeError: no"


def test_a_failure_counts_where_no_value_is_looked_at() -> None:
    outcome = judge(changed(update=lambda self, x: 1 / 0))
    assert (outcome.verdict, outcome.expected) == (Verdict.RAISED, "a call that does not fail")
    assert outcome.message == "update(2.0): raised ZeroDivisionError: division by zero"


def test_a_step_that_must_raise_has_to() -> None:
    outcome = judge(changed(update=lambda self, x: None), REFUSING)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "update(np.array([2.0, 6.0])): returned None, where a ValueError should be raised"
    assert outcome.expected == "ValueError is raised"
    outcome = judge(changed(update=lambda self, x: 1 / 0), REFUSING)
    assert outcome.message.endswith("raised ZeroDivisionError: division by zero, where a ValueError should be raised")


def test_what_is_refused_must_leave_the_object_alone() -> None:
    def spoil(self: Any, x: Any) -> None:
        self.items.append(0.0)
        raise ValueError("no")

    assert judge(changed(update=spoil), REFUSING).message.startswith("mean() after update(np.array([2.0, 6.0])): off")


def test_the_first_of_several_failures_is_told() -> None:
    expected = CHECK.prepare(CASE, runner(Mean), CONDITIONS)
    late = Answer(failure=Failure(Verdict.TIME_LIMIT, "no answer after 2 s"))
    gone = Answer(failure=Failure(Verdict.RAISED, "raised LookupError: the process has ended", "LookupError"))
    outcome = CHECK.judge(CASE, expected, [Answer(Handle(0)), Answer(Handle(1)), Answer(None), late, *[gone] * 4])
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.message) == (
        Verdict.TIME_LIMIT,
        "update(6.0) after update(2.0): no answer after 2 s",
    )


# Two objects.


def test_both_objects_are_made_before_any_method_is_called() -> None:
    expected = CHECK.prepare(CASE, runner(Mean), CONDITIONS)
    assert CHECK.ask(CASE, expected) == (Call((1.0,), keep=True),) * 2
    need = CHECK.judge(CASE, expected, [Answer(Handle(4)), Answer(Handle(5))])
    assert isinstance(need, Need)
    assert [call.target for call in need.calls] == [Handle(4)] * 3 + [Handle(5)] * 3
    assert [call.method for call in need.calls[:3]] == ["update", "update", "mean"]
    assert [call.arguments for call in need.calls[:3]] == [(2.0,), (6.0,), ()]


def test_state_that_objects_share_is_told() -> None:
    outcome = judge(Shared)
    assert outcome.aspect == "second object"
    assert outcome.message.startswith("mean() after update(2.0), update(6.0): off by 0.4")
    assert outcome.message.endswith("is something kept outside `self`?)")


def test_a_class_that_is_wrong_from_the_start_is_not_told_so() -> None:
    assert "self" not in judge(Halving).message


# References and parameters that cannot be used.


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (lambda start: 1 / 0, r"the reference solution failed \(when an object was made\): raised ZeroDivisionError"),
        (changed(update=lambda self, x: 1 / 0), r"failed \(update\(2.0\)\): raised ZeroDivisionError"),
        (changed(mean=lambda self: 1 / 0), r"failed \(mean\(\) after .*\): raised ZeroDivisionError"),
        (changed(mean=lambda self: None), r"mean\(\) after .*: .*not made of finite numbers"),
        (Shared, "a second one beside it is not"),
    ],
)
def test_a_reference_that_cannot_be_compared_with_is_a_judge_error(reference: Any, words: str) -> None:
    with pytest.raises(JudgeError, match=words):
        judge(Mean, reference=reference)


def test_a_reference_that_does_not_raise_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="where a ValueError should be raised"):
        judge(Mean, REFUSING, changed(update=lambda self, x: None))


@pytest.mark.parametrize("method", ["", "_update", "__init__", "a.b", "class", "up date", "1"])
def test_a_name_that_no_method_can_have_is_refused(method: str) -> None:
    with pytest.raises(ValueError, match="is not a name that a method for everybody can have"):
        Step(method=method)


def test_a_step_cannot_both_raise_and_return() -> None:
    with pytest.raises(ValueError, match="returns nothing to compare"):
        Step(method="mean", compare=AllClose(), raises=Raises(exception="ValueError"))


def test_a_description_can_be_kept() -> None:
    for check in (CHECK, REFUSING):
        assert thaw(freeze(check)) == check


def test_formulas_and_comparisons_are_told_to_the_rules_at_their_steps() -> None:
    assert [(path, formula.text) for path, formula in CHECK.own_formulas()] == [
        ((0, "arguments", 0), "x[0]"),
        ((1, "arguments", 0), "x[1]"),
    ]
    assert list(CHECK.parts()) == [((2, "compare"), AllClose(rtol=1e-9))]
    assert CHECK.mentioned() == {"x"}


# Mistakes.


def resemble(mine: Callable[..., Any], theirs: Callable[..., Any], check: Calls = CHECK) -> bool:
    expected = check.prepare(CASE, runner(Mean), CONDITIONS)
    first, second = (judged(check, CASE, expected, runner(kind))[1] for kind in (mine, theirs))
    return check.resembles(CASE, expected, first, second)


def test_equal_wrong_classes_resemble_each_other() -> None:
    other = changed(update=lambda self, x: self.items.__setitem__(0, self.items[0] / 2 + x / 2))
    assert resemble(Halving, other)
    assert not resemble(Halving, changed(mean=lambda self: 0.0))
    assert not resemble(Halving, Mean)
    assert not resemble(Halving, changed(update=lambda self, x: 1 / 0))


def test_constructors_that_fail_alike_resemble_each_other() -> None:
    assert resemble(lambda start: 1 / 0, lambda start: 2 / 0)
    assert not resemble(lambda start: 1 / 0, lambda start: {}[start])
    assert not resemble(lambda start: 1 / 0, Mean)


def test_classes_that_share_state_resemble_each_other_and_no_right_one() -> None:
    assert resemble(Shared, Shared)
    assert not resemble(Shared, Mean)


def test_steps_that_must_raise_are_looked_at() -> None:
    deaf = changed(update=lambda self, x: None)
    assert resemble(deaf, deaf, REFUSING)
    assert not resemble(deaf, Mean, REFUSING)


# Laws, and the other side of the wire.


@given(numbers=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=8), start=st.floats(-1e3, 1e3))
def test_another_right_way_is_accepted_for_all_numbers(numbers: list[float], start: float) -> None:
    case = Case(0, {"start": start, "x": numbers}, ("start",))
    steps = [Step(method="update", arguments=(parse(f"x[{place}]"),)) for place in range(len(numbers))]
    check = Calls(steps=(*steps, Step(method="mean", compare=AllClose(atol=1e-6, scale="unit"))))
    expected = check.prepare(case, runner(Mean), CONDITIONS)
    assert judged(check, case, expected, runner(Running))[0].accepted


def test_generators_and_functions_reach_the_constructor() -> None:
    class Sampler:
        def __init__(self, rng: np.random.Generator, f: Callable[[float], float]) -> None:
            self.rng, self.f = rng, f

        def draw(self) -> float:
            return self.f(self.rng.random())

    case = Case(0, {"rng": RandomState(3), "f": FunctionText(("t",), "t + 1")}, ("rng", "f"))
    draw = Step(method="draw", compare=AllClose())
    check = Calls(steps=(draw, draw))
    expected = check.prepare(case, runner(Sampler), CONDITIONS)
    values = np.random.default_rng(3).random(2) + 1
    assert expected.value == pytest.approx(values.tolist())
    assert judged(check, case, expected, runner(Sampler))[0].accepted


def test_an_object_stays_in_the_students_process() -> None:
    source = (
        "class {name}:\n"
        "    {shared}\n"
        "    def __init__(self, start):\n"
        "        {own}\n"
        "        self.items.append(start)\n"
        "    def update(self, x):\n"
        "        self.items.append(x)\n"
        "    def mean(self):\n"
        "        return sum(self.items) / len(self.items)\n"
    )
    good = source.format(name="Good", shared="pass", own="self.items = []")
    bad = source.format(name="Bad", shared="items = []", own="self.items.clear()")
    expected = CHECK.prepare(CASE, runner(Mean), CONDITIONS)
    with ProcessExecutor(Limits(call=20.0, exercise=100.0, load=20.0)) as executor:
        for name, accepted in [("Good", True), ("Bad", False)]:
            with executor.open(Submission("answer", good + bad, name)) as session:
                session.load()
                assert judged(CHECK, CASE, expected, session.call)[0].accepted is accepted


def test_a_remark_on_an_unusual_form_is_kept_once() -> None:
    expected = CHECK.prepare(CASE, runner(Mean), CONDITIONS)
    steps = [Answer(None), Answer(None), Answer(Noted(3.0, "longdouble"))]
    outcome = CHECK.judge(CASE, expected, [Answer(Handle(0)), Answer(Handle(1)), *steps, *steps])
    assert isinstance(outcome, Outcome)
    assert outcome.accepted
    assert len(outcome.notes) == 1
