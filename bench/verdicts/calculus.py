"""Trials of the kinds of calculus: derivatives, orders of convergence, rules for integrals."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from bench.verdicts import algorithms
from bench.verdicts.records import Array, Function, Question, Random, Trial, constant
from grader.checks.convergence_order import ConvergenceOrder
from grader.checks.gradient import Gradient
from grader.checks.quadrature_degree import QuadratureDegree
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, RandomState

EPS = algorithms.EPS
Integrand = Callable[[object], float]
Inputs = tuple[Array, ...]
Rule = tuple[list[float], list[float]]
"""Nodes between -1 and 1, and weights."""


# gradient


@dataclass(frozen=True)
class _Dual:
    """A number with its derivative, of which sums, products, sines and hyperbolic tangents are known."""

    value: float
    slope: float = 0.0

    def __add__(self, other: "_Dual") -> "_Dual":
        return _Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: "_Dual") -> "_Dual":
        return _Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def sin(self) -> "_Dual":
        return _Dual(math.sin(self.value), math.cos(self.value) * self.slope)

    def tanh(self) -> "_Dual":
        value = math.tanh(self.value)
        return _Dual(value, (1 - value * value) * self.slope)


def _directional(function: Callable[[list[_Dual]], _Dual], x: Array) -> list[float]:
    """Return the gradient of a function of dual numbers."""
    places = range(len(x))
    return [function([_Dual(value, float(place == k)) for place, value in enumerate(x.tolist())]).slope for k in places]


def _differences(function: Callable[[Array], Array], x: Array, step: float = 1e-5) -> Array:
    """Return the derivative by plain central differences, the last axis being that of x."""
    axes = step * np.eye(x.size).reshape(x.size, *x.shape)
    quotients = [(function(x + axis) - function(x - axis)) / (2 * step) for axis in axes]
    return np.stack(quotients, axis=-1).reshape(np.shape(function(x)) + x.shape)


def _off(random: Random, want: Array, rtol: float, times: float) -> Array:
    """Return a derivative whose error has the norm that is allowed, some times over."""
    direction = random.standard_normal(want.shape)
    return np.asarray(want + times * rtol * np.linalg.norm(want) * direction / np.linalg.norm(direction))


def _around(random: Random, want: Array, rtol: float) -> tuple[dict[str, Function], dict[str, Function]]:
    return (
        {"half of the allowed error": constant(_off(random, want, rtol, 0.5))},
        {"the norm of the error": constant(_off(random, want, rtol, 10))},
    )


def _steep(draw: Callable[[], Inputs], answer: Callable[..., tuple[object, object]]) -> Inputs:
    """Return inputs for which the derivative is not small beside the value; elsewhere more error is allowed.

    Parameters
    ----------
    draw : callable
        gives inputs.
    answer : callable
        takes them, and gives the value and the derivative.
    """
    while True:
        inputs = draw()
        value, slope = (float(np.linalg.norm(np.asarray(part))) for part in answer(*inputs))
        if slope > 0.3 and value <= 5 * slope:
            return inputs


def _quadratic_and_sines(random: Random) -> Question:
    n = int(random.integers(1, 4))

    def reference(A: Array, c: Array, x: Array) -> Array:
        return np.asarray((A + A.T) @ x + c * np.cos(x))

    A, c, x = _steep(
        lambda: (random.standard_normal((n, n)), random.standard_normal(n), random.standard_normal(n)),
        lambda *inputs: (_f(*inputs), reference(*inputs)),
    )
    want = reference(A, c, x)

    def dual(A: Array, c: Array, x: Array) -> list[float]:
        def function(z: list[_Dual]) -> _Dual:
            total = _Dual(0.0)
            for i in range(n):
                total = total + _Dual(c[i]) * z[i].sin()
                for j in range(n):
                    total = total + _Dual(A[i, j]) * z[i] * z[j]
            return total

        return _directional(function, x)

    near, far = _around(random, want, 1e-5)
    return Question(
        check=Gradient(value=parse("x @ A @ x + c @ sin(x)"), at="x"),
        inputs={"A": A, "c": c, "x": x},
        reference=reference,
        right={
            "dual numbers": dual,
            "central differences": lambda A, c, x: _differences(lambda z: _f(A, c, z), x),
        },
        forgiven={"a list": constant(want.tolist()), **near},
        off=far,
        wrong={"the opposite": constant(-want), "half of it": lambda A, c, x: want / 2},
    )


def _f(A: Array, c: Array, x: Array) -> Array:
    return np.asarray(x @ A @ x + c @ np.sin(x))


def _layer(random: Random) -> Question:
    m, n = (int(size) for size in random.integers(1, 4, size=2))

    def reference(W: Array, x: Array) -> Array:
        return np.asarray((1 - np.tanh(W @ x) ** 2)[:, np.newaxis] * W)

    W, x = _steep(
        lambda: (random.uniform(-1, 1, (m, n)), random.standard_normal(n)),
        lambda W, x: (np.tanh(W @ x), reference(W, x)),
    )

    def dual(W: Array, x: Array) -> list[list[float]]:
        def entry(row: list[float]) -> Callable[[list[_Dual]], _Dual]:
            return lambda z: sum((_Dual(w) * item for w, item in zip(row, z, strict=True)), _Dual(0.0)).tanh()

        return [_directional(entry(row), x) for row in W.tolist()]

    want = reference(W, x)
    near, far = _around(random, want, 1e-5)
    return Question(
        check=Gradient(value=parse("tanh(W @ x)"), at="x", method="complex_step"),
        inputs={"W": W, "x": x},
        reference=reference,
        right={
            "dual numbers": dual,
            "central differences": lambda W, x: _differences(lambda z: np.tanh(W @ z), x),
        },
        forgiven={"nested lists": constant(want.tolist()), **near},
        off=far,
        wrong={"another axis more": constant(want[np.newaxis]), "the weights alone": lambda W, x: 2 * W},
    )


def _weights(random: Random) -> Question:
    m, n = (int(size) for size in random.integers(1, 3, size=2))

    def reference(W: Array, x: Array, y: Array) -> tuple[float, Array]:
        rest = W @ x - y
        return float(rest @ rest), 2 * np.outer(rest, x)

    def mean(W: Array, x: Array, y: Array) -> tuple[float, Array]:
        rest = W @ x - y
        return float(np.mean(rest**2)), 2 / m * np.outer(rest, x)

    def differences(W: Array, x: Array, y: Array) -> tuple[float, Array]:
        value = reference(W, x, y)[0]
        return value, _differences(lambda weights: np.asarray(reference(weights, x, y)[0]), W)

    W, x, y = _steep(
        lambda: (random.uniform(-1, 1, (m, n)), random.standard_normal(n), random.standard_normal(m)), reference
    )
    direction = random.standard_normal((m, n))

    def off(times: float) -> Function:
        def answer(W: Array, x: Array, y: Array) -> tuple[float, Array]:
            value, want = reference(W, x, y)
            return value, want + times * 1e-5 * np.linalg.norm(want) * direction / np.linalg.norm(direction)

        return answer

    return Question(
        check=Gradient(value=parse("answer[0]"), gradient=parse("answer[1]"), of="student", at="W"),
        inputs={"W": W, "x": x, "y": y},
        reference=reference,
        right={"central differences": differences},
        forgiven={
            "the mean instead of the sum, in both": mean,
            "a constant more": lambda W, x, y: (reference(W, x, y)[0] + 1, reference(W, x, y)[1]),
            "lists": lambda W, x, y: [reference(W, x, y)[0], reference(W, x, y)[1].tolist()],
            "half of the allowed error": off(0.5),
        },
        off={"the norm of the error": off(10)},
        wrong={
            "the gradient of half of the sum": lambda W, x, y: (reference(W, x, y)[0], reference(W, x, y)[1] / 2),
            "the opposite": lambda W, x, y: (reference(W, x, y)[0], -reference(W, x, y)[1]),
        },
    )


def _second_derivatives(random: Random) -> Question:
    n = int(random.integers(1, 4))

    def reference(A: Array, x: Array) -> Array:
        return 2 * A + np.diag(np.exp(x))

    A, x = _steep(
        lambda: (algorithms.symmetric(random, random.standard_normal(n)), random.standard_normal(n)),
        lambda A, x: (x @ A @ x + np.sum(np.exp(x)), reference(A, x)),
    )

    def gradient(A: Array, x: Array) -> Array:
        return np.asarray(2 * A @ x + np.exp(x))

    want = reference(A, x)
    near, far = _around(random, want, 1e-3)
    return Question(
        check=Gradient(value=parse("x @ A @ x + sum(exp(x))"), at="x", order=2),
        inputs={"A": A, "x": x},
        reference=reference,
        right={"differences of the gradient": lambda A, x: _differences(lambda z: gradient(A, z), x)},
        forgiven={"nested lists": constant(want.tolist()), **near},
        off=far,
        wrong={"half of it": constant(want / 2), "the diagonal alone": constant(np.diag(want) + 0.1)},
    )


def _slopes(random: Random) -> Question:
    size = int(random.integers(1, 5))
    (x,) = _steep(lambda: (random.uniform(-2, 2, size),), lambda x: (np.tanh(x), 1 - np.tanh(x) ** 2))
    want = 1 - np.tanh(x) ** 2
    near, far = _around(random, want, 1e-5)
    return Question(
        check=Gradient(value=parse("tanh(x)"), at="x", entrywise=True, method="central"),
        inputs={"x": x},
        reference=lambda x: 1 - np.tanh(x) ** 2,
        right={
            "hyperbolic cosine": lambda x: [1 / math.cosh(value) ** 2 for value in x.tolist()],
            "central differences": lambda x: (np.tanh(x + 1e-5) - np.tanh(x - 1e-5)) / 2e-5,
        },
        forgiven={"a list": constant(want.tolist()), **near},
        off=far,
        wrong={"the function itself": lambda x: np.tanh(x) + 2, "a Jacobian": constant(np.diag(want)[np.newaxis])},
    )


# convergence_order


def _trapezoids(random: Random) -> Question:
    rate = float(random.choice([-1, 1]) * random.uniform(0.5, 2))
    a = float(random.uniform(-1, 1))
    b = a + float(random.uniform(0.5, 2))
    exact = (math.exp(rate * b) - math.exp(rate * a)) / rate

    def reference(f: Integrand, a: float, b: float, n: int) -> float:
        values = [f(a + (b - a) * i / n) for i in range(n + 1)]
        return (b - a) / n * (math.fsum(values) - (values[0] + values[-1]) / 2)

    def midpoints(f: Integrand, a: float, b: float, n: int) -> float:
        return (b - a) / n * math.fsum(f(a + (b - a) * (i + 0.5) / n) for i in range(n))

    def halving(f: Integrand, a: float, b: float, n: int) -> float:
        count, total = 1, (b - a) * (f(a) + f(b)) / 2
        while count < n:
            total = (total + midpoints(f, a, b, count)) / 2
            count *= 2
        return total

    def with_order(order: float) -> Function:
        return lambda f, a, b, n: exact * (1 + 0.3 * (4 / n) ** order / 4)

    def wasteful(f: Integrand, a: float, b: float, n: int) -> float:
        for i in range(9 * (n + 1)):
            f(a + i)
        return reference(f, a, b, n)

    integrand = FunctionText(("x",), "exp(rate * x)", {"rate": rate}, counted=True)
    return Question(
        check=ConvergenceOrder(
            order=2,
            parameter="n",
            values=tuple(map(parse, (4, 8, 16, 32))),
            exact=parse("(exp(rate * b) - exp(rate * a)) / rate"),
            max_evaluations=parse("n + 1"),
        ),
        inputs={"f": integrand, "a": a, "b": b, "n": 8, "rate": rate},
        helpers=("rate",),
        reference=reference,
        right={"midpoints": midpoints, "halving the step again and again": halving},
        forgiven={
            "errors that fall with order 1.9": with_order(1.9),
            "errors that fall with order 2.1": with_order(2.1),
            "an array without axes": lambda f, a, b, n: np.array(reference(f, a, b, n)),
        },
        off={
            "errors that fall with order 4": with_order(4),
            "errors that do not fall": with_order(0.0),
            "ten times the evaluations": wasteful,
        },
        wrong={
            "left ends": lambda f, a, b, n: (b - a) / n * math.fsum(f(a + (b - a) * i / n) for i in range(n)),
            "Simpson's rule": lambda f, a, b, n: (2 * midpoints(f, a, b, n // 2) + reference(f, a, b, n // 2)) / 3,
            "the limits exchanged": lambda f, a, b, n: reference(f, b, a, n),
        },
    )


def _euler(random: Random) -> Question:
    rate, y0, end = float(-random.uniform(0.5, 1.5)), float(random.uniform(0.5, 3)), float(random.uniform(0.5, 1))

    def reference(rate: float, y0: float, end: float, h: float) -> float:
        y = y0
        for _ in range(round(end / h)):
            y += h * rate * y
        return y

    def implicit(rate: float, y0: float, end: float, h: float) -> float:
        return y0 / (1 - h * rate) ** round(end / h)

    def closed(rate: float, y0: float, end: float, h: float) -> float:
        return float(Fraction(y0) * (1 + Fraction(h) * Fraction(rate)) ** round(end / h))

    def heun(rate: float, y0: float, end: float, h: float) -> float:
        return y0 * (1 + h * rate + (h * rate) ** 2 / 2) ** round(end / h)

    def runge_kutta(rate: float, y0: float, end: float, h: float) -> float:
        z = h * rate
        return y0 * (1 + z + z**2 / 2 + z**3 / 6 + z**4 / 24) ** round(end / h)

    def with_order(order: float) -> Function:
        return lambda rate, y0, end, h: y0 * math.exp(rate * end) * (1 + 0.09 * (16 * h / end) ** order)

    return Question(
        check=ConvergenceOrder(
            order=1,
            parameter="h",
            values=tuple(parse(f"end / {n}") for n in (16, 32, 64, 128)),
            exact=parse("y0 * exp(rate * end)"),
            within=0.1,
        ),
        inputs={"rate": rate, "y0": y0, "end": end, "h": 0.1},
        reference=reference,
        right={"backwards": implicit, "a power, by fractions": closed},
        forgiven={"errors that fall with order 1.05": with_order(1.05)},
        off={"errors that fall with order 2": with_order(2), "errors that do not fall": with_order(0.0)},
        wrong={"Heun's method": heun, "Runge and Kutta's": runge_kutta},
    )


def _square_roots(random: Random) -> Question:
    a = float(random.uniform(1, 9))
    x0 = math.sqrt(a) * float(random.uniform(1.5, 2))

    def reference(a: float, x0: float) -> Array:
        path = [x0]
        for _ in range(6):
            path.append((path[-1] + a / path[-1]) / 2)
        return np.array(path)

    def fractions(a: float, x0: float) -> list[float]:
        path = [Fraction(x0)]
        for _ in range(6):
            path.append(((path[-1] + Fraction(a) / path[-1]) / 2).limit_denominator(10**40))
        return [float(x) for x in path]

    def of_the_logarithm(a: float, x0: float) -> list[float]:
        path = [x0]
        for _ in range(6):
            path.append(path[-1] * math.exp((a / path[-1] ** 2 - 1) / 2))
        return path

    def chords(a: float, x0: float) -> list[float]:
        path = [x0]
        for _ in range(6):
            path.append(path[-1] - (path[-1] ** 2 - a) / (2 * x0))
        return path

    def halley(a: float, x0: float) -> list[float]:
        path = [x0 * 3]
        for _ in range(6):
            x = path[-1]
            path.append(x * (x * x + 3 * a) / (3 * x * x + a))
        return path

    return Question(
        check=ConvergenceOrder(order=2, mode="iteration", exact=parse("sqrt(a)"), within=0.1),
        inputs={"a": a, "x0": x0},
        reference=reference,
        right={"fractions": fractions, "another iteration of order 2": of_the_logarithm},
        forgiven={"a list": lambda a, x0: reference(a, x0).tolist()},
        off={"an iteration of order 1, errors halved": lambda a, x0: math.sqrt(a) * (1 + 0.09 * 0.5 ** np.arange(7))},
        wrong={
            "a fixed slope": chords,
            "Halley's method, of order 3": halley,
            "the root at once": lambda a, x0: np.full(7, math.sqrt(a)),
        },
    )


def _monte_carlo(random: Random) -> Question:
    power = int(random.integers(1, 4))

    def reference(power: int, n: int, rng: Random) -> float:
        return float(np.mean(rng.random(n) ** power))

    return Question(
        check=ConvergenceOrder(
            order=0.5,
            parameter="n",
            values=tuple(map(parse, (16, 128, 1024))),
            exact=parse("1 / (power + 1)"),
            scale=parse(2),
            replicates=30,
        ),
        inputs={"power": power, "n": 16, "rng": RandomState(int(random.integers(2**32)))},
        reference=reference,
        right={"powers of beta draws": lambda power, n, rng: float(np.mean(rng.beta(1 / power, 1, n)))},
        wrong={
            "one draw in each of n parts, order 3/2": lambda power, n, rng: float(
                np.mean(((np.arange(n) + rng.random(n)) / n) ** power)
            ),
        },
    )


# quadrature_degree


@lru_cache
def _legendre(n: int) -> Rule:
    """Return nodes and weights of Gauss's rule by Newton's method on Legendre's recursion."""
    nodes, weights = [], []
    for place in range(n):
        x = math.cos(math.pi * (place + 0.75) / (n + 0.5))
        for _ in range(50):
            before, value = 1.0, x
            for k in range(2, n + 1):
                before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
            slope = n * (x * value - before) / (x * x - 1)
            x -= value / slope
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope**2))
    return nodes, weights


@lru_cache
def _numpys_rule(n: int) -> Rule:
    """Return the same as NumPy has it."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return nodes.tolist(), weights.tolist()


@lru_cache
def _jacobi_rule(n: int) -> Rule:
    """Return the same from the eigenvalues and eigenvectors of a tridiagonal matrix (Golub and Welsch)."""
    k = np.arange(1, n)
    beside = np.diag(k / np.sqrt(4.0 * k * k - 1), 1)
    nodes, vectors = algorithms.jacobi(beside + beside.T)
    return nodes.tolist(), (2 * vectors[0] ** 2).tolist()


@lru_cache
def _by_moments(n: int) -> Rule:
    """Return the rule with n + 1 equidistant nodes from the integrals of the powers."""
    nodes = np.linspace(-1, 1, n + 1)
    moments = [2 / (k + 1) if k % 2 == 0 else 0 for k in range(n + 1)]
    return nodes.tolist(), np.linalg.solve(np.vander(nodes, increasing=True).T, moments).tolist()


@lru_cache
def _by_lagrange(n: int) -> Rule:
    """Return the same from the integrals of Lagrange's polynomials, by fractions."""
    nodes = [Fraction(2 * k, n) - 1 for k in range(n + 1)]
    weights = []
    for node in nodes:
        basis = [Fraction(1)]
        for other in nodes:
            if other != node:
                lower = [-other * c / (node - other) for c in basis] + [Fraction(0)]
                upper = [Fraction(0)] + [c / (node - other) for c in basis]
                basis = [first + second for first, second in zip(lower, upper, strict=True)]
        weights.append(sum((2 * c / (k + 1) for k, c in enumerate(basis) if k % 2 == 0), Fraction(0)))
    return list(map(float, nodes)), list(map(float, weights))


def _applied(rule: Rule, f: Integrand, a: float, b: float) -> float:
    pairs = zip(*rule, strict=True)
    return (b - a) / 2 * math.fsum(weight * f((a + b) / 2 + (b - a) / 2 * node) for node, weight in pairs)


def _interval(random: Random) -> tuple[float, float]:
    a = float(random.uniform(-3, 3))
    return a, a + float(random.uniform(0.5, 3))


def _gauss(random: Random) -> Question:
    n = int(random.integers(1, 7))
    a, b = _interval(random)
    relative = 1e3 * EPS * max(abs(a), abs(b), b - a) / (b - a)  # of the integral of 1

    def reference(f: Integrand, a: float, b: float, n: int) -> float:
        return _applied(_numpys_rule(n), f, a, b)

    def points(more: int) -> Function:
        return lambda f, a, b, n: _applied(_legendre(n + more), f, a, b)

    def times(factor: float) -> Function:
        return lambda f, a, b, n: reference(f, a, b, n) * factor

    return Question(
        check=QuadratureDegree(degree=parse("2 * n - 1")),
        inputs={"f": FunctionText(("x",), "cos(x)"), "a": a, "b": b, "n": n},
        reference=reference,
        right={
            "Newton's method on the polynomials": points(0),
            "eigenvalues": lambda f, a, b, n: _applied(_jacobi_rule(n), f, a, b),
        },
        forgiven={
            "half of the allowed error": times(1 + 0.5 * relative),
            "an array without axes": lambda f, a, b, n: np.array(reference(f, a, b, n)),
        },
        off={"the sum of the weights": times(1 + 10 * relative)},
        wrong={
            "a point more, exact to a higher degree": points(1),
            "the limits exchanged": lambda f, a, b, n: reference(f, b, a, n),
            "equal weights": lambda f, a, b, n: (b - a) * f((3 * a + b) / 4),
        },
    )


def _newton_cotes(random: Random) -> Question:
    n = int(random.integers(1, 7))
    a, b = _interval(random)
    relative = 1e3 * EPS * max(abs(a), abs(b), b - a) / (b - a)

    def reference(f: Integrand, a: float, b: float, n: int) -> float:
        return _applied(_by_moments(n), f, a, b)

    return Question(
        check=QuadratureDegree(degree=parse("n + (n + 1) % 2")),
        inputs={"f": FunctionText(("x",), "cos(x)"), "a": a, "b": b, "n": n},
        reference=reference,
        right={
            "integrals of Lagrange's polynomials, by fractions": lambda f, a, b, n: _applied(_by_lagrange(n), f, a, b)
        },
        forgiven={"half of the allowed error": lambda f, a, b, n: reference(f, a, b, n) * (1 + 0.5 * relative)},
        off={"the sum of the weights": lambda f, a, b, n: reference(f, a, b, n) * (1 + 10 * relative)},
        wrong={
            "Gauss's rule, exact to a higher degree": lambda f, a, b, n: _applied(_legendre(n + 1), f, a, b),
            "left ends": lambda f, a, b, n: (b - a) / n * math.fsum(f(a + (b - a) * k / n) for k in range(n)),
        },
    )


TRIALS: Final = (
    Trial("gradient", "quadratic forms and sines", _quadratic_and_sines),
    Trial("gradient", "the Jacobian of a layer, by complex steps", _layer),
    Trial("gradient", "a loss with its gradient, both the answer's own", _weights),
    Trial("gradient", "second derivatives", _second_derivatives),
    Trial("gradient", "slopes of a function that is applied entry by entry, by central differences", _slopes),
    Trial("convergence_order", "the trapezoidal rule, order 2, with counted evaluations", _trapezoids),
    Trial("convergence_order", "Euler's method, order 1", _euler),
    Trial("convergence_order", "Newton's method for square roots, order 2", _square_roots),
    Trial("convergence_order", "Monte Carlo, order 1/2", _monte_carlo),
    Trial("quadrature_degree", "Gauss's rules of 1 to 6 points", _gauss),
    Trial("quadrature_degree", "rules of Newton and Cotes with 2 to 7 points", _newton_cotes),
)
