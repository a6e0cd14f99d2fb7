"""`up_to_scale`: the direction counts, and zero has none."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.up_to_scale import UpToScale
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.999, 1.001
V = np.array([3.0, 4.0, 0.0])
ASIDE = np.array([0.0, 0.0, 5.0])  # as long as V, at right angles to it
M = np.array([[3.0, 1.0], [4.0, 0.0], [0.0, -2.0]])


def judged(check: UpToScale, expected: Value, answer: Value) -> Outcome:
    case = Case(1, {}, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


@pytest.mark.parametrize("factor", [1, -1, 1e-300, -1e300, 1 / 7])
def test_any_multiple_is_accepted(factor: float) -> None:
    assert judged(UpToScale(), V, factor * V).accepted
    assert judged(UpToScale(), 1e200 * V, factor * V).accepted
    assert judged(UpToScale(), M, factor * M).accepted


@pytest.mark.parametrize("factor", [1j, -1, 0.6 - 0.8j, 1e200j])
def test_a_complex_vector_may_have_a_complex_factor(factor: complex) -> None:
    W = V + 2j * ASIDE
    assert judged(UpToScale(), W, factor * W).accepted
    assert not judged(UpToScale(), W, W.conj()).accepted


def test_a_real_vector_has_no_complex_factor() -> None:
    outcome = judged(UpToScale(), V, 1j * V)
    assert "expected real ones" in outcome.message
    assert outcome.aspect == "type"
    assert judged(UpToScale(), V, V + 0j).notes


def test_the_sine_of_the_angle_is_bounded() -> None:
    for size, factor in [(1e-6, 1.0), (1e-6, -1e5), (1e-2, 3.0)]:
        check = UpToScale(rtol=size)
        tangent = size / np.sqrt(1 - size**2)
        assert judged(check, V, factor * (V + tangent * INSIDE * ASIDE)).accepted
        assert not judged(check, V, factor * (V + tangent * OUTSIDE * ASIDE)).accepted
    assert judged(UpToScale(), V, V + 1e-6 * INSIDE * ASIDE).accepted
    assert not judged(UpToScale(), V, V + 1e-6 * OUTSIDE * ASIDE).accepted


def test_small_angles_are_not_lost_in_rounding() -> None:
    check = UpToScale(rtol=1e-13)
    assert judged(check, V, 7 * V).accepted
    assert not judged(check, V, V + 2e-13 * ASIDE).accepted


@pytest.mark.parametrize("answer", [np.zeros(3), [0, 0, 0], np.zeros(3, dtype=complex)], ids=repr)
def test_zero_is_refused(answer: Value) -> None:
    assert judged(UpToScale(), V, answer).message == "the answer is zero, and has no direction"


def test_columns_and_rows_may_each_have_their_own_factor() -> None:
    assert judged(UpToScale(axis="columns"), M, M * [2, -3]).accepted
    assert not judged(UpToScale(), M, M * [2, -3]).accepted
    assert judged(UpToScale(axis="rows"), M, M * [[2], [-3], [1e5]]).accepted
    assert not judged(UpToScale(axis="columns"), M, M * [[2], [-3], [1e5]]).accepted
    outcome = judged(UpToScale(axis="columns"), M, M * [2, 0])
    assert outcome.message == "column 1 is zero, and has no direction"
    outcome = judged(UpToScale(axis="columns"), M, M + np.array([[0, 0], [0, 1], [0, 0]]))
    assert outcome.message.startswith("column 1 points in another direction: the sine of the angle between them is 0.4")


def test_a_matrix_without_columns_is_accepted_and_a_column_without_entries_has_no_direction() -> None:
    assert judged(UpToScale(axis="columns"), np.zeros((3, 0)), np.zeros((3, 0))).accepted
    with pytest.raises(JudgeError, match="zero"):
        judged(UpToScale(), np.zeros(0), np.zeros(0))


def test_unit_asks_for_the_length_too() -> None:
    check = UpToScale(unit=True, rtol=1e-3)
    assert judged(check, V / 5, -V / 5 * (1 + 1e-3 * INSIDE)).accepted
    outcome = judged(check, V / 5, -V / 5 * (1 + 1e-3 * OUTSIDE))
    assert outcome.message == "the answer has not length 1: it is off by 0.001; allowed 0.001"
    assert judged(UpToScale(), V / 5, V).accepted
    assert judged(UpToScale(unit=True, axis="columns"), np.eye(2), np.diag([1, -2])).message.startswith("column 1 has")


@pytest.mark.parametrize("value", [np.zeros(3), 0.0, [np.nan, 1.0], None, "v"], ids=repr)
def test_a_reference_without_direction_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError):
        judged(UpToScale(), value, V)


def test_a_reference_with_a_column_of_zeros_has_no_direction_there() -> None:
    with pytest.raises(JudgeError, match="zero"):
        judged(UpToScale(axis="columns"), M * [1, 0], M)
    assert judged(UpToScale(), M * [1, 0], M * [-2, 0]).accepted


def test_the_shape_is_strict() -> None:
    assert judged(UpToScale(), V, V[:, None]).aspect == "shape"


@given(
    seed=st.integers(0, 2**32),
    error=st.floats(0, 1),
    rtol=st.floats(0, 0.25),
    more=st.floats(0, 0.25),
    factor=st.floats(0.01, 100),
)
def test_a_power_of_two_as_factor_keeps_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, rtol: float, more: float, factor: float
) -> None:
    random = np.random.default_rng(seed)
    v = random.standard_normal(4)
    answer = v + error * random.standard_normal(4)
    rtol += 1e-12  # rounding is no part of the law
    accepted = judged(UpToScale(rtol=rtol), v, answer).accepted
    assert judged(UpToScale(rtol=rtol), v, -(2.0 ** round(factor)) * answer).accepted == accepted
    assert accepted <= judged(UpToScale(rtol=rtol + more), v, answer).accepted


def null_by_elimination(A: Any) -> Any:
    """Return a solution of A x = 0 by Gauss and Jordan, for independent rows and one column more."""
    A = A.copy()
    for row in range(len(A)):
        pivot = row + int(np.argmax(np.abs(A[row:, row])))
        A[[row, pivot]] = A[[pivot, row]]
        A[row] /= A[row, row]
        for other in range(len(A)):
            if other != row:
                A[other] -= A[other, row] * A[row]
    return np.append(-A[:, -1], 1.0)


def test_other_methods_for_a_null_vector_are_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(2, 6))
        U, W = (np.linalg.qr(random.standard_normal((size, size)))[0] for size in (n, n + 1))
        A = U @ np.diag(random.uniform(1, 30, n)) @ W[:, :n].T
        if seed % 2:
            A = A * np.exp(2j * np.pi * random.random((n, 1))) * np.exp(2j * np.pi * random.random(n + 1))
        v = np.linalg.svd(A)[2][-1].conj()
        assert judged(UpToScale(), v, null_by_elimination(A)).accepted
        aside = np.linalg.qr(np.column_stack([v, random.standard_normal(n + 1)]))[0][:, 1]
        assert not judged(UpToScale(), v, -3 * (v + 1e-5 * aside)).accepted
