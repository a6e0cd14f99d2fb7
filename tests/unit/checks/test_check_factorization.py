"""`factorization`: each structure on both sides of its tolerance, products, and right methods of all kinds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks._structure import Structure
from grader.checks.factorization import Factorization
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.99, 1.01
Array = NDArray[Any]
A = np.array([[4.0, 3.0], [6.0, 3.0], [0.0, 2.0]])
QR = Factorization(of=parse("A"), factors={"Q": "orthogonal", "R": "upper_triangular"})
PLU = Factorization(
    of=parse("A"), factors={"P": "permutation", "L": ("unit_lower", "bounded"), "U": "upper_triangular"}
)
CHOLESKY = Factorization(
    of=parse("A"), factors={"L": ("lower_triangular", "positive_diagonal")}, product=parse("L @ transpose(L)")
)
SVD = Factorization(of=parse("A"), factors={"U": "orthogonal", "s": "diagonal_descending", "Vt": "orthonormal_rows"})


def judged(check: Factorization, matrix: Value, expected: Value, answer: Value, **inputs: Value) -> Outcome:
    case = Case(1, {"A": matrix, **inputs}, ("A",))
    prepared = check.prepare(case, lambda call: Answer(normal_form(expected)), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


def alone(structure: Structure | tuple[Structure, ...], expected: Value, answer: Value) -> Outcome:
    """Judge one factor by its structure, its product being always right."""
    check = Factorization(of=parse("A"), factors={"X": structure}, product=parse("A"))
    return judged(check, np.eye(2), expected, answer)


# Structures.

UPPER = np.array([[3.0, 4.0], [0.0, 0.0], [0.0, 0.0]])  # of norm 5
LOWER = np.array([[1.0, 0.0], [0.5, 1.0], [1.0, -1.0]])
PERMUTATION = np.eye(3)[[2, 0, 1]]
SYMMETRIC = np.array([[0.0, 3.0], [3.0, 4.0]])


@pytest.mark.parametrize(
    ("structure", "right", "place", "limit"),
    [
        ("upper_triangular", UPPER, (1, 0), 5e-12),
        ("upper_triangular", UPPER, (2, 1), 5e-12),
        ("lower_triangular", UPPER.T, (0, 1), 5e-12),
        ("unit_lower", LOWER, (0, 1), 1e-12 * np.linalg.norm(LOWER)),
        ("unit_lower", LOWER, (1, 1), 1e-12),
        ("unit_upper", LOWER.T, (1, 0), 1e-12 * np.linalg.norm(LOWER)),
        ("unit_upper", LOWER.T, (0, 0), 1e-12),
        ("diagonal", np.diag([3.0, -4.0]), (0, 1), 5e-12),
        ("diagonal", np.diag([3.0, -4.0]), (1, 0), 5e-12),
        ("diagonal_descending", np.diag([4.0, 3.0]), (1, 0), 5e-12),
        ("diagonal_descending", np.diag([5.0, 5.0, 0.0]), (1, 1), 5e-12 * np.sqrt(2)),
        ("diagonal_descending", np.array([3.0, 3.0]), (1,), 3e-12 * np.sqrt(2)),
        ("permutation", PERMUTATION, (0, 0), 1e-12),
        ("permutation", PERMUTATION, (0, 2), 1e-12),
        ("symmetric", SYMMETRIC, (0, 1), 1e-12 * np.linalg.norm(SYMMETRIC)),
        ("orthogonal", np.eye(3)[:, :2], (0, 1), 1e-10),
        ("orthonormal_rows", np.eye(3)[:2], (0, 1), 1e-10),
        ("bounded", LOWER, (2, 0), 1e-12),
    ],
    ids=str,
)
def test_a_structure_holds_up_to_its_tolerance(
    structure: Structure, right: Array, place: tuple[int, ...], limit: float
) -> None:
    assert alone(structure, right, right).accepted
    for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
        answer = right.copy()
        answer[place] += factor * limit
        assert alone(structure, right, answer).accepted is accepted
        assert alone("any", right, answer).accepted


@pytest.mark.parametrize(
    ("structure", "right", "wrong", "message"),
    [
        ("upper_triangular", UPPER, UPPER + 1, "entry [1, 0] below the diagonal is 1, expected 0"),
        ("lower_triangular", LOWER, LOWER + 1, "entry [0, 1] above the diagonal is 1, expected 0"),
        ("unit_lower", LOWER, 2 * LOWER, "entry [0, 0] on the diagonal is 2, expected 1"),
        ("diagonal", np.eye(2), SYMMETRIC, "entry [0, 1] beside the diagonal is 3, expected 0"),
        ("diagonal_descending", np.array([2.0, 1.0]), np.array([1.0, 2.0]), "does not descend: 2 stands behind 1"),
        ("diagonal_descending", np.array([2.0, 1.0]), np.array([2.0, -1.0]), "number 1 of the diagonal is -1"),
        ("diagonal_descending", np.array([2.0 + 0j, 1.0]), np.array([2.0, 1j]), "number 1 of the diagonal is 0+1j"),
        ("positive_diagonal", np.eye(2), np.diag([1.0, -2.0]), "entry [1, 1] on the diagonal is -2, expected a number"),
        ("positive_diagonal", np.eye(2), np.diag([1.0, 0.0]), "entry [1, 1] on the diagonal is 0, expected a number"),
        ("positive_diagonal", np.eye(2) + 0j, np.diag([1.0, 1 + 1j]), "entry [1, 1] on the diagonal is 1+1j"),
        ("permutation", PERMUTATION, 2 * PERMUTATION, "entry [0, 2] is 2, expected 0 or 1"),
        ("permutation", PERMUTATION, np.zeros((3, 3)), "row 0 of the permutation holds 0 ones"),
        ("permutation", PERMUTATION, np.eye(3)[[0, 0, 1]], "column 0 of the permutation holds 2 ones"),
        ("symmetric", SYMMETRIC, np.array([[0.0, 3.0], [1.0, 4.0]]), "entry [0, 1] is 3, and its mirror image"),
        ("symmetric", np.eye(2) + 0j, np.array([[1, 1j], [1j, 1]]), "entry [0, 1] is 0+1j, and its mirror image"),
        ("bounded", LOWER, -3 * LOWER, "entry [0, 0] is 3 in size, expected at most 1"),
        ("orthogonal", np.eye(2), np.ones((2, 2)), "columns 0 and 1 are not at right angles"),
        ("orthonormal_rows", np.eye(2), np.diag([1, 2.0]), "row 1 has length 2, expected 1"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_structure_is_said(structure: Structure, right: Array, wrong: Array, message: str) -> None:
    outcome = alone(structure, right, wrong)
    assert not outcome.accepted
    assert outcome.message.startswith("X: ")
    assert message in outcome.message
    assert outcome.aspect == "X"


def test_a_vector_stands_for_a_diagonal_matrix_but_has_its_own_shape() -> None:
    assert alone("diagonal", np.array([1.0, -2.0]), np.array([5.0, 7.0])).accepted
    assert alone("positive_diagonal", np.array([1.0, 2.0]), np.array([5.0, 7.0])).accepted
    assert alone("diagonal", np.array([1.0, 2.0]), np.diag([1.0, 2.0])).aspect == "shape"


def test_a_complex_symmetric_factor_is_hermitian() -> None:
    H = np.array([[1, 1j], [-1j, 2]])
    assert alone("symmetric", H, H).accepted


def test_a_factor_may_have_several_structures() -> None:
    both: tuple[Structure, ...] = ("symmetric", "orthogonal")
    mirror = np.array([[0.6, 0.8], [0.8, -0.6]])
    assert alone(both, mirror, np.eye(2)).accepted
    assert "has length 5" in alone(both, mirror, SYMMETRIC).message
    assert "mirror image" in alone(both, mirror, np.array([[0.6, -0.8], [0.8, 0.6]])).message


def test_the_tolerances_can_be_set() -> None:
    loose = Factorization(of=parse("A"), factors={"X": ("unit_lower", "bounded")}, product=parse("A"), zeros=1e-3)
    for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
        step = np.array([[0.0, 0.0], [0.0, 1e-3 * factor]])
        assert judged(loose, np.eye(2), np.eye(2), np.eye(2) + step).accepted is accepted
        own = Factorization(of=parse("A"), factors={"Q": "orthogonal"}, product=parse("A"), orthogonality=1e-8)
        turned = np.eye(2)
        turned[0, 1] = 1e-8 * factor
        assert judged(own, np.eye(2), np.eye(2), turned).accepted is accepted


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3)])
def test_factors_without_entries_have_every_structure(shape: tuple[int, int]) -> None:
    for structure in ("orthogonal", "upper_triangular", "unit_lower", "diagonal_descending", "positive_diagonal"):
        if shape != (0, 3) or structure != "orthogonal":
            assert alone(structure, np.zeros(shape), np.zeros(shape)).accepted
    assert judged(
        QR, np.zeros((3, 0)), (np.zeros((3, 0)), np.zeros((0, 0))), (np.zeros((3, 0)), np.zeros((0, 0)))
    ).accepted


# The product.


@pytest.mark.parametrize("check", [QR, Factorization(of=parse("A"), factors=QR.factors, reconstruction=1e-3)])
def test_the_product_is_the_matrix_up_to_the_tolerance(check: Factorization) -> None:
    Q, R = np.linalg.qr(A)
    limit = check.reconstruction * np.linalg.norm(A)
    for factor, accepted in [(INSIDE, True), (OUTSIDE, False)]:
        step = np.array([[0.0, 0.6], [0.0, -0.8]]) * limit * factor
        assert judged(check, A, (Q, R), (Q, R + step)).accepted is accepted


def test_a_product_that_is_not_the_matrix_is_said_with_the_worst_entry() -> None:
    check = Factorization(of=parse("A"), factors={"X": "any", "Y": "any"})
    outcome = judged(check, A, (A, np.eye(2)), (A + np.array([[0, 0], [0, 0.75], [1, 0]]), np.eye(2)))
    message = "the product X @ Y is not A: off by 1 at [2, 0], and by 1.2 in the norm of the whole; allowed 8.6e-10"
    assert outcome.message == message
    assert outcome.error == pytest.approx(1.25)
    assert outcome.aspect == "product"


def test_factors_in_another_order_are_written_as_a_formula() -> None:
    S = np.array([[2.0, 1.0], [1.0, 3.0]])
    w, V = np.linalg.eigh(S)
    check = Factorization(
        of=parse("A"), factors={"w": "diagonal", "V": "orthogonal"}, product=parse("V @ diag(w) @ transpose(V)")
    )
    assert judged(check, S, (w, V), (w[::-1], -V[:, ::-1])).accepted
    outcome = judged(check, S, (w, V), (w[::-1], V))
    assert outcome.message.startswith("the product V @ diag(w) @ transpose(V) is not A: off by")
    assert check.own_names() == {"w", "V"}


def test_the_matrix_may_be_a_formula_and_a_factor_may_hide_an_input() -> None:
    X = np.array([[1.0, 2.0], [3.0, 4.0], [8.0, 0.0]])
    check = Factorization(
        of=parse("transpose(A) @ A"), factors={"A": "lower_triangular"}, product=parse("A @ transpose(A)")
    )
    L = np.linalg.cholesky(X.T @ X)
    assert judged(check, X, L, -L).accepted
    assert not judged(check, X, L, L * [1, 2]).accepted


def test_a_product_that_cannot_be_formed_is_wrong_and_no_judge_error() -> None:
    check = Factorization(of=parse("A"), factors={"V": "any"}, product=parse("V @ A @ inv(V)"))
    outcome = judged(check, np.eye(2), np.eye(2), np.ones((2, 2)))
    assert outcome.message.startswith("the product V @ A @ inv(V) cannot be formed")
    with pytest.raises(JudgeError, match="cannot be formed"):
        judged(check, np.eye(2), np.ones((2, 2)), np.eye(2))


def test_of_a_matrix_of_zeros_the_product_must_be_zero() -> None:
    zero = np.zeros((3, 2))
    assert judged(QR, zero, (np.eye(3)[:, :2], np.zeros((2, 2))), (np.eye(3)[:, 1:], np.zeros((2, 2)))).accepted
    tiny = np.array([[1e-300, 0], [0, 0]])
    assert not judged(QR, zero, (np.eye(3)[:, :2], np.zeros((2, 2))), (np.eye(3)[:, 1:], tiny)).accepted


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_numbers_far_from_one_are_judged_alike(size: float) -> None:
    Q, R = np.linalg.qr(A)
    assert judged(QR, size * A, (Q, size * R), (-Q, -size * R)).accepted
    assert not judged(QR, size * A, (Q, size * R), (-Q, -size * R * (1 + 1e-8))).accepted


# The form of the answer.


def test_factors_come_as_a_tuple_or_a_dict_as_the_reference_has_them() -> None:
    Q, R = np.linalg.qr(A)
    assert judged(QR, A, (Q, R), [Q, R]).accepted
    assert judged(QR, A, np.linalg.qr(A), (Q.tolist(), R)).accepted
    assert judged(QR, A.tolist(), {"Q": Q, "R": R}, {"R": -R, "Q": -Q}).accepted
    assert judged(QR, A, {"Q": Q, "R": R}, (Q, R)).message == "returned a tuple of 2, expected a dict of 2"
    assert judged(QR, A, (Q, R), {"Q": Q, "R": R}).message == "returned a dict of 2, expected a tuple of 2"
    assert judged(QR, A, (Q, R), Q).message.endswith("expected 2 values: Q, R")
    assert judged(QR, A, (Q, R), (Q, R, A)).message == "returned a tuple of 3, expected 2 values: Q, R"
    assert judged(QR, A, (Q, R), None).message == "returned None: is a `return` missing?"
    assert judged(QR, A, (Q, R), (Q, None)).message == "R: returned None: is a `return` missing?"


def test_a_single_factor_comes_as_it_is() -> None:
    S = np.array([[4.0, 2.0], [2.0, 5.0]])
    L = np.linalg.cholesky(S)
    assert judged(CHOLESKY, S, L, L.tolist()).accepted
    assert judged(CHOLESKY, S, L.tolist(), L).accepted
    assert judged(CHOLESKY, [[4.0]], [[2.0]], [[2.0]]).accepted
    assert judged(CHOLESKY, S, L, L.T).message.startswith("L: entry [0, 1] above the diagonal")
    assert judged(CHOLESKY, S, L, -L).message.startswith("L: entry [0, 0] on the diagonal is -2")
    assert not judged(CHOLESKY, S, L, (L,)).accepted
    assert judged(CHOLESKY, S, (L,), (L,)).accepted
    assert judged(CHOLESKY, S, {"L": L}, {"L": L}).accepted


def test_the_shapes_are_those_of_the_references_factors() -> None:
    Q, R = np.linalg.qr(A)
    full = np.linalg.qr(A, mode="complete")
    outcome = judged(QR, A, (Q, R), tuple(full))
    assert outcome.message == "Q: returned shape (3, 3), expected shape (3, 2)"
    assert outcome.aspect == "shape"
    assert judged(QR, A, tuple(full), (-full[0], -full[1])).accepted


def test_notes_name_their_factor() -> None:
    Q, R = np.linalg.qr(A)
    assert judged(QR, A, (Q, R), (Q, R + 0j)).notes[0].startswith("R: returned complex numbers")


# Faults of the author's.


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (A, (A, np.eye(2))),  # not orthogonal
        (A, (np.eye(3)[:, :2], np.triu(np.ones((2, 2))))),  # another product
        (A, (np.eye(3), np.eye(2))),  # no product
        (A, A),
        (A, (np.eye(3)[:, :2], None)),
        (A, (np.eye(3)[:, :2], np.zeros((2, 2, 2)))),
        (A * np.nan, np.linalg.qr(A)),
        (A[0], np.linalg.qr(A)),
        ("A", np.linalg.qr(A)),
    ],
    ids=str,
)
def test_unusable_references_and_matrices_are_judge_errors(matrix: Value, expected: Value) -> None:
    with pytest.raises(JudgeError):
        judged(QR, matrix, expected, np.linalg.qr(A))


# Laws.


@given(seed=st.integers(0, 2**32), error=st.floats(0, 0.3), bound=st.floats(0, 0.2), more=st.floats(0, 0.2))
def test_signs_keep_the_verdict_and_so_does_a_larger_tolerance(
    seed: int, error: float, bound: float, more: float
) -> None:
    random = np.random.default_rng(seed)
    signs = random.choice([-1.0, 1.0], 2)
    Q, R = np.linalg.qr(A)
    bound += 1e-10
    answer = (Q + error * random.standard_normal((3, 2)), R + error * np.triu(random.standard_normal((2, 2))))

    def accepted(reconstruction: float, orthogonality: float, signs: Array) -> bool:
        check = Factorization(
            of=parse("A"), factors=QR.factors, reconstruction=reconstruction, orthogonality=orthogonality
        )
        return judged(check, A, (Q, R), (answer[0] * signs, answer[1] * signs[:, None])).accepted

    assert accepted(bound, 0.3, signs) == accepted(bound, 0.3, signs**2) <= accepted(bound + more, 0.3 + more, signs)


# Independent methods.


def gram_schmidt(A: Array) -> tuple[Array, Array]:
    Q, R = A.copy(), np.zeros((A.shape[1], A.shape[1]), dtype=A.dtype)
    for j in range(A.shape[1]):
        for _ in range(2):  # twice is enough
            for i in range(j):
                c = np.vdot(Q[:, i], Q[:, j])
                R[i, j] += c
                Q[:, j] -= c * Q[:, i]
        R[j, j] = np.linalg.norm(Q[:, j])
        Q[:, j] /= R[j, j]
    return Q, R


def givens(A: Array) -> tuple[Array, Array]:
    (m, n), Q, R = A.shape, np.eye(len(A)), A.copy()
    for j in range(n):
        for i in range(m - 1, j, -1):
            r = np.hypot(R[i - 1, j], R[i, j])
            if r:
                G = np.array([[R[i - 1, j], R[i, j]], [-R[i, j], R[i - 1, j]]]) / r
                R[i - 1 : i + 1] = G @ R[i - 1 : i + 1]
                Q[:, i - 1 : i + 1] = Q[:, i - 1 : i + 1] @ G.T
    return Q[:, : min(m, n)], R[: min(m, n)]


def householder(A: Array) -> tuple[Array, Array]:
    (m, n), Q, R = A.shape, np.eye(len(A)), A.copy()
    for j in range(min(m, n)):
        v = R[j:, j].copy()
        v[0] += np.linalg.norm(v) * (1 if v[0] >= 0 else -1)
        if np.any(v):
            v /= np.linalg.norm(v)
            R[j:] -= 2 * np.outer(v, v @ R[j:])
            Q[:, j:] -= 2 * np.outer(Q[:, j:] @ v, v)
    return Q[:, : min(m, n)], R[: min(m, n)]


def test_every_method_of_qr_is_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        m, n = (int(size) for size in random.integers(1, 6, 2))
        A = np.round(random.standard_normal((m, n)) * 10.0 ** random.integers(-3, 4), 3)
        expected = tuple(np.linalg.qr(A))
        answers = [givens(A), householder(A)]
        if m >= n and np.linalg.cond(A) < 1e4:
            answers.append(gram_schmidt(A))
        for answer in answers:
            assert judged(QR, A, expected, answer).accepted
        if not np.any(A):
            continue
        Q, R = answers[0]
        step = np.zeros(R.shape)
        step[0, int(random.integers(n))] = 1e-9 * np.linalg.norm(A)
        assert not judged(QR, A, expected, (Q, R + step)).accepted
        tilted = Q.copy()
        tilted[:, 0] *= 1 + 1e-9
        assert not judged(QR, A, expected, (tilted, R)).accepted


def lu(A: Array, ties: float) -> tuple[Array, Array, Array]:
    """Return factors by elimination; of equal pivots the first is taken or, with `ties` above 1, the last."""
    n, P, L, U = len(A), np.eye(len(A)), np.eye(len(A)), A.copy()
    for j in range(n):
        sizes = np.abs(U[j:, j])
        equal = np.flatnonzero(sizes >= np.max(sizes) * (1 - 1e-14))
        pivot = j + int(equal[-1] if ties > 1 else equal[0])
        U[[j, pivot]] = U[[pivot, j]]
        P[:, [j, pivot]] = P[:, [pivot, j]]
        L[[j, pivot], :j] = L[[pivot, j], :j]
        if U[j, j]:
            L[j + 1 :, j] = U[j + 1 :, j] / U[j, j]
            U[j + 1 :] -= np.outer(L[j + 1 :, j], U[j])
            U[j + 1 :, j] = 0
    return P, L, U


def test_lu_with_any_choice_among_equal_pivots_is_accepted_and_without_pivoting_is_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(1, 7))
        A = random.integers(-2, 3, (n, n)).astype(float)
        expected = lu(A, 0)
        assert judged(PLU, A, expected, lu(A, 2)).accepted
        B = np.tril(-np.ones((n, n)), -1) + np.eye(n)
        B[:, -1] = 1
        assert judged(PLU, B, lu(B, 0), lu(B, 2)).accepted
        below = 1.5 + seed
        C, L = np.array([[1.0, 2.0], [below, 4.0]]), np.array([[1.0, 0.0], [below, 1.0]])
        outcome = judged(PLU, C, lu(C, 0), (np.eye(2), L, np.array([[1.0, 2.0], [0.0, 4.0 - 2 * below]])))
        assert outcome.message.startswith(f"L: entry [1, 0] is {below:g} in size, expected at most 1")


def jacobi(A: Array) -> tuple[Array, Array, Array]:
    """Return the reduced singular value decomposition of a tall matrix by one-sided rotations."""
    U, V = A.copy(), np.eye(A.shape[1])
    for _ in range(12):
        for i in range(A.shape[1]):
            for j in range(i + 1, A.shape[1]):
                a, b, c = U[:, i] @ U[:, i], U[:, j] @ U[:, j], U[:, i] @ U[:, j]
                angle = 0.5 * np.arctan2(2 * c, a - b)
                G = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
                U[:, [i, j]], V[:, [i, j]] = U[:, [i, j]] @ G, V[:, [i, j]] @ G
    s = np.linalg.norm(U, axis=0)
    order = np.argsort(-s)
    return (U / s)[:, order], s[order], V[:, order].T


def test_singular_value_decompositions_with_any_signs_and_bases_are_accepted() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(1, 5))
        A = random.standard_normal((n + int(random.integers(3)), n))
        U, s, Vt = np.linalg.svd(A, full_matrices=False)
        assert judged(SVD, A, (U, s, Vt), jacobi(A)).accepted
        turned = np.linalg.qr(random.standard_normal((n, n)))[0]
        repeated = 3.0 * U @ Vt
        assert judged(SVD, repeated, (U, np.full(n, 3.0), Vt), (U @ turned, np.full(n, 3.0), turned.T @ Vt)).accepted
        assert not judged(SVD, A, (U, s, Vt), (U, s * (1 + 1e-9), Vt)).accepted
        assert not judged(SVD, A, (U, s, Vt), (-U, s, Vt)).accepted
        assert not judged(SVD, A, (U, s, Vt), (-U, -s, Vt)).accepted


def test_complex_factors_are_multiplied_with_conjugates() -> None:
    for seed in range(50):
        random = np.random.default_rng(seed)
        C = random.standard_normal((4, 3)) + 1j * random.standard_normal((4, 3))
        Q, R = np.linalg.qr(C)
        phases = np.exp(2j * np.pi * random.random(3))
        assert judged(QR, C, (Q, R), gram_schmidt(C)).accepted
        assert judged(QR, C, (Q, R), (Q * phases, phases.conj()[:, None] * R)).accepted
        assert not judged(QR, C, (Q, R), (Q * phases, phases[:, None] * R)).accepted
