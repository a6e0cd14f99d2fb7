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
    assert [(path, formula.text) for path, formula in AllClose(scale=parse("norm(b)")).own_formulas()] == [
        (("scale",), "norm(b)")
    ]
    assert not list(AllClose().own_formulas())


# Expected values that are not finite.

ALL = AllClose(nonfinite=("nan", "inf", "-inf"), rtol=1e-6, atol=0.0)
MIXED = np.array([np.nan, np.inf, -np.inf, 2.0])


def test_values_that_are_not_finite_are_accepted_in_their_places() -> None:
    assert judged(ALL, MIXED, MIXED).accepted
    assert judged(ALL, MIXED, list(MIXED)).accepted
    assert judged(ALL, np.nan, float("nan")).accepted
    assert judged(ALL, -np.inf, float("-inf")).accepted


@pytest.mark.parametrize(
    ("place", "entry", "message"),
    [
        (0, 1.0, "entry [0] is 1.0, expected np.nan"),
        (0, np.inf, "entry [0] is np.inf, expected np.nan"),
        (1, -np.inf, "entry [1] is -np.inf, expected np.inf"),
        (1, 1e308, "entry [1] is 1e+308, expected np.inf"),
        (2, np.nan, "entry [2] is np.nan, expected -np.inf"),
        (3, np.nan, "entry [3] is np.nan, expected a finite number"),
        (3, np.inf, "entry [3] is np.inf, expected a finite number"),
    ],
)
def test_a_value_that_is_not_finite_stays_in_its_place_with_its_sign(place: int, entry: float, message: str) -> None:
    answer = MIXED.copy()
    answer[place] = entry
    outcome = judged(ALL, MIXED, answer)
    assert (outcome.message, outcome.aspect) == (message, "finiteness")


def test_a_single_number_that_should_be_infinite_has_no_place() -> None:
    assert judged(ALL, np.inf, 3.0).message == "the answer is 3.0, expected np.inf"


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_finite_entries_are_compared_beside_those_that_are_not(factor: float, accepted: bool) -> None:
    outcome = judged(ALL, MIXED, np.array([np.nan, np.inf, -np.inf, 2.0 + 2e-6 * factor]))
    assert outcome.accepted is accepted
    assert accepted or outcome.message.startswith("off by 2e-06 at [3]")


@pytest.mark.parametrize(("factor", "accepted"), [(INSIDE, True), (OUTSIDE, False)])
def test_the_scale_of_the_array_is_that_of_its_finite_entries(factor: float, accepted: bool) -> None:
    check = AllClose(rtol=0.0, atol=1e-3, nonfinite=("inf",))
    assert judged(check, [np.inf, 10.0, 0.0], [np.inf, 10.0, 1e-2 * factor]).accepted is accepted


def test_an_expected_array_without_a_finite_entry_has_the_scale_zero() -> None:
    assert judged(ALL, [np.inf, np.nan], [np.inf, np.nan]).accepted


@pytest.mark.parametrize(
    ("declared", "value"),
    [(("inf",), -np.inf), (("-inf",), np.inf), (("inf", "-inf"), np.nan), (("nan",), [1.0, np.inf])],
)
def test_what_is_not_declared_stays_a_judge_error(
    declared: tuple[Literal["nan", "inf", "-inf"], ...], value: Value
) -> None:
    with pytest.raises(JudgeError, match="which `nonfinite` does not name"):
        judged(AllClose(nonfinite=declared), value, value)


def test_equal_nan_declares_nan_and_nothing_else() -> None:
    assert judged(AllClose(equal_nan=True), [np.nan, 1.0], [np.nan, 1.0]).accepted
    assert not judged(AllClose(equal_nan=True), [np.nan, 1.0], [0.0, 1.0]).accepted
    with pytest.raises(JudgeError):
        judged(AllClose(equal_nan=True), [np.inf], [np.inf])


def test_a_case_without_such_values_may_declare_them_too() -> None:
    assert judged(ALL, [1.0], [1.0]).accepted
    assert judged(ALL, [1.0], [np.nan]).aspect == "finiteness"


def test_a_complex_number_is_infinite_if_one_of_its_parts_is() -> None:
    expected = np.array([complex(np.inf, 0), complex(0, -np.inf), complex(np.nan, 0), 1 + 1j])
    assert judged(ALL, expected, [complex(np.inf, np.nan), complex(3, -np.inf), complex(0, np.nan), 1 + 1j]).accepted
    assert not judged(ALL, expected, [complex(-np.inf, 0), expected[1], expected[2], 1 + 1j]).accepted
    assert not judged(ALL, expected, [expected[0], complex(0, np.inf), expected[2], 1 + 1j]).accepted
    assert not judged(ALL, expected, [expected[0], expected[1], 0, 1 + 1j]).accepted
    with pytest.raises(JudgeError, match="holds -inf"):
        judged(AllClose(nonfinite=("inf", "nan")), expected, expected)


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        ([complex(np.inf, np.nan), 1 + 0j], True),
        ([complex(np.inf, 0), complex(1, np.nan)], False),
        ([complex(np.inf, 0), complex(1, np.inf)], False),
        ([complex(np.inf, 0), complex(1, 0.5)], False),
        ([complex(np.inf, 0.5), 1 + 0j], False),
    ],
    ids=repr,
)
def test_an_infinite_complex_number_may_be_read_as_a_real_one(answer: list[complex], accepted: bool) -> None:
    assert judged(ALL, [np.inf, 1.0], answer).accepted is accepted


def test_wrong_answers_with_the_same_values_that_are_not_finite_are_alike() -> None:
    case = Case(1, {}, ())
    expected = ALL.prepare(case, lambda call: Answer(MIXED), Conditions(COURSE, 0, lambda *_: 0))
    mine, theirs = np.array([np.nan, np.inf, 3.0, 2.0]), np.array([np.nan, np.inf, 3.0 + 1e-8, 2.0])
    assert ALL.resembles(case, expected, [Answer(mine)], [Answer(theirs)])
    assert not ALL.resembles(case, expected, [Answer(mine)], [Answer(MIXED)])


# Single precision.

HALF = np.array([0.5], dtype=np.float32)


@pytest.mark.parametrize("sign", SIGNS)
def test_single_precision_is_given_more_tolerance_where_an_input_has_it(sign: float) -> None:
    check = AllClose(rtol=1e-9, atol=0.0)
    near, far = (np.array([1e6 + sign * 11 * factor], dtype=np.float32) for factor in (0.9, 1.1))
    assert judged(check, [1e6], near, x=HALF).accepted  # 1e-5 of the entry, 1e-6 of the largest
    assert not judged(check, [1e6], far, x=HALF).accepted
    assert judged(check, [1e6], near, x=HALF).notes == (
        "returned single precision (float32); it was compared with less precision, too",
    )


def test_a_looser_tolerance_of_the_authors_is_kept() -> None:
    assert judged(AllClose(rtol=1e-2), [1.0], np.array([1.005], dtype=np.float32), x=HALF).accepted


def test_sums_of_single_precision_may_cancel() -> None:
    answer = np.array([1.0, 0.9e-6], dtype=np.float32)
    assert judged(AllClose(), [1.0, 0.0], answer, x=HALF).accepted
    assert not judged(AllClose(), [1.0, 0.0], 1.2 * answer, x=HALF).accepted


@pytest.mark.parametrize(
    "inputs", [{}, {"x": 0.5}, {"x": np.array([0.5])}, {"x": [0.5, np.array([1.0])]}, {"x": np.array([1])}], ids=repr
)
def test_a_conversion_to_single_precision_buys_nothing(inputs: dict[str, Value]) -> None:
    answer = np.array([1.0 + 3e-6], dtype=np.float32)
    assert not judged(AllClose(), [1.0], answer, COURSE, **inputs).accepted
    assert judged(AllClose(single=True), [1.0], answer, COURSE, **inputs).accepted


def test_single_precision_may_be_allowed_by_the_author_and_is_noted_only_where_it_is_used() -> None:
    assert judged(AllClose(single=True), [1.0], np.float32(1.0).reshape(1)).notes
    assert not judged(AllClose(single=True), [1.0], [1.0]).notes
    assert not judged(AllClose(single=True), [1.0], [1.0 + 3e-6]).accepted


@pytest.mark.parametrize(
    "inputs", [{"x": [1, (HALF,)]}, {"x": {"w": HALF}}, {"x": HALF.astype(np.complex64)}], ids=repr
)
def test_an_input_in_single_precision_may_lie_inside_another(inputs: dict[str, Value]) -> None:
    assert judged(AllClose(), [1.0], np.array([1.0 + 3e-6], dtype=np.float32), COURSE, **inputs).accepted


def test_a_reference_in_single_precision_is_not_more_precise_than_it_is() -> None:
    expected = np.array([1.0 + 3e-6], dtype=np.float32)
    outcome = judged(AllClose(), expected, [1.0], x=HALF)
    assert outcome.accepted
    assert not outcome.notes
    assert not judged(AllClose(), expected, [1.0]).accepted


# Answers at the ends of what numbers can say.


def test_where_any_error_is_allowed_another_entry_may_still_be_wrong() -> None:
    check = AllClose(rtol=10.0, atol=0.0)
    outcome = judged(check, [1e308, 1.0], [-1e308, 100.0])
    assert outcome.message == "off by 99 at [1]; allowed 10"


def test_a_complex_reference_whose_size_overflows_has_no_scale() -> None:
    with pytest.raises(JudgeError, match="scale"):
        judged(AllClose(), [complex(1.7e308, 1.7e308)], [0j])
