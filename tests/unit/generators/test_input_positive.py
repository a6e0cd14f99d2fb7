"""`positive`: above zero, of any order of magnitude between its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.positive import Positive
from grader.sandbox.expressions import parse

seeds = st.integers(0, 2**32)


def between(low: float, high: float, digits: int = 3) -> Positive:
    return Positive(low=parse(low), high=parse(high), digits=digits)


def drawn(kind: Positive, seed: int, regime: str = "") -> float:
    return kind.draw(Draw(np.random.default_rng(seed), {}, 0, regime))


@given(
    low=st.floats(1e-200, 1e200),
    factor=st.floats(1, 1e6),
    digits=st.integers(1, 17),
    seed=seeds,
    regime=st.sampled_from(["", "one", "lowest", "highest"]),
)
def test_every_draw_lies_between_the_bounds(low: float, factor: float, digits: int, seed: int, regime: str) -> None:
    value = drawn(between(low, low * factor, digits), seed, regime)
    assert type(value) is float
    assert low <= value <= low * factor


@given(digits=st.integers(1, 10), seed=seeds)
def test_a_draw_has_no_more_digits_than_wanted(digits: int, seed: int) -> None:
    mantissa = f"{drawn(between(1e-3, 1e3, digits), seed):.17e}".split("e")[0]
    assert float(mantissa) == pytest.approx(round(float(mantissa), digits - 1), rel=1e-15)


def test_all_orders_of_magnitude_are_equally_likely() -> None:
    exponents = np.floor([np.log10(drawn(between(1e-3, 1e3), seed)) for seed in range(600)])
    assert all(60 < np.sum(exponents == exponent) < 140 for exponent in range(-3, 3))


def test_the_regimes_are_one_and_the_bounds() -> None:
    kind = between(0.5, 8)
    assert kind.edges() == ("one", "lowest", "highest")
    assert [drawn(kind, 3, regime) for regime in kind.edges()] == [1.0, 0.5, 8.0]


def test_one_needs_bounds_that_allow_it() -> None:
    assert 2 <= drawn(between(2, 8), 3, "one") <= 8


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0)])
def test_bounds_without_a_positive_number_between_them_are_a_judge_error(low: float, high: float) -> None:
    with pytest.raises(JudgeError, match="there is no positive number from"):
        drawn(between(low, high), 0)


@given(low=st.floats(1e-6, 1e6), factor=st.floats(1, 1e6), seed=seeds, level=st.integers(0, 3))
def test_a_simple_number_lies_between_the_bounds_and_above_zero(
    low: float, factor: float, seed: int, level: int
) -> None:
    value = between(low, low * factor).simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert type(value) is float
    assert low <= value <= low * factor


def test_the_simplest_numbers_are_whole_and_small() -> None:
    def simple(kind: Positive) -> set[float]:
        return {kind.simple(Draw(np.random.default_rng(seed), {})) for seed in range(40)}

    assert simple(Positive()) == {1.0, 2.0, 3.0}
    assert simple(between(0.01, 0.05)) == {0.01, 0.02, 0.03}
