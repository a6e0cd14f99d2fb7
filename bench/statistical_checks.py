"""What the statistical checks promise, measured: how often right answers fail a test, and how often wrong ones are found.

`--runs` right samples are tested for every test, at levels that so many runs can tell; wrong samples go through both
stages, `--power-runs` times. Nothing runs in a worker: what is measured are the tests themselves, as the checks call them.
"""

import argparse
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from grader.checks import _levels, _statistics
from grader.checks._laws import Cells, Continuous, Event, Law
from grader.checks._statistics import Aspect
from grader.checks.coverage import Coverage
from grader.checks.estimator import Estimator
from grader.model import Case
from grader.sandbox.expressions import parse

Floats = NDArray[np.float64]
Random = np.random.Generator

LEVELS = (1e-2, 1e-3, 1e-4)
TESTS = 15
"""How many statistical tests an exercise is taken to make where the power is measured: five cases of three."""
CHUNK = 4_000_000
"""Numbers drawn at a time."""
NO_INPUTS = Case(0, {}, ())
NORMAL = parse("Phi(x)")
EXPONENTIAL = parse("1 - exp(-2 * x)")


# Right answers.


@dataclass(frozen=True)
class Rate:
    """How often right samples failed a test.

    Attributes
    ----------
    test, law : str
        what is tested, and how the law of its statistic is known: `exact`, `at most` (of a count), `about`, or `not used`
        for a test that is there to show why.
    n, failed, runs : int
        size of a sample, and how many of how many failed.
    level : float
        how often they should.
    """

    test: str
    law: str
    n: int
    level: float
    failed: int
    runs: int

    @property
    def interval(self) -> tuple[float, float]:
        """The 99 % confidence interval of the rate (Clopper and Pearson)."""
        found = stats.binomtest(self.failed, self.runs).proportion_ci(0.99, method="exact")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        low, high = self.interval
        rate = self.failed / self.runs
        return f"{self.test:<46}{self.law:<10}{self.n:>6}{self.level:>9.0e}{rate:>10.2e}  {low:.1e} to {high:.1e}"


Statistic = Callable[[Floats], Floats]


def rates(runs: int, seed: int = 1) -> Iterator[Rate]:
    """Yield the rates of all tests."""
    yield from _continuous_rates(runs, np.random.default_rng([seed, 1]))
    yield from _cell_rates(runs, np.random.default_rng([seed, 2]))
    yield from _count_rates(runs, np.random.default_rng([seed, 3]))
    yield from _estimator_rates(runs, np.random.default_rng([seed, 4]))
    yield from _coverage_rates(runs, np.random.default_rng([seed, 5]))


def _tally(runs: int, size: int, sample: Callable[[int], dict[str, Floats]]) -> dict[str, Floats]:
    """Return statistics of `runs` samples, some at a time so that they fit into memory."""
    found: list[dict[str, Floats]] = []
    left = runs
    while left:
        count = min(left, max(1, CHUNK // size))
        found.append(sample(count))
        left -= count
    return {name: np.concatenate([part[name] for part in found]) for name in found[0]}


def _beyond(values: Floats, low: float, high: float) -> int:
    return int(np.count_nonzero(~((low <= values) & (values <= high))))


def _continuous_rates(runs: int, random: Random) -> Iterator[Rate]:
    n = 200

    def sample(count: int) -> dict[str, Floats]:
        u = random.random((count, n))
        w, sizes, order = _statistics.scores(u), _statistics.sizes(u), np.sort(u, axis=-1)
        variance = np.var(-np.log(u), axis=-1, ddof=1) * (n - 1)
        return {
            "ks: largest gap": np.max(_statistics.gaps(order), axis=-1),
            "ad: tails": _statistics.tails(order),
            "mean of w": np.sqrt(n) * w.mean(axis=-1),
            "squares of w": np.sum(w**2, axis=-1),
            "independence: neighbours": _statistics.neighbours(w),
            "independence: sizes of neighbours": _statistics.neighbours(sizes),
            "independence: half a sample apart": _statistics.halves(w),
            "independence: sizes half a sample apart": _statistics.halves(sizes),
            "variance of exponential draws by χ²": variance,
        }

    found = _tally(runs, n, sample)
    for level in LEVELS:
        normal = _levels.normal_limit(level)
        for name, values in found.items():
            law = "about" if name.startswith("ad") else "exact"
            limits = (-normal, normal)
            if name.startswith("ks"):
                limits = (0, _levels.gap_limit(n, level))
            elif name.startswith("ad"):
                limits = (-math.inf, _levels.tail_limit(level))
            elif name.startswith("squares"):
                limits = _levels.squares_limits(n, level)
            elif name.startswith("variance"):
                limits, law = _levels.squares_limits(n - 1, level), "not used"
            yield Rate(name, law, n, level, _beyond(values, *limits), runs)


def _cell_rates(runs: int, random: Random) -> Iterator[Rate]:
    n = 200
    for name, weights in (
        ("six cells, two that expect 10", [1, 1, 2, 4, 4, 8]),
        ("two cells, one that expects 10", [1, 19]),
    ):
        shares = np.array(weights) / 20
        counts, places = random.multinomial(n, shares, runs), random.random((runs, len(shares) - 1))
        pairs = zip(counts, places, strict=True)
        squares = np.array([np.sum(_statistics.cell_scores(row, shares, place) ** 2) for row, place in pairs])
        pearson = np.sum((counts - n * shares) ** 2 / (n * shares), axis=-1)
        for level in LEVELS:
            limit = _levels.squares_limit(len(shares) - 1, level)
            yield Rate(f"chi2: {name}", "exact", n, level, _beyond(squares, 0, limit), runs)
            yield Rate(f"Pearson's sum: {name}", "not used", n, level, _beyond(pearson, 0, limit), runs)


def _count_rates(runs: int, random: Random) -> Iterator[Rate]:
    n, chance = 2000, 0.3
    counts = random.binomial(n, chance, runs).astype(np.float64)
    for level in LEVELS:
        failed = _beyond(counts, *_levels.count_limits(n, chance, level))
        yield Rate("binomial: an event of probability 0.3", "at most", n, level, failed, runs)


def _estimator_rates(runs: int, random: Random) -> Iterator[Rate]:
    n = 100  # the fewest calls there are
    draws = {
        "normal estimates": lambda count: random.standard_normal((count, n)),
        "means of 30 exponential draws": lambda count: random.gamma(30, 1 / 30, (count, n)) - 1,
        "means of 10 exponential draws": lambda count: random.gamma(10, 1 / 10, (count, n)) - 1,
        "single exponential draws": lambda count: random.exponential(1, (count, n)) - 1,
    }
    for name, draw in draws.items():

        def sample(count: int, draw: Callable[[int], Floats] = draw) -> dict[str, Floats]:
            x = draw(count)
            spread = np.std(x, axis=-1, ddof=1)
            return {"student": np.sqrt(n) * x.mean(axis=-1) / spread, "squares": (n - 1) * spread**2}

        found = _tally(runs, n, sample)
        for level in LEVELS:
            limit = _levels.student_limit(n, level)
            law = "exact" if name.startswith("normal") else "not used" if name.startswith("single") else "about"
            yield Rate(f"estimator: {name}", law, n, level, _beyond(found["student"], -limit, limit), runs)
            if law == "exact":
                limits = _levels.squares_limits(n - 1, level)
                yield Rate("estimator: their spread", law, n, level, _beyond(found["squares"], *limits), runs)
    totals = random.binomial(20 * n, 0.2, runs).astype(np.float64)
    for level in LEVELS:
        failed = _beyond(totals, *_levels.count_limits(20 * n, 0.2, level))
        yield Rate("estimator: counts of 20 trials", "at most", n, level, failed, runs)


def _coverage_rates(runs: int, random: Random) -> Iterator[Rate]:
    n, size = 200, 5

    def sample(count: int) -> dict[str, Floats]:
        z = random.standard_normal((count, n, size))
        half = stats.t.ppf(0.975, size - 1) * np.std(z, axis=-1, ddof=1) / np.sqrt(size)
        return {"covered": np.count_nonzero(np.abs(z.mean(axis=-1)) <= half, axis=-1).astype(np.float64)}

    covered = _tally(runs, n * size, sample)["covered"]
    for level in LEVELS:
        failed = _beyond(covered, *_levels.count_limits(n, 0.95, level))
        yield Rate("coverage: Student's interval for five numbers", "at most", n, level, failed, runs)


# Wrong answers.


@dataclass(frozen=True)
class Power:
    """How often wrong answers were found out.

    Attributes
    ----------
    answer, test : str
        what is wrong, and which test looks at it.
    n, failed, runs : int
        size of the first stage's sample, and how many of how many failed both stages.
    stated : float
        how often they should at least.
    computed : float or None
        how often by the formula in `grader.checks._levels`.
    """

    answer: str
    test: str
    n: int
    stated: float
    failed: int
    runs: int
    computed: float | None = None

    def __str__(self) -> str:
        formula = "" if self.computed is None else f"{100 * self.computed:8.1f} %"
        return f"{self.answer:<56}{self.test:<21}{self.n:>6}{100 * self.failed / self.runs:>8.1f} %{formula}"


def powers(runs: int, seed: int = 1) -> Iterator[Power]:
    """Yield the power against all wrong answers."""
    yield from _sampler_powers(runs, np.random.default_rng([seed, 11]))
    yield from _dependence_powers(runs, np.random.default_rng([seed, 12]))
    yield from _shift_powers(runs, np.random.default_rng([seed, 13]))
    yield from _estimator_powers(runs, np.random.default_rng([seed, 14]))
    yield from _coverage_powers(runs, np.random.default_rng([seed, 15]))


def _both(runs: int, stage: Callable[[int], bool]) -> int:
    """Return how often a first and a fresh second stage fail; a stage gets the factor of its size."""
    return sum(stage(1) and stage(_levels.GROWTH) for _ in range(runs))


def _failing(
    law: Law, n: int, random: Random, draw: Callable[[int], Floats], tests: int = TESTS
) -> Callable[[int], bool]:
    level = _levels.level_of(tests, law.tests())
    limits = {factor: law.limits(NO_INPUTS, factor * n, level, random) for factor in (1, _levels.GROWTH)}
    return lambda factor: not law.tested(draw(factor * n), limits[factor], NO_INPUTS).accepted


def _sampler_powers(runs: int, random: Random) -> Iterator[Power]:
    n, level = 2000, _levels.level_of(TESTS, 3)
    normal, tails, exponential = Continuous(NORMAL), Continuous(NORMAL, tails=True), Continuous(EXPONENTIAL)

    def row(answer: str, law: Law, stated: float, draw: Callable[[int], Floats], **more: float) -> Power:
        test = "ad, mean, squares" if law is tails else "ks, mean, squares"
        return Power(answer, test, n, stated, _both(runs, _failing(law, n, random, draw)), runs, **more)

    def scaled(factor: float) -> Callable[[int], Floats]:
        return lambda size: factor * random.standard_normal(size)

    alone = _levels.gap_limit(n, _levels.ALPHA)
    failed = sum(float(np.max(_statistics.gaps(np.sort(stats.norm.cdf(scaled(1.1)(n)))))) > alone for _ in range(runs))
    yield Power("normal, scale off by 10 %", "ks alone, one stage", n, 0, failed, runs)
    by_squares = _levels.spread_power(1.1, n, level)
    yield row("normal, scale off by 10 %", normal, 0.95, scaled(1.1), computed=by_squares)
    yield row("normal, scale off by 10 %", tails, 0.95, scaled(1.1), computed=by_squares)
    for off, stated in ((4.0, 0.999), (1.2, 0.99), (1.15, 0.95), (1.1, 0.3)):
        name = "exponential, rate for mean" if off == 4 else f"exponential, mean off by {round(100 * (off - 1))} %"
        yield row(name, exponential, stated, _exponential(off / 2, random))
    width = math.sqrt(3)
    yield row("uniform with mean 0 and variance 1", normal, 0.999, lambda size: random.uniform(-width, width, size))
    yield row("sum of 12 uniforms minus 6", normal, 0, lambda size: random.random((size, 12)).sum(axis=1) - 6)
    yield from _discrete_powers(runs, random)


def _exponential(mean: float, random: Random) -> Callable[[int], Floats]:
    return lambda size: random.exponential(mean, size)


def _discrete_powers(runs: int, random: Random) -> Iterator[Power]:
    n, level = 2000, _levels.level_of(TESTS, 1)
    fair, loaded = np.full(6, 1 / 6), np.array([0.23, *[0.77 / 5] * 5])
    die = Cells(parse("ones(6) / 6"))
    computed = _levels.cells_power(loaded, fair, n, level)
    failed = _both(runs, _failing(die, n, random, lambda size: random.choice(6, size, p=loaded).astype(np.float64)))
    yield Power("die, one face with 0.23", "chi2", n, 0.95, failed, runs, computed)
    failed = _both(runs, _failing(die, n, random, lambda size: np.minimum(np.round(6 * random.random(size)), 5)))
    yield Power("die, rounded instead of cut off", "chi2", n, 1.0, failed, runs)
    coin = Event(parse("x < 0.5"), parse(0.5))
    failed = _both(runs, _failing(coin, n, random, lambda size: random.random(size) - 0.07))
    yield Power("event with 0.57 for 0.5", "binomial", n, 0.9, failed, runs, _levels.count_power(0.57, 0.5, n, level))


def _dependence_powers(runs: int, random: Random) -> Iterator[Power]:
    n = 2000
    law = Continuous(NORMAL, independent=True)

    def radius(size: int) -> Floats:
        return np.asarray(np.sqrt(-2 * np.log1p(-random.random(size))))

    def angles(size: int) -> Floats:
        return 2 * np.pi * random.random(size)

    def shared(size: int) -> tuple[Floats, Floats]:
        r = radius(size // 2)
        return r * np.cos(angles(size // 2)), r * np.cos(angles(size // 2))

    def chain(size: int) -> Floats:
        steps = math.sqrt(1 - 0.2**2) * random.standard_normal(size)
        for place in range(1, size):
            steps[place] += 0.2 * steps[place - 1]
        return steps

    wrong: dict[str, Callable[[int], Floats]] = {
        "Box–Muller, one radius for two angles, in turn": lambda size: np.ravel(np.transpose(shared(size))),
        "Box–Muller, one radius for two angles, in halves": lambda size: np.concatenate(shared(size)),
        "every number twice": lambda size: np.repeat(random.standard_normal(size // 2), 2),
        "the second half is minus the first": lambda size: np.outer([1, -1], random.standard_normal(size // 2)).ravel(),
        "sorted": lambda size: np.sort(random.standard_normal(size)),
        "a chain with correlation 0.2": chain,
    }
    for answer, draw in wrong.items():
        yield Power(answer, "independence", n, 0.95, _both(runs, _failing(law, n, random, draw, TESTS)), runs)


def _shift_powers(runs: int, random: Random) -> Iterator[Power]:
    """Yield the power of two stages at 1e-3 and of one at 1e-6, of the mean alone."""
    n, bias = 10_000, 0.05
    limits = {level: _levels.normal_limit(level) for level in (_levels.ALPHA, _levels.ALPHA**2)}

    def mean(size: int) -> float:
        return math.sqrt(size) * abs(float(np.mean(random.standard_normal(size))) + bias)

    failed = _both(runs, lambda factor: mean(factor * n) > limits[_levels.ALPHA])
    computed = _levels.shift_power(bias, n, _levels.ALPHA)
    yield Power("mean off by 0.05 standard deviations", "two stages at 1e-3", n, 0.94, failed, runs, computed)
    failed = sum(mean(n) > limits[_levels.ALPHA**2] for _ in range(runs))
    yield Power("mean off by 0.05 standard deviations", "one stage at 1e-6", n, 0, failed, runs)


def _estimator_powers(runs: int, random: Random) -> Iterator[Power]:
    level = _levels.level_of(TESTS, 1)
    for effect in (0.25, 0.5):
        check = Estimator(target=parse(0), min_effect=effect)
        n = check.size_of(NO_INPUTS, level)
        stage = _estimator_stage(check, n, level, random)
        computed = _levels.shift_power(effect, n, level)
        yield Power(
            f"estimate off by {effect} of its deviation", "estimator", n, 0.98, _both(runs, stage), runs, computed
        )


def _estimator_stage(check: Estimator, n: int, level: float, random: Random) -> Callable[[int], bool]:
    limits = {factor: check.limits(NO_INPUTS, factor * n, level, random) for factor in (1, _levels.GROWTH)}

    def stage(factor: int) -> bool:
        estimates = check.min_effect + random.standard_normal(factor * n)
        return check.tested(estimates, limits[factor], NO_INPUTS).aspect == Aspect.MEAN

    return stage


def _coverage_powers(runs: int, random: Random) -> Iterator[Power]:
    n, size, level = 1000, 5, _levels.level_of(TESTS, 1)
    check = Coverage(input=("sample",), data=parse("z"), target=parse(0))
    limits = {factor: check.limits(NO_INPUTS, factor * n, level, random) for factor in (1, _levels.GROWTH)}
    wrong = {
        "normal quantile for Student's, five numbers": 1.96 / math.sqrt(size),
        "the data's own spread, five numbers": 1.96,
        "Student's quantile one-sided, five numbers": float(stats.t.ppf(0.95, size - 1)) / math.sqrt(size),
        "n degrees of freedom for n - 1, five numbers": float(stats.t.ppf(0.975, size)) / math.sqrt(size),
    }
    for answer, factor_of in wrong.items():
        covers = 2 * float(stats.t.cdf(factor_of * math.sqrt(size), size - 1)) - 1

        def stage(factor: int, half: float = factor_of) -> bool:
            z = random.standard_normal((factor * n, size))
            middle, width = z.mean(axis=1), half * z.std(axis=1, ddof=1)
            ends = np.stack([middle - width, middle + width], axis=1)
            return check.tested(ends, limits[factor], NO_INPUTS).aspect == Aspect.COUNT

        stated = 0.99 if abs(covers - 0.95) > 0.03 else 0
        computed = _levels.count_power(covers, 0.95, n, level)
        name = f"{answer} ({100 * covers:.1f} %)"
        yield Power(name, "coverage", n, stated, _both(runs, stage), runs, computed)


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--power-runs", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    print(f"{'test':<46}{'law':<10}{'n':>6}{'level':>9}{'observed':>10}  99 % interval")
    for rate in rates(options.runs, options.seed):
        print(rate)
    print(f"\n{'wrong answer':<56}{'test':<21}{'n':>6}{'found':>10}{'formula':>10}")
    for power in powers(options.power_runs, options.seed):
        print(power)
    bounds = ", ".join(f"{_levels.failure_bound(tests):.1e}" for tests in ([1], [3] * 5, [1] * 20))
    print(f"\na right submission fails at most (1 test; 5 cases of 3; 20 cases of 1): {bounds}")
    print(f"{options.runs} runs a test, {time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
