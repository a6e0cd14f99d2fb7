"""`eigenpairs`: values with multiplicity, vectors in any basis, and no vector twice."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.eigenpairs import Eigenpairs
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.99, 1.01
Array = NDArray[Any]
PLAIN = Eigenpairs(of=parse("A"))
FREE = Eigenpairs(of=parse("A"), unit=False)
RIGHT_ANGLES = Eigenpairs(of=parse("A"), orthonormal=True)
S = np.array([[2.0, 1.0], [1.0, 2.0]])  # 1 and 3
T = np.array([[2.0, 1.0], [0.0, 3.0]])  # not symmetric: 2 and 3
R = np.array([[0.0, -1.0], [1.0, 0.0]])  # i and -i
D = np.diag([1.0, 2.0, 2.0])


def judged(check: Eigenpairs, matrix: Value, answer: Value, expected: Value = ()) -> Outcome:
    case = Case(1, {"A": matrix}, ("A",))
    value = expected or tuple(np.linalg.eig(np.asarray(matrix)))
    prepared = check.prepare(case, lambda call: Answer(value), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


# What is free.


@pytest.mark.parametrize(
    "matrix", [S, T, R, D, np.eye(3), np.zeros((2, 2)), [[5]], np.array([[1, 2], [3, 4]])], ids=str
)
def test_order_and_signs_are_free(matrix: Value) -> None:
    w, V = np.linalg.eig(np.asarray(matrix))
    assert judged(PLAIN, matrix, (w, V)).accepted
    assert judged(PLAIN, matrix, np.linalg.eig(np.asarray(matrix))).accepted
    assert judged(PLAIN, matrix, (w[::-1], -V[:, ::-1])).accepted
    assert judged(PLAIN, matrix, [w.tolist(), V.tolist()]).accepted


def test_the_basis_of_a_repeated_value_is_free() -> None:
    V = np.array([[0, 1.0, 0], [0.6, 0, 0.8], [-0.8, 0, 0.6]])
    assert judged(RIGHT_ANGLES, D, ([2.0, 1.0, 2.0], V)).accepted
    slanted = np.array([[1.0, 0, 0], [0, 1.0, 0.8], [0, 0, 0.6]])
    assert judged(PLAIN, D, ([1.0, 2.0, 2.0], slanted)).accepted
    assert not judged(RIGHT_ANGLES, D, ([1.0, 2.0, 2.0], slanted)).accepted


def test_complex_pairs_may_have_any_phase() -> None:
    w, V = np.linalg.eig(R)
    assert judged(PLAIN, R, (w, V * np.exp([0.3j, 2j]))).accepted
    assert not judged(PLAIN, R, (w, V.conj())).accepted
    assert not judged(PLAIN, R, (w.conj(), V)).accepted
    assert judged(PLAIN, S, ([1, 3], np.linalg.eigh(S)[1] * [1j, 1])).accepted


def test_a_dict_has_the_keys_values_and_vectors() -> None:
    w, V = np.linalg.eigh(S)
    pairs = {"values": w, "vectors": V}
    assert judged(PLAIN, S, pairs, pairs).accepted
    assert judged(PLAIN, S, (w, V), pairs).message == "returned a tuple of 2, expected a dict of 2"


# Values.


def test_values_are_complete_with_multiplicity() -> None:
    V = np.eye(3)
    outcome = judged(PLAIN, D, ([1.0, 1.0, 2.0], V))
    assert outcome.message.startswith(
        "no value near 2 is left; it is expected twice, and the nearest one left over is 1"
    )
    assert not judged(PLAIN, D, ([2.0, 2.0, 2.0], V[:, [1, 2, 2]])).accepted
    assert judged(PLAIN, D, ([1.0, 2.0], V[:, :2])).aspect == "shape"
    assert judged(PLAIN, D, ([1.0, 2.0], V[:, :2])).message.startswith("values: returned shape (2,)")


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_a_value_may_be_off_relative_to_the_matrix(size: float) -> None:
    w, V = np.array([1.0, 3.0]) * size, np.linalg.eigh(S)[1]
    for limit, check in [(1e-8, PLAIN), (1e-3, Eigenpairs(of=parse("A"), values=1e-3, max=1e-2))]:
        step = np.array([0.0, limit * np.sqrt(10) * size])
        assert judged(check, size * S, (w + INSIDE * step, V)).accepted
        assert not judged(check, size * S, (w + OUTSIDE * step, V)).accepted
        assert not judged(check, size * S, (w + 10 * step, V)).accepted


# Vectors.


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_the_residual_is_bounded_relative_to_the_matrix(size: float) -> None:
    w, V = np.array([1.0, 3.0]) * size, np.linalg.eigh(S)[1]
    for check in (PLAIN, Eigenpairs(of=parse("A"), max=1e-4)):
        sine = check.max * np.sqrt(10) / 2  # the other value is at a distance of 2
        for factor, accepted in [(INSIDE, True), (OUTSIDE, False), (10.0, False)]:
            cosine = np.sqrt(1 - (factor * sine) ** 2)
            turned = np.column_stack([cosine * V[:, 0] + factor * sine * V[:, 1], V[:, 1]])
            assert judged(check, size * S, (w, turned)).accepted is accepted


def test_vectors_have_length_1_unless_any_length_will_do() -> None:
    w, V = np.linalg.eigh(S)
    assert judged(PLAIN, S, (w, V * [1, 1 + 1e-8 * INSIDE])).accepted
    assert not judged(PLAIN, S, (w, V * [1, 1 + 1e-8 * OUTSIDE])).accepted
    outcome = judged(PLAIN, S, (w, V * [1, 2]))
    assert outcome.message == "column 1 of the vectors has length 2, expected 1"
    for factors in ([1, 2], [1e-200, 1e200], [-3, 1e-9]):
        assert judged(FREE, S, (w, V * factors)).accepted
    assert not judged(FREE, S, (w, (V + 1e-6) * [1e-200, 1e200])).accepted


def test_zero_is_no_eigenvector() -> None:
    w, V = np.linalg.eigh(S)
    for check in (PLAIN, FREE):
        outcome = judged(check, S, (w, V * [1, 0]))
        assert outcome.message == "column 1 of the vectors is zero, which no eigenvector is"


def test_one_vector_for_all_copies_of_a_value_is_refused() -> None:
    outcome = judged(PLAIN, np.eye(3), (np.ones(3), np.ones((3, 3)) / np.sqrt(3)))
    message = "the value 1 has multiplicity 3, but columns 0, 1, 2 of the vectors are not independent"
    assert outcome.message == message
    assert not judged(PLAIN, D, ([1.0, 2.0, 2.0], np.eye(3)[:, [0, 1, 1]])).accepted
    assert not judged(PLAIN, np.zeros((2, 2)), (np.zeros(2), np.eye(2)[:, [1, 1]])).accepted
    near = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 1e-7]])
    assert not judged(FREE, D, ([1.0, 2.0, 2.0], near)).accepted
    assert judged(FREE, D, ([1.0, 2.0, 2.0], near + np.diag([0, 0, 1e-5]))).accepted


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-9, 1e-8, 3e-8, 1e-7, 1e-6, 1e-3])
def test_copies_of_one_vector_never_pass_however_close_the_values(gap: float) -> None:
    A = np.diag([1.0, 1.0 + gap, 1.0 + 2 * gap])
    w, V = np.diag(A), np.eye(3)[:, [0, 0, 2]]
    assert not judged(PLAIN, A, (w, V)).accepted
    assert not judged(PLAIN, A, (np.full(3, w[1]), V)).accepted
    assert not judged(PLAIN, A, (w, np.eye(3)[:, [1, 1, 1]])).accepted
    assert judged(RIGHT_ANGLES, A, (w, np.eye(3))).accepted


# What is said.


def test_a_vector_beside_the_wrong_value_is_told_its_own() -> None:
    w, V = np.linalg.eigh(S)
    outcome = judged(PLAIN, S, (w[::-1], V))
    assert "of the vectors is no eigenvector for" in outcome.message
    assert outcome.message.startswith(
        "column 0 of the vectors is no eigenvector for 3, the value in its place, but for 1"
    )
    assert outcome.error == pytest.approx(2.0)
    assert outcome.allowed == pytest.approx(1e-8 * np.sqrt(10))


def test_a_vector_that_belongs_to_no_value_is_told_so() -> None:
    message = "column 1 of the vectors is no eigenvector for 3, the value in its place: A v - 3 v has length 1.4;"
    outcome = judged(PLAIN, S, ([1.0, 3.0], np.array([[1.0, 0], [-1, 1]])))
    assert outcome.message.startswith(message)


def test_vectors_in_the_rows_are_recognised() -> None:
    w, V = np.linalg.eig(T)
    outcome = judged(PLAIN, T, (w, V.T))
    assert outcome.message == "the eigenvectors stand in the rows of the array, expected them in its columns"


def test_vectors_of_a_symmetric_matrix_that_are_not_at_right_angles_are_told_so() -> None:
    slanted = np.array([[1.0, 0.6], [0, 0.8]])
    outcome = judged(RIGHT_ANGLES, np.eye(2), (np.ones(2), slanted))
    assert outcome.message == "columns 0 and 1 are not at right angles: their inner product is 0.6; allowed 1e-08"
    for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
        slanted = np.array([[1.0, 1e-8 * factor], [0, 1.0]])
        assert judged(RIGHT_ANGLES, np.eye(2), (np.ones(2), slanted)).accepted is accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        (np.ones(2), "expected 2 values: values, vectors"),
        ((np.ones(2), None), "vectors: returned None"),
        ((np.ones((2, 1)), np.eye(2)), "values: returned shape (2, 1)"),
        (([1.0, np.nan], np.eye(2)), "values: entry [1] is nan"),
        (([1.0, 3.0], np.full((2, 2), np.inf)), "vectors: entry"),
    ],
    ids=str,
)
def test_other_forms_are_refused_with_the_part(answer: Value, words: str) -> None:
    assert words in judged(PLAIN, S, answer).message


# Some of the pairs.


def test_where_the_reference_gives_some_pairs_the_answer_gives_the_same() -> None:
    w, V = np.linalg.eigh(D)
    expected = (w[1:], V[:, 1:])
    turned = np.array([[0, 0], [0.6, 0.8], [-0.8, 0.6]])
    assert judged(PLAIN, D, (w[1:], turned), expected).accepted
    assert not judged(PLAIN, D, (w[:2], V[:, :2]), expected).accepted
    assert judged(PLAIN, D, (w, V), expected).aspect == "shape"
    assert judged(PLAIN, np.zeros((0, 0)), (np.zeros(0), np.zeros((0, 0)))).accepted


# Faults of the author's.


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (S, (np.array([1.0, 3.0]), np.eye(2))),  # no eigenvectors
        (S, (np.ones(2), np.linalg.eigh(S)[1])),
        (S, np.linalg.eigvalsh(S)),
        (S, (np.array([1.0]), np.linalg.eigh(S)[1])),
        (S, (None, np.eye(2))),
        (np.array([[1.0, 1.0], [0.0, 1.0]]), np.linalg.eig(np.array([[1.0, 1.0], [0.0, 1.0]]))),  # defective
        (np.ones((2, 3)), np.linalg.eigh(S)),
        (np.full((2, 2), np.inf), np.linalg.eigh(S)),
        (np.ones(2), np.linalg.eigh(S)),
    ],
    ids=str,
)
def test_unusable_references_and_matrices_are_judge_errors(matrix: Value, expected: Value) -> None:
    with pytest.raises(JudgeError):
        judged(PLAIN, matrix, np.linalg.eigh(S), tuple(expected))  # type: ignore[arg-type]


def test_orthonormal_vectors_have_length_1() -> None:
    with pytest.raises(ValueError, match="unit"):
        Eigenpairs(of=parse("A"), unit=False, orthonormal=True)


# Laws and independent methods.


@given(seed=st.integers(0, 2**32), error=st.floats(0, 1e-2), bound=st.floats(0, 5e-3), more=st.floats(0, 5e-3))
def test_order_and_signs_keep_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, bound: float, more: float
) -> None:
    random = np.random.default_rng(seed)
    w, V = np.linalg.eigh(S)
    bound += 1e-12
    v = V + error * random.standard_normal((2, 2))
    v /= np.linalg.norm(v, axis=0)
    order, signs = random.permutation(2), random.choice([-1, 1], 2)
    accepted = judged(Eigenpairs(of=parse("A"), max=bound), S, (w, v)).accepted
    mixed = (w[order], v[:, order] * signs)
    assert judged(Eigenpairs(of=parse("A"), max=bound), S, mixed).accepted == accepted
    assert accepted <= judged(Eigenpairs(of=parse("A"), max=bound + more), S, (w, v)).accepted


def jacobi(A: Array) -> tuple[Array, Array]:
    A, V = A.copy(), np.eye(len(A))
    for _ in range(12):
        for i in range(len(A)):
            for j in range(i + 1, len(A)):
                angle = 0.5 * np.arctan2(2 * A[i, j], A[i, i] - A[j, j])
                G = np.eye(len(A))
                G[i, i] = G[j, j] = np.cos(angle)
                G[j, i], G[i, j] = np.sin(angle), -np.sin(angle)
                A, V = G.T @ A @ G, V @ G
    return np.diag(A).copy(), V


def test_symmetric_matrices_with_repeated_values_in_any_basis_are_accepted() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(1, 6))
        Q = np.linalg.qr(random.standard_normal((n, n)))[0]
        w = random.integers(-2, 3, n).astype(float)
        A = (Q * w) @ Q.T
        A = (A + A.T) / 2 * 10.0 ** random.integers(-3, 4)
        expected = tuple(np.linalg.eigh(A))
        values, vectors = jacobi(A)
        assert judged(RIGHT_ANGLES, A, (values, vectors), expected).accepted
        for value in np.unique(np.round(expected[0], 9)):
            members = np.flatnonzero(np.abs(values - value) < 1e-6 * np.linalg.norm(A) + 1e-300)
            turned = np.linalg.qr(random.standard_normal((len(members), len(members))))[0]
            vectors[:, members] = vectors[:, members] @ turned
        order = random.permutation(n)
        assert judged(RIGHT_ANGLES, A, (values[order], -vectors[:, order]), expected).accepted


def test_other_matrices_are_accepted_with_any_right_method_and_refused_with_errors_of_ten_tolerances() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(2, 6))
        A = random.standard_normal((n, n))
        w, V = np.linalg.eig(A)
        if np.linalg.cond(V) > 1e3:
            continue
        vectors = np.empty((n, n), dtype=complex)
        for j in range(n):  # inverse iteration, from values that are not quite right
            shifted = A - (w[j] + 1e-9) * np.eye(n)
            v = np.ones(n) + 0.1 * random.standard_normal(n)
            for _ in range(4):
                v = np.linalg.solve(shifted, v)
                v = v / np.linalg.norm(v)
            vectors[:, j] = v
        order = random.permutation(n)
        assert judged(PLAIN, A, (w[order], vectors[:, order])).accepted
        assert judged(FREE, A, (w, np.linalg.inv(np.linalg.inv(vectors)) * random.uniform(0.1, 9, n))).accepted
        size, j = np.linalg.norm(A), int(random.integers(n))
        w_off = w.astype(complex)
        w_off[j] += 1e-7 * size * np.exp(2j * np.pi * random.random())
        assert not judged(PLAIN, A, (w_off, vectors)).accepted
        step = random.standard_normal(n)
        residual = np.linalg.norm((A - w[j] * np.eye(n)) @ (step - V[:, j] * np.vdot(V[:, j], step)))
        vectors[:, j] += 1.1e-7 * size / residual * step
        vectors[:, j] /= np.linalg.norm(vectors[:, j])
        assert not judged(PLAIN, A, (w, vectors)).accepted
