"""`allclose`: both sides of every tolerance, and references that cannot be compared with."""

from typing import Literal, TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from grader.author_code import normal_form, runner
from grader.checks import Conditions
from grader.checks.allclose import AllClose
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, Opaque, Value

INSIDE, OUTSIDE = 0.999, 1.001
SIGNS = [-1.0, 1.0]
Scale: TypeAlias = Literal["array", "elementwise", "unit"]
COURSE = Tolerance(rtol=1e-6, atol=1e-9)

finite = st.floats(-1e100, 1e100)
vectors = hnp.arrays(np.float64, st.integers(1, 5), elements=finite)
numeric = hnp.arrays(
    st.one_of(
        hnp.integer_dtypes(endianness="="),
        hnp.unsigned_integer_dtypes(endianness="="),
        hnp.floating_dtypes(endianness="="),
    ).filter(lambda dtype: dtype.itemsize <= 8),
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
).filter(lambda array: bool(np.all(np.isfinite(array))))


def judged(check: AllClose, expected: Value, answer: Value, tolerance: Tolerance = COURSE, **inputs: Value) -> Outcome:
    case = Case(1, inputs, tuple(inputs))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(tolerance, 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


# Both sides of each tolerance.


@pytest.mark.parametrize("sign", SIGNS)
def test_rtol_is_relative_to_the_entry(sign: float) -> None:
    check = AllClose(rtol=1e-3, atol=0.0)
    assert judged(check, [1.0, 4.0], [1.0, 4.0 + sign * 4e-3 * INSIDE]).accepted
    assert not judged(check, [1.0, 4.0], [1.0, 4.0 + sign * 4e-3 * OUTSIDE]).accepted
    assert not judged(check, [1.0, 4.0], [1.0 + sign * 4e-3 * INSIDE, 4.0]).accepted


@pytest.mark.parametrize("sign", SIGNS)
def test_atol_is_relative_to_the_largest_entry_by_default(sign: float) -> None:
    check = AllClose(rtol=0.0, atol=1e-6)
    assert judged(check, [0.0, -100.0], [sign * 1e-4 * INSIDE, -100.0]).accepted
    assert not judged(check, [0.0, -100.0], [sign * 1e-4 * OUTSIDE, -100.0]).accepted


def test_elementwise_leaves_nothing_to_an_entry_that_is_zero() -> None:
    check = AllClose(rtol=1e-3, atol=1e-3, scale="elementwise")
    assert judged(check, [0.0, 100.0], [0.0, 100.0]).accepted
    assert not judged(check, [0.0, 100.0], [1e-300, 100.0]).accepted


@pytest.mark.parametrize("sign", SIGNS)
def test_elementwise_adds_both_tolerances_of_the_entry(sign: float) -> None:
    check = AllClose(rtol=1e-3, atol=2e-3, scale="elementwise")
    assert judged(check, [1.0, 100.0], [1.0 + sign * 3e-3 * INSIDE, 100.0]).accepted
    assert not judged(check, [1.0, 100.0], [1.0 + sign * 3e-3 * OUTSIDE, 100.0]).accepted


@pytest.mark.parametrize("sign", SIGNS)
def test_the_scale_unit_is_one(sign: float) -> None:
    check = AllClose(rtol=0.0, atol=1e-6, scale="unit")
    assert judged(check, [0.0, 1e6], [sign * 1e-6 * INSIDE, 1e6]).accepted
    assert not judged(check, [0.0, 1e6], [sign * 1e-6 * OUTSIDE, 1e6]).accepted


@pytest.mark.parametrize("sign", SIGNS)
def test_the_scale_may_be_a_formula_in_the_inputs(sign: float) -> None:
    check = AllClose(rtol=0.0, atol=1e-6, scale=parse("norm(b)"))
    b = np.array([3.0, 4.0])
    assert judged(check, [0.0], [sign * 5e-6 * INSIDE], b=b).accepted
    assert not judged(check, [0.0], [sign * 5e-6 * OUTSIDE], b=b).accepted


def test_both_tolerances_add_up() -> None:
    check = AllClose(rtol=1e-3, atol=1e-3)
    assert judged(check, [1.0, 10.0], [1.0 + 1.1e-2 * INSIDE, 10.0]).accepted
    assert not judged(check, [1.0, 10.0], [1.0 + 1.1e-2 * OUTSIDE, 10.0]).accepted


def test_the_tolerance_is_the_courses_unless_the_check_says_otherwise() -> None:
    course = Tolerance(rtol=1e-2, atol=0.0)
    assert judged(AllClose(), 1.0, 1.0 + 1e-2 * INSIDE, course).accepted
    assert not judged(AllClose(), 1.0, 1.0 + 1e-2 * OUTSIDE, course).accepted
    assert not judged(AllClose(rtol=1e-3), 1.0, 1.0 + 1e-2 * INSIDE, course).accepted
    assert judged(AllClose(atol=1e-2), 1.0, 1.0 + 2e-2 * INSIDE, course).accepted


def test_a_tolerance_of_zero_asks_for_the_very_number() -> None:
    check = AllClose(rtol=0.0, atol=0.0)
    assert judged(check, 0.1, 0.1).accepted
    assert not judged(check, 0.1, float(np.nextafter(0.1, 1.0))).accepted


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_error_of_a_complex_number_is_its_distance(factor: float, accepted: bool) -> None:
    check = AllClose(rtol=1e-3, atol=0.0)
    step = 5e-3 * factor * (0.6 + 0.8j)
    assert judged(check, [3 + 4j], [3 + 4j + step]).accepted is accepted


def test_an_array_without_entries_is_accepted() -> None:
    assert judged(AllClose(), np.zeros((0, 2)), np.zeros((0, 2))).accepted
    assert judged(AllClose(), np.zeros(0), []).accepted


def test_with_an_expected_array_of_zeros_only_zeros_are_accepted() -> None:
    assert judged(AllClose(), np.zeros(2), np.zeros(2)).accepted
    assert not judged(AllClose(), np.zeros(2), np.array([0.0, 1e-300])).accepted


# What is said of a wrong number.


def test_the_worst_entry_is_named_with_its_error_and_what_is_allowed() -> None:
    outcome = judged(AllClose(rtol=0.0, atol=1e-6), [[1.0, 0.0], [0.5, 0.25]], [[1.0, 0.01], [0.53, 0.25]])
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "off by 0.03 at [1, 0]; allowed 1e-06"
    assert outcome.error == pytest.approx(0.03)
    assert outcome.allowed == pytest.approx(1e-6)
    assert outcome.expected == "[[1.0, 0.0], [0.5, 0.25]]"


def test_the_worst_entry_is_the_one_furthest_beyond_what_is_allowed_there() -> None:
    outcome = judged(AllClose(rtol=0.1, atol=0.0), [1.0, 1000.0], [1.5, 1099.0])
    assert outcome.message == "off by 0.5 at [0]; allowed 0.1"


def test_a_single_number_has_no_place() -> None:
    assert judged(AllClose(rtol=0.0, atol=1e-3), 2.0, 2.5).message == "off by 0.5; allowed 0.002"


# Numbers at the ends of their types.


@pytest.mark.parametrize("expected", [5, -5, 0, 2**62])
def test_a_difference_that_does_not_fit_64_bits_is_no_small_one(expected: int) -> None:
    far = expected - 2**63 if expected >= 0 else expected + 2**63
    assert not judged(AllClose(), np.int64(expected), np.int64(far)).accepted


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.int64])
def test_the_smallest_integer_of_a_type_is_accepted_as_itself(dtype: type[np.signedinteger]) -> None:
    smallest = np.array([np.iinfo(dtype).min], dtype=dtype)
    assert judged(AllClose(), smallest, smallest).accepted


def test_a_difference_of_unsigned_integers_is_measured_without_wrapping() -> None:
    outcome = judged(AllClose(), np.array([5], dtype=np.uint8), np.array([4], dtype=np.uint8))
    assert outcome.error == 1.0
    assert judged(AllClose(rtol=0.5), np.array([5], dtype=np.uint8), np.array([4], dtype=np.uint8)).accepted


def test_a_difference_beyond_the_largest_float_is_refused_quietly() -> None:
    assert not judged(AllClose(), -1.5e308, 1.5e308).accepted


# Laws.


@given(expected=numeric, scale=st.sampled_from(["array", "elementwise", "unit"]))
def test_the_references_own_value_is_always_accepted(expected: NDArray[np.generic], scale: Scale) -> None:
    assert judged(AllClose(rtol=0.0, atol=0.0, scale=scale), expected, expected).accepted


@given(
    pair=st.integers(1, 4).flatmap(lambda n: st.tuples(*[hnp.arrays(np.float64, n, elements=finite)] * 2)),
    smaller=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    more=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    scale=st.sampled_from(["array", "elementwise", "unit"]),
)
def test_an_accepted_answer_stays_accepted_as_the_tolerance_grows(
    pair: tuple[NDArray[np.float64], NDArray[np.float64]],
    smaller: tuple[float, float],
    more: tuple[float, float],
    scale: Scale,
) -> None:
    def accepted(rtol: float, atol: float) -> bool:
        check = AllClose(rtol=rtol, atol=atol, scale=scale)
        return judged(check, *pair).accepted

    assert accepted(*smaller) <= accepted(smaller[0] + more[0], smaller[1] + more[1])


@given(
    expected=vectors, relative=st.floats(0, 0.9), sign=st.sampled_from(SIGNS), rtol=st.sampled_from([1e-9, 1e-6, 1e-3])
)
def test_a_relative_error_within_rtol_is_accepted(
    expected: NDArray[np.float64], relative: float, sign: float, rtol: float
) -> None:
    answer = expected * (1 + sign * relative * rtol)
    assert judged(AllClose(rtol=rtol, atol=1e-15), expected, answer).accepted


@given(expected=vectors.filter(lambda array: bool(np.any(np.abs(array) > 1e-100))), size=st.floats(1.1, 1e3))
def test_an_error_beyond_both_tolerances_is_refused(expected: NDArray[np.float64], size: float) -> None:
    top = float(np.max(np.abs(expected)))
    answer = expected + size * top * (1e-3 + 1e-3)
    assert not judged(AllClose(rtol=1e-3, atol=1e-3), expected, answer).accepted


# References that cannot be compared with.


@pytest.mark.parametrize(
    "value",
    [
        None,
        float("nan"),
        [1.0, np.inf],
        complex(1.0, np.nan),
        "3",
        True,
        [True, False],
        {"x": 1.0},
        [1.0, [2.0]],
        [1.0, "2"],
        Handle(0),
        Opaque("csr_matrix", "a sparse matrix"),
    ],
    ids=repr,
)
def test_a_reference_that_gives_no_finite_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="finite numbers"):
        judged(AllClose(), value, 1.0)


def test_a_reference_that_raises_is_a_judge_error_with_its_message() -> None:
    def reference(x: float) -> float:
        raise ZeroDivisionError("no way")

    case = Case(0, {"x": 1.0}, ("x",))
    with pytest.raises(JudgeError, match=r"(?s)ZeroDivisionError: no way.*in reference"):
        AllClose().prepare(case, runner(reference), Conditions(COURSE, 0, lambda *_: 0))


@pytest.mark.parametrize("formula", ["0 * b - 1", "inf * b", "b * inf - b * inf", "c", "1j * b"])
def test_a_scale_that_is_no_size_is_a_judge_error(formula: str) -> None:
    with pytest.raises(JudgeError):
        judged(AllClose(scale=parse(formula)), 1.0, 1.0, b=1.0, c=np.array([1.0, 2.0]))


def test_a_scale_of_zero_allows_no_absolute_error() -> None:
    assert judged(AllClose(scale=parse("b")), 0.0, 0.0, b=0.0).accepted
    assert not judged(AllClose(scale=parse("b")), 0.0, 1e-300, b=0.0).accepted


def test_the_formula_of_the_scale_is_told_to_the_rules() -> None:
    assert [(name, formula.text) for name, formula in AllClose(scale=parse("norm(b)")).formulas()] == [
        ("scale", "norm(b)")
    ]
    assert not list(AllClose().formulas())
