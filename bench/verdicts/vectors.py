"""Trials of the kinds for vectors, bases and numbers of which sign, scale, order or basis is free."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from bench.verdicts import algorithms
from bench.verdicts.records import Array, Function, Question, Random, Trial, constant, moved
from grader.checks.orthonormal import Orthonormal
from grader.checks.same_subspace import SameSubspace
from grader.checks.unordered import Unordered
from grader.checks.up_to_scale import UpToScale
from grader.checks.up_to_sign import UpToSign
from grader.sandbox.expressions import parse

RTOL, ATOL = 1e-6, 1e-9
"""The course's tolerance, which the kinds take where they state none."""


def _beside(random: Random, basis: Array) -> Array:
    """Return a unit vector at right angles to orthonormal columns."""
    vector = random.standard_normal(len(basis))
    if basis.dtype.kind == "c":
        vector = vector + 1j * random.standard_normal(len(basis))
    for _ in range(2):
        vector = vector - basis @ (basis.conj().T @ vector)
    return np.asarray(vector / np.linalg.norm(vector))


def _turned(basis: Array, direction: Array, sine: float, place: int = 0) -> Array:
    """Return an orthonormal basis, one column of which is turned towards a direction beside all of them."""
    turned = np.array(basis)
    turned[:, place] = np.sqrt(1 - sine**2) * basis[:, place] + sine * direction
    return turned


def _factor(random: Random, *, unitary: bool) -> complex | float:
    """Return a factor between 1e-6 and 1e6 in size, of any sign or phase."""
    size = 10 ** random.uniform(-6, 6)
    return size * np.exp(1j * random.uniform(0, 6.28)) if unitary else size * random.choice([-1, 1])


# up_to_sign


def _with_gaps(random: Random) -> tuple[Array, int]:
    """Return a matrix with well separated singular values, and how many of its vectors to ask for."""
    n = int(random.integers(1, 5))
    m = int(random.integers(n, 6))
    left, right = algorithms.isometry(random, m, n), algorithms.isometry(random, n, n)
    return (left * algorithms.spaced(random, n)) @ right.T, int(random.integers(1, n + 1))


def _left_vectors(random: Random) -> Question:
    A, k = _with_gaps(random)
    want = np.linalg.svd(A)[0][:, :k]
    near, far = moved(random, want, RTOL * np.abs(want) + ATOL)
    return Question(
        check=UpToSign(gaps=parse("singular_values(A)")),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[0][:, :k],
        right={"rotations of the columns": lambda A: algorithms.hestenes(A)[0][:, :k]},
        forgiven={
            "all negative": constant(-want),
            "random signs": constant(want * random.choice([-1, 1], k)),
            "nested lists": constant((-want).tolist()),
            **near,
        },
        off={
            **far,
            "random signs, one number off": constant(np.asarray(far["one number off"]()) * random.choice([-1, 1], k)),
        },
        wrong={"the first vector is zero": constant(want * [0, *[1] * (k - 1)])},
    )


def _right_vectors(random: Random) -> Question:
    A, k = _with_gaps(random)
    want = np.linalg.svd(A)[2][:k]
    near, far = moved(random, want, RTOL * np.abs(want) + ATOL)
    return Question(
        check=UpToSign(axis="rows"),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[2][:k],
        right={"rotations of the columns": lambda A: algorithms.hestenes(A)[2][:k]},
        forgiven={"random signs of the rows": constant(want * random.choice([-1, 1], (k, 1))), **near},
        off=far,
    )


def _first_component(random: Random) -> Question:
    A = _with_gaps(random)[0]
    want = np.linalg.svd(A)[0][:, 0]
    near, far = moved(random, want, RTOL * np.abs(want) + ATOL)
    return Question(
        check=UpToSign(),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[0][:, 0],
        right={"the power method": algorithms.principal},
        forgiven={"the other sign": constant(-want), "a list": constant(want.tolist()), **near},
        off=far,
        wrong={"twice as long": constant(2 * want)},
    )


# up_to_scale


def _null_vectors(random: Random) -> Question:
    return _null_vector(random, unitary=False)


def _complex_null_vectors(random: Random) -> Question:
    return _null_vector(random, unitary=True)


def _null_vector(random: Random, *, unitary: bool) -> Question:
    n = int(random.integers(2, 6))
    A = algorithms.conditioned(random, n - 1, n, unitary=unitary)
    want = np.linalg.svd(A)[2][-1].conj()
    direction = _beside(random, want[:, np.newaxis])
    factors = [_factor(random, unitary=unitary) for _ in range(3)]

    def by_minors(A: Array) -> list[complex]:
        return [(-1) ** place * algorithms.cofactors(np.delete(A, place, axis=1)) for place in range(A.shape[1])]

    wrong: dict[str, Function] = {"zero": constant(0 * want), "a direction beside it": constant(direction)}
    forgiven: dict[str, Function] = {
        "times a factor from 1e-6 to 1e6": constant(want * factors[0]),
        "the opposite": constant(-want),
        "a list": constant((want * factors[1]).tolist()),
        "half of the allowed error": constant(factors[2] * (want + 0.5 * RTOL * direction)),
    }
    if unitary:
        forgiven["times i"] = constant(1j * want)
    else:
        wrong["times i, where a real vector is asked for"] = constant(1j * want)
    tilted = want + 10 * RTOL / np.sqrt(1 - (10 * RTOL) ** 2) * direction
    return Question(
        check=UpToScale(),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[2][-1].conj(),
        right={"elimination": lambda A: algorithms.null_basis(A)[:, 0], "minors": by_minors},
        forgiven=forgiven,
        off={"the angle": constant(factors[2] * tilted)},
        wrong=wrong,
    )


def _unit_columns(random: Random) -> Question:
    values = algorithms.spaced(random, 3)
    A = algorithms.symmetric(random, values)
    want = np.linalg.eigh(A)[1]
    signs = random.choice([-1, 1], 3)
    place = int(random.integers(3))
    stretched = want.copy()
    stretched[:, place] *= 1 + 10 * RTOL
    other = want[:, (place + 1) % 3]
    return Question(
        check=UpToScale(axis="columns", unit=True),
        inputs={"A": A},
        reference=lambda A: np.linalg.eigh(A)[1],
        right={"rotations": _ascending_vectors},
        forgiven={"random signs of the columns": constant(want * signs)},
        off={
            "the length of one column": constant(stretched * signs),
            "the angle of one column": constant(_turned(want, other, 10 * RTOL, place)),
        },
        wrong={"columns of length 2": constant(2 * want)},
    )


def _ascending_vectors(A: Array) -> Array:
    values, vectors = algorithms.jacobi(A)
    return vectors[:, np.argsort(values)]


# unordered


def _apart(random: Random, count: int) -> Array:
    """Return complex numbers, real ones among them, in conjugate pairs and at some distance from each other."""
    while True:
        pairs = int(random.integers(0, count // 2 + 1))
        upper = random.uniform(-2, 2, pairs) + 1j * random.uniform(0.3, 2, pairs)
        roots = np.concatenate([upper, upper.conj(), random.uniform(-2, 2, count - 2 * pairs)])
        distances = np.abs(roots[:, np.newaxis] - roots) + 9 * np.eye(count)
        if np.min(distances) > 0.3:
            return roots


def _roots(random: Random) -> Question:
    c = np.poly(_apart(random, int(random.integers(1, 6)))).real
    want = np.roots(c)
    allowed = RTOL * np.abs(want) + ATOL * np.max(np.abs(want))
    near, _ = moved(random, random.permutation(want), allowed.min())
    shuffled = random.permutation(want)
    place = int(random.integers(len(want)))
    off = want.astype(complex)
    off[place] += 10 * allowed[place] * np.exp(1j * random.uniform(0, 6.28))
    return Question(
        check=Unordered(),
        inputs={"c": c},
        reference=np.roots,
        right={
            "simultaneous iteration": algorithms.durand_kerner,
            "QR iteration of the companion matrix": lambda c: algorithms.qr_eigenvalues(_companion(c)),
        },
        forgiven={
            "another order": constant(shuffled),
            "a list": constant(shuffled.tolist()),
            "all of them complex": constant(shuffled.astype(complex)),
            **near,
        },
        off={"one root off, another order": constant(random.permutation(off))},
        wrong={"all moved by 1": constant(want + 1), "one is missing": constant(want[1:])},
    )


def _companion(c: Array) -> Array:
    matrix = np.diag(np.ones(len(c) - 2), -1) if len(c) > 2 else np.zeros((1, 1))
    matrix[0] = -c[1:] / c[0]
    return matrix


def _general_eigenvalues(random: Random) -> Question:
    values = _apart(random, int(random.integers(2, 6)))
    A = algorithms.conditioned(random, len(values), len(values))
    A = (A @ _real_form(values)) @ np.linalg.inv(A)
    want = np.linalg.eigvals(A)
    allowed = RTOL * np.abs(want) + ATOL * np.max(np.abs(want))
    place = int(random.integers(len(want)))
    off = want.astype(complex)
    off[place] += 10j * allowed[place]
    return Question(
        check=Unordered(),
        inputs={"A": A},
        reference=np.linalg.eigvals,
        right={"QR iteration": algorithms.qr_eigenvalues},
        forgiven={"another order": constant(random.permutation(want))},
        off={"one value off": constant(off)},
    )


def _real_form(values: Array) -> Array:
    """Return a real block diagonal matrix with these eigenvalues."""
    pairs, real = values[values.imag > 0], values[values.imag == 0].real
    matrix = np.zeros((len(values),) * 2)
    for place, value in enumerate(pairs):
        block = slice(2 * place, 2 * place + 2)
        matrix[block, block] = [[value.real, value.imag], [-value.imag, value.real]]
    rest = np.arange(2 * len(pairs), len(values))
    matrix[rest, rest] = real
    return matrix


def _multiplicities(random: Random) -> Question:
    first, second = random.choice(np.arange(-9, 10), 2, replace=False)
    values = np.array([first, first, first, second, second], dtype=float)
    A = algorithms.symmetric(random, values)
    exchanged = np.array([first, first, second, second, second], dtype=float)
    return Question(
        check=Unordered(),
        inputs={"A": A},
        reference=np.linalg.eigvalsh,
        right={"rotations": lambda A: algorithms.jacobi(A)[0]},
        forgiven={"the exact values in another order": constant(random.permutation(values))},
        wrong={
            "two and three times instead of three and two": constant(exchanged),
            "each value once": constant(np.array([first, second], dtype=float)),
        },
    )


def _corners(random: Random) -> Question:
    points = random.standard_normal((9, 2))
    want = points[algorithms.hull(points)]
    allowed = RTOL * np.abs(want) + ATOL * np.max(np.abs(want))
    near, far = moved(random, want, allowed)
    shuffled = random.permutation(want)
    return Question(
        check=Unordered(items="rows"),
        inputs={"points": points},
        reference=lambda points: points[algorithms.hull(points)],
        right={"two chains": lambda points: points[algorithms.hull_in_two_chains(points)]},
        forgiven={"another order": constant(shuffled), "a list of lists": constant(shuffled.tolist()), **near},
        off=far,
        wrong={"x and y exchanged": constant(shuffled[:, ::-1])},
    )


# same_subspace


def _null_spaces(random: Random) -> Question:
    n = int(random.integers(2, 6))
    rank = int(random.integers(1, n))
    unitary = bool(random.integers(2))
    A = algorithms.conditioned(random, int(random.integers(rank, 6)), n, rank=rank, unitary=unitary)

    def reference(A: Array) -> Array:
        return np.linalg.svd(A)[2][rank:].conj().T

    want = reference(A)
    direction = _beside(random, want)
    mixing = algorithms.conditioned(random, n - rank, n - rank, unitary=unitary)
    scales = 10 ** random.uniform(-4, 4, n - rank)
    tilted = [_turned(want, direction, times * 1e-7) @ mixing for times in (0.5, 10)]
    return Question(
        check=SameSubspace(),
        inputs={"A": A},
        reference=reference,
        right={
            "elimination": algorithms.null_basis,
            "elimination, then Gram-Schmidt": lambda A: algorithms.gram_schmidt(algorithms.null_basis(A))[0],
        },
        forgiven={
            "another basis": constant(want @ mixing),
            "another orthonormal basis": constant(want @ np.linalg.qr(mixing)[0]),
            "columns of lengths from 1e-4 to 1e4": constant(want * scales),
            "columns in another order": constant(want[:, random.permutation(n - rank)]),
            "nested lists": constant(want.tolist()),
            "half of the allowed angle": constant(tilted[0]),
        },
        off={"the largest angle": constant(tilted[1])},
        wrong=_other_spaces(want, direction),
    )


def _other_spaces(want: Array, direction: Array) -> Mapping[str, Function]:
    return {
        "a dimension too few": constant(want[:, 1:]),
        "a dimension too many": constant(np.column_stack([want, direction])),
        "a column turned by a right angle": constant(_turned(want, direction, 1.0)),
        "dependent columns": constant(np.column_stack([want[:, :-1], want[:, :-1] @ np.ones(want.shape[1] - 1)])),
    }


def _column_spaces(random: Random) -> Question:
    m, n = 5, 4
    rank = int(random.integers(1, 4))
    A = algorithms.conditioned(random, m, n, rank=rank)
    want = np.linalg.svd(A)[0][:, :rank]
    direction = _beside(random, want)
    return Question(
        check=SameSubspace(spanning=True),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[0][:, :rank],
        right={
            "the columns of the pivots": lambda A: A[:, algorithms.reduced(A)[1]],
            "the rows of the reduced form of the transpose": lambda A: algorithms.reduced(A.T)[0].T,
        },
        forgiven={
            "all columns of the matrix": constant(A),
            "a basis and a zero column": constant(np.column_stack([want, np.zeros(m)])),
            "half of the allowed angle": constant(_turned(want, direction, 0.5e-7)),
        },
        off={"the largest angle": constant(_turned(want, direction, 1e-6))},
        wrong={
            "a dimension too many": constant(np.column_stack([A, direction])),
            "a dimension too few": constant(want[:, 1:]),
        },
    )


def _leading_columns(random: Random) -> Question:
    n = int(random.integers(2, 5))
    A = algorithms.conditioned(random, int(random.integers(n + 1, 7)), n)
    want = np.linalg.qr(A)[0]
    direction = _beside(random, want)
    triangle = np.triu(algorithms.conditioned(random, n, n), 1) + np.diag(random.choice([-2, -1, 1, 2], n))
    place = int(random.integers(n))
    return Question(
        check=SameSubspace(leading=True),
        inputs={"A": A},
        reference=lambda A: np.linalg.qr(A)[0],
        right={
            "Gram-Schmidt": lambda A: algorithms.gram_schmidt(A)[0],
            "reflections": lambda A: algorithms.householder(A)[0],
        },
        forgiven={
            "the matrix itself": constant(A),
            "random signs": constant(want * random.choice([-1, 1], n)),
            "each column with a part of those before it": constant(want @ triangle),
        },
        off={"the angle from one column on": constant(_turned(want, direction, 1e-6, place))},
        wrong={"two columns exchanged": constant(want[:, [1, 0, *range(2, n)]])},
    )


def _nothing(random: Random) -> Question:
    n = int(random.integers(1, 6))
    A = algorithms.conditioned(random, n + 1, n)
    return Question(
        check=SameSubspace(),
        inputs={"A": A},
        reference=lambda A: np.zeros((A.shape[1], 0)),
        right={"elimination": algorithms.null_basis},
        forgiven={"complex numbers, none of them": constant(np.zeros((n, 0), complex))},
        wrong={"a column of zeros": constant(np.zeros((n, 1))), "a vector": constant(np.eye(n)[:, :1])},
    )


def _eigenspaces(random: Random) -> Question:
    values = np.array([2.0, 2.0, *random.uniform(-1, 1, 3)])
    A = algorithms.symmetric(random, values, unitary=True)
    want = np.linalg.eigh(A)[1][:, -2:]
    direction = _beside(random, want)
    mixing = algorithms.isometry(random, 2, 2, unitary=True)

    def rotations(A: Array) -> Array:
        found, vectors = algorithms.jacobi(A)
        return vectors[:, np.abs(found - 2) < 1e-6]

    return Question(
        check=SameSubspace(),
        inputs={"A": A},
        reference=lambda A: np.linalg.eigh(A)[1][:, -2:],
        right={
            "rotations": rotations,
            "elimination": lambda A: algorithms.null_basis(A - 2 * np.eye(5)),
        },
        forgiven={"another unitary basis": constant(want @ mixing), "times i": constant(1j * want)},
        off={"the largest angle": constant(_turned(want @ mixing, direction, 1e-6))},
        wrong=_other_spaces(want, direction),
    )


# orthonormal


def _orthonormal_columns(random: Random) -> Question:
    n = int(random.integers(2, 5))
    unitary = bool(random.integers(2))
    A = algorithms.conditioned(random, int(random.integers(n, 6)), n, unitary=unitary)
    want = np.linalg.qr(A)[0]
    mixing = algorithms.isometry(random, n, n, unitary=unitary)
    return Question(
        check=Orthonormal(),
        inputs={"A": A},
        reference=lambda A: np.linalg.qr(A)[0],
        right={
            "reflections": lambda A: algorithms.householder(A)[0],
            "Gram-Schmidt": lambda A: algorithms.gram_schmidt(A)[0],
            "rotations of the columns": lambda A: algorithms.hestenes(A)[0],
        },
        forgiven={
            "another basis of the same space": constant(want @ mixing),
            "another space": constant(algorithms.isometry(random, len(A), n, unitary=unitary)),
            "nested lists": constant(want.tolist()),
            "half of the allowed error": constant(_stretched(random, want, 0.5e-10)),
        },
        off={
            "the length of one column": constant(_stretched(random, want, 1e-9)),
            "the angle of two columns": constant(_tilted(random, want, 1e-9)),
        },
        wrong={"a column is zero": constant(want * [0, *[1] * (n - 1)]), "twice as long": constant(2 * want)},
    )


def _stretched(random: Random, basis: Array, error: float) -> Array:
    """Return a basis with the square of the length of one column off by so much."""
    scales = np.ones(basis.shape[1])
    scales[random.integers(len(scales))] = np.sqrt(1 + error)
    return basis * scales


def _tilted(random: Random, basis: Array, error: float) -> Array:
    """Return a basis with two columns whose inner product is so large."""
    i, j = random.choice(basis.shape[1], 2, replace=False)
    tilted = np.array(basis)
    tilted[:, i] = np.sqrt(1 - error**2) * basis[:, i] + error * basis[:, j]
    return tilted


def _orthonormal_rows(random: Random) -> Question:
    n = int(random.integers(2, 5))
    A = algorithms.conditioned(random, n, n + 1)
    want = np.linalg.qr(A.T)[0].T
    return Question(
        check=Orthonormal(max=1e-8, axis="rows"),
        inputs={"A": A},
        reference=lambda A: np.linalg.qr(A.T)[0].T,
        right={"plane rotations": lambda A: algorithms.givens(A.T)[0].T},
        forgiven={"half of the allowed error": constant(_stretched(random, want.T, 0.5e-8).T)},
        off={
            "the length of one row": constant(_stretched(random, want.T, 1e-7).T),
            "the angle of two rows": constant(_tilted(random, want.T, 1e-7).T),
        },
        wrong={"rows of length 1 that are not at right angles": lambda A: A / np.linalg.norm(A, axis=1, keepdims=True)},
    )


TRIALS: Final = (
    Trial("up_to_sign", "left singular vectors", _left_vectors),
    Trial("up_to_sign", "right singular vectors, in rows", _right_vectors),
    Trial("up_to_sign", "the first principal component, a single vector", _first_component),
    Trial("up_to_scale", "a vector of a null space", _null_vectors),
    Trial("up_to_scale", "a complex vector of a null space", _complex_null_vectors),
    Trial("up_to_scale", "eigenvectors of length 1", _unit_columns),
    Trial("unordered", "roots of polynomials of degree 1 to 5", _roots),
    Trial("unordered", "eigenvalues of matrices that are not symmetric", _general_eigenvalues),
    Trial("unordered", "eigenvalues with multiplicities 3 and 2", _multiplicities),
    Trial("unordered", "corners of a convex hull, in rows", _corners),
    Trial("same_subspace", "null spaces, real and complex", _null_spaces),
    Trial("same_subspace", "column spaces, more columns than necessary allowed", _column_spaces),
    Trial("same_subspace", "the spaces of the first columns, one after the other", _leading_columns),
    Trial("same_subspace", "null spaces of dimension 0", _nothing),
    Trial("same_subspace", "eigenspaces of a double eigenvalue, complex", _eigenspaces),
    Trial("orthonormal", "orthonormal columns, real and complex", _orthonormal_columns),
    Trial("orthonormal", "orthonormal rows", _orthonormal_rows),
)
