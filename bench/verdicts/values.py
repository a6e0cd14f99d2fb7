"""Trials of the kinds that compare values as they are."""

import bisect
import math
from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import Any, Final

import numpy as np

from bench.verdicts import algorithms, exact_arithmetic
from bench.verdicts.records import Array, Question, Random, Trial, constant, containers, moved, pushed, scalars
from grader.checks.allclose import AllClose
from grader.checks.exact import Exact
from grader.checks.raises import Raises
from grader.checks.returns import Returns
from grader.checks.rounded import Rounded
from grader.checks.sentinel import Sentinel
from grader.checks.up_to_sign import UpToSign
from grader.sandbox.expressions import parse

RTOL, ATOL = 1e-6, 1e-9
"""The course's tolerance, which the kinds take where they state none."""


def _allowed(want: object, scale: float | None = None) -> Array:
    """Return what `allclose` allows of each entry, relative to the largest one or to another scale."""
    sizes = np.abs(np.asarray(want))
    return RTOL * sizes + ATOL * (np.max(sizes, initial=0.0) if scale is None else scale)


# allclose


def _matrix_times_vector(random: Random) -> Question:
    m, n = random.integers(1, 6, size=2)
    A, x = random.standard_normal((m, n)), random.standard_normal(n)
    want = A @ x
    near, far = moved(random, want, _allowed(want))
    single = pushed(random, want, _allowed(want), 10).astype(np.float32)
    return Question(
        check=AllClose(),
        inputs={"A": A, "x": x},
        reference=lambda A, x: A @ x,
        right={"every row by fractions": lambda A, x: [exact_arithmetic.dot(row, x) for row in A]},
        forgiven={**containers(want), **near},
        off={**far, "one number off, as float32": constant(single)},
        wrong={"another shape": constant(want[:, np.newaxis]), "None": constant(None)},
    )


def _complex_product(random: Random) -> Question:
    m, n, k = random.integers(1, 5, size=3)
    A, B = (random.standard_normal((2, *shape)) for shape in ((m, n), (n, k)))
    A, B = A[0] + 1j * A[1], B[0] + 1j * B[1]
    want = A @ B
    near, far = moved(random, want, _allowed(want) * np.exp(1j * random.uniform(0, 6)))
    return Question(
        check=AllClose(),
        inputs={"A": A, "B": B},
        reference=lambda A, B: A @ B,
        right={"three loops": lambda A, B: exact_arithmetic.product(A.tolist(), B.tolist())},
        forgiven={**containers(want), **near},
        off=far,
    )


def _exponentials(random: Random) -> Question:
    x = random.uniform(-20, 3, size=random.integers(1, 6))
    allowed = (RTOL + ATOL) * np.exp(x)
    near, far = moved(random, np.exp(x), allowed)
    return Question(
        check=AllClose(scale="elementwise"),
        inputs={"x": x},
        reference=lambda x: np.exp(x),
        right={"power series": lambda x: list(map(exact_arithmetic.exponential, x))},
        forgiven={**containers(np.exp(x)), **near},
        off=far,
    )


def _logarithms(random: Random) -> Question:
    p = random.permutation(np.append(10 ** random.uniform(-6, 1, size=3), 0.0))
    want = np.array([-math.inf if not number else math.log(number) for number in p])
    finite = p > 0

    def whole(numbers: Array) -> Array:
        full = want.copy()
        full[finite] = numbers
        return full

    near, far = moved(random, want[finite], (RTOL + ATOL) * np.abs(want[finite]), whole)
    return Question(
        check=AllClose(scale="elementwise", nonfinite=("-inf",)),
        inputs={"p": p},
        reference=lambda p: np.log(p),
        right={"a series, and -inf at 0": lambda p: [exact_arithmetic.logarithm(x) if x else -math.inf for x in p]},
        forgiven={"a list": constant(want.tolist()), **near},
        off=far,
        wrong={
            "finite at 0": constant(np.log(np.maximum(p, 1e-300))),
            "infinity of the other sign": constant(np.where(finite, want, math.inf)),
            "nan at 0": constant(np.where(finite, want, math.nan)),
        },
    )


def _single_precision(random: Random) -> Question:
    A = random.standard_normal((3, 4)).astype(np.float32)
    x = random.standard_normal(4).astype(np.float32)
    want = (A @ x).astype(np.float64)
    scale = float(np.linalg.norm(A) * np.linalg.norm(x))
    allowed = 1e-5 * np.abs(want) + 1e-6 * scale

    def in_single(A: Array, x: Array) -> Array:
        total = np.zeros(len(A), np.float32)
        for column, factor in zip(A.T[::-1], x[::-1], strict=True):
            total = total + column * factor
        return total

    near, far = moved(random, want, allowed, lambda array: array.astype(np.float32))
    return Question(
        check=AllClose(scale=parse("norm(A) * norm(x)")),
        inputs={"A": A, "x": x},
        reference=lambda A, x: A @ x,
        right={"columns from last to first, in float32": in_single},
        forgiven={"in double precision": lambda A, x: A.astype(float) @ x.astype(float), **near},
        off=far,
    )


def _one_number(random: Random) -> Question:
    x = random.standard_normal(random.integers(1, 9))
    want = float(np.mean(x))
    near, far = moved(random, want, _allowed(want, 1.0))
    return Question(
        check=AllClose(scale="unit"),
        inputs={"x": x},
        reference=lambda x: np.mean(x),
        right={"fractions": lambda x: float(exact_arithmetic.mean(x.tolist()))},
        forgiven={**scalars(want), **near},
        off=far,
        wrong={"a tuple of one": constant((want,)), "a text": constant(str(want)), "None": constant(None)},
    )


# exact


def _greatest_divisor(random: Random) -> Question:
    factor, *pair = random.integers(1, 60, size=3).tolist()
    a, b = (factor * number for number in pair)
    want = math.gcd(a, b)

    def euclid(a: int, b: int) -> int:
        while b:
            a, b = b, a % b
        return a

    return Question(
        check=Exact(),
        inputs={"a": a, "b": b},
        reference=math.gcd,
        right={
            "Euclid's algorithm": euclid,
            "trial of all divisors": lambda a, b: max(d for d in range(1, a + 1) if a % d == b % d == 0),
        },
        forgiven={
            "a NumPy integer": constant(np.int32(want)),
            "an unsigned one": constant(np.uint64(want)),
            "an array without axes": constant(np.array(want)),
        },
        wrong={"off by one": constant(want + 1), "a float": constant(float(want)), "a text": constant(str(want))},
    )


def _sorting(random: Random) -> Question:
    x = random.integers(-9, 10, size=random.integers(2, 9)).astype(float)
    want = np.argsort(x, kind="stable")

    def insertion(x: Array) -> list[int]:
        order: list[int] = []
        for place in range(len(x)):
            spot = len(order)
            while spot and x[order[spot - 1]] > x[place]:
                spot -= 1
            order.insert(spot, place)
        return order

    exchanged = want.copy()
    i, j = random.choice(len(x), 2, replace=False)
    exchanged[[i, j]] = exchanged[[j, i]]
    return Question(
        check=Exact(),
        inputs={"x": x},
        reference=lambda x: np.argsort(x, kind="stable"),
        right={"insertion": insertion},
        forgiven={
            "a list": constant(want.tolist()),
            "a tuple": constant(tuple(want.tolist())),
            "an array of short integers": constant(want.astype(np.int8)),
            "a list of NumPy integers": constant(list(want)),
        },
        wrong={"two exchanged": constant(exchanged), "counted from 1": constant(want + 1)},
    )


def _facts(random: Random) -> Question:
    n = int(random.integers(2, 90))
    want = {"prime": all(n % d for d in range(2, n)), "digits": len(str(n)), "binary": bin(n), "half": None}
    if n % 2 == 0:
        want["half"] = n // 2

    def sieve(n: int) -> dict[str, Any]:
        left = [True] * (n + 1)
        for d in range(2, n):
            left[2 * d :: d] = [False] * len(left[2 * d :: d])
        bits = "".join(str(n >> place & 1) for place in reversed(range(n.bit_length())))
        digits = math.floor(math.log10(n)) + 1
        return {"half": n >> 1 if not n & 1 else None, "prime": left[n], "binary": f"0b{bits}", "digits": digits}

    forms = {key: np.asarray(item)[()] if isinstance(item, bool | int) else item for key, item in want.items()}
    return Question(
        check=Exact(),
        inputs={"n": n},
        reference=constant(want),
        right={"a sieve, and bits": sieve},
        forgiven={"NumPy's scalars": constant(forms), "another order of keys": constant(dict(reversed(want.items())))},
        wrong={
            "1 and 0 as truth values": constant({**want, "prime": int(want["prime"] or 0)}),
            "the opposite": constant({**want, "prime": not want["prime"]}),
            "a key is missing": constant({key: want[key] for key in want if key != "half"}),
            "another text": constant({**want, "binary": bin(n + 1)}),
        },
    )


# rounded


def _to_places(random: Random) -> Question:
    decimals = int(random.integers(-1, 8))
    x = random.uniform(-1000, 1000, size=(random.integers(1, 4), 5))
    want = x.mean(axis=1)
    half = 0.5 * 10.0**-decimals

    def rounded(x: Array, how: str) -> list[float]:
        unit = Decimal(1).scaleb(-decimals)
        exact = [exact_arithmetic.mean(row) for row in x.tolist()]
        return [float((Decimal(q.numerator) / q.denominator).quantize(unit, rounding=how)) for q in exact]

    near, far = moved(random, want, half)
    return Question(
        check=Rounded(decimals=decimals),
        inputs={"x": x},
        reference=lambda x: x.mean(axis=1),
        right={"fractions, rounded as decimals": lambda x: rounded(x, ROUND_HALF_EVEN)},
        forgiven={
            "not rounded": constant(want),
            "np.round": lambda x: np.round(x.mean(axis=1), decimals),
            "more places": lambda x: np.round(x.mean(axis=1), decimals + 2).tolist(),
            **near,
        },
        off=far,
    )


def _ties(random: Random) -> Question:
    x = (2 * random.integers(-4000, 4000, size=random.integers(1, 5)) + 1) / 8  # ends in 125, 375, 625 or 875

    def rounded(x: Array, how: str) -> list[float]:
        return [float(Decimal(number).quantize(Decimal("0.01"), rounding=how)) for number in x.tolist()]

    modes = {
        "away from zero": ROUND_HALF_UP,
        "towards zero": ROUND_HALF_DOWN,
        "to the even digit": ROUND_HALF_EVEN,
        "up": ROUND_CEILING,
        "down": ROUND_FLOOR,
    }
    near, far = moved(random, x, 0.005)
    return Question(
        check=Rounded(decimals=2),
        inputs={"x": x},
        reference=lambda x: x,
        right={"Python's round": lambda x: [round(number, 2) for number in x.tolist()]},
        forgiven={f"ties {name}": lambda x, how=how: rounded(x, how) for name, how in modes.items()} | dict(near),
        off=far,
    )


def _significant(random: Random) -> Question:
    digits = int(random.integers(1, 11))
    x = random.choice([-1, 1], size=4) * 10 ** random.uniform(-8, 8, size=4)
    half = 0.5 * 10.0 ** (np.floor(np.log10(np.abs(x))) + 1 - digits)
    near, far = moved(random, x, half)
    return Question(
        check=Rounded(significant=digits),
        inputs={"x": x},
        reference=lambda x: x,
        right={"written with so many digits": lambda x: [float(f"{number:.{digits - 1}e}") for number in x]},
        forgiven={"not rounded": constant(x), **near},
        off=far,
    )


def _complex_places(random: Random) -> Question:
    z = random.uniform(-9, 9, size=(3, 2)) @ np.array([1, 1j])
    want = z * z
    near, far = moved(random, want, 0.0005 * random.choice([1, 1j]))

    def parts(z: Array) -> list[complex]:
        pairs = zip(z.real.tolist(), z.imag.tolist(), strict=True)
        return [complex(round(x * x - y * y, 3), round(2 * x * y, 3)) for x, y in pairs]

    return Question(
        check=Rounded(decimals=3),
        inputs={"z": z},
        reference=lambda z: z * z,
        right={"both parts rounded": parts},
        forgiven={"not rounded": constant(want), **near},
        off=far,
    )


# sentinel and raises


def _index_or_minus_one(random: Random) -> Question:
    x = np.unique(random.integers(0, 50, size=8))
    y = int(random.choice(np.setdiff1d(np.arange(50), x)))

    def halving(x: Array, y: int) -> int:
        place = bisect.bisect_left(x.tolist(), y)
        return place if place < len(x) and x[place] == y else -1

    return Question(
        check=Sentinel(value=-1),
        inputs={"x": x, "y": y},
        reference=lambda x, y: next((place for place, number in enumerate(x) if number == y), -1),
        right={"binary search": halving},
        forgiven=scalars(-1.0) | {"a NumPy integer": constant(np.int64(-1))},
        wrong={
            "None": constant(None),
            "the place where it would stand": lambda x, y: int(np.searchsorted(x, y)),
            "one less": constant(-2),
            "a list": constant([-1]),
            "True": constant(True),
        },
    )


def _no_roots(random: Random) -> Question:
    b = float(random.uniform(-3, 3))
    c = b * b / 4 + float(random.uniform(0.1, 5))
    return Question(
        check=Sentinel(value=[]),
        inputs={"b": b, "c": c},
        reference=lambda b, c: [root.real for root in np.roots([1, b, c]) if not root.imag],
        right={
            "the discriminant's sign": lambda b, c: (
                [-b / 2 + s * math.sqrt(b * b / 4 - c) for s in (-1, 1)] if b * b >= 4 * c else []
            )
        },
        forgiven={"an empty tuple": constant(()), "an empty array": constant(np.zeros(0))},
        wrong={
            "None": constant(None),
            "complex roots": lambda b, c: np.roots([1, b, c]),
            "zero": constant(0),
            "an empty text": constant(""),
            "an empty dict": constant({}),
        },
    )


def _undefined(random: Random) -> Question:
    x = np.full(int(random.integers(2, 6)), float(random.integers(-9, 10)))

    def correlation(x: Array) -> float:
        spread = exact_arithmetic.variance(x.tolist())
        return 1.0 if spread else math.nan

    return Question(
        check=Sentinel(value=math.nan),
        inputs={"x": x},
        reference=lambda x: np.float64(0.0) / np.std(x),
        right={"fractions": correlation},
        forgiven=scalars(math.nan),
        wrong={"0": constant(0.0), "None": constant(None), "infinity": constant(math.inf), "a text": constant("nan")},
    )


class _OwnError(np.linalg.LinAlgError):
    """An exception of the answer's own."""


def _raising(error: Exception) -> Any:
    def answer(*_: object) -> None:
        raise error

    return answer


def _singular_matrices(random: Random) -> Question:
    n = int(random.integers(2, 5))
    A = random.integers(-5, 6, size=(n, n)).astype(float)
    A[:, -1] = A[:, 0]

    def inverse(A: Array) -> Array:
        if algorithms.exact_determinant(A) == 0:
            raise np.linalg.LinAlgError("singular")
        return algorithms.solved(A, np.eye(len(A)))

    def pivots(A: Array) -> Array:
        if len(algorithms.reduced(A)[1]) < len(A):
            raise ValueError(f"a singular matrix of size {len(A)} has no inverse")
        return algorithms.solved(A, np.eye(len(A)))

    return Question(
        check=Raises(exception="ValueError"),
        inputs={"A": A},
        reference=_raising(ValueError("singular")),
        right={"determinant by fractions": inverse, "pivots by elimination": pivots},
        forgiven={
            "an exception of a derived type": _raising(_OwnError("no inverse")),
            "an exception without a message": _raising(ValueError()),
        },
        wrong={
            "a value": lambda A: np.linalg.pinv(A),
            "an exception of another type": _raising(ZeroDivisionError("division by zero")),
            "one of a more general type": _raising(Exception("singular")),
            "the name of the exception, returned": constant("ValueError"),
        },
    )


def _messages(random: Random) -> Question:
    x = -float(random.uniform(0.1, 9))

    def heron(x: float) -> float:
        if x < 0:
            raise ValueError(f"the root of a NEGATIVE number, {x}")
        return math.sqrt(x)

    return Question(
        check=Raises(exception="ValueError", match="(?i)negative"),
        inputs={"x": x},
        reference=_raising(ValueError("x is negative")),
        right={"Heron's method": heron},
        forgiven={"the word elsewhere": _raising(ValueError("must not be negative: x"))},
        wrong={
            "another message": _raising(ValueError("wrong input")),
            "no message": _raising(ValueError()),
            "another type": _raising(TypeError("negative")),
            "nan": constant(math.nan),
        },
    )


# Several values.


def _mean_and_deviation(random: Random) -> Question:
    x = random.standard_normal(random.integers(2, 9)) + 3
    want = float(np.mean(x)), float(np.std(x))

    def exactly(x: Array) -> tuple[float, float]:
        numbers: Sequence[float] = x.tolist()
        return float(exact_arithmetic.mean(numbers)), math.sqrt(exact_arithmetic.variance(numbers))

    near = [pushed(random, value, _allowed(value), 0.5) for value in want]
    far = [pushed(random, value, _allowed(value), 10) for value in want]
    return Question(
        check=Returns(fields={"mean": AllClose(), "deviation": AllClose()}),
        inputs={"x": x},
        reference=lambda x: (np.mean(x), np.std(x)),
        right={"fractions": exactly},
        forgiven={
            "a list": constant(list(want)),
            "arrays without axes": constant(tuple(map(np.array, want))),
            "half of the allowed error": constant(tuple(near)),
        },
        off={"the first off": constant((far[0], want[1])), "the second off": constant((want[0], far[1]))},
        wrong={
            "exchanged": constant(want[::-1]),
            "one is missing": constant(want[:1]),
            "a dict": constant(dict(zip(("mean", "deviation"), want, strict=True))),
            "None": constant(None),
        },
    )


def _dict_of_two(random: Random) -> Question:
    values = algorithms.spaced(random, 3)
    A = algorithms.symmetric(random, values)
    want = dict(zip(("values", "vectors"), np.linalg.eigh(A), strict=True))

    def rotations(A: Array) -> dict[str, Array]:
        values, vectors = algorithms.jacobi(A)
        order = np.argsort(values)
        return {"vectors": vectors[:, order], "values": values[order]}

    vectors = want["vectors"]
    _, far = moved(random, vectors, RTOL * np.abs(vectors) + ATOL, lambda array: {**want, "vectors": array})
    _, far_value = moved(random, want["values"], _allowed(want["values"]), lambda array: {**want, "values": array})
    return Question(
        check=Returns(fields={"values": AllClose(), "vectors": UpToSign()}),
        inputs={"A": A},
        reference=lambda A: dict(zip(("values", "vectors"), np.linalg.eigh(A), strict=True)),
        right={"rotations": rotations},
        forgiven={
            "other signs": constant({**want, "vectors": vectors * random.choice([-1, 1], 3)}),
            "another order of keys": constant(dict(reversed(want.items()))),
        },
        off={"a number of the vectors off": far["one number off"], "a value off": far_value["one number off"]},
        wrong={
            "a key is missing": constant({"values": want["values"]}),
            "a key too many": constant({**want, "n": 3}),
        },
    )


TRIALS: Final = (
    Trial("allclose", "matrix times vector", _matrix_times_vector),
    Trial("allclose", "product of complex matrices", _complex_product),
    Trial("allclose", "exponentials of numbers from -20 to 3, entry by entry", _exponentials),
    Trial("allclose", "logarithms, infinite at 0", _logarithms),
    Trial("allclose", "matrix times vector in float32", _single_precision),
    Trial("allclose", "a mean, one number", _one_number),
    Trial("exact", "greatest common divisor", _greatest_divisor),
    Trial("exact", "the order that sorts numbers, ties kept", _sorting),
    Trial("exact", "facts about a number: truth value, integer, text, perhaps None", _facts),
    Trial("rounded", "means, to a number of decimals", _to_places),
    Trial("rounded", "ties at the second decimal", _ties),
    Trial("rounded", "significant digits of numbers from 1e-8 to 1e8", _significant),
    Trial("rounded", "squares of complex numbers, to three decimals", _complex_places),
    Trial("sentinel", "an index, -1 where there is none", _index_or_minus_one),
    Trial("sentinel", "real roots, [] where there are none", _no_roots),
    Trial("sentinel", "the correlation of a constant, nan", _undefined),
    Trial("raises", "the inverse of a singular matrix", _singular_matrices),
    Trial("raises", "the root of a negative number, with a message", _messages),
    Trial("returns", "mean and standard deviation, a tuple", _mean_and_deviation),
    Trial("returns", "eigenvalues and eigenvectors, a dict", _dict_of_two),
)
