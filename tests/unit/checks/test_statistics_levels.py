"""How often right answers fail and wrong ones are found: by formula here, and measured in the slow tests."""

import importlib.util
import math
import sys
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from grader.checks import _laws, _levels, _statistics
from grader.checks._laws import Continuous, normal_distribution
from grader.model import Case
from grader.sandbox.expressions import parse

RUNS, POWER_RUNS = 100_000, 1_000
MISLED = 1e-5
"""Chance that a row of the table is refused although all is well."""

LAW = settings(derandomize=True, deadline=None, database=None)
levels = st.floats(1e-6, 1e-2)


@lru_cache
def bench() -> ModuleType:
    """Return the script that measures."""
    file = Path(__file__).parents[3] / "bench" / "statistical_checks.py"
    spec = importlib.util.spec_from_file_location("statistical_checks", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look up their annotations
    spec.loader.exec_module(module)
    return module


# A right submission fails once in 10⁶ at most.


@LAW
@given(st.lists(st.integers(1, 10), min_size=1, max_size=60))
def test_a_right_submission_fails_once_in_a_million_at_most(tests: list[int]) -> None:
    bound = _levels.failure_bound(tests)
    assert 0 < bound <= 1e-6 * (1 + 1e-12)
    # The same, case by case: a stage fails if one of its tests does; both stages must; one case is enough.
    level = 1e-3 / sum(tests)
    stage = [1 - (1 - level) ** count for count in tests]
    assert 1 - math.prod(1 - fails**2 for fails in stage) <= bound * (1 + 1e-6)


def test_the_worst_case_is_a_single_case_with_all_tests() -> None:
    assert _levels.failure_bound([1]) == pytest.approx(1e-6)
    assert _levels.failure_bound([7]) == pytest.approx(1e-6)
    assert _levels.failure_bound([3] * 5) == pytest.approx(1e-6 / 5)


@pytest.mark.parametrize(("tests", "own", "level"), [(1, 1, 1e-3), (20, 3, 5e-5), (0, 3, 1e-3 / 3), (0, 0, 1e-3)])
def test_the_level_is_an_equal_share(tests: int, own: int, level: float) -> None:
    assert _levels.level_of(tests, own) == pytest.approx(level)


def test_undivided_levels_would_fail_right_answers_far_more_often() -> None:
    stage = 1 - (1 - 1e-3) ** 3
    assert 1 - (1 - stage**2) ** 20 == pytest.approx(1.8e-4, rel=0.01)


# Critical values.


@LAW
@given(levels)
def test_limits_leave_the_level_beyond_them(level: float) -> None:
    assert 2 * stats.norm.sf(_levels.normal_limit(level)) == pytest.approx(level)
    assert 2 * stats.t.sf(_levels.student_limit(30, level), 29) == pytest.approx(level)
    low, high = _levels.squares_limits(50, level)
    assert stats.chi2.cdf(low, 50) == pytest.approx(stats.chi2.sf(high, 50)) == pytest.approx(level / 2)
    assert stats.chi2.sf(_levels.squares_limit(4, level), 4) == pytest.approx(level)
    assert stats.kstwo.sf(_levels.gap_limit(100, level), 100) == pytest.approx(level, rel=1e-4)


@LAW
@given(st.integers(1, 5000), st.floats(0, 1), levels)
def test_the_limits_of_a_count_are_the_tightest_that_keep_the_level(trials: int, chance: float, level: float) -> None:
    low, high = _levels.count_limits(trials, chance, level)
    law = stats.binom(trials, chance)
    assert 0 <= low <= high <= trials
    assert law.cdf(low - 1) <= level / 2
    assert law.sf(high) <= level / 2
    if 1e-6 < chance < 1 - 1e-6:
        assert law.cdf(low) > level / 2
        assert law.sf(high - 1) > level / 2


@pytest.mark.parametrize(
    ("share", "limit"), [(0.1, 1.9330), (0.05, 2.4924), (0.025, 3.0775), (0.01, 3.8781), (0.001, 5.9694)]
)
def test_the_limit_of_the_tails_is_that_of_the_tables(share: float, limit: float) -> None:
    # Marsaglia and Marsaglia, Evaluating the Anderson-Darling distribution (2004), and the tail by Zolotarev's formula.
    assert _levels.tail_limit(share) == pytest.approx(limit, abs=2e-4)


@pytest.mark.parametrize("level", [1e-4, 1e-5, 1e-6])
def test_the_limit_of_the_tails_follows_the_largest_weight_far_out(level: float) -> None:
    ratio = level / (math.sqrt(3) * stats.chi2.sf(2 * _levels.tail_limit(level), 1))
    assert 1 < ratio < 1.04


# Statistics.


@LAW
@given(st.integers(2, 40), st.integers(0, 100))
def test_the_largest_gap_and_the_tails_are_those_of_the_textbooks(n: int, seed: int) -> None:
    u = np.sort(np.random.default_rng(seed).random(n))
    assert _statistics.gaps(u).max() == pytest.approx(stats.kstest(u, "uniform").statistic)
    expected = -n - sum((2 * i + 1) * (math.log(u[i]) + math.log(1 - u[n - 1 - i])) for i in range(n)) / n
    assert float(_statistics.tails(u)) == pytest.approx(expected)


@LAW
@given(st.integers(1, 12), st.integers(0, 100))
def test_dependence_is_measured_over_all_neighbours_and_over_both_halves(n: int, seed: int) -> None:
    w = np.random.default_rng(seed).standard_normal(n)
    odd = list(range(1, n - 1, 2))
    fixed = np.array([w[place - 1] + w[place + 1] for place in odd])
    wanted = float(w[odd] @ fixed / np.linalg.norm(fixed)) if odd else 0.0
    assert float(_statistics.neighbours(w)) == pytest.approx(wanted)
    middle = (n + 1) // 2
    pairs = [(w[place], w[place + middle]) for place in range(n - middle)]
    wanted = sum(a * b for a, b in pairs) / math.sqrt(sum(a * a for a, _ in pairs)) if pairs else 0.0
    assert float(_statistics.halves(w)) == pytest.approx(wanted)


def test_many_samples_are_measured_at_once() -> None:
    u = np.random.default_rng(1).random((5, 31))
    for measure in (_statistics.neighbours, _statistics.halves):
        rows = [float(measure(row)) for row in u]
        np.testing.assert_allclose(measure(u), rows)
    order = np.sort(u)
    np.testing.assert_allclose(_statistics.tails(order), [float(_statistics.tails(row)) for row in order])
    np.testing.assert_allclose(_statistics.gaps(order), [_statistics.gaps(row) for row in order])


@LAW
@given(st.integers(0, 200))
def test_cells_have_independent_normal_scores(seed: int) -> None:
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.ones(5))
    counts, places = random.multinomial(50, shares), random.random(4)
    left, rest, wanted = 50, 1.0, []
    for count, share, place in zip(counts[:-1], shares[:-1], places, strict=True):
        law = stats.binom(left, share / rest)
        wanted.append(stats.norm.ppf(law.cdf(count - 1) + place * law.pmf(count)))
        left, rest = left - count, rest - share
    np.testing.assert_allclose(_statistics.cell_scores(counts, shares, places), wanted, rtol=1e-5, atol=1e-7)


def test_the_scores_of_absurd_counts_are_large_on_both_sides() -> None:
    shares, places = np.array([0.5, 0.5]), np.array([0.5])
    few, many = (_statistics.cell_scores(np.array(counts), shares, places) for counts in ([0, 1000], [1000, 0]))
    assert few[0] < -30
    assert many[0] == pytest.approx(-few[0])


def test_normal_probabilities_are_right_in_both_tails() -> None:
    x = np.array([[-30.0, -5.0, 0.0], [1.0, 8.0, np.inf]])
    np.testing.assert_allclose(normal_distribution(x), stats.norm.cdf(x), rtol=1e-12)
    assert normal_distribution(0.0).shape == ()


# Power.


def test_what_two_stages_find() -> None:
    assert _levels.shift_power(0.05, 10_000, 1e-3) == pytest.approx(0.956, abs=1e-3)
    assert stats.norm.sf(_levels.normal_limit(1e-6) - 5) == pytest.approx(0.543, abs=1e-3)
    assert _levels.spread_power(1.1, 2000, 1e-3 / 18) == pytest.approx(0.98, abs=1e-3)
    assert _levels.shift_power(0.15, 2000, 1e-3 / 18) > 0.99
    assert _levels.count_power(0.878, 0.95, 1000, 1e-3) > 0.999
    assert _levels.count_power(0.988, 0.95, 1000, 1e-3) > 0.999


@LAW
@given(st.floats(0.01, 0.2), st.integers(100, 5000), levels)
def test_power_grows_with_the_effect_and_the_size(effect: float, n: int, level: float) -> None:
    power = _levels.shift_power(effect, n, level)
    assert power <= _levels.shift_power(1.1 * effect, n, level)
    assert power <= _levels.shift_power(effect, 2 * n, level)
    assert _levels.spread_power(1 + effect, n, level) <= _levels.spread_power(1 + 1.1 * effect, n, level)
    assert _levels.both_stages(power, 1.0) == power


def test_without_an_effect_the_power_is_that_of_a_wrong_alarm() -> None:
    level = 1e-3
    assert _levels.shift_power(0.0, 100, level) == pytest.approx(level**2)
    assert _levels.spread_power(1.0, 100, level) == pytest.approx(level**2)
    assert _levels.count_power(0.3, 0.3, 100, level) <= level**2
    fair = np.full(6, 1 / 6)
    assert _levels.cells_power(fair, fair, 1000, level) == pytest.approx(level**2)


# Measured.


def test_the_measurement_can_be_made() -> None:
    rows = [*bench().rates(200), *bench().powers(2)]
    assert len({str(row) for row in rows}) == len(rows)


def test_the_check_fails_where_the_measured_statistics_do() -> None:
    law, case, level = Continuous(parse("x"), independent=True), Case(0, {}, ()), 0.02
    random = np.random.default_rng(5)
    limits: dict[str, Any] = dict(law.limits(case, 40, level, random))
    u = random.random((400, 40))
    w, sizes = _statistics.scores(u), _statistics.sizes(u)
    measured: NDArray[np.bool_] = (
        (np.max(_statistics.gaps(np.sort(u)), axis=-1) > limits["gap"])
        | (np.abs(w.mean(axis=-1)) > limits["mean"])
        | (np.sum(w**2, axis=-1) < limits["low"])
        | (np.sum(w**2, axis=-1) > limits["high"])
    )
    for numbers in (w, sizes):
        for measure in (_statistics.neighbours, _statistics.halves):
            measured |= np.abs(measure(numbers)) > limits["normal"]
    assert [not law.tested(row, limits, case).accepted for row in u] == measured.tolist()
    assert 20 < measured.sum() < 80


def scores_at_once(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what `scores` does, with SciPy, which a student's machine need not load, for all numbers together."""
    return np.asarray(special.ndtri(np.clip(u, _statistics._LEAST, _statistics._MOST)))


def test_scores_are_those_of_scipy() -> None:
    u = np.concatenate(
        [np.random.default_rng(1).random(10_000), np.logspace(-320, 0, 1000), 1 - np.logspace(-16, 0, 1000)]
    )
    np.testing.assert_allclose(_statistics.scores(u), scores_at_once(u), rtol=1e-10, atol=1e-14)


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take quantiles and probabilities of N(0, 1) from SciPy, which computes millions of them in no time; ours are the same."""
    monkeypatch.setattr(_statistics, "scores", scores_at_once)
    monkeypatch.setattr(_laws, "PHI", {"Phi": special.ndtr})


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("swift")
def test_right_answers_fail_as_often_as_the_level_says() -> None:
    rates = list(bench().rates(RUNS))
    assert len({rate.test for rate in rates}) > 15
    for rate in rates:
        most = stats.binom.isf(MISLED, rate.runs, rate.level)
        least = stats.binom.ppf(MISLED, rate.runs, rate.level)
        if rate.law == "exact":
            assert least <= rate.failed <= most, rate
        elif rate.law == "at most":
            assert rate.failed <= most, rate
        elif rate.law == "about":  # by the central limit theorem, or for many draws
            factor = 2.5 if "means of 10" in rate.test else 1.3
            assert rate.failed <= stats.binom.isf(MISLED, rate.runs, factor * rate.level), rate
    assert any(rate.failed > stats.binom.isf(MISLED, rate.runs, rate.level) for rate in rates if rate.law == "not used")


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("swift")
def test_wrong_answers_are_found_as_often_as_stated() -> None:
    for power in bench().powers(POWER_RUNS):
        assert power.failed >= stats.binom.ppf(MISLED, power.runs, power.stated), power
        if power.computed is not None:  # the formula for one test is no more than what all tests find
            assert power.failed >= stats.binom.ppf(MISLED, power.runs, max(0, power.computed - 0.015)), power
