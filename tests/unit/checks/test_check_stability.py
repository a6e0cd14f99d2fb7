"""`stability`: shifted and scaled inputs, whose answers must stay finite and right."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import runner
from grader.checks import Conditions, judged
from grader.checks.allclose import AllClose
from grader.checks.stability import Stability
from grader.errors import JudgeError
from grader.model import Case, Outcome, Tolerance, Verdict
from grader.sandbox.values import FunctionText, RandomState, Value

CONDITIONS = Conditions(Tolerance(rtol=1e-6, atol=1e-9), 0, lambda *_: 0)
Z = np.array([0.5, -1.0, 2.0])
CHECK = Stability(input="z")
INSIDE, OUTSIDE = 0.999, 1.001

Function = Callable[[Any], Any]


def softmax(z: Any) -> Any:
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def log_sum_exp(z: Any) -> Any:
    return np.max(z) + np.log(np.sum(np.exp(z - np.max(z))))


def loss(z: Any) -> Any:
    return log_sum_exp(z) - z[0]


def judge(function: Function, check: Stability = CHECK, reference: Function = softmax, z: Value = Z) -> Outcome:
    case = Case(0, {"z": z, "n": 3}, ("z",))
    return judged(check, case, check.prepare(case, runner(reference), CONDITIONS), runner(function))[0]


def seen(check: Stability, z: Value) -> list[Value]:
    return [call.arguments[0] for call in check.ask(Case(0, {"z": z}, ("z",)), CHECK.prepare(*ANY))]


ANY = (Case(0, {"z": Z}, ("z",)), runner(softmax), CONDITIONS)


@pytest.mark.parametrize(
    ("reference", "function"),
    [
        (softmax, lambda z: np.exp(z - np.logaddexp.reduce(z))),
        (softmax, lambda z: 1 / np.array([np.sum(np.exp(np.clip(z - item, None, 700))) for item in z])),
        (log_sum_exp, np.logaddexp.reduce),
        (loss, lambda z: np.log1p(np.exp(z[1] - z[0]) + np.exp(z[2] - z[0]))),
    ],
)
def test_a_right_way_is_accepted(reference: Function, function: Function) -> None:
    assert judge(function, reference=reference) == Outcome()


def test_what_overflows_is_refused_with_the_input_that_shows_it() -> None:
    outcome = judge(lambda z: np.exp(z) / np.sum(np.exp(z)))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "with z - 1000: entry [0] is nan, expected a finite number"
    assert outcome.aspect == "finiteness"
    assert outcome.call is not None
    assert np.array_equal(np.asarray(outcome.call.arguments[0]), Z - 1000)
    assert outcome.got == "np.array([np.nan, np.nan, np.nan])"
    assert outcome.expected.startswith("np.array([0.175")


def test_what_overflows_on_one_side_only_is_refused_there() -> None:
    outcome = judge(lambda z: np.log1p(np.exp(z)), reference=lambda z: np.logaddexp(0, z), z=0.25)
    assert outcome.message == "with z + 1000: the answer is inf, expected a finite number"


def test_a_finite_answer_must_be_right() -> None:
    outcome = judge(lambda z: np.nan_to_num(np.exp(z) / np.sum(np.exp(z))))
    assert outcome.message.startswith("with z - 1000: off by 0.")


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_default_tolerance_has_the_scale_one(factor: float, accepted: bool) -> None:
    tiny = np.array([60.0, 0.0, 0.0])  # the loss is 1e-26
    assert judge(lambda z: loss(z) + factor * 1e-9, reference=loss, z=tiny).accepted is accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_another_comparison_can_be_chosen(factor: float, accepted: bool) -> None:
    check = Stability(input="z", compare=AllClose(rtol=0.0, atol=1e-3))
    top = float(np.max(softmax(Z)))
    assert judge(lambda z: softmax(z) + 1e-3 * top * factor, check).accepted is accepted


def test_scales_are_tried_after_the_offsets() -> None:
    check = Stability(input="z", offsets=(), scales=(-1000.0, 0.001))

    def clipped(z: Any) -> Any:
        return softmax(np.clip(z, -100, 100))

    assert judge(clipped, check).accepted
    outcome = judge(lambda z: np.exp(z) / np.sum(np.exp(z)), check)
    assert outcome.message.startswith("with -1000 * z: ")
    both = Stability(input="z", offsets=(5.0,), scales=(2.0,))
    assert [np.asarray(value).tolist() for value in seen(both, Z)] == [(Z + 5).tolist(), (Z * 2).tolist()]


@pytest.mark.parametrize(
    ("z", "shifted"),
    [
        (1, -999),
        (0.5, -999.5),
        ([1, 2], [-999, -998]),
        ((0.5,), (-999.5,)),
        ([[1.0], [2.0]], [[-999.0], [-998.0]]),
        (2j, -1000 + 2j),
    ],
)
def test_an_input_keeps_its_form(z: Value, shifted: Value) -> None:
    found = seen(CHECK, z)[0]
    assert found == shifted
    assert type(found) is type(shifted)


def test_an_array_keeps_its_type_where_that_is_possible() -> None:
    assert np.asarray(seen(CHECK, np.array([1, 2]))[0]).dtype == np.int64
    assert np.asarray(seen(CHECK, np.array([200], dtype=np.uint8))[0]).tolist() == [-800]
    assert np.asarray(seen(CHECK, np.array([1, 2], dtype=np.float32))[0]).dtype == np.float32
    half = Stability(input="z", offsets=(0.5,))
    assert np.asarray(seen(half, np.array([1, 2]))[0]).tolist() == [1.5, 2.5]
    huge = Stability(input="z", offsets=(), scales=(1e300,))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.asarray(seen(huge, np.array([2, 2**62]))[0]).dtype == np.float64
        assert np.all(np.isinf(np.asarray(seen(huge, np.array([1e300]))[0])))


def test_an_empty_array_is_shifted_to_an_empty_array() -> None:
    assert judge(lambda z: 2 * z, reference=lambda z: z + z, z=np.zeros(0)).accepted


@pytest.mark.parametrize("value", [None, "x", [1, [2]], {}, lambda: 0, np.zeros((3, 1)), True, [None]])
def test_odd_answers_are_refused(value: object) -> None:
    outcome = judge(lambda z: value)
    assert not outcome.accepted
    assert outcome.message.startswith("with z - 1000: ")


def test_a_call_that_fails_keeps_its_verdict() -> None:
    outcome = judge(lambda z: 1 / 0)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message == "with z - 1000: raised ZeroDivisionError: division by zero"
    assert outcome.call is not None


# References and parameters that cannot be used.


def test_an_unstable_reference_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match=r"with z - 1000: .* finite numbers"):
        judge(softmax, reference=lambda z: np.exp(z) / np.sum(np.exp(z)))


def test_a_reference_that_fails_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match=r"the reference solution failed \(with z - 1000\)"):
        judge(softmax, reference=lambda z: 1 / 0)


@pytest.mark.parametrize(
    "value", [None, "x", {}, True, [1, [2]], FunctionText(("x",), "x"), RandomState(1), np.array([True])], ids=repr
)
def test_an_input_that_cannot_be_shifted_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="numbers are needed that can be shifted"):
        judge(softmax, z=value)


def test_an_input_that_is_no_parameter_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="'n' is no parameter"):
        judge(softmax, Stability(input="n"))


@pytest.mark.parametrize("offsets", [(), (np.nan,), (np.inf,)])
def test_changes_that_are_none_are_refused(offsets: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match=r"neither an offset nor a scale|must be finite"):
        Stability(input="z", offsets=offsets)


def test_the_input_and_the_comparison_are_told_to_the_rules() -> None:
    assert list(CHECK.own_inputs()) == [(("input",), "z")]
    assert list(CHECK.parts()) == [(("compare",), AllClose(scale="unit"))]


def test_equal_wrong_answers_resemble_each_other() -> None:
    case, _, conditions = ANY
    expected = CHECK.prepare(case, runner(softmax), conditions)

    def answers(function: Function) -> Any:
        return judged(CHECK, case, expected, runner(function))[1]

    naive = answers(lambda z: np.exp(z) / np.sum(np.exp(z)))
    assert CHECK.resembles(case, expected, naive, answers(lambda z: np.exp(z) / np.exp(z).sum()))
    assert not CHECK.resembles(case, expected, naive, answers(softmax))
    assert not CHECK.resembles(case, expected, naive, naive[:1])


@given(z=st.lists(st.floats(-30, 30), min_size=1, max_size=6), offset=st.floats(-1e5, 1e5), scale=st.floats(-1e3, 1e3))
def test_a_stable_softmax_is_accepted_for_any_change(z: list[float], offset: float, scale: float) -> None:
    check = Stability(input="z", offsets=(offset,), scales=(scale,))
    assert judge(lambda z: np.exp(z - np.logaddexp.reduce(z)), check, z=np.array(z)).accepted
