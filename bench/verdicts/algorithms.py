"""Linear algebra by textbook algorithms that share nothing with NumPy's: what right answers are made of."""

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from bench.verdicts.records import Array, Random

EPS = float(np.finfo(np.float64).eps)


def floating(matrix: Array) -> Array:
    """Return a copy in double precision."""
    return np.array(matrix, dtype=np.result_type(matrix, np.float64))


# Random inputs.


def isometry(random: Random, m: int, n: int, *, unitary: bool = False) -> Array:
    """Return n orthonormal columns of length m, uniformly distributed."""
    matrix = random.standard_normal((m, n))
    if unitary:
        matrix = matrix + 1j * random.standard_normal((m, n))
    return np.linalg.qr(matrix)[0]


def conditioned(random: Random, m: int, n: int, *, rank: int | None = None, unitary: bool = False) -> Array:
    """Return a matrix with singular values between 1/2 and 2, and zeros beyond its rank."""
    count = min(m, n) if rank is None else rank
    left, right = isometry(random, m, count, unitary=unitary), isometry(random, n, count, unitary=unitary)
    return np.asarray((left * random.uniform(0.5, 2, count)) @ right.conj().T)


def spaced(random: Random, count: int) -> Array:
    """Return positive numbers of which each is at most nine tenths of the one before."""
    return np.cumprod(random.uniform(0.5, 0.9, count)) * random.uniform(1, 10)


def symmetric(random: Random, values: Array, *, unitary: bool = False) -> Array:
    """Return a symmetric, or Hermitian, matrix with these eigenvalues."""
    basis = isometry(random, len(values), len(values), unitary=unitary)
    matrix = (basis * values) @ basis.conj().T
    return np.asarray((matrix + matrix.conj().T) / 2)


# Elimination.


def eliminated(matrix: Array) -> tuple[list[int], Array, Array]:
    """Return the order of the rows, L and U, by elimination with partial pivoting."""
    rest, n = floating(matrix), len(matrix)
    order, lower = list(range(n)), np.eye(n, dtype=rest.dtype)
    for k in range(n):
        pivot = max(range(k, n), key=lambda row, k=k: abs(rest[row, k]))  # type: ignore[misc]
        rest[[k, pivot]] = rest[[pivot, k]]
        order[k], order[pivot] = order[pivot], order[k]
        lower[[k, pivot], :k] = lower[[pivot, k], :k]
        for row in range(k + 1, n) if rest[k, k] else ():
            lower[row, k] = rest[row, k] / rest[k, k]
            rest[row, k + 1 :] -= lower[row, k] * rest[k, k + 1 :]
            rest[row, k] = 0
    return order, lower, rest


def solved(matrix: Array, rhs: Array) -> Array:
    """Return the solution of a square system by elimination and substitution."""
    order, lower, upper = eliminated(matrix)
    x = np.asarray(rhs)[order].astype(np.result_type(lower, np.asarray(rhs)))
    for row in range(len(x)):
        x[row] -= lower[row, :row] @ x[:row]
    for row in reversed(range(len(x))):
        x[row] = (x[row] - upper[row, row + 1 :] @ x[row + 1 :]) / upper[row, row]
    return x


def reduced(matrix: Array, tolerance: float = 1e-9) -> tuple[Array, list[int]]:
    """Return the reduced row echelon form without its zero rows, and the columns of its pivots."""
    rest, pivots = floating(matrix), list[int]()
    for column in range(rest.shape[1]):
        row = len(pivots)
        if row == len(rest):
            break
        best = row + int(np.argmax(np.abs(rest[row:, column])))
        if abs(rest[best, column]) <= tolerance:
            continue
        rest[[row, best]] = rest[[best, row]]
        rest[row] /= rest[row, column]
        for other in range(len(rest)):
            if other != row:
                rest[other] -= rest[other, column] * rest[row]
        pivots.append(column)
    return rest[: len(pivots)], pivots


def null_basis(matrix: Array) -> Array:
    """Return a basis of the null space, with a free variable equal to 1 in each column."""
    rows, pivots = reduced(matrix)
    free = [column for column in range(matrix.shape[1]) if column not in pivots]
    basis = np.zeros((matrix.shape[1], len(free)), dtype=rows.dtype)
    for place, column in enumerate(free):
        basis[column, place] = 1
        basis[pivots, place] = -rows[:, column]
    return basis


def basic_solution(matrix: Array, rhs: Array) -> Array:
    """Return the solution of a consistent system in which the free variables are 0."""
    rows, pivots = reduced(np.column_stack([matrix, rhs]))
    x = np.zeros(matrix.shape[1], dtype=rows.dtype)
    x[pivots] = rows[:, -1]
    return x


def cofactors(matrix: Array) -> complex | float:
    """Return the determinant by expansion along the first row."""
    if not len(matrix):
        return 1.0
    total: complex | float = 0.0
    for column in range(len(matrix)):
        minor = np.delete(matrix[1:], column, axis=1)
        total = total + (-1) ** column * matrix[0, column] * cofactors(minor)
    return total


def exact_determinant(matrix: Array) -> Fraction:
    """Return the determinant of a real matrix without any rounding (Bareiss)."""
    rows = [[Fraction(entry) for entry in row] for row in matrix.tolist()]
    sign, before = 1, Fraction(1)
    for k in range(len(rows) - 1):
        pivot = next((row for row in range(k, len(rows)) if rows[row][k]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != k:
            rows[k], rows[pivot], sign = rows[pivot], rows[k], -sign
        for i, j in itertools.product(range(k + 1, len(rows)), repeat=2):
            rows[i][j] = (rows[i][j] * rows[k][k] - rows[i][k] * rows[k][j]) / before
        before = rows[k][k]
    return sign * rows[-1][-1] if rows else Fraction(1)


def cholesky(matrix: Array) -> Array:
    """Return the lower triangular L with L Lᴴ equal to the matrix (Cholesky and Banachiewicz)."""
    lower = np.zeros_like(floating(matrix))
    for i in range(len(matrix)):
        for j in range(i + 1):
            rest = matrix[i, j] - lower[i, :j] @ lower[j, :j].conj()
            lower[i, j] = np.sqrt(rest.real) if i == j else rest / lower[j, j]
    return lower


# Orthogonalisation.


def householder(matrix: Array) -> tuple[Array, Array]:
    """Return the reduced QR factorisation by reflections."""
    upper, (m, n) = floating(matrix), matrix.shape
    q = np.eye(m, dtype=upper.dtype)
    for k in range(min(m - 1, n)):
        v = upper[k:, k].copy()
        size = np.sqrt(np.sum(np.abs(v) ** 2))
        if size == 0:
            continue
        v[0] += size * (v[0] / abs(v[0]) if v[0] else 1)
        v /= np.sqrt(np.sum(np.abs(v) ** 2))
        upper[k:] -= 2 * np.outer(v, v.conj() @ upper[k:])
        q[:, k:] -= 2 * np.outer(q[:, k:] @ v, v.conj())
    return q[:, : min(m, n)], np.triu(upper[: min(m, n)])


def givens(matrix: Array) -> tuple[Array, Array]:
    """Return the reduced QR factorisation by plane rotations."""
    upper, (m, n) = floating(matrix), matrix.shape
    q = np.eye(m, dtype=upper.dtype)
    for k in range(n):
        for row in range(m - 1, k, -1):
            a, b = upper[row - 1, k], upper[row, k]
            size = np.hypot(abs(a), abs(b))
            if size == 0:
                continue
            turn = np.array([[a.conj(), b.conj()], [-b, a]]) / size
            upper[[row - 1, row]] = turn @ upper[[row - 1, row]]
            q[:, [row - 1, row]] = q[:, [row - 1, row]] @ turn.conj().T
    return q[:, : min(m, n)], np.triu(upper[: min(m, n)])


def gram_schmidt(matrix: Array) -> tuple[Array, Array]:
    """Return the reduced QR factorisation by the modified process, done twice."""
    q = floating(matrix)
    r = np.zeros((q.shape[1],) * 2, dtype=q.dtype)
    for k, _ in itertools.product(range(q.shape[1]), range(2)):
        for j in range(k):
            part = q[:, j].conj() @ q[:, k]
            r[j, k] += part * (r[k, k] or 1)
            q[:, k] -= part * q[:, j]
        size = np.sqrt(np.sum(np.abs(q[:, k]) ** 2))
        r[k, k] = (r[k, k] or 1) * size
        q[:, k] /= size
    return q, r


# Eigenvalues and singular values.


def _turn(a: float, b: complex, d: float) -> Array | None:
    """Return the unitary matrix that makes [[a, b], [b*, d]] diagonal, or None if it is."""
    if abs(b) <= EPS * np.sqrt(abs(a) * abs(d)) or b == 0:
        return None
    phase = b / abs(b)
    tau = (d - a) / (2 * abs(b))
    t = (1 if tau >= 0 else -1) / (abs(tau) + np.hypot(1, tau))
    c = 1 / np.hypot(1, t)
    return np.array([[c, t * c], [-t * c * np.conj(phase), c * np.conj(phase)]])


def jacobi(matrix: Array, sweeps: int = 30) -> tuple[Array, Array]:
    """Return the eigenvalues and eigenvectors of a Hermitian matrix by rotations; they come in no order."""
    rest, n = floating(matrix), len(matrix)
    vectors, size = np.eye(n, dtype=rest.dtype), np.sqrt(np.sum(np.abs(matrix) ** 2))
    for _ in range(sweeps):
        if np.sqrt(np.sum(np.abs(rest - np.diag(np.diag(rest))) ** 2)) <= EPS * size:
            break
        for p, q in itertools.combinations(range(n), 2):
            turn = _turn(rest[p, p].real, rest[p, q], rest[q, q].real)
            if turn is not None:
                turn = turn if rest.dtype.kind == "c" else turn.real
                rest[:, [p, q]] = rest[:, [p, q]] @ turn
                rest[[p, q]] = turn.conj().T @ rest[[p, q]]
                vectors[:, [p, q]] = vectors[:, [p, q]] @ turn
    return np.diag(rest).real.copy(), vectors


def hestenes(matrix: Array, sweeps: int = 30) -> tuple[Array, Array, Array]:
    """Return U, the descending s and Vᴴ of a matrix with independent columns, by rotations of its columns."""
    u, n = floating(matrix), matrix.shape[1]
    v = np.eye(n, dtype=u.dtype)
    for _ in range(sweeps):
        done = True
        for p, q in itertools.combinations(range(n), 2):
            turn = _turn(np.vdot(u[:, p], u[:, p]).real, np.vdot(u[:, p], u[:, q]), np.vdot(u[:, q], u[:, q]).real)
            if turn is not None:
                done = False
                turn = turn if u.dtype.kind == "c" else turn.real
                u[:, [p, q]], v[:, [p, q]] = u[:, [p, q]] @ turn, v[:, [p, q]] @ turn
        if done:
            break
    s = np.sqrt(np.sum(np.abs(u) ** 2, axis=0))
    order = np.argsort(-s)
    return (u / s)[:, order], s[order], v[:, order].conj().T


def qr_eigenvalues(matrix: Array, steps: int = 200) -> Array:
    """Return the eigenvalues of any square matrix by the QR iteration with Wilkinson's shifts."""
    rest, found = np.array(matrix, dtype=np.complex128), list[complex]()
    size = np.sqrt(np.sum(np.abs(rest) ** 2))
    for step in range(steps):
        n = len(rest)
        if n <= 1:
            break
        if np.sqrt(np.sum(np.abs(rest[-1, :-1]) ** 2)) <= 10 * EPS * size:
            found.append(rest[-1, -1])
            rest = rest[:-1, :-1]
            continue
        (a, b), (c, d) = rest[-2:, -2:]
        root = np.sqrt(((a - d) / 2) ** 2 + b * c)
        shift = min(((a + d) / 2 + root, (a + d) / 2 - root), key=lambda value, d=d: abs(value - d))  # type: ignore[misc]
        if step % 10 == 0:  # a real matrix would keep the shifts real, and its eigenvalues need not be
            shift = (0.3 + 0.5j) * size
        q, r = householder(rest - shift * np.eye(n))
        rest = r @ q + shift * np.eye(n)
    return np.array([*found, *np.diag(rest)])


def inverse_iteration(matrix: Array, value: complex) -> Array:
    """Return a unit eigenvector for an eigenvalue that is known to rounding."""
    n = len(matrix)
    moved = np.array(matrix, dtype=np.complex128) - (value + 1e-10) * np.eye(n)
    v = np.arange(1, n + 1) + 1j
    for _ in range(4):
        v = solved(moved, v)
        v = v / np.sqrt(np.sum(np.abs(v) ** 2))
    return np.asarray(v)


def principal(matrix: Array, squarings: int = 12) -> Array:
    """Return the first left singular vector by the power method, in which the powers are squared."""
    power = matrix @ matrix.conj().T
    for _ in range(squarings):
        power = power @ power
        power = power / np.max(np.abs(power))
    column = power[:, int(np.argmax(np.abs(np.diag(power))))]
    return np.asarray(column / np.sqrt(np.sum(np.abs(column) ** 2)))


def durand_kerner(coefficients: Sequence[complex], steps: int = 200) -> Array:
    """Return all roots of a polynomial, its leading coefficient first, by simultaneous iteration."""
    monic = np.array(coefficients, dtype=np.complex128) / coefficients[0]
    roots = (0.4 + 0.9j) ** np.arange(len(monic) - 1) * (1 + np.max(np.abs(monic[1:]), initial=0.0)) / 2
    for _ in range(steps):
        before = roots.copy()
        for place, root in enumerate(roots):
            value = 0j
            for coefficient in monic:
                value = value * root + coefficient
            roots[place] = root - value / np.prod(np.delete(root - roots, place))
        if np.max(np.abs(roots - before), initial=0.0) <= 4 * EPS * np.max(np.abs(roots), initial=1.0):
            break
    return roots


def hull(points: Array) -> list[int]:
    """Return the places of the corners of the convex hull of points in the plane, by wrapping it."""
    corners = [min(range(len(points)), key=lambda place: tuple(points[place]))]
    while True:
        here, best = corners[-1], -1
        for place in range(len(points)):
            if place != here and (best < 0 or _cross(points[here], points[best], points[place]) < 0):
                best = place
        if best == corners[0]:
            return corners
        corners.append(best)


def hull_in_two_chains(points: Array) -> list[int]:
    """Return the same by sorting the points (the monotone chain of Andrew)."""
    order = sorted(range(len(points)), key=lambda place: tuple(points[place]))
    return [*_chain(points, order), *_chain(points, order[::-1])]


def _chain(points: Array, order: Sequence[int]) -> Iterator[int]:
    chain = list[int]()
    for place in order:
        while len(chain) > 1 and _cross(points[chain[-2]], points[chain[-1]], points[place]) <= 0:
            chain.pop()
        chain.append(place)
    return iter(chain[:-1])


def _cross(origin: Array, first: Array, second: Array) -> float:
    (a, b), (c, d) = first - origin, second - origin
    return float(a * d - b * c)
