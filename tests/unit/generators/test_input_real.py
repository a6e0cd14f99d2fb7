"""`real`: between its bounds, rounded, and with the regimes that the bounds allow."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.real import Real
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

bounds = st.tuples(st.floats(-1e3, 1e3), st.floats(0, 1e3)).map(lambda pair: (pair[0], pair[0] + pair[1]))
seeds = st.integers(0, 2**32)


def between(low: float, high: float, decimals: int = 3) -> Real:
    return Real(low=parse(low), high=parse(high), decimals=decimals)


def drawn(kind: Real, seed: int, regime: str = "", **names: Value) -> float | int:
    return kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))


def simple(kind: Real, seed: int, level: int) -> float:
    return kind.simple(Draw(np.random.default_rng(seed), {}, level=level))


@given(pair=bounds, decimals=st.integers(0, 15), seed=seeds)
def test_every_draw_lies_between_the_bounds(pair: tuple[float, float], decimals: int, seed: int) -> None:
    value = drawn(between(*pair, decimals), seed)
    assert type(value) is float
    assert pair[0] <= value <= pair[1]


@given(
    pair=bounds, decimals=st.integers(0, 15), seed=seeds, regime=st.sampled_from(["", "zero", "negative", "integer"])
)
def test_a_regime_keeps_the_bounds(pair: tuple[float, float], decimals: int, seed: int, regime: str) -> None:
    assert pair[0] <= drawn(between(*pair, decimals), seed, regime) <= pair[1]


@given(decimals=st.integers(0, 6), seed=seeds)
def test_a_draw_has_no_more_decimals_than_wanted(decimals: int, seed: int) -> None:
    value = drawn(between(-10, 10, decimals), seed)
    assert value == round(value, decimals)


@given(seed=seeds, regime=st.sampled_from(["", "zero", "negative"]))
def test_no_draw_is_minus_zero(seed: int, regime: str) -> None:
    assert repr(drawn(between(-1, 1, 0), seed, regime)) != "-0.0"


@pytest.mark.parametrize("seed", range(50))
def test_negative_is_below_zero_where_the_bounds_allow_it(seed: int) -> None:
    assert -10 <= drawn(Real(), seed, "negative") < 0
    assert -1 <= drawn(between(-1, 100), seed, "negative") < 0
    assert -2 <= drawn(between(-2, 2, 0), seed, "negative") < 0
    assert 1 <= drawn(between(1, 2), seed, "negative") <= 2


@pytest.mark.parametrize("seed", range(5))
def test_zero_is_zero_where_the_bounds_allow_it(seed: int) -> None:
    assert drawn(Real(), seed, "zero") == 0.0
    assert drawn(between(0, 1), seed, "zero") == 0.0
    assert drawn(between(1, 2), seed, "zero") >= 1


@pytest.mark.parametrize("seed", range(50))
def test_integer_is_an_int_wherever_there_is_one_between_the_bounds(seed: int) -> None:
    assert type(drawn(Real(), seed, "integer")) is int
    assert drawn(between(0.2, 1.4), seed, "integer") == 1
    assert type(drawn(between(0.2, 1.4), seed, "integer")) is int
    assert type(drawn(between(0.2, 0.8), seed, "integer")) is float


def test_the_bounds_may_depend_on_earlier_inputs() -> None:
    kind = Real(low=parse("a"), high=parse("a + 1"))
    assert all(5 <= drawn(kind, seed, a=5.0) <= 6 for seed in range(20))


def test_the_draws_fill_the_interval() -> None:
    values = [drawn(between(0, 1), seed) for seed in range(200)]
    assert min(values) < 0.05
    assert max(values) > 0.95
    assert 0.4 < np.mean(values) < 0.6


levels = st.integers(0, 3)


@given(pair=bounds, seed=seeds, level=levels)
def test_a_simple_number_lies_between_the_bounds_and_is_whole_if_it_can_be(
    pair: tuple[float, float], seed: int, level: int
) -> None:
    value = simple(between(*pair), seed, level)
    assert type(value) is float
    assert pair[0] <= value <= pair[1]
    assert repr(value) != "-0.0"
    if math.ceil(pair[0]) <= math.floor(pair[1]):
        assert value.is_integer()


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [
        (-10, 10, {0, 1, -1}),
        (0.1, 0.2, {0.1, 0.2}),
        (7, 9, {7, 8, 9}),
        (50, 90, {50, 51, 52}),
        (-90, -50, {-50, -51, -52}),
    ],
)
def test_the_simplest_numbers_are_those_nearest_to_zero(low: float, high: float, numbers: set[float]) -> None:
    assert {simple(between(low, high), seed, 0) for seed in range(40)} == numbers


@pytest.mark.parametrize(
    ("low", "high", "number"),
    [(0, 0, 0.0), (2.7, 2.7, 2.7), (1e-104, 1.9, 1.0), (2e6, 2e6, 2e6), (1 / 3, 1 / 3, 1 / 3)],
)
def test_a_bound_is_simple_only_where_there_is_no_better_number(low: float, high: float, number: float) -> None:
    assert {simple(between(low, high), seed, 3) for seed in range(20)} == {number}


def test_more_numbers_are_simple_at_a_higher_level() -> None:
    found = [{simple(between(-9, 9), seed, level) for seed in range(100)} for level in range(4)]
    assert all(lower < higher for lower, higher in itertools.pairwise(found))


def test_zero_is_not_simple_where_it_is_excluded() -> None:
    assert 0.0 not in {simple(Real(exclude=("zero",)), seed, 1) for seed in range(50)}


@pytest.mark.parametrize(("low", "high"), [(2, 1), (float("nan"), 1), (0, float("inf"))])
def test_bounds_without_a_number_between_them_are_a_judge_error(low: float, high: float) -> None:
    kind = Real(low=parse("low"), high=parse("high"))
    for draw in (kind.draw, kind.simple):
        with pytest.raises(JudgeError, match="there is no number from"):
            draw(Draw(np.random.default_rng(0), {"low": low, "high": high}))
