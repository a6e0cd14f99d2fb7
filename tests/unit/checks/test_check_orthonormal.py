"""`orthonormal`: lengths of 1 and right angles, on both sides of the tolerance."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.orthonormal import Orthonormal
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.99, 1.01
Q = np.array([[0.6, 0.0], [0.8, 0.0], [0.0, 1.0]])


def judged(check: Orthonormal, expected: Value, answer: Value) -> Outcome:
    case = Case(1, {}, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


@pytest.mark.parametrize("answer", [Q, -Q, Q[:, ::-1], np.eye(3)[:, 1:], Q @ [[0.6, -0.8], [0.8, 0.6]]], ids=str)
def test_any_orthonormal_columns_are_accepted(answer: NDArray[np.float64]) -> None:
    assert judged(Orthonormal(), Q, answer).accepted


@pytest.mark.parametrize(("bound", "check"), [(1e-10, Orthonormal()), (1e-3, Orthonormal(max=1e-3))])
@pytest.mark.parametrize("sign", [-1, 1])
def test_no_entry_of_the_products_may_be_off_by_more(bound: float, check: Orthonormal, sign: int) -> None:
    for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
        step = sign * factor * bound
        assert judged(check, Q, Q * [np.sqrt(1 + step), 1]).accepted is accepted
        turned = np.array([[step, np.sqrt(1 - step**2)], [1.0, 0.0]]).T
        assert judged(check, np.eye(2), turned).accepted is accepted


def test_rows_are_asked_for_with_axis_rows() -> None:
    check = Orthonormal(axis="rows")
    assert judged(check, Q.T, -Q.T).accepted
    assert not judged(check, Q.T, np.ones((2, 3)) / np.sqrt(3)).accepted
    with pytest.raises(JudgeError, match="refused"):
        judged(Orthonormal(), Q.T, Q.T)
    assert judged(check, Q.T, np.array([Q[:, 0], 2 * Q[:, 1]])).message.startswith("row 1 has length 2, expected 1")


def test_complex_columns_are_multiplied_with_conjugates() -> None:
    W = np.array([[1, 1], [1j, -1j]]) / np.sqrt(2)
    assert judged(Orthonormal(), W, W * [1j, -1]).accepted
    assert not judged(Orthonormal(), W, np.array([[1, 1j], [1j, 1j]]) / np.sqrt(2)).accepted
    assert not judged(Orthonormal(), W, np.array([[1j, 0], [0, 1 + 1j]])).accepted


@pytest.mark.parametrize("axis", ["columns", "rows"])
def test_a_single_vector_needs_length_1(axis: Any) -> None:
    check = Orthonormal(axis=axis)
    assert judged(check, Q[:, 0], -Q[:, 0]).accepted
    assert not judged(check, Q[:, 0], 2 * Q[:, 0]).accepted


def test_no_columns_are_orthonormal() -> None:
    for shape in [(3, 0), (0, 0)]:
        assert judged(Orthonormal(), np.zeros(shape), np.zeros(shape)).accepted
    assert judged(Orthonormal(axis="rows"), np.zeros((0, 3)), np.zeros((0, 3))).accepted


def test_the_shape_is_that_of_the_reference() -> None:
    assert judged(Orthonormal(), Q, np.eye(3)).aspect == "shape"
    assert judged(Orthonormal(), Q, Q.T).aspect == "shape"
    assert judged(Orthonormal(), Q, Q[:, 0]).aspect == "shape"


def test_the_worst_pair_or_length_is_named() -> None:
    outcome = judged(Orthonormal(), Q, Q * [1, 1.5])
    assert outcome.message == "column 1 has length 1.5, expected 1 (its square is off by 1.2; allowed 1e-10)"
    assert outcome.error == pytest.approx(1.25)
    outcome = judged(Orthonormal(), np.eye(2), np.array([[1.0, 0.6], [0.0, 0.8]]))
    message = "columns 0 and 1 are not at right angles: their inner product is 0.6; allowed 1e-10"
    assert outcome.message == message
    assert outcome.error == pytest.approx(0.6)
    assert outcome.allowed == 1e-10


def test_columns_of_zeros_and_huge_numbers_are_refused() -> None:
    assert judged(Orthonormal(), Q, 0 * Q).message.startswith("column 0 has length 0, expected 1")
    outcome = judged(Orthonormal(), Q, 1e200 * Q)
    assert outcome.message.startswith("column 0 has length 1e+200, expected 1")
    assert outcome.error is None


@pytest.mark.parametrize("value", [2 * Q, np.ones((2, 2)), np.zeros((2, 2, 2)), 1.0, None, Q * np.nan], ids=str)
def test_a_reference_that_is_not_orthonormal_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError):
        judged(Orthonormal(), value, Q)


@given(seed=st.integers(0, 2**32), error=st.floats(0, 0.3), bound=st.floats(0, 0.2), more=st.floats(0, 0.2))
def test_turning_keeps_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, bound: float, more: float
) -> None:
    random = np.random.default_rng(seed)
    bound += 1e-12
    answer = Q + error * random.standard_normal((3, 2))
    accepted = judged(Orthonormal(max=bound), Q, answer).accepted
    assert judged(Orthonormal(max=bound), Q, -answer[[2, 0, 1]][:, ::-1]).accepted == accepted
    assert accepted <= judged(Orthonormal(max=bound + more), Q, answer).accepted


def gram_schmidt(A: NDArray[Any]) -> NDArray[Any]:
    columns: list[NDArray[Any]] = []
    for v in A.T:
        w = v.copy()
        for q in columns:
            w -= np.vdot(q, w) * q
        columns.append(w / np.linalg.norm(w))
    return np.array(columns).T


def test_other_methods_are_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        k = int(random.integers(1, 5))
        A = random.standard_normal((6, k)) + (1j * random.standard_normal((6, k)) if seed % 2 else 0)
        U, _, Vh = np.linalg.svd(A, full_matrices=False)
        expected = np.linalg.qr(A)[0]
        for answer in (U, gram_schmidt(A), U @ Vh, -expected):
            assert judged(Orthonormal(), expected, answer).accepted
        mixed = np.eye(k)
        mixed[int(random.integers(k)), int(random.integers(k))] += 1e-9
        assert not judged(Orthonormal(), expected, U @ mixed).accepted


def test_a_modified_gram_schmidt_process_passes_at_1e_8_where_a_classical_one_does_not() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        U, W = (np.linalg.qr(random.standard_normal((size, 6)))[0] for size in (12, 6))
        V = U * np.logspace(0, -6, 6) @ W.T
        expected, classical = np.linalg.qr(V)[0], V.copy()
        for j in range(6):
            classical[:, j] -= classical[:, :j] @ (classical[:, :j].T @ V[:, j])
            classical[:, j] /= np.linalg.norm(classical[:, j])
        assert judged(Orthonormal(max=1e-8), expected, gram_schmidt(V)).accepted
        assert not judged(Orthonormal(max=1e-8), expected, classical).accepted
