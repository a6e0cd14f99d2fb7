"""`same_subspace`: dimension first, then the largest principal angle."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.same_subspace import SameSubspace
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.999, 1.001
B = np.eye(4)[:, :2]  # the plane of the first two coordinates
E = np.eye(4)


def judged(check: SameSubspace, expected: Value, answer: Value) -> Outcome:
    case = Case(1, {}, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


# Bases of one space.


@pytest.mark.parametrize("mix", [[[0, 1], [1, 0]], [[-1, 0], [0, 2]], [[1, 1], [0, 1e-3]], [[1e-200, 0], [0, 1e200]]])
def test_any_basis_is_accepted(mix: list[list[float]]) -> None:
    assert judged(SameSubspace(), B, B @ np.array(mix)).accepted
    assert judged(SameSubspace(), B @ np.array(mix), B).accepted


def test_bases_of_the_largest_and_smallest_numbers_are_bases() -> None:
    whole, huge, tiny = np.eye(2), 1.7e308, 5e-324
    for check in (SameSubspace(), SameSubspace(spanning=True)):
        assert judged(check, whole, np.array([[huge, huge], [-huge, huge]])).accepted
        assert judged(check, whole, np.array([[tiny, 0.0], [tiny, tiny]])).accepted
        assert judged(check, whole + 0j, np.array([[huge, huge * 1j], [huge * 1j, huge]])).accepted
        assert judged(check, whole + 0j, np.array([[tiny, tiny * 1j], [tiny * 1j, tiny]])).accepted
        assert judged(check, np.ones((2, 1)), np.full((2, 1), huge)).accepted


def test_other_spaces_are_refused() -> None:
    assert not judged(SameSubspace(), B, E[:, 2:]).accepted
    assert not judged(SameSubspace(), B, E[:, 1:3]).accepted
    assert not judged(SameSubspace(), B, B + 1).accepted


@pytest.mark.parametrize(("bound", "check"), [(1e-7, SameSubspace()), (1e-2, SameSubspace(max=1e-2))])
def test_the_sine_of_the_largest_angle_is_bounded(bound: float, check: SameSubspace) -> None:
    tangent = bound / np.sqrt(1 - bound**2)
    for mix in (np.eye(2), np.array([[2.0, 1.0], [0.5, -3.0]])):
        for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
            tilted = np.column_stack([E[:, 0], E[:, 1] + factor * tangent * E[:, 3]])
            assert judged(check, B, tilted @ mix).accepted is accepted
            assert judged(check, tilted, B @ mix).accepted is accepted


def test_a_complex_space_is_one_over_the_complex_numbers() -> None:
    W = B + 1j * E[:, 2:]
    assert judged(SameSubspace(), W, W @ np.array([[1j, 2], [0, 1 - 1j]])).accepted
    assert not judged(SameSubspace(), W, W.conj()).accepted


# Dimensions.


def test_the_space_of_dimension_0_is_an_array_without_columns() -> None:
    for check in (SameSubspace(), SameSubspace(leading=True), SameSubspace(spanning=True)):
        assert judged(check, np.zeros((4, 0)), np.zeros((4, 0))).accepted
        assert judged(check, np.zeros((0, 0)), np.zeros((0, 0))).accepted
    outcome = judged(SameSubspace(), np.zeros((4, 0)), np.zeros((4, 1)))
    assert outcome.aspect == "shape"
    assert judged(SameSubspace(spanning=True), np.zeros((4, 0)), np.zeros((4, 2))).accepted
    assert not judged(SameSubspace(spanning=True), np.zeros((4, 0)), B).accepted


def test_the_whole_space_is_spanned_by_any_basis() -> None:
    assert judged(SameSubspace(), np.eye(3), np.array([[1.0, 2, 3], [0, 1, 4], [5, 6, 0]])).accepted


def test_too_many_and_too_few_columns_are_a_matter_of_dimension() -> None:
    outcome = judged(SameSubspace(), B, E[:, :3])
    assert outcome.message == "returned 3 columns, expected 2: one for each dimension of the space"
    assert outcome.aspect == "shape"
    assert judged(SameSubspace(), B, E[:, :1]).message.startswith("returned 1 column, expected 2")


def test_a_vector_for_a_line_is_told_how_to_become_a_column() -> None:
    outcome = judged(SameSubspace(), B[:, :1], B[:, 0])
    message = "returned shape (4,), expected shape (4, 1): `v[:, np.newaxis]` makes a vector `v` a matrix of one column"
    assert outcome.message == message
    assert outcome.aspect == "shape"
    assert not judged(SameSubspace(spanning=True), B[:, :1], B[:, 0]).accepted


def test_other_shapes_are_refused_as_everywhere() -> None:
    assert judged(SameSubspace(), B, B.T).message.endswith("are rows and columns exchanged?")
    assert judged(SameSubspace(), B, B[:3]).message == "returned shape (3, 2), expected shape (4, 2)"
    assert judged(SameSubspace(), B, B[None]).aspect == "shape"


def test_dependent_columns_are_no_basis() -> None:
    outcome = judged(SameSubspace(), B, B[:, [0, 0]])
    assert outcome.message == "the columns are linearly dependent, or nearly so"
    assert judged(SameSubspace(), B, B * [1, 0]).message == "column 1 is zero"
    assert not judged(SameSubspace(), B, B @ np.array([[1, 1], [0, 1e-7]])).accepted
    assert judged(SameSubspace(), B, B @ np.array([[1, 1], [0, 1e-5]])).accepted


# More columns than necessary.


def test_spanning_lets_the_number_of_columns_differ() -> None:
    check = SameSubspace(spanning=True)
    assert judged(check, B, B @ np.array([[1.0, 1, 2, 0], [0, 1, 5, 0]])).accepted
    assert judged(check, B @ np.array([[1.0, 1, 2, 0], [0, 1, 5, 0]]), B).accepted
    assert judged(check, B, B.tolist()).accepted
    assert judged(check, B, B @ B.T + 1e-17).accepted  # a projection, rounded
    assert judged(check, B, B[:, [0, 0]]).message == "the columns span a space of dimension 1, expected 2"
    assert judged(check, B, E[:, :3]).message == "the columns span a space of dimension 3, expected 2"
    assert not judged(check, B, E[:, [0, 2, 2]]).accepted
    assert judged(check, B, E[:3]).aspect == "shape"


def test_a_singular_value_that_is_neither_counted_nor_rounding_is_refused() -> None:
    check = SameSubspace(spanning=True)
    assert judged(check, B, np.hstack([B, 0.9e-10 * E[:, 2:]])).accepted
    outcome = judged(check, B, np.hstack([B, 1.1e-10 * E[:, 2:]]))
    assert outcome.message.startswith("the columns have a singular value of 1.1e-10 times the largest")
    with pytest.raises(JudgeError, match="no clear space"):
        judged(check, np.hstack([B, 1e-10 * E[:, 2:]]), B)
    assert judged(check, np.hstack([B, 0.9e-13 * E[:, 2:]]), B).accepted
    assert judged(check, np.hstack([B, 1.1e-6 * E[:, 2:3]]), E[:, :3]).accepted


# Leading columns.


def test_leading_columns_span_the_same_one_by_one() -> None:
    check = SameSubspace(leading=True)
    A = np.array([[1.0, 2.0, 0.0], [0.0, 3.0, 1.0], [0.0, 0.0, -2.0], [0.0, 0.0, 0.0]])
    assert judged(check, E[:, :3], A).accepted
    assert judged(check, A, -E[:, :3]).accepted
    outcome = judged(check, E[:, :3], A[:, [1, 0, 2]])
    assert outcome.message.startswith("the first column spans another space: the sine of the largest angle is 0.83")
    outcome = judged(check, E[:, :3], A[:, [0, 2, 1]])
    assert outcome.message.startswith("the first 2 columns span another space")
    assert judged(SameSubspace(), E[:, :3], A[:, [1, 0, 2]]).accepted


def test_leading_and_spanning_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="leading"):
        SameSubspace(leading=True, spanning=True)


# What is said, and faults of the author's.


def test_the_angle_is_said() -> None:
    outcome = judged(SameSubspace(), B, np.column_stack([E[:, 0], 0.8 * E[:, 1] + 0.6 * E[:, 2]]))
    assert outcome.message == "the columns span another space: the sine of the largest angle is 0.6; allowed 1e-07"
    assert outcome.error == pytest.approx(0.6)


@pytest.mark.parametrize(
    "value",
    [B[:, [0, 0]], B * [1, 0], B[:, 0], np.ones((2, 3)), B * np.nan, None, B @ [[1, 1], [0, 1e-9]], B[None]],
    ids=str,
)
def test_a_reference_without_a_clear_dimension_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError):
        judged(SameSubspace(), value, B)


@given(seed=st.integers(0, 2**32), error=st.floats(0, 1), bound=st.floats(0, 0.2), more=st.floats(0, 0.2))
def test_another_basis_keeps_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, bound: float, more: float
) -> None:
    random = np.random.default_rng(seed)
    bound += 1e-10
    answer = B + error * random.standard_normal((4, 2))
    if np.linalg.cond(answer) > 1e3:
        return
    accepted = judged(SameSubspace(max=bound), B, answer).accepted
    near = SameSubspace(max=bound * (1 + 1e-9) + 1e-12)
    turned = np.linalg.qr(random.standard_normal((2, 2)))[0]
    assert accepted <= judged(near, B, answer @ turned).accepted
    assert accepted <= judged(near, B @ turned, answer).accepted
    assert accepted <= judged(SameSubspace(max=bound + more), B, answer).accepted


# Independent methods.


def null_space_by_elimination(A: NDArray[np.float64]) -> NDArray[np.float64]:
    A, pivots, row = A.copy(), [], 0
    for column in range(A.shape[1]):
        if row == len(A):
            break
        best = row + int(np.argmax(np.abs(A[row:, column])))
        if abs(A[best, column]) < 1e-9:
            continue
        A[[row, best]] = A[[best, row]]
        A[row] /= A[row, column]
        others = np.arange(len(A)) != row
        A[others] -= np.outer(A[others, column], A[row])
        pivots.append(column)
        row += 1
    free = [column for column in range(A.shape[1]) if column not in pivots]
    basis = np.zeros((A.shape[1], len(free)))
    for place, column in enumerate(free):
        basis[column, place] = 1.0
        basis[pivots, place] = -A[: len(pivots), column]
    return basis


def test_other_methods_for_a_null_space_are_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        m, n = (int(size) for size in random.integers(1, 6, 2))
        rank = int(random.integers(0, min(m, n) + 1))
        A = np.round(random.standard_normal((m, rank)), 2) @ np.round(random.standard_normal((rank, n)), 2)
        _, s, Vt = np.linalg.svd(A)
        found = int(np.sum(s > 1e-10 * max(s[0], 1e-300)))
        if found and s[found - 1] < 1e-3 * s[0]:
            continue
        expected = Vt[found:].T
        assert judged(SameSubspace(), expected, null_space_by_elimination(A)).accepted
        assert judged(SameSubspace(), expected, np.linalg.eigh(A.T @ A)[1][:, : n - found]).accepted
        if found < n:
            projection = np.eye(n) - np.linalg.pinv(A, 1e-10) @ A
            assert judged(SameSubspace(spanning=True), expected, projection).accepted
        if 0 < found < n:
            tilted = expected.copy()
            tilted[:, 0] += 1e-6 * Vt[0]
            tilted = tilted @ np.linalg.qr(random.standard_normal((n - found, n - found)))[0]
            assert not judged(SameSubspace(), expected, tilted).accepted


def by_householder(A: NDArray[Any]) -> NDArray[Any]:
    Q, R = np.eye(len(A)), A.copy()
    for j in range(A.shape[1]):
        v = R[:, j].copy()
        v[:j] = 0
        v[j] += np.copysign(np.linalg.norm(v), v[j])
        v /= np.linalg.norm(v)
        R -= 2 * np.outer(v, v @ R)
        Q -= 2 * np.outer(Q @ v, v)
    return Q[:, : A.shape[1]]


def test_leading_spaces_of_a_gram_schmidt_process_hold_at_a_condition_of_a_million() -> None:
    check = SameSubspace(leading=True)
    for seed in range(60):
        random = np.random.default_rng(seed)
        U, W = (np.linalg.qr(random.standard_normal((size, 5)))[0] for size in (9, 5))
        V = U * np.logspace(0, -6, 5) @ W.T
        expected, modified = np.linalg.qr(V)[0], V.copy()
        for j in range(5):
            modified[:, j] /= np.linalg.norm(modified[:, j])
            for later in range(j + 1, 5):
                modified[:, later] -= (modified[:, j] @ modified[:, later]) * modified[:, j]
        assert judged(check, expected, modified).accepted
        assert judged(check, expected, by_householder(V)).accepted
        swapped = expected[:, [0, 1, 2, 4, 3]]
        assert judged(SameSubspace(), expected, swapped).accepted
        assert not judged(check, expected, swapped).accepted
