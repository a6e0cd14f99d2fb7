"""Other right answers of library routines: still right, and other."""

import numpy as np
import pytest
import scipy.linalg
from numpy.typing import NDArray

from grader.authoring.verification.routines import BASIS, CHOICES, ORDER, SIGNS, choosing

S = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 3.0]])  # the eigenvalue 3 is double
M = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
FLAT = np.outer([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])


def is_orthogonal(Q: NDArray[np.float64]) -> bool:
    return bool(np.allclose(Q.T @ Q, np.eye(Q.shape[1])))


@pytest.mark.parametrize("choice", [SIGNS, BASIS])
@pytest.mark.parametrize("module", [np.linalg, scipy.linalg])
def test_eigenvectors_are_others_and_still_eigenvectors(module: object, choice: str) -> None:
    before = module.eigh(S)[1]  # type: ignore[attr-defined]
    with choosing(choice) as used:
        values, vectors = module.eigh(S)  # type: ignore[attr-defined]
    assert np.allclose(S @ vectors, vectors * values)
    assert is_orthogonal(vectors)
    assert not np.allclose(vectors, before)
    assert used == {f"{module.__name__}.eigh"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("choice", [SIGNS, BASIS])
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("A", [M, FLAT, M.T, np.eye(3)])
def test_singular_vectors_still_make_the_matrix(A: NDArray[np.float64], full: bool, choice: str) -> None:
    with choosing(choice):
        U, s, Vt = np.linalg.svd(A, full_matrices=full)
    k = len(s)
    assert np.allclose(U[:, :k] * s @ Vt[:k], A)
    assert is_orthogonal(U)
    assert is_orthogonal(Vt.T)


def test_vectors_of_equal_singular_values_and_of_none_are_turned() -> None:
    before = np.linalg.svd(FLAT)
    with choosing(BASIS):
        after = np.linalg.svd(FLAT)
    assert not np.allclose(before[0], after[0])
    assert not np.allclose(before[2], after[2])


def test_where_all_values_differ_there_is_no_other_basis() -> None:
    with choosing(BASIS) as used:
        np.linalg.eigh(np.diag([1.0, 2.0]))
    assert used == set()


def test_a_qr_factorisation_has_other_signs_and_is_one() -> None:
    before = np.linalg.qr(M)
    with choosing(SIGNS):
        Q, R = np.linalg.qr(M)
    assert np.allclose(Q @ R, M)
    assert np.allclose(Q, -before[0])


def test_eigenvalues_and_roots_come_in_another_order() -> None:
    A = np.array([[1.0, 2.0], [0.0, 3.0]])
    with choosing(ORDER):
        values, vectors = np.linalg.eig(A)
        alone, roots = np.linalg.eigvals(A), np.roots([1.0, -3.0, 2.0])
    assert values.tolist() == alone.tolist() == [3.0, 1.0]
    assert np.allclose(A @ vectors, vectors * values)
    assert np.allclose(roots, [1.0, 2.0])


@pytest.mark.parametrize(("name", "A"), [("null_space", FLAT), ("orth", np.eye(3)[:, :2])])
@pytest.mark.parametrize("choice", [SIGNS, BASIS])
def test_a_basis_is_another_one_of_the_same_space(name: str, A: NDArray[np.float64], choice: str) -> None:
    before = getattr(scipy.linalg, name)(A)
    with choosing(choice):
        after = getattr(scipy.linalg, name)(A)
    assert is_orthogonal(after)
    assert np.allclose(after @ after.T, before @ before.T)
    assert not np.allclose(after, before)


@pytest.mark.parametrize("choice", CHOICES)
def test_afterwards_everything_is_as_it_was_also_when_something_fails(choice: str) -> None:
    names = ["eigh", "eig", "eigvals", "svd", "qr"]
    before = [getattr(np.linalg, name) for name in names]
    with pytest.raises(ZeroDivisionError), choosing(choice):
        raise ZeroDivisionError
    assert [getattr(np.linalg, name) for name in names] == before


def test_values_alone_are_left_as_they_are() -> None:
    with choosing(SIGNS) as used:
        assert np.linalg.svd(M, compute_uv=False).shape == (2,)
    assert used == set()
