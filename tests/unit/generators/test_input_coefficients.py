"""`coefficients`: of a polynomial whose degree is exact."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.coefficients import Coefficients
from grader.sandbox.expressions import parse

REGIMES = ("root_at_zero", "negative_leading", "integers")
seeds = st.integers(0, 2**32)
degrees = st.integers(0, 7)
regimes = st.sampled_from(["", *REGIMES])
levels = st.sampled_from([None, 0, 1, 2, 3])


def drawn(degree: int, seed: int, regime: str = "", level: int | None = None, **more: Any) -> NDArray[np.float64]:
    kind = Coefficients(degree=parse(degree), **more)
    draw = Draw(np.random.default_rng(seed), {}, 0, regime, level=level or 0)
    value = kind.draw(draw) if level is None else kind.simple(draw)
    assert isinstance(value, np.ndarray)
    return value


@given(degree=degrees, seed=seeds, regime=regimes, level=levels)
def test_the_degree_is_exact_and_the_coefficients_are_small_whole_numbers(
    degree: int, seed: int, regime: str, level: int | None
) -> None:
    c = drawn(degree, seed, regime, level)
    assert c.shape == (degree + 1,)
    assert c[-1] != 0
    assert np.array_equal(c, np.round(c))
    assert np.all(np.abs(c) <= (5 if level is None else level + 1))
    assert "-0.0" not in map(repr, c.tolist())


@given(degree=degrees, seed=seeds, level=levels, decimals=st.integers(0, 5))
def test_decimals_are_kept_within_the_largest(degree: int, seed: int, level: int | None, decimals: int) -> None:
    c = drawn(degree, seed, "", level, largest=parse(1.5), decimals=decimals)
    assert np.array_equal(c, np.round(c, decimals))
    assert np.all(np.abs(c) <= 1.5)
    assert c[-1] != 0


@given(degree=degrees, seed=seeds)
def test_every_regime_shows_what_its_name_says(degree: int, seed: int) -> None:
    root, negative, integers = (drawn(degree, seed, regime) for regime in REGIMES)
    assert degree == 0 or root[0] == 0
    assert negative[-1] < 0
    assert integers.dtype == np.int64
    assert drawn(degree, seed).dtype == np.float64


@given(degree=degrees, seed=seeds, regime=st.sampled_from(["", "integers"]), level=levels)
def test_what_is_excluded_does_not_occur(degree: int, seed: int, regime: str, level: int | None) -> None:
    assert drawn(degree, seed, regime, level, exclude=("negative_leading",))[-1] > 0
    assert drawn(degree, seed, regime, level, exclude=("root_at_zero",))[0] != 0


def test_all_coefficients_occur() -> None:
    values = np.array([drawn(1, seed) for seed in range(400)])
    assert set(values[:, 0].tolist()) == set(range(-5, 6))
    assert set(values[:, 1].tolist()) == set(range(-5, 6)) - {0}


def test_integers_need_room_for_them() -> None:
    c = drawn(2, 0, "integers", largest=parse(0.5), decimals=1)
    assert c.dtype == np.float64
    assert 0 < abs(c[-1]) <= 0.5


def test_simple_coefficients_below_one_are_multiples_of_the_last_place() -> None:
    assert np.all(np.abs(drawn(5, 0, "", 0, largest=parse(0.5), decimals=2)) <= 0.01)


@pytest.mark.parametrize(("degree", "largest", "decimals"), [(1, 0, 0), (1, 0.5, 0), (1, -1, 0), (1, 0.05, 1)])
def test_no_room_for_a_coefficient_is_a_judge_error(degree: int, largest: float, decimals: int) -> None:
    for level in (None, 0):
        with pytest.raises(JudgeError, match="no coefficient but 0"):
            drawn(degree, 0, "", level, largest=parse(largest), decimals=decimals)


def test_a_degree_below_zero_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="at least 0"):
        drawn(-1, 0)
