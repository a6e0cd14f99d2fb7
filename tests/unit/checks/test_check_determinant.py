"""`determinant`: both sides of the tolerance, whose scale is the product of the rows' norms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.determinant import Determinant
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.999, 1.001
SINGULAR = np.array([[3.0, 4.0], [6.0, 8.0]])  # rows of norm 5 and 10
SCALED = np.diag([1e3, 1e3])


def judged(matrix: Value, expected: Value, answer: Value, check: Determinant | None = None) -> Outcome:
    check = check or Determinant(matrix="A")
    case = Case(1, {"A": matrix}, ("A",))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(1.0, 1.0), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_singular_matrix_need_not_give_an_exact_zero(sign: int) -> None:
    assert judged(SINGULAR, 0.0, sign * 50e-12 * INSIDE).accepted
    assert not judged(SINGULAR, 0.0, sign * 50e-12 * OUTSIDE).accepted


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_large_determinant_has_a_relative_tolerance_beside(sign: int) -> None:
    allowed = 1e-9 * 1e6 + 1e-12 * 1e6
    assert judged(SCALED, 1e6, 1e6 + sign * allowed * INSIDE).accepted
    assert not judged(SCALED, 1e6, 1e6 + sign * allowed * OUTSIDE).accepted


def test_both_tolerances_can_be_set() -> None:
    check = Determinant(matrix="A", rtol=0.0, atol=1e-3)
    assert judged(SINGULAR, 0.0, 0.05 * INSIDE, check).accepted
    assert not judged(SINGULAR, 0.0, 0.05 * OUTSIDE, check).accepted
    check = Determinant(matrix="A", rtol=1e-3, atol=0.0)
    assert judged(SCALED, 1e6, 1e6 + 1e3 * INSIDE, check).accepted
    assert not judged(SCALED, 1e6, 1e6 + 1e3 * OUTSIDE, check).accepted


def test_the_courses_tolerance_has_no_say() -> None:
    assert not judged(SINGULAR, 0.0, 1.0).accepted


def test_the_sign_of_a_determinant_matters() -> None:
    outcome = judged(np.array([[0.0, 2.0], [3.0, 4.0]]), -6.0, 6.0)
    assert outcome.message.startswith("off by 12")
    assert outcome.error == 12.0


def test_integers_are_numbers_like_others() -> None:
    matrix = np.array([[2**40, 1], [0, 2**40]])
    assert judged(matrix, 2.0**80, 2.0**80).accepted
    assert not judged(matrix, 2.0**80, 2.0**80 * (1 + 1e-8)).accepted


def test_the_matrix_may_be_a_nested_list() -> None:
    assert judged([[3, 4], [6, 8]], 0.0, 50e-12 * INSIDE).accepted
    assert not judged([[3, 4], [6, 8]], 0.0, 50e-12 * OUTSIDE).accepted


def test_a_complex_matrix_is_measured_by_its_moduli() -> None:
    matrix = np.array([[3j, 4.0], [6j, 8.0]])
    assert judged(matrix, 0j, 50e-12j * INSIDE).accepted
    assert not judged(matrix, 0j, 50e-12j * OUTSIDE).accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [(None, "returned None"), ([0.0], "shape (1,)"), (np.nan, "nan"), ("0", "a text"), (False, "a truth value")],
    ids=repr,
)
def test_what_is_not_a_finite_number_is_refused(answer: object, words: str) -> None:
    assert words in judged(SINGULAR, 0.0, answer).message


@pytest.mark.parametrize("value", [None, np.nan, np.inf, "0", True], ids=repr)
def test_a_reference_that_gives_no_finite_number_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError):
        judged(SINGULAR, value, 0.0)


@pytest.mark.parametrize("matrix", [3.0, np.zeros(3), np.zeros((2, 2, 2)), "A", np.array([[True]])], ids=repr)
def test_an_input_that_is_no_matrix_is_a_judge_error(matrix: Value) -> None:
    with pytest.raises(JudgeError, match="'A' is not a matrix"):
        judged(matrix, 0.0, 0.0)


def test_the_matrix_is_told_to_the_rules() -> None:
    assert list(Determinant(matrix="B").own_inputs()) == [(("matrix",), "B")]


@given(seed=st.integers(0, 2**32), n=st.integers(1, 8), rank=st.integers(0, 8))
def test_the_rounding_of_another_right_method_is_accepted(seed: int, n: int, rank: int) -> None:
    random = np.random.default_rng(seed)
    inner = min(rank, n) if rank else n
    matrix = random.standard_normal((n, inner)) @ random.standard_normal((inner, n))
    by_lu, by_eigenvalues = np.linalg.det(matrix), np.prod(np.linalg.eigvals(matrix))
    assert judged(matrix, float(by_lu), float(by_eigenvalues.real), Determinant(matrix="A", atol=1e-10)).accepted


@given(seed=st.integers(0, 2**32), n=st.integers(1, 6))
def test_a_determinant_off_by_a_millionth_of_its_bound_is_refused(seed: int, n: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((n, n))
    value = float(np.linalg.det(matrix))
    bound = float(np.prod(np.sqrt(np.sum(matrix**2, axis=1))))
    assert not judged(matrix, value, value + 1e-6 * bound).accepted
