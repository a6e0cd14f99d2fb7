"""Trials of the kinds for factors, eigenpairs and determinants of matrices."""

from typing import Final

import numpy as np

from bench.verdicts import algorithms
from bench.verdicts.records import Array, Function, Question, Random, Trial, constant, moved, scalars
from grader.checks.determinant import Determinant
from grader.checks.eigenpairs import Eigenpairs
from grader.checks.factorization import Factorization
from grader.sandbox.expressions import parse

Pair = tuple[Array, Array]


def _signs(random: Random, count: int, *, unitary: bool) -> Array:
    """Return factors of size 1: signs, or phases."""
    return np.exp(1j * random.uniform(0, 6.28, count)) if unitary else random.choice([-1.0, 1.0], count)


def _norm(matrix: Array) -> float:
    return float(np.linalg.norm(matrix))


def _stretched(random: Random, basis: Array, error: float) -> Array:
    """Return a basis with the square of the length of one column off by so much."""
    scales = np.ones(basis.shape[1])
    scales[random.integers(len(scales))] = np.sqrt(1 + error)
    return basis * scales


# factorization


def _qr(random: Random) -> Question:
    n = int(random.integers(2, 5))
    unitary = bool(random.integers(2))
    A = algorithms.conditioned(random, int(random.integers(n, 6)), n, unitary=unitary)
    Q, R = np.linalg.qr(A)
    signs = _signs(random, n, unitary=unitary)
    change = np.triu(random.standard_normal((n, n)))
    change *= 1e-10 * _norm(A) / _norm(change)
    below = np.zeros((n, n))
    place = int(random.integers(1, n))
    below[place, random.integers(place)] = 1e-12 * _norm(R)
    return Question(
        check=Factorization(of=parse("A"), factors={"Q": "orthogonal", "R": "upper_triangular"}),
        inputs={"A": A},
        reference=np.linalg.qr,
        right={
            "reflections": algorithms.householder,
            "plane rotations": algorithms.givens,
            "Gram-Schmidt": algorithms.gram_schmidt,
        },
        forgiven={
            "signs, or phases if complex": constant((Q * signs, signs.conj()[:, np.newaxis] * R)),
            "a list of nested lists": constant([Q.tolist(), R.tolist()]),
            "half of the allowed error in the product": constant((Q, R + 0.5 * change)),
            "half of the allowed error in a length": constant((_stretched(random, Q, 0.5e-10), R)),
            "half of what is allowed below the diagonal": constant((Q, R + 0.5 * below)),
        },
        off={
            "the product": constant((Q, R + 10 * change)),
            "the length of one column": constant((_stretched(random, Q, 1e-9), R)),
            "a number below the diagonal": constant((Q, R + 10 * below)),
        },
        wrong={
            "Q as it is, R of other signs": constant((Q, -R)),
            "exchanged": constant((R, Q)),
            "the matrix and the identity": constant((A, np.eye(n))),
        },
    )


def _lu(random: Random) -> Question:
    n = int(random.integers(2, 5))
    A = algorithms.conditioned(random, n, n)

    def reference(A: Array) -> tuple[Array, Array, Array]:
        import scipy.linalg  # beside our own elimination, LAPACK's

        return tuple(scipy.linalg.lu(A))  # type: ignore[return-value]

    def elimination(A: Array) -> tuple[Array, Array, Array]:
        order, lower, upper = algorithms.eliminated(A)
        return np.eye(len(A))[:, order], lower, upper

    def last_pivots(A: Array) -> tuple[Array, Array, Array]:
        order, rest, lower = list(range(n)), A.copy(), np.zeros((n, n))
        for k in range(n):
            usable = [row for row in range(k, n) if abs(rest[row, k]) > 0.1 * np.max(np.abs(rest[k:, k]))]
            rest[[k, usable[-1]]], lower[[k, usable[-1]]] = rest[[usable[-1], k]], lower[[usable[-1], k]]
            order[k], order[usable[-1]] = order[usable[-1]], order[k]
            lower[k:, k] = rest[k:, k] / rest[k, k]
            rest[k + 1 :] -= np.outer(lower[k + 1 :, k], rest[k])
        return np.eye(n)[:, order], lower, np.triu(rest)

    P, L, U = reference(A)
    change = np.triu(random.standard_normal((n, n)))
    change *= 1e-10 * _norm(A) / _norm(L @ change)
    place = int(random.integers(n))
    unit = L.copy()
    unit[place, place] += 1e-11
    return Question(
        check=Factorization(of=parse("A"), factors={"P": "permutation", "L": "unit_lower", "U": "upper_triangular"}),
        inputs={"A": A},
        reference=reference,
        right={"elimination with pivots": elimination},
        forgiven={
            "the last pivot that is large enough": last_pivots,
            "a permutation of integers": constant((P.astype(int), L, U)),
            "half of the allowed error in the product": constant((P, L, U + 0.5 * change)),
        },
        off={
            "the product": constant((P, L, U + 10 * change)),
            "a number on the diagonal of L": constant((P, unit, U)),
        },
        wrong={
            "the transpose of P, with the rows in another order": constant((np.roll(P, 1, axis=0), L, U)),
            "the diagonal in L instead of U": constant((P, L * np.diag(U), U / np.diag(U)[:, np.newaxis])),
        },
    )


def _cholesky(random: Random) -> Question:
    n = int(random.integers(1, 5))
    unitary = bool(random.integers(2))
    A = algorithms.symmetric(random, random.uniform(0.5, 2, n), unitary=unitary)
    L = np.linalg.cholesky(A)

    def scaled(error: float) -> Array:
        return L * np.sqrt(1 + error)  # the product is then off by so much of itself

    def by_elimination(A: Array) -> Array:
        rest, lower = A.copy(), np.eye(n, dtype=A.dtype)
        for k in range(n):
            lower[k + 1 :, k] = rest[k + 1 :, k] / rest[k, k]
            rest[k + 1 :] -= np.outer(lower[k + 1 :, k], rest[k])
        return lower * np.sqrt(np.diag(rest).real)

    signs = np.ones(n)
    signs[random.integers(n)] = -1
    return Question(
        check=Factorization(
            of=parse("A"),
            factors={"L": ("lower_triangular", "positive_diagonal")},
            product=parse("L @ conj(transpose(L))"),
        ),
        inputs={"A": A},
        reference=np.linalg.cholesky,
        right={"row by row": algorithms.cholesky, "elimination": by_elimination},
        forgiven={"nested lists": constant(L.tolist()), "half of the allowed error": constant(scaled(0.5e-10))},
        off={"the product": constant(scaled(1e-9))},
        wrong={
            "a negative column": constant(L * signs),
            "the matrix": constant(A),
            "None": constant(None),
        },
    )


def _svd(random: Random) -> Question:
    n = int(random.integers(2, 5))
    unitary = bool(random.integers(2))
    values = np.sort(np.array([1.0, 1.0, *random.uniform(0.5, 2, n - 2)]))[::-1]
    m = int(random.integers(n, 6))
    left, right = (algorithms.isometry(random, size, n, unitary=unitary) for size in (m, n))
    A = (left * values) @ right.conj().T
    U, s, V = np.linalg.svd(A, full_matrices=False)
    signs = _signs(random, n, unitary=unitary)
    turn = np.eye(n, dtype=A.dtype)
    double = np.flatnonzero(np.abs(s - 1) < 1e-9)
    turn[np.ix_(double, double)] = algorithms.isometry(random, len(double), len(double), unitary=unitary)
    change = 1e-10 * _norm(A)
    return Question(
        check=Factorization(
            of=parse("A"),
            factors={"U": "orthogonal", "s": "diagonal_descending", "V": "orthonormal_rows"},
        ),
        inputs={"A": A},
        reference=lambda A: tuple(np.linalg.svd(A, full_matrices=False)),
        right={"rotations of the columns": algorithms.hestenes},
        forgiven={
            "signs of the pairs, or phases": constant((U * signs, s, signs.conj()[:, np.newaxis] * V)),
            "another basis for the double value": constant((U @ turn, s, turn.conj().T @ V)),
            "half of the allowed error in the product": constant((U, s + change * np.eye(n)[0] / 2, V)),
        },
        off={
            "the product": constant((U, s + 10 * change * np.eye(n)[0], V)),
            "the length of a row": constant((U, s, _stretched(random, V.T, 1e-9).T)),
        },
        wrong={
            "U and V as they are, one sign changed": constant((U * [-1, *[1] * (n - 1)], s, V)),
            "negative values": constant((-U, -s, V)),
            "the rows of V in the opposite order": constant((U, s, V[::-1])),
        },
    )


# eigenpairs


def _symmetric_pairs(random: Random) -> Question:
    n = int(random.integers(3, 6))
    unitary = bool(random.integers(2))
    values = np.cumsum(random.uniform(0.2, 1, n)) - 1
    A = algorithms.symmetric(random, values, unitary=unitary)
    want, vectors = np.linalg.eigh(A)
    order, signs = random.permutation(n), _signs(random, n, unitary=unitary)
    return Question(
        check=Eigenpairs(of=parse("A"), orthonormal=True),
        inputs={"A": A},
        reference=np.linalg.eigh,
        right={"rotations": algorithms.jacobi},
        forgiven={
            "another order": constant((want[order], vectors[:, order])),
            "signs, or phases if complex": constant((want, vectors * signs)),
            "lists": constant([want.tolist(), vectors.tolist()]),
            "complex numbers": constant((want.astype(complex), vectors.astype(complex))),
        },
        off=_pairs_off(random, A, want, vectors),
        wrong={
            "vectors in rows": constant((want, vectors.T)),
            "values in another order than vectors": constant((want[::-1], vectors)),
            "vectors of length 2": constant((want, 2 * vectors)),
            "one pair twice": constant((want[[0, *range(n - 1)]], vectors[:, [0, *range(n - 1)]])),
        },
    )


def _mixed(random: Random, values: Array, vectors: Array, residual: float) -> Array:
    """Return the vectors with a part of another in one of them, so that its residual is so large."""
    i, j = random.choice(len(values), 2, replace=False)
    part = residual / abs(values[j] - values[i])
    # (A - λ_i) (v_i + t v_j) = t (λ_j - λ_i) v_j, and the length stays 1 but for rounding and t itself.
    mixed = np.array(vectors)
    mixed[:, i] += part * vectors[:, j]
    mixed[:, i] /= np.linalg.norm(mixed[:, i])
    return mixed


def _pairs_off(random: Random, A: Array, values: Array, vectors: Array) -> dict[str, Function]:
    place = int(random.integers(len(values)))
    off = values.copy()
    off[place] += random.choice([-1, 1]) * 1e-7 * _norm(A)
    return {
        "one value": constant((off, vectors)),
        "the residual of one vector": constant((values, _mixed(random, values, vectors, 1e-7 * _norm(A)))),
    }


def _general_pairs(random: Random) -> Question:
    n = int(random.integers(2, 5))
    values = np.cumsum(random.uniform(0.3, 1, n)) * np.exp(1j * random.uniform(0, 6.28))
    basis = algorithms.conditioned(random, n, n, unitary=True)
    A = (basis * values) @ np.linalg.inv(basis)
    want, vectors = np.linalg.eig(A)
    order, phases = random.permutation(n), _signs(random, n, unitary=True)

    def iterations(A: Array) -> Pair:
        found = algorithms.qr_eigenvalues(A)
        return found, np.column_stack([algorithms.inverse_iteration(A, value) for value in found])

    return Question(
        check=Eigenpairs(of=parse("A")),
        inputs={"A": A},
        reference=np.linalg.eig,
        right={"QR iteration, then inverse iteration": iterations},
        forgiven={
            "another order": constant((want[order], vectors[:, order])),
            "other phases": constant((want, vectors * phases)),
            "half of the allowed residual": constant((want, _mixed(random, want, vectors, 0.5e-8 * _norm(A)))),
        },
        off=_pairs_off(random, A, want, vectors),
        wrong={
            "vectors of length 2": constant((want, 2 * vectors)),
            "a vector is missing": constant((want, vectors[:, 1:])),
        },
    )


def _repeated_pairs(random: Random) -> Question:
    double, single = random.choice(np.arange(-5, 6), 2, replace=False)
    A = algorithms.symmetric(random, np.array([double, double, double, single], dtype=float))
    values, vectors = np.linalg.eigh(A)
    same = np.flatnonzero(np.abs(values - double) < 1e-6)
    turn, mix = np.eye(4), np.eye(4)
    turn[np.ix_(same, same)] = algorithms.isometry(random, 3, 3)
    mix[np.ix_(same, same)] = algorithms.conditioned(random, 3, 3)
    mixed = vectors @ mix
    copies = vectors.copy()
    copies[:, same] = vectors[:, same[:1]]
    flat = vectors.copy()
    flat[:, same[2]] = (vectors[:, same[0]] + vectors[:, same[1]]) / np.sqrt(2)
    return Question(
        check=Eigenpairs(of=parse("A")),
        inputs={"A": A},
        reference=np.linalg.eigh,
        right={"rotations": algorithms.jacobi},
        forgiven={
            "another orthonormal basis of the eigenspace": constant((values, vectors @ turn)),
            "a basis of unit vectors at other angles": constant((values, mixed / np.linalg.norm(mixed, axis=0))),
        },
        wrong={
            "three copies of one vector": constant((values, copies)),
            "three vectors in a plane": constant((values, flat)),
            "other multiplicities": constant((np.array([double, double, single, single], dtype=float), vectors)),
        },
    )


def _orthonormal_pairs(random: Random) -> Question:
    double, single = random.choice(np.arange(-5, 6), 2, replace=False)
    A = algorithms.symmetric(random, np.array([double, double, single], dtype=float), unitary=True)
    values, vectors = np.linalg.eigh(A)
    first, second = np.flatnonzero(np.abs(values - double) < 1e-6)

    def tilted(error: float) -> Array:
        basis = vectors.copy()
        basis[:, first] = np.sqrt(1 - error**2) * vectors[:, first] + error * vectors[:, second]
        return basis

    return Question(
        check=Eigenpairs(of=parse("A"), orthonormal=True),
        inputs={"A": A},
        reference=np.linalg.eigh,
        right={"rotations": algorithms.jacobi},
        forgiven={
            "half of the allowed inner product": constant((values, tilted(0.5e-8))),
            "half of the allowed error in a length": constant((values, vectors * [1 + 0.4e-8, 1, 1])),
        },
        off={"the right angle in the eigenspace": constant((values, tilted(1e-7)))},
        wrong={"unit vectors at another angle": constant((values, tilted(0.5)))},
    )


def _largest_pair(random: Random) -> Question:
    n = int(random.integers(2, 6))
    values = np.append(random.uniform(-1, 1, n - 1), random.choice([-2, 2]))
    A = algorithms.symmetric(random, values)

    def reference(A: Array) -> Pair:
        found, vectors = np.linalg.eigh(A)
        place = [int(np.argmax(np.abs(found)))]
        return found[place], vectors[:, place]

    def powers(A: Array) -> Pair:
        v = np.ones(n) + 0.1 * np.arange(n)
        for _ in range(200):
            v = A @ v
            v = v / np.sqrt(v @ v)
        return np.array([v @ A @ v]), v[:, np.newaxis]

    value, vector = reference(A)
    return Question(
        check=Eigenpairs(of=parse("A")),
        inputs={"A": A},
        reference=reference,
        right={"the power method": powers},
        forgiven={"the opposite": constant((value, -vector))},
        off={"the value": constant((value + 1e-7 * _norm(A), vector))},
        wrong={
            "the smallest": lambda A: (np.linalg.eigh(A)[0][:1] if value > 0 else np.linalg.eigh(A)[0][-1:], vector)
        },
    )


# determinant


def _determinants(random: Random) -> Question:
    n = int(random.integers(1, 6))
    A = algorithms.conditioned(random, n, n) * random.uniform(0.1, 10)
    return _determinant(random, A)


def _integer_determinants(random: Random) -> Question:
    return _determinant(random, random.integers(-9, 10, size=(4, 4)))


def _singular_determinants(random: Random) -> Question:
    n = int(random.integers(2, 6))
    A = random.choice([-1, 1], size=(n, n)) * random.integers(1, 10, size=(n, n)).astype(float)
    first, second = random.choice(n, 2, replace=False)
    A[:, first] = A[:, second] * random.integers(1, 4)
    return _determinant(random, A)


def _complex_determinants(random: Random) -> Question:
    n = int(random.integers(1, 5))
    return _determinant(random, algorithms.conditioned(random, n, n, unitary=True))


def _determinant(random: Random, A: Array) -> Question:
    want = np.linalg.det(A)
    allowed = 1e-9 * abs(want) + 1e-12 * float(np.prod(np.linalg.norm(A, axis=1)))
    near, far = moved(random, want, allowed)

    def by_elimination(A: Array) -> complex:
        order, _, upper = algorithms.eliminated(A)
        sign = np.prod([-1 if order[i] > order[j] else 1 for j in range(len(A)) for i in range(j)])
        return complex(sign * np.prod(np.diag(upper)))

    right: dict[str, Function] = {"cofactors": algorithms.cofactors, "elimination": by_elimination}
    if A.dtype.kind != "c":
        right["fractions"] = lambda A: float(algorithms.exact_determinant(A))
    return Question(
        check=Determinant(matrix="A"),
        inputs={"A": A},
        reference=np.linalg.det,
        right=right,
        forgiven={**scalars(want), **near},
        off=far,
        wrong={"an array of one number": constant(np.array([want])), "None": constant(None)},
    )


TRIALS: Final = (
    Trial("factorization", "QR, real and complex", _qr),
    Trial("factorization", "LU with row exchanges, by LAPACK", _lu),
    Trial("factorization", "Cholesky, real and complex", _cholesky),
    Trial("factorization", "singular values, one of them double, real and complex", _svd),
    Trial("eigenpairs", "symmetric and Hermitian matrices", _symmetric_pairs),
    Trial("eigenpairs", "complex matrices without symmetry", _general_pairs),
    Trial("eigenpairs", "symmetric matrices with a triple eigenvalue", _repeated_pairs),
    Trial("eigenpairs", "Hermitian matrices with a double eigenvalue, right angles demanded", _orthonormal_pairs),
    Trial("eigenpairs", "the pair of the eigenvalue of largest size alone", _largest_pair),
    Trial("determinant", "matrices with a condition number of at most 4", _determinants),
    Trial("determinant", "matrices of integers", _integer_determinants),
    Trial("determinant", "singular matrices of whole numbers", _singular_determinants),
    Trial("determinant", "complex matrices", _complex_determinants),
)
