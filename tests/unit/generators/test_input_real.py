"""`real`: between its bounds, rounded, and with the regimes that the bounds allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
