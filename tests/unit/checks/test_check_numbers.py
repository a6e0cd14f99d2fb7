"""Type, then shape, then finiteness: what is said of an answer before its numbers are compared."""

from collections.abc import Iterator

import numpy as np
import pytest
from scipy import sparse

from grader.author_code import normal_form
from grader.checks import Conditions, Expected
from grader.checks.allclose import AllClose
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.values import Handle, Value

VECTOR = np.array([1.0, 2.0, 4.0])
MATRIX = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
RETURN_MISSING = "returned None: is a `return` missing?"


def judged(expected: Value, answer: Value, rtol: float = 1e-9) -> Outcome:
    check = AllClose(rtol=rtol, atol=0.0)
    case = Case(1, {}, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(answer if isinstance(answer, Handle) else normal_form(answer))])


def an_iterator() -> Iterator[float]:
    yield from (1.0, 2.0, 4.0)


# What is accepted.


@pytest.mark.parametrize(
    "answer",
    [
        [1.0, 2.0, 4.0],
        (1.0, 2.0, 4.0),
        [1, 2, 4],
        [np.float64(1), 2, np.int8(4)],
        [np.array(1.0), 2.0, 4.0],
        np.array([1, 2, 4], dtype=np.uint8),
        np.array([1, 2, 4], dtype=np.float32),
        np.array([1, 2, 4], dtype=np.float16),
        np.array([1, 2, 4], dtype=">f8"),
        np.array([4.0, 2.0, 1.0])[::-1],
    ],
    ids=repr,
)
def test_a_vector_may_come_in_any_usual_form(answer: object) -> None:
    assert judged(VECTOR, answer) == Outcome(expected="np.array([1.0, 2.0, 4.0])")


@pytest.mark.parametrize(
    "answer", [3, 3.0, np.float64(3), np.int32(3), np.float32(3), np.array(3), np.array(3.0)], ids=repr
)
def test_a_number_may_come_in_any_usual_form(answer: object) -> None:
    assert judged(3.0, answer) == Outcome(expected="3.0")


@pytest.mark.parametrize("expected", [[[1, 2], [3, 4]], ((1, 2), (3, 4)), np.array([[1.0, 2.0], [3.0, 4.0]])], ids=repr)
def test_the_reference_may_come_in_any_usual_form_too(expected: object) -> None:
    assert judged(expected, np.array([[1.0, 2.0], [3.0, 4.0]])).accepted


@pytest.mark.parametrize("number", [2**63, 2**64, 10**30])
def test_a_whole_number_beyond_64_bits_is_a_number(number: int) -> None:
    assert judged(float(number), number).accepted


@pytest.mark.parametrize("number", [2**64, 10**30])
def test_a_reference_may_give_a_whole_number_beyond_64_bits(number: int) -> None:
    assert judged(number, number).accepted
    assert not judged(number, number + number // 10**6).accepted


def test_the_rounding_of_float32_is_not_forgiven() -> None:
    outcome = judged(np.array([0.1, 0.2]), np.array([0.1, 0.2], dtype=np.float32))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error == pytest.approx(float(np.float32(0.2)) - 0.2)


def test_a_matrix_of_numpy_is_read_as_its_array_and_noted() -> None:
    outcome = judged(MATRIX, MATRIX.view(np.matrix))
    assert outcome.accepted
    assert [note for note in outcome.notes if "numpy.matrix" in note] == list(outcome.notes) != []


def test_a_matrix_of_numpy_whose_shape_does_not_fit_is_refused_and_noted() -> None:
    outcome = judged(VECTOR, VECTOR.view(np.matrix))
    assert outcome.message.startswith("returned shape (1, 3), expected shape (3,)")
    assert "numpy.matrix" in outcome.notes[0]


@pytest.mark.parametrize("answer", [np.longdouble(3), np.array(3, dtype=np.longdouble)], ids=["scalar", "array"])
def test_a_long_double_is_read_as_a_float_and_noted(answer: object) -> None:
    outcome = judged(3.0, answer)
    assert outcome.accepted
    assert "long double" in outcome.notes[0]


def test_a_list_of_long_doubles_is_read_as_numbers() -> None:
    assert judged(VECTOR, [np.longdouble(number) for number in VECTOR]).accepted


# Type.


def test_none_is_named_first() -> None:
    assert judged(VECTOR, None).message == RETURN_MISSING
    assert judged(3.0, None).message == RETURN_MISSING


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("1 2 4", "returned a text"),
        ({"x": 1.0}, "returned a dict of 1"),
        ({1.0, 2.0, 4.0}, "returned an object of type builtins.set"),
        (an_iterator(), "returned a generator or iterator"),
        (iter([1.0, 2.0, 4.0]), "returned a generator or iterator"),
        (sparse.csr_matrix(VECTOR), "returned a sparse matrix"),
        (sparse.coo_array(VECTOR[np.newaxis]), "returned a sparse matrix"),
        (np.ma.masked_array(VECTOR, [False, True, False]), "returned a masked array"),
        (np.array([1.0, 2.0, 4.0], dtype=object), "returned an array of dtype object"),
        (np.array(["1", "2", "4"]), "returned an array of dtype <U1"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "returned an array of dtype datetime64[D]"),
        (["1", "2", "4"], "returned a list that holds more than numbers"),
        ([1.0, 2.0, "4"], "returned a list that holds more than numbers"),
        ([1.0, None, 4.0], "returned a list that holds more than numbers"),
        ((1.0, {2.0}, 4.0), "returned a tuple that holds more than numbers"),
        ([1.0, [2.0, 4.0]], "returned a list whose rows have different lengths"),
        ([[1.0], [2.0, 4.0]], "returned a list whose rows have different lengths"),
        (True, "returned a truth value"),
        (np.True_, "returned a truth value"),
        ([True, False, True], "returned an array of truth values of shape (3,)"),
        (np.array([True, False, True]), "returned an array of truth values of shape (3,)"),
        (Handle(0), "returned a function"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_array_of_numbers_is_refused_by_name(answer: object, words: str) -> None:
    outcome = judged(VECTOR, answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(words)
    assert "expected an array of numbers of shape (3,)" in outcome.message
    assert outcome.error is None


def test_a_returned_function_is_asked_to_be_called() -> None:
    assert judged(3.0, Handle(0)).message == "returned a function, expected a number: was it meant to be called?"


def test_a_tuple_in_the_place_of_a_number_is_refused() -> None:
    assert judged(3.0, (3.0, 1.0)).message == "returned a tuple of 2, expected a number"


# Shape.


@pytest.mark.parametrize(
    ("expected", "answer", "message"),
    [
        (
            VECTOR,
            VECTOR[:, np.newaxis],
            "the number of dimensions differs; `ravel`, `reshape` or an index of 0 changes it",
        ),
        (VECTOR[:, np.newaxis], VECTOR, "returned shape (3,), expected shape (3, 1): the number of dimensions differs"),
        (VECTOR, VECTOR[np.newaxis], "returned shape (1, 3), expected shape (3,): the number of dimensions differs"),
        (MATRIX, MATRIX.T, "returned shape (3, 2), expected shape (2, 3): are rows and columns exchanged?"),
        (VECTOR[:, np.newaxis], VECTOR[np.newaxis], "expected shape (3, 1): are rows and columns exchanged?"),
        (VECTOR, 4.0, "returned a single number, expected shape (3,)"),
        (3.0, [3.0], "returned shape (1,), expected a single number: the number of dimensions differs"),
        (3.0, [[3.0]], "returned shape (1, 1), expected a single number: the number of dimensions differs"),
        (VECTOR, [1.0, 2.0], "returned shape (2,), expected shape (3,)"),
        (VECTOR, [], "returned shape (0,), expected shape (3,)"),
        (np.zeros((0, 2)), np.zeros((0, 3)), "returned shape (0, 3), expected shape (0, 2)"),
    ],
)
def test_another_shape_is_refused_and_both_are_named(expected: object, answer: object, message: str) -> None:
    outcome = judged(expected, answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert message in outcome.message


def test_nothing_is_broadcast() -> None:
    assert not judged(np.full((3, 3), 2.0), np.full((3, 1), 2.0)).accepted
    assert not judged(np.full(3, 2.0), 2.0).accepted


def test_a_plain_difference_of_lengths_gets_no_advice() -> None:
    assert judged(VECTOR, [1.0, 2.0]).message == "returned shape (2,), expected shape (3,)"


# Complex numbers where real ones are expected.


@pytest.mark.parametrize("imaginary", [0.0, -0.0, 3.9e-12, -3.9e-12])
def test_an_imaginary_part_of_a_rounding_error_is_dropped_and_noted(imaginary: float) -> None:
    outcome = judged(VECTOR, VECTOR + np.array([imaginary * 1j, 0, 0]))
    assert outcome.accepted
    assert "complex" in outcome.notes[0]


@pytest.mark.parametrize("imaginary", [4.1e-12, -4.1e-12, 1.0])
def test_an_imaginary_part_beyond_a_rounding_error_is_refused_with_its_place(imaginary: float) -> None:
    outcome = judged(VECTOR, VECTOR + np.array([0, imaginary * 1j, 0]))
    assert outcome.message.startswith("returned complex numbers, expected real ones (entry [1]")


def test_one_complex_number_with_an_imaginary_part_is_refused() -> None:
    assert judged(3.0, 3 + 1j).message == "returned complex numbers, expected real ones"
    assert judged(3.0, 3 + 0j).accepted


def test_complex_zeros_are_zeros() -> None:
    assert judged(np.zeros(2), np.zeros(2, dtype=complex)).accepted


def test_complex_numbers_are_welcome_where_the_reference_gives_them() -> None:
    assert judged(np.array([1j, 2.0]), [1j, 2]) == Outcome(expected="np.array([1j, (2+0j)])")


@pytest.mark.parametrize("imaginary", [np.nan, np.inf, -np.inf])
def test_an_imaginary_part_that_is_not_finite_is_never_dropped(imaginary: float) -> None:
    assert not judged(3.0, complex(3.0, imaginary)).accepted
    assert not judged(VECTOR, [1.0, complex(2.0, imaginary), 4.0]).accepted


def test_an_infinite_imaginary_part_hides_no_other() -> None:
    assert not judged(VECTOR, [1.0 + 5j, complex(2.0, np.inf), 4.0]).accepted


# Finiteness.


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_an_entry_that_is_not_finite_is_named(odd: float) -> None:
    answer = MATRIX.copy()
    answer[1, 0] = odd
    outcome = judged(MATRIX, answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == f"entry [1, 0] is {odd}, expected a finite number"


def test_of_several_entries_that_are_not_finite_the_first_is_named() -> None:
    assert judged(VECTOR, [1.0, np.inf, np.nan]).message == "entry [1] is inf, expected a finite number"


def test_a_number_that_is_not_finite_is_named() -> None:
    assert judged(3.0, float("nan")).message == "the answer is nan, expected a finite number"


# The order.


def test_the_type_is_looked_at_before_the_shape() -> None:
    assert "truth values" in judged(VECTOR, np.array([[True]])).message


def test_the_shape_is_looked_at_before_finiteness() -> None:
    assert "shape" in judged(VECTOR, np.full((3, 1), np.nan)).message


def test_the_shape_is_looked_at_before_imaginary_parts() -> None:
    assert "shape" in judged(VECTOR, np.full((3, 1), 1j)).message


def test_finiteness_is_looked_at_before_values() -> None:
    assert "nan" in judged(VECTOR, [100.0, 100.0, np.nan]).message


def test_nan_is_no_answer_to_anything() -> None:
    prepared = Expected(np.array([1.0]), {"rtol": np.inf, "atol": np.inf, "scale": 1.0})
    outcome = AllClose().judge(Case(1, {}, ()), prepared, [Answer(np.array([np.nan]))])
    assert outcome.message == "entry [0] is nan, expected a finite number"
