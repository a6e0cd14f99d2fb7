"""Trials of the kinds that judge random answers. What is certain of them stands here; their power does not."""

from functools import partial
from typing import Final

import numpy as np

from bench.verdicts.records import Question, Random, Trial
from grader.checks.coverage import Coverage
from grader.checks.distribution import Distribution
from grader.checks.estimator import Estimator
from grader.sandbox.expressions import parse
from grader.sandbox.values import RandomState

_QUANTILE: Final = 2.7764451051977987
"""Student's at 0.975 with four degrees of freedom."""


def _generator(random: Random) -> RandomState:
    return RandomState(int(random.integers(2**63)))


def _exponential(random: Random) -> Question:
    rate = round(float(random.choice([random.uniform(0.1, 0.5), random.uniform(2, 10)])), 3)  # unlike its inverse
    return Question(
        check=Distribution(cdf=parse("1 - exp(-rate * x)"), size="n"),
        inputs={"rate": rate, "n": 500, "rng": _generator(random)},
        reference=lambda rate, n, rng: -np.log1p(-rng.random(n)) / rate,
        right={
            "NumPy's own": lambda rate, n, rng: rng.exponential(1 / rate, n),
            "half the squared length of a normal pair": lambda rate, n, rng: (
                np.sum(rng.standard_normal((n, 2)) ** 2, axis=1) / (2 * rate)
            ),
        },
        forgiven={"a list": lambda rate, n, rng: rng.exponential(1 / rate, n).tolist()},
        wrong={
            "times the rate": lambda rate, n, rng: rng.exponential(rate, n),
            "the sign lost": lambda rate, n, rng: np.log1p(-rng.random(n)) / rate,
            "all the same": lambda rate, n, rng: np.full(n, 1 / rate),
            "a generator of its own": lambda rate, n, rng: np.random.default_rng(1).exponential(1 / rate, n),
        },
    )


def _die(random: Random) -> Question:
    return Question(
        check=Distribution(test="chi2", probabilities=parse("p"), size="n"),
        inputs={"p": random.dirichlet(np.full(4, 5.0)), "n": 800, "rng": _generator(random)},
        reference=lambda p, n, rng: rng.choice(len(p), size=n, p=p / p.sum()),
        right={
            "by the cumulated probabilities": lambda p, n, rng: np.minimum(
                np.searchsorted(np.cumsum(p), rng.random(n), side="right"), len(p) - 1
            )
        },
        forgiven={"a list": lambda p, n, rng: rng.choice(len(p), size=n, p=p / p.sum()).tolist()},
        wrong={
            "numbered from 1": lambda p, n, rng: 1 + rng.choice(len(p), size=n, p=p / p.sum()),
            "always the first": lambda p, n, rng: np.zeros(n, dtype=np.int64),
        },
    )


def _integral(random: Random) -> Question:
    return Question(
        check=Estimator(target=parse("a / 3"), min_effect=0.5),
        inputs={"a": round(float(random.uniform(1, 5)), 3), "n": 30, "rng": _generator(random)},
        reference=lambda a, n, rng: np.mean(a * rng.random(n) ** 2),
        right={"the mirrored points": lambda a, n, rng: np.mean(a * (1 - rng.random(n)) ** 2)},
        forgiven={"a 0-d array": lambda a, n, rng: np.array(np.mean(a * rng.random(n) ** 2))},
        wrong={
            "the sum": lambda a, n, rng: np.sum(a * rng.random(n) ** 2),
            "the exact value": lambda a, n, rng: a / 3,
        },
    )


def _interval(sample: np.ndarray, quantile: float, deviation: float) -> tuple[float, float]:
    half = quantile * deviation
    return float(np.mean(sample)) - half, float(np.mean(sample)) + half


def _student(sample: np.ndarray) -> tuple[float, float]:
    return _interval(sample, _QUANTILE, float(np.std(sample, ddof=1)) / np.sqrt(5))


def _intervals(random: Random) -> Question:
    return Question(
        check=Coverage(input=("sample",), data=parse("mu + 2 * z"), target=parse("mu"), replications=100),
        inputs={"sample": np.arange(5.0), "mu": round(float(random.uniform(-5, 5)), 3)},
        helpers=("mu",),
        reference=_student,
        right={"from the sum of squares": lambda x: _interval(x, _QUANTILE, np.sqrt((x @ x - x.sum() ** 2 / 5) / 20))},
        forgiven={"a list": lambda x: list(_student(x))},
        wrong={
            "the ends exchanged": lambda x: _student(x)[::-1],
            "a quarter as wide": lambda x: _interval(x, _QUANTILE / 4, float(np.std(x, ddof=1)) / np.sqrt(5)),
            "always the same": partial(lambda ends, x: ends, (-1e3, 1e3)),
        },
    )


TRIALS: Final = (
    Trial("distribution", "exponential waiting times", _exponential),
    Trial("distribution", "throws of an uneven die", _die),
    Trial("estimator", "a mean over random points", _integral),
    Trial("coverage", "Student's interval for five normal numbers", _intervals),
)
