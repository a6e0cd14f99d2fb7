"""`backward_error`: how much the equations must change for a solution to be exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.backward_error import BackwardError
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, Opaque, Value

INSIDE, OUTSIDE = 0.999, 1.001
A = np.array([[3.0, 1.0], [0.0, 2.0]])  # its rows' sums are at most 4
X = np.array([1.0, -2.0])
B = A @ X  # [1, -4]
CHECK = BackwardError(matrix=parse("A"), rhs=parse("b"))
EPS = 2.0**-52


def judged(expected: Value, answer: object, check: BackwardError = CHECK, **inputs: Value) -> Outcome:
    case = Case(1, {"A": A, "b": B, **inputs}, ("A", "b"))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


def off(error: float) -> NDArray[np.float64]:
    """Return an answer with this backward error: its own size and the right-hand side's stay 2 and 4."""
    return np.array([X[0] + error * (4 * 2 + 4) / 3, X[1]])


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_backward_error_has_a_bound(sign: float) -> None:
    assert judged(X, off(sign * 1e-10 * INSIDE)).accepted
    assert not judged(X, off(sign * 1e-10 * OUTSIDE)).accepted
    loose = BackwardError(matrix=parse("A"), rhs=parse("b"), max=1e-2)
    assert judged(X, off(sign * 1e-2 * INSIDE), loose).accepted
    assert not judged(X, off(sign * 1e-2 * OUTSIDE), loose).accepted


@pytest.mark.parametrize(("factor", "accepted"), [(0.99, True), (1.01, False)])
def test_a_stable_method_has_a_bound_that_grows_with_the_size(factor: float, accepted: bool) -> None:
    check = BackwardError(matrix=parse("A"), rhs=parse("b"), max=1.0, stable=True)
    assert judged(X, off(1e3 * 2 * EPS * factor), check).accepted is accepted


def test_the_error_is_relative_to_the_equations() -> None:
    factors = (1e-150, 1.0, 1e150)
    for factor in factors:
        assert judged(X, off(1e-10 * INSIDE), A=factor * A, b=factor * B).accepted
        assert not judged(X, off(1e-10 * OUTSIDE), A=factor * A, b=factor * B).accepted
        assert judged(factor * X, factor * off(1e-10 * INSIDE), b=factor * B).accepted


def test_an_ill_conditioned_matrix_asks_for_no_more() -> None:
    matrix = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-12]])
    exact = np.array([1.0, 1.0])
    assert judged(exact, exact + np.array([0.3, -0.3]), A=matrix, b=matrix @ exact).accepted
    assert not judged(exact, exact + 0.3, A=matrix, b=matrix @ exact).accepted


def test_the_answer_zero_is_as_wrong_as_can_be_unless_it_is_right() -> None:
    outcome = judged(X, [0, 0])
    assert outcome.error == 1.0
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert judged(np.zeros(2), [0, 0], b=np.zeros(2)).accepted
    assert judged(np.zeros(2), [0, 0], A=np.zeros((2, 2)), b=np.zeros(2)).accepted


def test_a_refusal_says_how_large_the_error_is() -> None:
    outcome = judged(X, off(1e-3))
    ratio = "norm(A @ x - b) / (norm(A) * norm(x) + norm(b))"
    assert outcome.message == f"the equations are not satisfied: {ratio} is 0.001; allowed 1e-10"
    assert outcome.error == pytest.approx(1e-3)
    assert outcome.allowed == 1e-10


def test_several_right_hand_sides_are_judged_for_themselves() -> None:
    many = np.column_stack([X, 1e12 * X])
    assert judged(many, many, b=A @ many).accepted
    answer = np.column_stack([off(1e-6), 1e12 * X])
    outcome = judged(many, answer, b=A @ many)
    assert outcome.message.startswith("the equations are not satisfied in column 0: ")
    assert outcome.error == pytest.approx(1e-6)


def test_a_matrix_need_not_be_square() -> None:
    wide = np.array([[1.0, 2.0, 3.0]])
    assert judged([1.0, 1.0, 1.0], [6.0, 0.0, 0.0], A=wide, b=np.array([6.0])).accepted
    assert not judged([1.0, 1.0, 1.0], [6.0, 1.0, 0.0], A=wide, b=np.array([6.0])).accepted


def test_equations_may_be_complex() -> None:
    matrix = np.array([[1j, 0.0], [0.0, 2.0]])
    exact = np.array([1.0, 1j])
    assert judged(exact, exact, A=matrix, b=matrix @ exact).accepted
    assert not judged(exact, exact + 1e-6j, A=matrix, b=matrix @ exact).accepted


def test_matrix_and_right_hand_side_may_be_formulas_and_lists() -> None:
    check = BackwardError(matrix=parse("transpose(A) @ A"), rhs=parse("transpose(A) @ b"))
    assert judged(X, X, check).accepted
    assert judged(X, X, A=A.tolist(), b=B.tolist()).accepted


def test_systems_without_equations_or_unknowns_are_accepted() -> None:
    assert judged(np.zeros(0), [], A=np.zeros((0, 0)), b=np.zeros(0)).accepted
    assert judged(np.zeros((2, 0)), np.zeros((2, 0)), b=np.zeros((2, 0))).accepted
    assert judged(np.zeros(2), [1.0, 2.0], A=np.zeros((0, 2)), b=np.zeros(0)).accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        (1.0, "returned a single number"),
        (X[:, np.newaxis], "shape (2, 1)"),
        ([1.0, np.nan], "entry [1] is nan"),
        ("x", "a text"),
        ({"x": X}, "a dict"),
        (X + 1j, "complex"),
        (object(), "an object"),
    ],
)
def test_the_answer_must_be_of_the_references_form(answer: object, words: str) -> None:
    assert words in judged(X, answer).message


@pytest.mark.parametrize("answer", [[1.7e308, 1.7e308], [1.7e308, -1.7e308], [1e-320, 0.0]], ids=repr)
def test_an_answer_at_the_ends_of_what_floats_hold_is_refused_quietly(answer: list[float]) -> None:
    assert judged(X, answer).verdict is Verdict.WRONG_ANSWER


def test_single_precision_counts_where_the_inputs_have_it() -> None:
    answer = off(0.9e-5).astype(np.float32)
    single = A.astype(np.float32)
    assert judged(X, answer, A=single).notes
    assert not judged(X, answer).accepted
    assert not judged(X, off(1.2e-5).astype(np.float32), A=single).accepted
    stable = BackwardError(matrix=parse("A"), rhs=parse("b"), stable=True)
    assert judged(X, answer, stable, A=single).accepted
    assert not judged(X, off(1e-3).astype(np.float32), stable, A=single).accepted
    assert not judged(X, answer.astype(np.float64), stable, A=single).accepted


@pytest.mark.parametrize("value", [None, "x", [1.0, np.nan], {}, Handle(0), Opaque("x", "x")], ids=repr)
def test_a_reference_that_gives_no_finite_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="finite numbers"):
        judged(value, X)


@pytest.mark.parametrize(
    ("expected", "inputs"),
    [
        (X, {"A": B}),
        (X, {"A": np.zeros((3, 2))}),
        (X, {"A": np.zeros((2, 3))}),
        (X, {"b": B[:, np.newaxis]}),
        (X, {"b": 1.0}),
        (X, {"A": np.zeros((2, 2, 2))}),
        (1.0, {}),
        (np.zeros((2, 2, 1)), {}),
    ],
)
def test_parts_that_do_not_fit_together_are_a_judge_error(expected: Value, inputs: dict[str, Value]) -> None:
    with pytest.raises(JudgeError, match="they do not fit"):
        judged(expected, expected, CHECK, **inputs)


@pytest.mark.parametrize(
    "value", [np.array([1.0, np.nan]), "b", None, [[1.0], [1.0, 2.0]], np.array([True, False])], ids=repr
)
def test_a_right_hand_side_that_is_not_made_of_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="the value of 'b' is not made of finite numbers"):
        judged(X, X, b=value)


def test_a_reference_that_is_no_solution_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="own value is refused"):
        judged(2 * X, X)


@given(seed=st.integers(0, 2**32), n=st.integers(1, 8))
def test_elimination_with_exchanges_of_rows_is_stable(seed: int, n: int) -> None:
    matrix = np.random.default_rng(seed).standard_normal((n, n + 1))
    square, rhs = matrix[:, :n], matrix[:, n]
    solution = np.linalg.solve(square, rhs)
    check = BackwardError(matrix=parse("A"), rhs=parse("b"), stable=True)
    assert judged(solution, solution, check, A=square, b=rhs).accepted


@given(answer=st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=2), bound=st.floats(0, 2), more=st.floats(0, 2))
def test_an_accepted_answer_stays_accepted_as_the_bound_grows(answer: list[float], bound: float, more: float) -> None:
    tight, wide = (BackwardError(matrix=parse("A"), rhs=parse("b"), max=size) for size in (bound, bound + more))
    assert judged(X, answer, tight).accepted <= judged(X, answer, wide).accepted
