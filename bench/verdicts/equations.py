"""Trials of the kinds that put an answer into equations, or follow the steps of an iteration."""

import math
from typing import Final

import numpy as np

from bench.verdicts import algorithms, exact_arithmetic
from bench.verdicts.records import Array, Question, Random, Trial, constant, moved
from grader.checks.backward_error import BackwardError
from grader.checks.iterates import Iterates
from grader.checks.objective import Objective
from grader.checks.residual import Residual
from grader.sandbox.expressions import parse

EPS = algorithms.EPS


# residual


def _many_solutions(random: Random) -> Question:
    m, n = int(random.integers(1, 4)), 4
    A = algorithms.conditioned(random, m, n)
    b = A @ random.standard_normal(n)
    want = np.linalg.pinv(A) @ b
    null = np.linalg.svd(A)[2][m:]
    place = int(random.integers(m))

    def off(times: float) -> Array:
        size = 1e-10 * (np.linalg.norm(A) * np.linalg.norm(want) + np.linalg.norm(b))
        return want + np.linalg.pinv(A)[:, place] * times * size

    return Question(
        check=Residual(value=(parse("A @ answer - b"),), scale=parse("norm(A) * norm(answer) + norm(b)")),
        inputs={"A": A, "b": b},
        reference=lambda A, b: np.linalg.pinv(A) @ b,
        right={"elimination, free variables 0": algorithms.basic_solution},
        forgiven={
            "another solution": constant(want + random.standard_normal(n - m) @ null),
            "a list": constant(want.tolist()),
            "half of the allowed residual": constant(off(0.5)),
        },
        off={"one equation": constant(off(10))},
        wrong={"zero": constant(np.zeros(n)), "the transpose, and 1 more": lambda A, b: A.T @ b + 1},
    )


def _stationary(random: Random) -> Question:
    n = int(random.integers(2, 6))
    P = random.dirichlet(np.full(n, 2.0), size=n)

    def reference(P: Array) -> Array:
        system = np.vstack([P.T - np.eye(n), np.ones(n)])
        return np.linalg.lstsq(system, np.eye(n + 1)[-1], rcond=None)[0]

    def powers(P: Array) -> Array:
        power = P
        for _ in range(40):
            power = power @ power
            power = power / power.sum(axis=1, keepdims=True)
        return np.asarray(power[0])

    def elimination(P: Array) -> Array:
        vector = algorithms.null_basis((P.T - np.eye(n))[1:])[:, 0]  # one equation follows from the others
        return vector / sum(vector)

    want = reference(P)
    shift = np.eye(n)[0] - np.eye(n)[-1]
    effect = np.max(np.abs(shift @ P - shift))
    return Question(
        check=Residual(value=(parse("answer @ P - answer"), parse("sum(answer) - 1"))),
        inputs={"P": P},
        reference=reference,
        right={"the power method": powers, "elimination": elimination},
        forgiven={"half of the allowed residual": constant(want + 0.5e-10 * shift / effect)},
        off={
            "the balance": constant(want + 1e-9 * shift / effect),
            "the sum": constant(want * (1 + 1e-9)),
        },
        wrong={
            "zero": constant(np.zeros(n)),
            "twice as much": constant(2 * want),
            "equal parts": constant(_other(want)),
        },
    )


def _other(want: Array) -> Array:
    """Return equal probabilities but for a little, so that they are wrong also where equal ones are right."""
    equal = np.full(len(want), 1 / len(want))
    equal[0] += 0.01
    equal[1] -= 0.01
    return np.asarray(equal if np.max(np.abs(equal - want)) > 1e-3 else equal[::-1])


def _homogeneous(random: Random) -> Question:
    n = int(random.integers(2, 6))
    A = algorithms.conditioned(random, n - 1, n)
    want = np.linalg.svd(A)[2][-1]
    lift = np.linalg.pinv(A)[:, 0] * 1e-10 * np.linalg.norm(A)
    return Question(
        check=Residual(value=(parse("A @ answer"),), scale=parse("norm(A) * norm(answer)")),
        inputs={"A": A},
        reference=lambda A: np.linalg.svd(A)[2][-1],
        right={"elimination": lambda A: algorithms.null_basis(A)[:, 0]},
        forgiven={
            "any multiple": constant(want * random.choice([-1, 1]) * 10 ** random.uniform(-5, 5)),
            "half of the allowed residual": constant(want + 0.5 * lift),
        },
        off={"one equation": constant(want + 10 * lift)},
        wrong={"zero": constant(np.zeros(n)), "a millionth of a millionth": constant(want * 1e-12)},
    )


# backward_error


def _perturbed(random: Random, A: Array, x: Array, b: Array, error: float) -> Array:
    """Return a solution with this backward error in the maximum norm, or about."""
    size = np.max(np.sum(np.abs(A), axis=1)) * np.max(np.abs(x)) + np.max(np.abs(b))
    residual = random.uniform(-1, 1, len(b))
    residual[random.integers(len(b))] = 1.0
    return x + np.linalg.solve(A, residual * error * size)


def _solutions(random: Random) -> Question:
    n = int(random.integers(1, 6))
    A, b = algorithms.conditioned(random, n, n), random.standard_normal(n)
    x = np.linalg.solve(A, b)
    return Question(
        check=BackwardError(matrix=parse("A"), rhs=parse("b")),
        inputs={"A": A, "b": b},
        reference=np.linalg.solve,
        right={
            "elimination": algorithms.solved,
            "reflections": lambda A, b: _through_qr(A, b),
            "Cramer's rule": _cramer,
        },
        forgiven={
            "a list": constant(x.tolist()),
            "half of the allowed error": constant(_perturbed(random, A, x, b, 0.5e-10)),
        },
        off={"the equations": constant(_perturbed(random, A, x, b, 1e-9))},
        wrong={"zero": constant(np.zeros(n)), "the transpose, and 1 more": lambda A, b: A.T @ b + 1},
    )


def _through_qr(A: Array, b: Array) -> Array:
    Q, R = algorithms.householder(A)
    return algorithms.solved(R, Q.conj().T @ b)


def _cramer(A: Array, b: Array) -> list[complex]:
    whole = algorithms.cofactors(A)
    places = range(len(b))
    return [algorithms.cofactors(np.column_stack([*A.T[:k], b, *A.T[k + 1 :]])) / whole for k in places]


def _ill_conditioned(random: Random) -> Question:
    n = int(random.integers(3, 7))
    left, right = algorithms.isometry(random, n, n), algorithms.isometry(random, n, n)
    A = (left * np.logspace(0, -10, n)) @ right
    b = A @ random.standard_normal(n)
    x = np.linalg.solve(A, b)
    size = np.max(np.sum(np.abs(A), axis=1)) * np.max(np.abs(x)) + np.max(np.abs(b))
    # A step in the direction that the matrix does not shrink, so that the size of x stays what it is.
    step = 1e3 * n * EPS * size / np.max(np.abs(left[:, 0])) * right[0]
    return Question(
        check=BackwardError(matrix=parse("A"), rhs=parse("b"), stable=True),
        inputs={"A": A, "b": b},
        reference=np.linalg.solve,
        right={"elimination": algorithms.solved, "reflections": _through_qr},
        forgiven={"half of the allowed error": constant(x + 0.5 * step)},
        off={"the equations": constant(x + 10 * step)},
        wrong={"the normal equations, regularised": lambda A, b: np.linalg.solve(A.T @ A + np.eye(n), A.T @ b)},
    )


def _several_sides(random: Random) -> Question:
    n, k = random.integers(1, 5, size=2)
    A = algorithms.conditioned(random, n, n, unitary=True)
    b = random.standard_normal((n, k))
    x = np.linalg.solve(A, b)
    column = int(random.integers(k))

    def off(error: float) -> Array:
        moved_x = x.copy()
        moved_x[:, column] = _perturbed(random, A, x[:, column], b[:, column], error)
        return moved_x

    return Question(
        check=BackwardError(matrix=parse("A"), rhs=parse("b")),
        inputs={"A": A, "b": b},
        reference=np.linalg.solve,
        right={"elimination": algorithms.solved, "reflections": _through_qr},
        forgiven={"half of the allowed error": constant(off(0.5e-10))},
        off={"one column": constant(off(1e-9))},
        wrong={"one column zero": constant(x * (np.arange(k) != column))},
    )


def _single_solutions(random: Random) -> Question:
    n = int(random.integers(1, 6))
    A = algorithms.conditioned(random, n, n).astype(np.float32)
    b = random.standard_normal(n).astype(np.float32)

    def reference(A: Array, b: Array) -> Array:
        return np.asarray(np.linalg.solve(A, b))

    x = reference(A, b)
    wide = A.astype(float), x.astype(float), b.astype(float)
    return Question(
        check=BackwardError(matrix=parse("A"), rhs=parse("b")),
        inputs={"A": A, "b": b},
        reference=reference,
        right={"elimination in double, then float32": lambda A, b: algorithms.solved(A, b).astype(np.float32)},
        forgiven={
            "in double precision": lambda A, b: np.linalg.solve(A.astype(float), b.astype(float)),
            "half of the allowed error": constant(_perturbed(random, *wide, 0.4e-5).astype(np.float32)),
        },
        off={"the equations": constant(_perturbed(random, *wide, 1e-4).astype(np.float32))},
    )


# iterates


def _descent(random: Random) -> Question:
    n, steps = int(random.integers(1, 4)), int(random.integers(1, 21))
    H = algorithms.symmetric(random, random.uniform(0.5, 2, n))
    g, x0 = random.standard_normal(n), random.standard_normal(n)
    rate = float(random.uniform(0.1, 0.6))

    def reference(H: Array, g: Array, x0: Array, rate: float, steps: int) -> Array:
        path = [x0]
        for _ in range(steps):
            path.append(path[-1] - rate * (H @ path[-1] - g))
        return np.array(path)

    def in_eigenvectors(H: Array, g: Array, x0: Array, rate: float, steps: int) -> list[Array]:
        values, vectors = algorithms.jacobi(H)
        rest = algorithms.solved(H, g)
        parts = vectors.T @ (x0 - rest)
        return [rest + vectors @ ((1 - rate * values) ** k * parts) for k in range(steps + 1)]

    want = reference(H, g, x0, rate, steps)
    near, far = moved(random, want, 1e-6 * np.abs(want) + 1e-9 * np.max(np.abs(want)))
    return Question(
        check=Iterates(start=parse("x0")),
        inputs={"H": H, "g": g, "x0": x0, "rate": rate, "steps": steps},
        reference=reference,
        right={"powers of the eigenvalues": in_eigenvectors},
        forgiven={
            "a list of arrays": constant(list(want)),
            "nested lists": constant(want.tolist()),
            "a tuple of lists": constant(tuple(want.tolist())),
            **near,
        },
        off=far,
        wrong={
            "without the starting point": constant(want[1:]),
            "one step too few": constant(want[:-1]),
            "all rows the last": constant(np.array([want[-1]] * len(want))),
            "the opposite direction": lambda H, g, x0, rate, steps: reference(H, g, x0, -rate, steps),
        },
    )


def _cosines(random: Random) -> Question:
    x0, steps = float(random.uniform(-2, 2)), int(random.integers(1, 21))

    def path(function: object, x: float, steps: int) -> list[float]:
        found = [x]
        for _ in range(steps):
            found.append(function(found[-1]))  # type: ignore[operator]
        return found

    want = np.array(path(math.cos, x0, steps))
    near, far = moved(random, want, 1e-6 * np.abs(want) + 1e-9 * np.max(np.abs(want)))
    return Question(
        check=Iterates(start=parse("x0")),
        inputs={"x0": x0, "steps": steps},
        reference=lambda x0, steps: path(math.cos, x0, steps),
        right={"power series": lambda x0, steps: path(exact_arithmetic.cosine, x0, steps)},
        forgiven={"an array": constant(want), "a tuple": constant(tuple(want)), **near},
        off=far,
        wrong={"a column": constant(want[:, np.newaxis]), "the limit alone": constant(want[-1])},
    )


# objective


def _least_squares(random: Random) -> Question:
    m, n = int(random.integers(3, 7)), int(random.integers(1, 4))
    A, b = algorithms.conditioned(random, m, n), random.standard_normal(m)
    want = np.linalg.lstsq(A, b, rcond=None)[0]
    optimum = float(np.mean((A @ want - b) ** 2))
    direction = random.standard_normal(n)
    direction /= np.sqrt(np.mean((A @ direction) ** 2))  # along it the objective grows as the square of the step

    def normal_equations(A: Array, b: Array) -> Array:
        lower = algorithms.cholesky(A.T @ A)
        return algorithms.solved(lower.T, algorithms.solved(lower, A.T @ b))

    def descent(A: Array, b: Array) -> Array:
        x = np.zeros(A.shape[1])
        for _ in range(250):
            x = x - 0.2 * A.T @ (A @ x - b)
        return x

    def off(times: float) -> Array:
        return want + np.sqrt(times * 1e-6 * (1 + optimum)) * direction

    return Question(
        check=Objective(value=parse("mean((A @ answer - b)**2)")),
        inputs={"A": A, "b": b},
        reference=lambda A, b: np.linalg.lstsq(A, b, rcond=None)[0],
        right={
            "normal equations, by Cholesky": normal_equations,
            "reflections": lambda A, b: _through_qr(A, b),
            "gradient descent": descent,
        },
        forgiven={"half of the allowed excess": constant(off(0.5)), "a list": constant(want.tolist())},
        off={"the objective": constant(off(10))},
        wrong={"a step away": constant(want + direction)},
    )


def _many_minimisers(random: Random) -> Question:
    A, b = algorithms.conditioned(random, 5, 4, rank=2), random.standard_normal(5)
    want = np.linalg.pinv(A) @ b
    null = np.linalg.svd(A)[2][2:]
    return Question(
        check=Objective(value=parse("mean((A @ answer - b)**2)")),
        inputs={"A": A, "b": b},
        reference=lambda A, b: np.linalg.pinv(A) @ b,
        right={"elimination in the normal equations": lambda A, b: algorithms.basic_solution(A.T @ A, A.T @ b)},
        forgiven={"another minimiser": constant(want + random.standard_normal(2) @ null)},
        wrong={"a step away": constant(want + np.linalg.svd(A)[2][0])},
    )


def _nearest_points(random: Random) -> Question:
    n = int(random.integers(2, 5))
    a, p = random.standard_normal(n), random.standard_normal(n)
    want = p + a * (1 - a @ p) / (a @ a)
    optimum = float(np.mean((want - p) ** 2))
    allowed = 1e-8 * (1 + np.max(np.abs(want)))
    along = random.standard_normal(n)
    along -= a * (a @ along) / (a @ a)
    along *= np.sqrt(n) / np.linalg.norm(along)

    def multipliers(a: Array, p: Array) -> Array:
        system = np.block([[np.eye(n), a[:, np.newaxis]], [a[np.newaxis], np.zeros((1, 1))]])
        return algorithms.solved(system, np.append(p, 1.0))[:n]

    return Question(
        check=Objective(value=parse("mean((answer - p)**2)"), feasible=(parse("a @ answer - 1"),)),
        inputs={"a": a, "p": p},
        reference=lambda a, p: p + a * (1 - a @ p) / (a @ a),
        right={"Lagrange's equations by elimination": multipliers},
        forgiven={
            "half of what is allowed beside the plane": constant(want + 0.5 * allowed * a / (a @ a)),
            "half of the allowed excess": constant(want + np.sqrt(0.5e-6 * (1 + optimum)) * along),
        },
        off={
            "beside the plane": constant(want + 10 * allowed * a / (a @ a)),
            "in the plane, the objective": constant(want + np.sqrt(1e-5 * (1 + optimum)) * along),
        },
        wrong={"the point itself": constant(p), "far away in the plane": constant(want + along)},
    )


def _most_likely_rate(random: Random) -> Question:
    x = random.exponential(random.uniform(0.2, 5), size=random.integers(3, 12)) + 0.01
    rate = 1 / float(np.mean(x))
    optimum = math.log(rate) - 1

    def golden(x: Array) -> float:
        ratio, low, high = (math.sqrt(5) - 1) / 2, 1e-3, 1e3
        total = float(sum(x)) / len(x)

        def likelihood(logarithm: float) -> float:
            return logarithm - math.exp(logarithm) * total

        low, high = math.log(low), math.log(high)
        while high - low > 1e-9:
            left, right = high - ratio * (high - low), low + ratio * (high - low)
            low, high = (low, right) if likelihood(left) > likelihood(right) else (left, high)
        return math.exp((low + high) / 2)

    def newton(x: Array) -> float:
        total, found = float(sum(x)) / len(x), 1e-4
        for _ in range(60):
            found *= 2 - found * total
        return found

    def off(times: float) -> float:
        """Return a rate whose logarithm is off by t: the likelihood falls by exp(t) - 1 - t."""
        loss, t = times * 1e-6 * (1 + abs(optimum)), 1e-3
        for _ in range(50):
            t -= (math.expm1(t) - t - loss) / math.expm1(t)
        return rate * math.exp(t)

    slightly_worse = rate * (1 + math.sqrt(1e-6 * (1 + abs(optimum))))
    return Question(
        check=Objective(value=parse("log(answer) - answer * mean(x)"), maximise=True),
        inputs={"x": x},
        reference=lambda x: 1 / np.mean(x),
        right={"golden section": golden, "Newton's method": newton},
        forgiven={
            "half of the allowed loss": constant(off(0.5)),
            "an array without axes": constant(np.array(rate)),
            "half of the allowed loss, on the other side": constant(2 * rate - slightly_worse),
        },
        off={"the likelihood": constant(off(10))},
        wrong={"the mean instead of the rate": constant(rate * 1.5), "negative": constant(-rate)},
    )


def _better_than_the_reference(random: Random) -> Question:
    centre = random.standard_normal(3)
    optimum = 0.4e-6
    off = centre + np.sqrt(3 * optimum) * algorithms.isometry(random, 3, 1)[:, 0]
    return Question(
        check=Objective(value=parse("mean((answer - centre)**2)")),
        inputs={"centre": centre},
        reference=constant(off),
        right={"the exact minimiser": lambda centre: centre},
        forgiven={"the reference's mirror image": constant(2 * centre - off)},
    )


def _stationary_points(random: Random) -> Question:
    centre = random.standard_normal(3)
    direction = np.eye(3)[random.integers(3)] * random.choice([-1, 1])

    def off(times: float) -> Array:
        return centre + 1.5 * times * 1e-3 * direction  # the gradient is 2/3 of the distance

    def halves(centre: Array) -> Array:
        x = np.zeros(3)
        for _ in range(60):
            x = x + (centre - x) / 2
        return x

    return Question(
        check=Objective(
            value=parse("mean((answer - centre)**2)"), gradient=parse("2 * (answer - centre) / 3"), max=0.5
        ),
        inputs={"centre": centre},
        reference=lambda centre: centre,
        right={"half of Newton's step, many times": halves},
        forgiven={"half of the allowed slope": constant(off(0.5))},
        off={"the slope": constant(off(10))},
        wrong={"a step away": constant(centre + direction)},
    )


TRIALS: Final = (
    Trial("residual", "systems with many solutions, by the pseudo-inverse", _many_solutions),
    Trial("residual", "stationary distributions, by least squares", _stationary),
    Trial("residual", "homogeneous systems", _homogeneous),
    Trial("backward_error", "systems with a condition number of at most 4", _solutions),
    Trial("backward_error", "condition number 1e10, a stable method demanded", _ill_conditioned),
    Trial("backward_error", "several right-hand sides, a complex matrix", _several_sides),
    Trial("backward_error", "systems in float32", _single_solutions),
    Trial("iterates", "gradient descent on quadratic functions", _descent),
    Trial("iterates", "the cosine, applied again and again", _cosines),
    Trial("objective", "least squares, by singular values", _least_squares),
    Trial("objective", "least squares with many minimisers", _many_minimisers),
    Trial("objective", "the nearest point of a plane", _nearest_points),
    Trial("objective", "the most likely rate of exponential data", _most_likely_rate),
    Trial("objective", "a reference that is 4e-7 above the minimum", _better_than_the_reference),
    Trial("objective", "a slope that must vanish", _stationary_points),
)
