"""`up_to_sign`: each vector has a sign of its own and nothing else of its own."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.up_to_sign import UpToSign
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.999, 1.001
COURSE = Tolerance(rtol=1e-6, atol=1e-9)
V = np.array([[3.0, 0.0], [4.0, 1.0], [0.0, -2.0]])  # columns of length 5 and sqrt(5)


def judged(check: UpToSign, expected: Value, answer: Value, **inputs: Value) -> Outcome:
    case = Case(1, inputs, tuple(inputs))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(COURSE, 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


def changed(array: NDArray[Any], place: tuple[int, ...], by: complex) -> NDArray[Any]:
    array = array.astype(np.result_type(array, type(by)))
    array[place] += by
    return array


# What is free, and what is not.


@pytest.mark.parametrize("signs", [[1, 1], [-1, 1], [1, -1], [-1, -1]], ids=repr)
def test_each_column_has_its_own_sign(signs: list[int]) -> None:
    assert judged(UpToSign(), V, V * signs).accepted
    assert not judged(UpToSign(axis="rows"), V[:2] + 1, (V[:2] + 1) * [1, -1]).accepted


@pytest.mark.parametrize("signs", [[1, -1, 1], [-1, -1, 1]], ids=repr)
def test_each_row_has_its_own_sign_with_axis_rows(signs: list[int]) -> None:
    A = V + 1
    assert judged(UpToSign(axis="rows"), A, A * np.array(signs)[:, None]).accepted
    assert not judged(UpToSign(), A, A * np.array(signs)[:, None]).accepted


def test_a_whole_matrix_has_one_sign_with_axis_all() -> None:
    assert judged(UpToSign(axis="all"), V, -V).accepted
    assert not judged(UpToSign(axis="all"), V, V * [-1, 1]).accepted


@pytest.mark.parametrize("axis", ["columns", "rows", "all"])
def test_a_single_vector_or_number_has_one_sign_with_any_axis(axis: Any) -> None:
    v = np.array([1.0, -2.0, 3.0])
    assert judged(UpToSign(axis=axis), v, -v).accepted
    assert not judged(UpToSign(axis=axis), v, v * [-1, 1, 1]).accepted
    assert judged(UpToSign(axis=axis), 2.0, -2.0).accepted
    assert not judged(UpToSign(axis=axis), 2.0, -2.1).accepted


def test_absolute_values_and_exchanged_columns_are_refused() -> None:
    assert not judged(UpToSign(), V, np.abs(V)).accepted
    assert not judged(UpToSign(), V, V[:, ::-1]).accepted
    assert not judged(UpToSign(), V, 2 * V).accepted


def test_a_complex_column_may_change_its_sign_but_not_its_phase() -> None:
    W = V + 1j * V[::-1]
    assert judged(UpToSign(), W, W * [-1, 1]).accepted
    assert not judged(UpToSign(), W, W * [1j, 1]).accepted


def test_arrays_without_entries_are_accepted() -> None:
    for shape in [(3, 0), (0, 3), (0,)]:
        assert judged(UpToSign(), np.zeros(shape), np.zeros(shape)).accepted


@pytest.mark.parametrize("answer", [V.T, V[:, :1], V[:, 0], V[None]], ids=lambda value: str(value.shape))
def test_the_shape_is_strict(answer: NDArray[np.float64]) -> None:
    outcome = judged(UpToSign(), V, answer)
    assert (outcome.accepted, outcome.aspect) == (False, "shape")


# Both sides of the tolerance.


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("flip", [-1, 1])
def test_rtol_is_relative_to_the_entry(sign: int, flip: int) -> None:
    check = UpToSign(rtol=1e-3, atol=0.0)
    assert judged(check, V, flip * changed(V, (1, 0), sign * 4e-3 * INSIDE)).accepted
    assert not judged(check, V, flip * changed(V, (1, 0), sign * 4e-3 * OUTSIDE)).accepted


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("flip", [-1, 1])
def test_atol_is_relative_to_the_length_of_the_column(sign: int, flip: int) -> None:
    check = UpToSign(rtol=0.0, atol=1e-3)
    assert judged(check, V, flip * changed(V, (2, 0), sign * 5e-3 * INSIDE)).accepted
    assert not judged(check, V, flip * changed(V, (2, 0), sign * 5e-3 * OUTSIDE)).accepted
    assert not judged(check, V, flip * changed(V, (0, 1), sign * 5e-3 * INSIDE)).accepted


def test_the_tolerance_is_the_courses_by_default() -> None:
    allowed = 1e-6 * 4 + 1e-9 * 5
    assert judged(UpToSign(), V, -changed(V, (1, 0), allowed * INSIDE)).accepted
    assert not judged(UpToSign(), V, -changed(V, (1, 0), allowed * OUTSIDE)).accepted


def test_a_column_of_zeros_must_be_zero() -> None:
    zero = np.zeros((3, 1))
    assert judged(UpToSign(), np.hstack([V, zero]), np.hstack([-V, zero])).accepted
    assert not judged(UpToSign(), np.hstack([V, zero]), np.hstack([-V, zero + 1e-12])).accepted


@given(
    seed=st.integers(0, 2**32),
    error=st.floats(0, 1),
    rtol=st.floats(0, 1),
    more=st.floats(0, 1),
    flip=st.sampled_from([-1, 1]),
)
def test_a_sign_keeps_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, rtol: float, more: float, flip: int
) -> None:
    random = np.random.default_rng(seed)
    A = random.standard_normal((3, 2))
    answer = A + error * random.standard_normal((3, 2))
    accepted = judged(UpToSign(rtol=rtol), A, answer).accepted
    assert judged(UpToSign(rtol=rtol), A, answer * [flip, 1]).accepted == accepted
    assert judged(UpToSign(rtol=rtol), A * [1, flip], answer).accepted == accepted
    assert accepted <= judged(UpToSign(rtol=rtol + more), A, answer).accepted


# What is said.


def test_the_worst_entry_and_its_column_are_named() -> None:
    outcome = judged(UpToSign(rtol=0.0, atol=1e-6), V, -changed(V, (2, 1), 0.03))
    assert outcome.message == "off by 0.03 at [2, 1], whichever sign column 1 has; allowed 2.2e-06"
    assert outcome.error == pytest.approx(0.03)
    outcome = judged(UpToSign(axis="rows"), V, changed(V, (1, 1), 0.5))
    assert outcome.message.startswith("off by 0.5 at [1, 1], whichever sign row 1 has")
    assert judged(UpToSign(), V[:, 0], V[:, 0] + 1).message.startswith("off by 1 at [2], whichever sign the answer has")
    assert judged(UpToSign(), 2.0, 3.0).message.startswith("off by 1, whichever sign the answer has")


# Values behind the vectors.


@pytest.mark.parametrize("values", [[2.0, 1.9], [1.9, 2.0], [1.0, 1.0 / 0.95], [-2.0, -1.9], [1e-9, 0.0], [5.0, -5.0]])
def test_gaps_of_five_percent_are_enough_in_any_order(values: list[float]) -> None:
    assert judged(UpToSign(gaps=parse("s")), V, -V, s=np.array(values)).accepted


@pytest.mark.parametrize("values", [[2.0, 1.91], [1.91, 2.0], [-2.0, -1.91], [1.0, 1.0], [0.0, 0.0]], ids=repr)
def test_smaller_gaps_are_a_judge_error_that_says_what_to_use(values: list[float]) -> None:
    with pytest.raises(JudgeError, match=r"within 5 % of each other.*same_subspace"):
        judged(UpToSign(gaps=parse("s")), V, V, s=np.array(values))


def test_the_next_value_counts_but_none_behind_it() -> None:
    assert judged(UpToSign(gaps=parse("s")), V, V, s=np.array([3.0, 2.0, 1.0, 1.0])).accepted
    with pytest.raises(JudgeError, match="2 and 2 are within"):
        judged(UpToSign(gaps=parse("s")), V, V, s=np.array([3.0, 2.0, 2.0, 1.0]))


def test_first_says_to_how_many_values_the_vectors_belong() -> None:
    s = np.array([3.0, 2.0, 2.0, 1.0])
    assert judged(UpToSign(gaps=parse("s"), first=parse("k")), V, V, s=s, k=1).accepted
    with pytest.raises(JudgeError):
        judged(UpToSign(gaps=parse("s"), first=parse("k + 2")), V, V, s=s, k=1)
    with pytest.raises(JudgeError, match="4 values, where 5"):
        judged(UpToSign(gaps=parse("s"), first=parse(5)), V, V, s=s)


def test_the_values_may_be_computed_from_the_inputs() -> None:
    check, vectors = UpToSign(gaps=parse("singular_values(A)")), np.eye(3)[:, :2]
    assert judged(check, vectors, -vectors, A=np.diag([3.0, 2.0, 1.0])).accepted
    with pytest.raises(JudgeError, match=r"2 and 1\.95 are within"):
        judged(check, vectors, vectors, A=np.diag([3.0, 2.0, 1.95]))


@pytest.mark.parametrize("first", ["-1", "1.5", "inf", "inf - inf"])
def test_first_is_a_number_of_values(first: str) -> None:
    with pytest.raises(JudgeError):
        judged(UpToSign(gaps=parse("s"), first=parse(first)), V, V, s=np.array([2.0, 1.0]))


def test_too_few_values_or_values_that_are_not_finite_are_a_judge_error() -> None:
    for values in [[1.0], [np.nan, 1.0], [np.inf, 1.0], [1.0 + 1j, 3.0]]:
        with pytest.raises(JudgeError):
            judged(UpToSign(gaps=parse("s")), V, V, s=np.array(values))


def test_first_needs_gaps() -> None:
    with pytest.raises(ValueError, match="needs `gaps`"):
        UpToSign(first=parse(1))


def test_an_array_of_three_dimensions_has_no_columns() -> None:
    with pytest.raises(JudgeError, match="3 dimensions"):
        judged(UpToSign(), V[None], V[None])
    assert judged(UpToSign(axis="all"), V[None], -V[None]).accepted


# Independent methods.


def spread(random: np.random.Generator, n: int, k: int) -> NDArray[np.float64]:
    """Return a matrix whose singular values are far apart."""
    U, V = (np.linalg.qr(random.standard_normal((size, k)))[0] for size in (n, k))
    return np.asarray(U * (0.7 ** np.arange(k)) @ V.T * random.uniform(0.1, 10))


def by_deflation(A: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Return the right singular vectors by power iteration."""
    gram, columns, v = A.T @ A, [], A[0]
    for _ in range(A.shape[1]):
        v = random.standard_normal(A[0].shape)
        for _ in range(60):
            v = gram @ v / np.linalg.norm(gram @ v)
        gram -= (v @ gram @ v) * np.outer(v, v)
        columns.append(v)
    return np.array(columns).T


def test_other_methods_for_singular_vectors_are_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        k = int(random.integers(1, 5))
        A = spread(random, k + 2, k)
        _, s, Vt = np.linalg.svd(A)
        check = UpToSign(gaps=parse("s"))
        assert judged(check, Vt.T, np.linalg.eigh(A.T @ A)[1][:, ::-1], s=s).accepted
        assert judged(check, Vt.T, by_deflation(A, random), s=s).accepted
        entry = (int(random.integers(k)), int(random.integers(k)))
        size = 10 * (1e-6 * abs(Vt.T[entry]) + 1e-9)
        assert not judged(check, Vt.T, -changed(Vt.T, entry, size), s=s).accepted
