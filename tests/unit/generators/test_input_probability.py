"""`probability`: between its bounds, which lie between 0 and 1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.probability import Probability
from grader.sandbox.expressions import parse

bounds = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted)
seeds = st.integers(0, 2**32)


def between(low: float, high: float, decimals: int = 3) -> Probability:
    return Probability(low=parse(low), high=parse(high), decimals=decimals)


def drawn(kind: Probability, seed: int, regime: str = "") -> float:
    return kind.draw(Draw(np.random.default_rng(seed), {}, 0, regime))


def simple(kind: Probability, seed: int, level: int) -> float:
    return kind.simple(Draw(np.random.default_rng(seed), {}, level=level))


@given(
    pair=bounds,
    decimals=st.integers(1, 15),
    seed=seeds,
    regime=st.sampled_from(["", "half", "near_zero", "near_one"]),
    level=st.integers(0, 3),
)
def test_every_value_lies_between_the_bounds(
    pair: list[float], decimals: int, seed: int, regime: str, level: int
) -> None:
    kind = between(pair[0], pair[1], decimals)
    for value in (drawn(kind, seed, regime), simple(kind, seed, level)):
        assert type(value) is float
        assert pair[0] <= value <= pair[1]


def test_by_default_the_draws_fill_the_inside_of_the_interval_with_three_decimals() -> None:
    values = [drawn(Probability(), seed) for seed in range(300)]
    assert 0.05 <= min(values) < 0.08
    assert 0.92 < max(values) <= 0.95
    assert 0.45 < np.mean(values) < 0.55
    assert all(value == round(value, 3) for value in values)


def test_the_regimes_are_a_half_and_the_ends() -> None:
    assert Probability().edges() == ("half", "near_zero", "near_one")
    assert [drawn(Probability(), 1, regime) for regime in Probability().edges()] == [0.5, 0.05, 0.95]
    assert [drawn(between(0, 1), 1, regime) for regime in Probability().edges()] == [0.5, 0.001, 0.999]
    assert drawn(between(0.6, 0.9), 1, "half") >= 0.6


def test_neither_end_is_passed_where_there_is_no_room() -> None:
    assert drawn(between(0, 0), 0, "near_zero") == 0
    assert drawn(between(1, 1), 0, "near_one") == 1


def test_simple_values_are_simple_fractions() -> None:
    assert {simple(Probability(), seed, 0) for seed in range(40)} == {0.5, 0.25}
    assert {simple(Probability(exclude=("half",)), seed, 0) for seed in range(40)} == {0.25, 0.75}
    assert {simple(between(0.01, 0.02), seed, 3) for seed in range(40)} == {0.01, 0.02}


@pytest.mark.parametrize(("low", "high"), [(-0.01, 0.5), (0.5, 1.01), (0.6, 0.5), (float("nan"), 0.5)])
def test_bounds_that_are_no_probabilities_are_refused(low: float, high: float) -> None:
    kind = Probability(low=parse("low"), high=parse("high"))
    for draw in (kind.draw, kind.simple):
        with pytest.raises(JudgeError, match="there is no probability from"):
            draw(Draw(np.random.default_rng(0), {"low": low, "high": high}))


def test_a_half_is_not_simple_where_only_a_half_is_excluded() -> None:
    assert 0.5 not in {simple(Probability(exclude=("half",)), seed, 3) for seed in range(100)}
