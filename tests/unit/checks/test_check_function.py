"""`function`: a returned function is right at every point, and stays so after other calls."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form, runner
from grader.checks import Check, Conditions, Expected, Need, judged
from grader.checks.allclose import AllClose
from grader.checks.exact import Exact
from grader.checks.function import ReturnedFunction
from grader.checks.returns import Returns
from grader.errors import JudgeError
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Case, Failure, Limits, Outcome, Submission, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle, Noted, Opaque, Value
from grader.spec.store import freeze, thaw

INSIDE, OUTSIDE = 0.999, 1.001
CONDITIONS = Conditions(Tolerance(rtol=1e-6, atol=1e-9), 0, lambda *_: 0)
C = np.array([1.0, -2.0, 3.0])
X = np.array([0.0, 1.0, 2.0])
CASE = Case(1, {"c": C, "x": X}, ("c",))
FIRST = Case(0, CASE.inputs, CASE.arguments)
CHECK = ReturnedFunction(at=(parse("x"), parse(0.5), parse("c[0]")))
AFTER = ReturnedFunction(at=CHECK.at, between={"c": parse("c + 1")})

Maker = Callable[..., Any]


def derivative(c: Any) -> Callable[[Any], Any]:
    return lambda x: c[1] + 2 * c[2] * x


def judge(maker: Maker, check: Check = CHECK, case: Case = CASE, reference: Maker = derivative) -> Outcome:
    return judged(check, case, check.prepare(case, runner(reference), CONDITIONS), runner(maker))[0]


# Right functions.


@pytest.mark.parametrize(
    "maker",
    [
        derivative,
        lambda c: np.polynomial.Polynomial(c).deriv(),
        lambda c: np.poly1d(c[::-1]).deriv(),
        lambda c: lambda x: np.polyval([2 * c[2], c[1]], x),
    ],
    ids=["lambda", "object that can be called", "poly1d", "polyval"],
)
@pytest.mark.parametrize("check", [CHECK, AFTER], ids=["plain", "between"])
@pytest.mark.parametrize("case", [CASE, FIRST], ids=["a case", "the first case"])
def test_a_right_function_is_accepted(maker: Maker, check: ReturnedFunction, case: Case) -> None:
    assert judge(maker, check, case) == Outcome()


def test_each_point_is_one_call_and_the_first_case_has_one_more() -> None:
    for check, case, count in [(CHECK, CASE, 3), (CHECK, FIRST, 4), (AFTER, CASE, 7), (AFTER, FIRST, 7)]:
        expected = check.prepare(case, runner(derivative), CONDITIONS)
        assert check.ask(case, expected) == (case.call(),)
        need = check.judge(case, expected, [Answer(Handle(7))])
        assert isinstance(need, Need)
        assert len(need.calls) == count
        assert [call.target for call in need.calls[:3]] == [Handle(7)] * 3


def test_the_call_between_has_other_arguments_and_is_one_of_the_students_function() -> None:
    need = AFTER.judge(CASE, AFTER.prepare(CASE, runner(derivative), CONDITIONS), [Answer(Handle(7))])
    assert isinstance(need, Need)
    call = need.calls[3]
    assert call.target is None
    assert np.array_equal(np.asarray(call.arguments[0]), C + 1)


def test_a_point_may_have_several_arguments() -> None:
    check = ReturnedFunction(at=((parse("x"), parse("2")), (parse("1"), parse("c[2]"))))

    def reference(c: Any) -> Maker:
        return lambda x, y: c[0] * x + y

    assert judge(lambda c: lambda a, b: b + c[0] * a, check, reference=reference).accepted
    outcome = judge(lambda c: lambda a, b: a + c[0] * b + 1, check, reference=reference)
    assert outcome.message.startswith("at np.array([0.0, 1.0, 2.0]), 2: off by 1 at")


def test_a_formula_that_is_the_name_of_an_input_stands_for_the_input_itself() -> None:
    case = Case(1, {"f": FunctionText(("t",), "t**2"), "c": 3}, ("c",))
    check = ReturnedFunction(at=(parse("f"),))
    assert judge(lambda c: lambda f: f(c), check, case, lambda c: lambda f: c**2).accepted


def test_arguments_come_as_plain_numbers() -> None:
    seen: list[object] = []

    def maker(c: Any) -> Maker:
        def function(x: Any) -> Any:
            seen.append(type(x))
            return c[1] + 2 * c[2] * x

        return function

    judge(maker)
    assert seen == [np.ndarray, float, float]


# Wrong functions.


def test_the_first_point_at_which_it_is_wrong_is_named() -> None:
    def maker(c: Any) -> Maker:
        return lambda x: c[1] + 2 * c[2] * x + (np.ndim(x) == 0) * 0.25

    outcome = judge(maker)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "at 0.5: off by 0.25; allowed 1e-06"
    assert (outcome.got, outcome.expected) == ("1.25", "1.0")
    assert outcome.error == pytest.approx(0.25)


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_comparison_inside_decides(factor: float, accepted: bool) -> None:
    check = ReturnedFunction(at=(parse("x"),), compare=AllClose(rtol=0.0, atol=1e-3, scale="unit"))
    assert judge(lambda c: lambda x: c[1] + 2 * c[2] * x + 1e-3 * factor, check).accepted is accepted


def test_any_comparison_can_stand_inside() -> None:
    check = ReturnedFunction(at=(parse("2"),), compare=Returns(fields={"n": Exact(), "v": AllClose()}))
    assert judge(lambda c: lambda x: (x, c[0]), check, reference=lambda c: lambda x: (x, c[0])).accepted
    outcome = judge(lambda c: lambda x: (x, 7.0), check, reference=lambda c: lambda x: (x, c[0]))
    assert outcome.message == "at 2: v: off by 6; allowed 1e-06"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "returned None: is a `return` missing?"),
        (3.0, "returned a number, expected a function"),
        (np.array([1.0, np.nan]), "returned an array of numbers of shape (2,), expected a function"),
        ([derivative], "returned a list of 1, expected a function"),
        ("lambda x: x", "returned a text, expected a function"),
        (object(), "an object of type builtins.object"),
        ({}, "returned a dict of 0"),
        (dict, "expected a function"),
    ],
)
def test_what_is_no_function_is_refused_by_name(value: object, words: str) -> None:
    outcome = judge(lambda c: value)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert words in outcome.message
    assert (outcome.aspect, outcome.expected) == ("type", "a function")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "at np.array([0.0, 1.0, 2.0]): returned None"),
        (np.ones((3, 1)), "shape (3, 1), expected shape (3,)"),
        (np.array([0.0, np.nan, 0.0]), "entry [1] is nan"),
        ("abc", "a text"),
        (lambda x: x, "returned a function"),
        ({1: 2}, "a dict of 1"),
        (np.array([1e308, -1e308, 0]), "off by"),
        (np.array([1j, 0, 0]), "complex"),
        (iter([1]), "iterator"),
    ],
)
def test_odd_values_at_a_point_are_refused(value: object, words: str) -> None:
    assert words in judge(lambda c: lambda x: value).message


def test_a_function_that_raises_at_a_point_keeps_its_verdict() -> None:
    def maker(c: Any) -> Maker:
        return lambda x: 1 / 0 if np.ndim(x) == 0 else c[1] + 2 * c[2] * x

    outcome = judge(maker)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message == "at 0.5: raised ZeroDivisionError: division by zero"
    assert outcome.got == "raised ZeroDivisionError: division by zero"


def test_a_function_maker_that_raises_keeps_its_verdict() -> None:
    outcome = judge(lambda c: c.nothing)
    assert (outcome.verdict, outcome.expected) == (Verdict.RAISED, "a function")


def test_the_first_of_several_failures_is_told() -> None:
    expected = CHECK.prepare(CASE, runner(derivative), CONDITIONS)
    late = Failure(Verdict.TIME_LIMIT, "no answer after 2 s")
    gone = Failure(Verdict.RAISED, "raised LookupError: the process has ended", "LookupError")
    answers = [Answer(Handle(0)), Answer(failure=late), Answer(failure=gone), Answer(failure=gone)]
    outcome = CHECK.judge(CASE, expected, answers)
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.message) == (
        Verdict.TIME_LIMIT,
        "at np.array([0.0, 1.0, 2.0]): no answer after 2 s",
    )


def test_a_long_argument_is_described() -> None:
    case = Case(1, {"c": C, "x": np.arange(100.0)}, ("c",))
    outcome = judge(lambda c: lambda x: x, ReturnedFunction(at=(parse("x"),)), case)
    assert outcome.message.startswith("at <an array of numbers of shape (100,)>: off by")


def test_a_remark_on_an_unusual_form_is_kept_once() -> None:
    expected = CHECK.prepare(CASE, runner(derivative), CONDITIONS)
    values = [derivative(C)(X), derivative(C)(0.5), derivative(C)(1.0)]
    answers = [Answer(Handle(0)), *(Answer(Noted(value, "longdouble")) for value in values)]
    outcome = CHECK.judge(CASE, expected, answers)
    assert isinstance(outcome, Outcome)
    assert outcome.accepted
    assert len(outcome.notes) == 1


# What is called in between.


LATEST: dict[str, Any] = {}


def through_a_global(c: Any) -> Maker:
    LATEST["c"] = c
    return lambda x: LATEST["c"][1] + 2 * LATEST["c"][2] * x


def test_a_function_that_reads_what_the_last_call_left_is_refused() -> None:
    assert judge(through_a_global).accepted
    outcome = judge(through_a_global, AFTER)
    assert outcome.aspect == "repetition"
    assert "right at first, but after another call of your function no longer" in outcome.message


def test_a_function_that_uses_itself_up_is_refused_in_the_first_case() -> None:
    def maker(c: Any) -> Maker:
        left = [0, 0, 0]
        return lambda x: c[1] + 2 * c[2] * x if left and left.pop() == 0 else 7.0

    assert judge(maker).accepted
    outcome = judge(maker, case=FIRST)
    assert "after a call no longer" in outcome.message


def test_a_failure_of_the_call_between_shows_that_call() -> None:
    def maker(c: Any) -> Maker:
        if c[0] == 2.0:
            raise ValueError("no")
        return derivative(c)

    outcome = judge(maker, AFTER)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.call is not None
    assert np.array_equal(np.asarray(outcome.call.arguments[0]), C + 1)


def test_a_call_between_that_gives_no_function_is_refused() -> None:
    assert "expected a function" in judge(lambda c: 3 if c[0] == 2.0 else derivative(c), AFTER).message


# References and parameters that cannot be used.


def test_a_reference_that_returns_no_function_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="a number, where a function is needed"):
        judge(derivative, reference=lambda c: 3.0)


def test_a_reference_that_fails_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="the reference solution failed: raised ZeroDivisionError"):
        judge(derivative, reference=lambda c: 1 / 0)
    with pytest.raises(JudgeError, match=r"failed \(at np.array.*\): raised ZeroDivisionError"):
        judge(derivative, reference=lambda c: lambda x: 1 / 0)


def test_a_reference_value_that_cannot_be_compared_with_is_a_judge_error_at_its_point() -> None:
    with pytest.raises(JudgeError, match=r"at 0.5: .* finite numbers"):
        judge(derivative, reference=lambda c: lambda x: x if np.ndim(x) else None)


def test_a_reference_that_shares_state_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="after another call of your function"):
        judge(derivative, AFTER, reference=through_a_global)


@pytest.mark.parametrize("formula", ["x @ eye(2)", "sin", "c[7]", "nothing"])
def test_a_point_that_cannot_be_computed_or_sent_is_a_judge_error(formula: str) -> None:
    with pytest.raises(JudgeError):
        judge(derivative, ReturnedFunction(at=(parse(formula),)))


def test_between_takes_parameters_only() -> None:
    with pytest.raises(JudgeError, match="'x' is no parameter"):
        judge(derivative, ReturnedFunction(at=CHECK.at, between={"x": parse("c")}))


def test_a_description_can_be_kept() -> None:
    for check in (CHECK, AFTER):
        assert thaw(freeze(check)) == check


def test_formulas_inputs_and_parts_are_told_to_the_rules() -> None:
    check = ReturnedFunction(at=(parse("x"), (parse("u"), parse("v"))), between={"c": parse("w")})
    assert [(path, formula.text) for path, formula in check.own_formulas()] == [
        (("at", 0), "x"),
        (("at", 1, 0), "u"),
        (("at", 1, 1), "v"),
        (("between", "c"), "w"),
    ]
    assert list(check.own_inputs()) == [(("between", "c"), "c")]
    assert list(check.parts()) == [(("compare",), AllClose())]


# Mistakes.


def answers(maker: Maker, check: ReturnedFunction = CHECK) -> tuple[Expected, Sequence[Answer]]:
    expected = check.prepare(CASE, runner(derivative), CONDITIONS)
    return expected, judged(check, CASE, expected, runner(maker))[1]


def resemble(mine: Maker, theirs: Maker, check: ReturnedFunction = CHECK) -> bool:
    expected, first = answers(mine, check)
    return check.resembles(CASE, expected, first, answers(theirs, check)[1])


def test_equal_wrong_functions_resemble_each_other() -> None:
    assert resemble(lambda c: lambda x: c[0] + c[1] * x, lambda c: lambda x: x * c[1] + c[0])
    assert not resemble(lambda c: lambda x: c[0] + c[1] * x, lambda c: lambda x: c[0] + c[2] * x)
    assert not resemble(lambda c: lambda x: c[0] + c[1] * x, derivative)


def test_answers_that_are_no_functions_resemble_equal_ones() -> None:
    assert resemble(lambda c: 2 * c, lambda c: c + c)
    assert not resemble(lambda c: 2 * c, lambda c: 3 * c)
    assert not resemble(lambda c: 2 * c, lambda c: lambda x: 2 * c)


def test_functions_that_share_state_resemble_each_other_and_no_right_one() -> None:
    assert resemble(through_a_global, through_a_global, AFTER)
    assert not resemble(through_a_global, derivative, AFTER)


def test_functions_that_fail_alike_resemble_each_other() -> None:
    assert resemble(lambda c: lambda x: c[9], lambda c: lambda x: c[17])
    assert not resemble(lambda c: lambda x: c[9], lambda c: lambda x: 1 / 0)


# Laws, and the other side of the wire.


@given(
    coefficients=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5),
    shift=st.floats(1e-2, 1e2),
    points=st.lists(st.floats(-10, 10), min_size=1, max_size=4),
)
def test_a_polynomial_is_accepted_in_any_form_and_refused_when_shifted(
    coefficients: list[float], shift: float, points: list[float]
) -> None:
    case = Case(0, {"c": np.array(coefficients)}, ("c",))
    scale = 1 + sum(abs(c) for c in coefficients) * 10.0**5
    check = ReturnedFunction(
        at=tuple(parse(point) for point in points), compare=AllClose(atol=1e-9, rtol=0.0, scale=parse(scale))
    )

    def powers(c: Any) -> Maker:
        return lambda x: sum(value * x**power for power, value in enumerate(c))

    assert judge(np.polynomial.Polynomial, check, case, powers).accepted
    shifted = judge(lambda c: lambda x: powers(c)(x) + 2e-9 * scale * shift * 100, check, case, powers)
    assert not shifted.accepted


def test_a_function_stays_in_the_students_process() -> None:
    source = (
        "latest = None\n"
        "def f(c):\n"
        "    global latest\n"
        "    latest = c\n"
        "    return lambda x: latest[1] + 2 * latest[2] * x\n"
        "def g(c):\n"
        "    return lambda x: c[1] + 2 * c[2] * x\n"
    )
    limits = Limits(call=20.0, exercise=100.0, load=20.0)
    expected = AFTER.prepare(CASE, runner(derivative), CONDITIONS)
    with ProcessExecutor(limits) as executor:
        for name, accepted in [("g", True), ("f", False)]:
            with executor.open(Submission("answer", source, name)) as session:
                session.load()
                assert judged(AFTER, CASE, expected, session.call)[0].accepted is accepted


@pytest.mark.parametrize("value", [Opaque("x", "y"), Handle(0), normal_form(np.float32(1)), [[1], [1, 2]]], ids=repr)
def test_no_value_at_a_point_makes_the_check_itself_fail(value: Value) -> None:
    expected = CHECK.prepare(CASE, runner(derivative), CONDITIONS)
    outcome = CHECK.judge(CASE, expected, [Answer(Handle(0)), *[Answer(value)] * 3])
    assert isinstance(outcome, Outcome)
    assert not outcome.accepted


def test_the_call_of_a_point_is_not_shown_as_a_call_of_the_students_function() -> None:
    outcome = judge(lambda c: lambda x: c[0])
    assert outcome.call is None
