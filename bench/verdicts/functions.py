"""Trials of the kinds that call the function more than once: properties, returned functions, classes, large inputs."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Final, Self

import numpy as np

from bench.verdicts import algorithms, exact_arithmetic
from bench.verdicts.records import Array, Function, Question, Random, Trial, constant
from grader.checks.allclose import AllClose
from grader.checks.calls import Calls, Step
from grader.checks.function import ReturnedFunction
from grader.checks.property import Property
from grader.checks.raises import Raises
from grader.checks.stability import Stability
from grader.sandbox.expressions import parse

RTOL, ATOL = 1e-6, 1e-9


# property


def _product_of_determinants(random: Random) -> Question:
    n = int(random.integers(1, 5))
    A, B = (algorithms.conditioned(random, n, n) for _ in range(2))
    return Question(
        check=Property(holds=(parse("f(A @ B) == answer * f(B)"),), atol=0.0),
        inputs={"A": A, "B": B},
        helpers=("B",),
        function="f",
        reference=np.linalg.det,
        right={
            "cofactors": algorithms.cofactors,
            "fractions": lambda A: float(algorithms.exact_determinant(A)),
        },
        forgiven={
            "an array without axes": lambda A: np.array(np.linalg.det(A)),
            "complex, the imaginary part 0": lambda A: complex(np.linalg.det(A)),
            "half of the allowed error": lambda A: np.linalg.det(A) * (1 + 0.5 * RTOL),
        },
        off={"the determinant times a factor": lambda A: np.linalg.det(A) * (1 + 10 * RTOL)},
        wrong={
            "twice the determinant": lambda A: 2 * np.linalg.det(A),
            "the trace, and 3 more": lambda A: np.trace(A) + 3,
        },
    )


def _inverses(random: Random) -> Question:
    n = int(random.integers(1, 5))
    A = algorithms.conditioned(random, n, n)

    def adjugate(A: Array) -> Array:
        minors = [[_minor(A, i, j) for i in range(n)] for j in range(n)]
        return np.array(minors) / algorithms.cofactors(A)

    place = np.zeros((n, n))
    place[tuple(random.integers(n, size=2))] = RTOL + ATOL
    return Question(
        check=Property(holds=(parse("A @ answer == eye(len(A)) and f(f(A)) == A"),)),
        inputs={"A": A},
        function="f",
        reference=np.linalg.inv,
        right={"elimination": lambda A: algorithms.solved(A, np.eye(n)), "minors": adjugate},
        forgiven={
            "nested lists": lambda A: np.linalg.inv(A).tolist(),
            "a fifth of the allowed error": lambda A: np.linalg.inv(A) @ (np.eye(n) + 0.2 * place),
        },
        off={"the product with the matrix": lambda A: np.linalg.inv(A) @ (np.eye(n) + 10 * place)},
        wrong={"the transpose, and 3 more": lambda A: A.T + 3, "twice the inverse": lambda A: 2 * np.linalg.inv(A)},
    )


def _minor(A: Array, i: int, j: int) -> complex | float:
    return (-1) ** (i + j) * algorithms.cofactors(np.delete(np.delete(A, i, axis=0), j, axis=1))


def _softmax(z: Array) -> Array:
    powers = np.exp(z - np.max(z))
    return np.asarray(powers / powers.sum())


def _probabilities(random: Random) -> Question:
    z, c = random.standard_normal(random.integers(2, 6)), float(random.uniform(1, 9))
    tilt = np.zeros(len(z))
    tilt[:2] = [1.0, -1.0]

    def drifting(times: float) -> Function:
        """Return what keeps its sum, but is moved where the input is."""
        low = float(np.max(z)) + 0.5
        allowed = RTOL * float(np.max(_softmax(z))) + ATOL
        return lambda z: _softmax(z) + times * allowed * tilt * (np.max(z) > low)

    return Question(
        check=Property(
            holds=(parse("answer >= 0"), parse("sum(answer) == 1"), parse("f(z + c) == answer")),
        ),
        inputs={"z": z, "c": c},
        helpers=("c",),
        function="f",
        reference=_softmax,
        right={"long decimals": lambda z: exact_arithmetic.softmax(z.tolist())},
        forgiven={
            "a list": lambda z: _softmax(z).tolist(),
            "half of the allowed error in the sum": lambda z: _softmax(z) * (1 + 0.5 * RTOL),
            "half of the allowed change": drifting(0.5),
        },
        off={
            "the sum": lambda z: _softmax(z) * (1 + 10 * (RTOL + ATOL)),
            "the change by a shift": drifting(10),
        },
        wrong={
            "shares of the sizes": lambda z: np.abs(z) / np.sum(np.abs(z)),
            "negative numbers": lambda z: _softmax(z) + np.append(-1, [1, *[0] * (len(z) - 2)]),
        },
    )


def _divergences(random: Random) -> Question:
    n = int(random.integers(2, 6))
    p, q = random.dirichlet(np.full(n, 3.0), size=2)

    def divergence(p: Array, q: Array) -> float:
        return float(np.sum(p * (np.log(p) - np.log(q))))

    def series(p: Array, q: Array) -> float:
        logs = [exact_arithmetic.logarithm(a / b) for a, b in zip(p.tolist(), q.tolist(), strict=True)]
        return math.fsum(a * b for a, b in zip(p.tolist(), logs, strict=True))

    return Question(
        check=Property(holds=(parse("f(p, p) == 0"), parse("answer >= 0"), parse("answer >= sum(abs(p - q))**2 / 2"))),
        inputs={"p": p, "q": q},
        function="f",
        reference=divergence,
        right={"series": series},
        forgiven={"half of the allowed error": lambda p, q: divergence(p, q) + 0.5 * ATOL},
        off={
            "below 0 where it should be 0": lambda p, q: divergence(p, q) - 10 * ATOL,
            "above 0": lambda p, q: divergence(p, q) + 10 * ATOL,
        },
        wrong={"the opposite": lambda p, q: -divergence(p, q), "the entropy": lambda p, q: -float(p @ np.log(p))},
    )


# function


def _derivatives(random: Random) -> Question:
    c, x = random.standard_normal(random.integers(2, 6)), random.standard_normal(4)

    def reference(c: Array) -> Callable[[float], object]:
        return lambda x: np.polynomial.polynomial.polyval(x, np.polynomial.polynomial.polyder(c))

    def horner(c: Array) -> Callable[[float], object]:
        def value(x: float) -> object:
            total = 0 * x
            for power in reversed(range(1, len(c))):
                total = total * x + power * c[power]
            return total

        return value

    def fractions(c: Array) -> Callable[[object], object]:
        def one(x: float) -> float:
            powers = range(1, len(c))
            return float(sum(power * Fraction(c[power]) * Fraction(x) ** (power - 1) for power in powers))

        return lambda x: [one(number) for number in x.tolist()] if isinstance(x, np.ndarray) else one(x)  # type: ignore[arg-type]

    class Polynomial:
        def __init__(self, c: Array) -> None:
            self.c = c

        def __call__(self, x: float) -> object:
            return reference(self.c)(x)

    def off(times: float) -> Function:
        return lambda c: lambda x: reference(c)(x) * (1 + times * (RTOL + ATOL) * (np.ndim(x) == 0 and x == 0.5))

    last: list[Array] = []

    def forgetful(c: Array) -> Callable[[float], object]:
        last[:] = [c]
        return lambda x: reference(last[0])(x)

    return Question(
        check=ReturnedFunction(at=(parse("x"), parse(0.5), parse("c[0]")), between={"c": parse("c + 1")}),
        inputs={"c": c, "x": x},
        helpers=("x",),
        reference=reference,
        right={"Horner's scheme": horner, "fractions": fractions},
        forgiven={
            "an object that can be called": Polynomial,
            "a partial function": lambda c: partial(horner_at, c=c),
            "NumPy's polynomial": lambda c: np.polynomial.Polynomial(c).deriv(),
            "values as lists": lambda c: lambda x: np.asarray(reference(c)(x)).tolist(),
            "half of the allowed error": off(0.5),
        },
        off={"the value at one point": off(10)},
        wrong={
            "the values instead of a function": lambda c: reference(c)(0.5),
            "the polynomial itself, and 7 more": lambda c: lambda x: np.polynomial.polynomial.polyval(x, c) + 7,
            "a function that follows the last call": forgetful,
        },
    )


def horner_at(x: object, c: Array) -> object:
    """Return the derivative of a polynomial at x."""
    total: object = 0
    for power in reversed(range(1, len(c))):
        total = total * x + power * c[power]  # type: ignore[operator]
    return total + 0 * x  # type: ignore[operator]


def _interpolants(random: Random) -> Question:
    n = int(random.integers(1, 6))
    x = np.cumsum(random.uniform(0.3, 1, n))
    y, t = random.standard_normal(n), random.uniform(x[0], x[-1] + 0.1, 3)

    def lagrange(x: Array, y: Array) -> Callable[[Array], Array]:
        def value(t: Array) -> Array:
            factors = [np.prod([(t - b) / (a - b) for b in x if b != a], axis=0) for a in x]
            return np.asarray(sum(a * b for a, b in zip(y, factors, strict=True)) + 0 * t)

        return value

    def newton(x: Array, y: Array) -> Callable[[Array], Array]:
        parts = y.copy()
        for order in range(1, n):
            parts[order:] = (parts[order:] - parts[order - 1 : -1]) / (x[order:] - x[:-order])

        def value(t: Array) -> Array:
            total = np.zeros(np.shape(t))
            for part, point in zip(parts[::-1], x[::-1], strict=True):
                total = total * (t - point) + part
            return total

        return value

    def neville(x: Array, y: Array) -> Callable[[Array], list[float]]:
        def one(t: float) -> float:
            row = y.tolist()
            for order in range(1, n):
                row = [
                    ((t - x[i]) * row[i + 1] - (t - x[i + order]) * row[i]) / (x[i + order] - x[i])
                    for i in range(n - order)
                ]
            return float(row[0])

        return lambda t: [one(number) for number in t.tolist()]

    def off(times: float) -> Function:
        peak = lagrange(x, y)(t)
        error = np.zeros(3)
        error[0] = times * (RTOL * abs(peak[0]) + ATOL * np.max(np.abs(peak)))
        return lambda x, y: lambda t: lagrange(x, y)(t) + error

    return Question(
        check=ReturnedFunction(at=(parse("t"),)),
        inputs={"x": x, "y": y, "t": t},
        helpers=("t",),
        reference=lagrange,
        right={"divided differences": newton, "Neville's scheme": neville},
        forgiven={"half of the allowed error": off(0.5)},
        off={"the value at one point": off(10)},
        wrong={"moved by 1": lambda x, y: lambda t: lagrange(x, y)(t) + 1, "None": constant(None)},
    )


# stability


def _shifted_softmax(random: Random) -> Question:
    z = random.standard_normal(random.integers(2, 6))

    def off(times: float) -> Function:
        """Return what is off in the first place where the input is far above 0."""

        def answer(z: Array) -> Array:
            want = _softmax(z)
            if z[0] > 500:
                want[0] += times * (RTOL * want[0] + ATOL)
            return want

        return answer

    return Question(
        check=Stability(input="z"),
        inputs={"z": z},
        reference=_softmax,
        right={"long decimals": lambda z: exact_arithmetic.softmax(z.tolist())},
        forgiven={"a list": lambda z: _softmax(z).tolist(), "half of the allowed error": off(0.5)},
        off={"one probability": off(10)},
        wrong={
            "exponentials that overflow": lambda z: np.exp(z) / np.sum(np.exp(z)),
            "the probabilities in the opposite order": lambda z: _softmax(z)[::-1],
        },
    )


def _log_sums(random: Random) -> Question:
    z = random.standard_normal(random.integers(1, 6))

    def reference(z: Array) -> float:
        return float(np.max(z) + np.log(np.sum(np.exp(z - np.max(z)))))

    def pairs(z: Array) -> float:
        return float(np.logaddexp.reduce(z))

    def off(times: float) -> Function:
        return lambda z: reference(z) + times * (RTOL * abs(reference(z)) + ATOL) * (z[0] < -500)

    return Question(
        check=Stability(input="z"),
        inputs={"z": z},
        reference=reference,
        right={"long decimals": lambda z: exact_arithmetic.log_sum_exp(z.tolist()), "pair by pair": pairs},
        forgiven={"half of the allowed error": off(0.5)},
        off={"far below 0": off(10)},
        wrong={
            "exponentials that overflow": lambda z: np.log(np.sum(np.exp(z))),
            "a hundredth too much": lambda z: reference(z) + 0.01,
        },
    )


def _lengths(random: Random) -> Question:
    x = random.standard_normal(random.integers(1, 6))

    def reference(x: Array) -> float:
        top = float(np.max(np.abs(x)))
        return float(top * np.sqrt(np.sum((x / top) ** 2)))

    def off(times: float) -> Function:
        return lambda x: reference(x) * (1 + times * (RTOL + ATOL) * (abs(x[0]) > 1e100))

    return Question(
        check=Stability(input="x", offsets=(), scales=(1e200, 1e-200), compare=AllClose()),
        inputs={"x": x},
        reference=reference,
        right={
            "long decimals": lambda x: exact_arithmetic.euclidean_length(x.tolist()),
            "one number after the other": lambda x: math.hypot(*x.tolist()),
        },
        forgiven={"half of the allowed error": off(0.5)},
        off={"far from 1": off(10)},
        wrong={
            "squares that overflow": lambda x: np.sqrt(np.sum(x**2)),
            "twice the length": lambda x: 2 * reference(x),
        },
    )


# calls


class _Running:
    """A running mean and variance, which knows no value before the first."""

    def __init__(self, start: list[float]) -> None:
        self.items = list(start)

    def add(self, x: float) -> None:
        self.items.append(x)

    def mean(self) -> float:
        if not self.items:
            raise ValueError("there is no value yet")
        return float(np.mean(self.items))

    def variance(self) -> float:
        return float(np.var(self.items))


class _Exact(_Running):
    def mean(self) -> float:
        if not self.items:
            raise ValueError("nothing was added")
        return float(exact_arithmetic.mean(self.items))

    def variance(self) -> float:
        return float(exact_arithmetic.variance(self.items))


class _Welford:
    def __init__(self, start: list[float]) -> None:
        self.n, self.middle, self.squares = 0, 0.0, 0.0
        for x in start:
            self.add(x)

    def add(self, x: float) -> Self:
        self.n += 1
        before = x - self.middle
        self.middle += before / self.n
        self.squares += before * (x - self.middle)
        return self

    def mean(self) -> Array:
        if not self.n:
            raise np.linalg.LinAlgError
        return np.array(self.middle)

    def variance(self) -> np.float64:
        return np.float64(self.squares / self.n)


def _off_by(times: float) -> type:
    class Off(_Running):
        def variance(self) -> float:
            return super().variance() * (1 + times * (RTOL + ATOL))

    return Off


class _Shared(_Running):
    everything: Final[list[float]] = []

    def __init__(self, start: list[float]) -> None:
        self.items = self.everything
        self.items.clear()  # as it was with the first object, and no longer with the second beside it
        self.items += start


class _Sample(_Running):
    def variance(self) -> float:
        return float(np.var(self.items, ddof=1))


class _Careless(_Running):
    def mean(self) -> float:
        return float(np.mean(self.items)) if self.items else 0.0


class _Limited(_Running):
    def add(self, x: float) -> None:
        self.items = [*self.items, x][-3:]


def _running_moments(random: Random) -> Question:
    x = random.standard_normal(4) * 3
    steps = [
        Step(method="mean", raises=Raises(exception="ValueError")),
        *(Step(method="add", arguments=(parse(f"x[{place}]"),)) for place in range(3)),
        Step(method="mean", compare=AllClose()),
        Step(method="add", arguments=(parse("x[3]"),)),
        Step(method="mean", compare=AllClose()),
        Step(method="variance", compare=AllClose()),
    ]
    return Question(
        check=Calls(steps=tuple(steps)),
        inputs={"start": [], "x": x},
        helpers=("x",),
        reference=_Running,
        right={"fractions": _Exact, "Welford's recursion": _Welford},
        forgiven={"half of the allowed error": _off_by(0.5)},
        off={"the last value": _off_by(10)},
        wrong={
            "one list for all objects": _Shared,
            "the sample's variance": _Sample,
            "no exception where there is no value": _Careless,
            "the last three values alone": _Limited,
        },
    )


TRIALS: Final = (
    Trial("property", "the determinant of a product", _product_of_determinants),
    Trial("property", "inverses, and inverses of inverses", _inverses),
    Trial("property", "probabilities, their sum, and a shift", _probabilities),
    Trial("property", "divergences, and bounds for them", _divergences),
    Trial("function", "the derivative of a polynomial, as a function", _derivatives),
    Trial("function", "the interpolating polynomial, as a function", _interpolants),
    Trial("stability", "softmax, its input shifted by 1000", _shifted_softmax),
    Trial("stability", "log-sum-exp, its input shifted by 1000", _log_sums),
    Trial("stability", "lengths of vectors, times 1e200 and 1e-200", _lengths),
    Trial("calls", "running mean and variance, an object", _running_moments),
)
