"""`rounded`: within half a unit of the unrounded reference, ties either way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.rounded import Rounded
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.values import Handle, Opaque, Value

TWO = Rounded(decimals=2)
THREE_DIGITS = Rounded(significant=3)


def judged(check: Rounded, expected: Value, answer: object) -> Outcome:
    case = Case(1, {}, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_answer_lies_within_half_a_unit(sign: float) -> None:
    assert judged(TWO, [3.14159, 0.0], [3.14159 + sign * 0.00499, 0.0]).accepted
    assert not judged(TWO, [3.14159, 0.0], [3.14159 + sign * 0.00501, 0.0]).accepted


@pytest.mark.parametrize("answer", [0.12, 0.13, 0.125, np.float64(0.13)], ids=repr)
def test_a_tie_may_fall_either_way_and_need_not_be_rounded(answer: float) -> None:
    assert judged(TWO, 0.125, answer).accepted


@pytest.mark.parametrize("answer", [0.11, 0.14, 0.1, 0.1200 - 1e-6])
def test_a_tie_does_not_reach_further(answer: float) -> None:
    assert not judged(TWO, 0.125, answer).accepted


@pytest.mark.parametrize("expected", [2.675, 1.005, 1e6 + 0.005, 0.015, 33.335])
def test_a_tie_that_no_float_can_hold_may_fall_either_way(expected: float) -> None:
    below, above = np.floor(expected * 100 - 0.1) / 100, np.ceil(expected * 100 + 0.1) / 100
    assert above - below == pytest.approx(0.01)
    assert judged(TWO, expected, below).accepted
    assert judged(TWO, expected, above).accepted


@pytest.mark.parametrize(("answer", "accepted"), [(1200, True), (1249.9, True), (1300, True), (1199, False)])
def test_places_before_the_point_are_negative(answer: float, accepted: bool) -> None:
    assert judged(Rounded(decimals=-2), 1250.0, answer).accepted is accepted


@pytest.mark.parametrize(
    ("expected", "inside", "outside"),
    [
        (123456.0, 123000.0, 122900.0),
        (0.000987654, 0.000988, 0.000989),
        (-9.996, -10.0, -10.1),
        (1000.0, 1004.9, 1005.1),
        (999.9, 1000.0, 1001.0),
        (1e-320, 1e-320, 2e-320),
        (1.7e308, 1.704e308, 1.71e308),
    ],
)
def test_significant_digits_count_from_the_first_of_each_entry(expected: float, inside: float, outside: float) -> None:
    assert judged(THREE_DIGITS, [expected, 5.0], [inside, 5.0]).accepted
    assert not judged(THREE_DIGITS, [expected, 5.0], [outside, 5.0]).accepted


@pytest.mark.parametrize("power", range(-300, 301, 7))
def test_a_power_of_ten_has_its_own_first_digit(power: int) -> None:
    value = float(f"1e{power}")
    assert judged(THREE_DIGITS, value, value * 1.00499).accepted
    assert not judged(THREE_DIGITS, value, value * 1.00501).accepted


def test_where_no_digit_is_significant_the_answer_is_zero() -> None:
    assert judged(THREE_DIGITS, [0.0, 200.0], [0.9e-12 * 200, 200.0]).accepted
    assert not judged(THREE_DIGITS, [0.0, 200.0], [1.1e-12 * 200, 200.0]).accepted
    assert judged(THREE_DIGITS, 0.0, 0.9e-12).accepted
    assert not judged(THREE_DIGITS, 0.0, 1.1e-12).accepted


def test_both_parts_of_a_complex_number_are_rounded() -> None:
    assert judged(TWO, [1.234 + 5.678j], [1.23 + 5.68j]).accepted
    assert not judged(TWO, [1.234 + 5.678j], [1.23 + 5.6j]).accepted
    assert judged(THREE_DIGITS, [1.234 + 5.678j], [1.23 + 5.68j]).accepted
    assert judged(TWO, [1.234], [1.23 + 0j]).notes


def test_the_entry_that_is_furthest_off_is_named() -> None:
    outcome = judged(TWO, [[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.02, 4.01]])
    assert outcome.message == "off by 0.02 at [1, 0]; rounded to 2 decimals, 0.005 is allowed"
    assert outcome.error == pytest.approx(0.02)
    assert outcome.allowed == pytest.approx(0.005)
    assert "3 significant digits" in judged(THREE_DIGITS, 1.0, 2.0).message
    assert judged(TWO, 1.0, 2.0).message.startswith("off by 1; ")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        ("3.14", "a text"),
        ([3.14], "shape (1,)"),
        (np.nan, "nan"),
        (1e308 * 10, "inf"),
        (True, "a truth value"),
        (3.14 + 1j, "complex"),
        ({"x": 1}, "a dict"),
        (object(), "an object"),
    ],
)
def test_what_is_not_a_finite_number_of_that_shape_is_refused(answer: object, words: str) -> None:
    for check in (TWO, THREE_DIGITS):
        assert words in judged(check, 3.14159, answer).message


def test_a_difference_beyond_the_largest_float_is_refused_quietly() -> None:
    assert judged(TWO, -1.5e308, 1.5e308).error is None
    assert judged(THREE_DIGITS, -1.5e308, 1.5e308).error is None


def test_an_array_without_entries_is_accepted() -> None:
    assert judged(TWO, np.zeros((0, 2)), np.zeros((0, 2))).accepted
    assert judged(THREE_DIGITS, np.zeros(0), []).accepted


@pytest.mark.parametrize("value", [None, np.nan, [1.0, np.inf], "3", True, {}, Handle(0), Opaque("x", "x")], ids=repr)
def test_a_reference_that_gives_no_finite_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="finite numbers"):
        judged(TWO, value, 1.0)


@pytest.mark.parametrize(("fields", "found"), [({}, "neither"), ({"decimals": 2, "significant": 3}, "both")])
def test_exactly_one_way_of_rounding_is_needed(fields: dict[str, int], found: str) -> None:
    with pytest.raises(ValueError, match=found):
        Rounded(**fields)


@given(value=st.floats(-1e6, 1e6), decimals=st.integers(-3, 9))
def test_what_numpy_rounds_is_accepted_and_two_units_off_is_not(value: float, decimals: int) -> None:
    check = Rounded(decimals=decimals)
    rounded = float(np.round(value, decimals))
    assert judged(check, value, rounded).accepted
    assert not judged(check, value, rounded + 2 * 10.0**-decimals).accepted


@given(value=st.floats(1e-200, 1e200), sign=st.sampled_from([-1, 1]), digits=st.integers(1, 12))
def test_what_python_writes_with_so_many_digits_is_accepted(value: float, sign: int, digits: int) -> None:
    written = sign * float(f"{value:.{digits - 1}e}")
    assert judged(Rounded(significant=digits), sign * value, written).accepted
    assert not judged(Rounded(significant=digits), sign * value, written * (1 + 20 * 10.0**-digits)).accepted


@given(value=st.floats(-1e3, 1e3), answer=st.floats(-1e3, 1e3), decimals=st.integers(-2, 3))
def test_an_accepted_answer_stays_accepted_with_fewer_decimals(value: float, answer: float, decimals: int) -> None:
    accepted = judged(Rounded(decimals=decimals), value, answer).accepted
    assert accepted <= judged(Rounded(decimals=decimals - 1), value, answer).accepted
