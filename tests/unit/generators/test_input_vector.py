"""`vector` and the entries it shares with matrices: normal, readable, and in every regime what its name says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.vector import Vector
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("zeros", "repeated", "negative", "integers", "offset")
seeds = st.integers(0, 2**32)
sizes = st.integers(1, 12)


def drawn(kind: Vector, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.generic]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def of_size(size: int, center: float = 0, spread: float = 1, decimals: int = 3) -> Vector:
    return Vector(size=parse(size), center=parse(center), spread=parse(spread), decimals=decimals)


@given(size=st.integers(0, 30), seed=seeds, regime=st.sampled_from(["", *REGIMES]))
def test_the_shape_is_the_size_in_every_regime(size: int, seed: int, regime: str) -> None:
    vector = drawn(of_size(size), seed, regime)
    assert vector.shape == (size,)
    assert np.all(np.isfinite(vector))
    assert vector.dtype == (np.int64 if regime == "integers" else np.float64)


def test_the_entries_are_normal_around_the_center() -> None:
    vector = drawn(of_size(20_000, center=5, spread=2, decimals=15)).astype(float)
    assert np.mean(vector) == pytest.approx(5, abs=0.08)
    assert np.std(vector) == pytest.approx(2, abs=0.06)
    assert np.mean(np.abs(vector - 5) < 2) == pytest.approx(0.6827, abs=0.02)


def test_size_center_and_spread_may_depend_on_earlier_inputs() -> None:
    kind = Vector(size=parse("n + 1"), center=parse("mu"), spread=parse("mu / 1e6"))
    vector = drawn(kind, n=3, mu=100.0)
    assert vector.shape == (4,)
    assert np.allclose(vector, 100, atol=0.01)


@given(
    size=sizes,
    seed=seeds,
    decimals=st.integers(0, 8),
    center=st.floats(-100, 100),
    regime=st.sampled_from(["", *REGIMES]),
)
def test_the_entries_have_no_more_decimals_than_wanted_in_any_regime(
    size: int, seed: int, decimals: int, center: float, regime: str
) -> None:
    vector = drawn(of_size(size, center, 1, decimals), seed, regime)
    assert np.array_equal(vector, np.round(vector, decimals))


@given(size=sizes, seed=seeds, decimals=st.integers(0, 3), regime=st.sampled_from(["", *REGIMES]))
def test_no_entry_is_minus_zero(size: int, seed: int, decimals: int, regime: str) -> None:
    assert "-0.0" not in map(repr, drawn(of_size(size, 0, 0.3, decimals), seed, regime).tolist())


@given(size=sizes, seed=seeds, center=st.floats(-100, 100))
def test_zeros_are_zeros(size: int, seed: int, center: float) -> None:
    assert not np.any(drawn(of_size(size, center), seed, "zeros"))


@given(size=sizes, seed=seeds, center=st.floats(-100, 100))
def test_repeated_entries_are_all_equal(size: int, seed: int, center: float) -> None:
    assert len(set(drawn(of_size(size, center), seed, "repeated").tolist())) == 1


@given(size=sizes, seed=seeds, center=st.floats(-100, 100), decimals=st.integers(0, 15))
def test_negative_entries_lie_all_below_zero(size: int, seed: int, center: float, decimals: int) -> None:
    assert np.all(drawn(of_size(size, center, 1, decimals), seed, "negative").astype(float) < 0)


@given(size=sizes, seed=seeds, center=st.integers(-100, 100))
def test_integers_are_whole_and_near_the_center(size: int, seed: int, center: int) -> None:
    vector = drawn(of_size(size, center, 0.1), seed, "integers")
    assert vector.dtype == np.int64
    assert np.all(np.abs(vector.astype(float) - center) < 20)


def test_integers_differ_from_each_other_even_where_the_spread_is_small() -> None:
    assert len(set(drawn(of_size(12, 0, 0.01), 0, "integers").tolist())) > 1


@given(size=sizes, seed=seeds)
def test_an_offset_of_a_thousand_is_added(size: int, seed: int) -> None:
    shifted = drawn(of_size(size), seed, "offset").astype(float)
    assert np.allclose(shifted - 1000, drawn(of_size(size), seed).astype(float), atol=1e-9)


def test_an_empty_vector_is_possible_in_every_regime() -> None:
    assert all(drawn(of_size(0), 0, regime).shape == (0,) for regime in ("", *REGIMES))


@pytest.mark.parametrize("size", ["2.5", "v"])
def test_a_size_that_is_not_whole_is_a_judge_error(size: str) -> None:
    with pytest.raises(JudgeError):
        drawn(Vector(size=parse(size)), v=np.zeros(3))


def simple(seed: int, level: int, size: int = 4, **more: Any) -> NDArray[np.float64]:
    value = Vector(size=parse(size), **more).simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


@given(seed=seeds, level=st.integers(0, 3), size=st.integers(0, 9))
def test_simple_entries_are_small_whole_numbers(seed: int, level: int, size: int) -> None:
    vector = simple(seed, level, size)
    assert vector.shape == (size,)
    assert vector.dtype == np.float64
    assert np.array_equal(vector, np.round(vector))
    assert np.all(np.abs(vector) <= max(level + 1, size))
    assert "-0.0" not in map(repr, vector.tolist())


def test_simple_entries_are_sometimes_equal_and_sometimes_not() -> None:
    found = [simple(seed, 0) for seed in range(60)]
    assert any(not np.any(vector) for vector in found)
    assert any(np.all(vector == 1) for vector in found)
    assert any(np.array_equal(vector, [1, 2, 3, 4]) for vector in found)
    assert any(np.any(vector < 0) for vector in found)


@given(seed=seeds, level=st.integers(0, 3), size=st.integers(1, 5))
def test_simple_entries_show_no_regime_that_is_excluded(seed: int, level: int, size: int) -> None:
    assert np.any(simple(seed, level, size, exclude=("zeros",)))
    assert size == 1 or np.ptp(simple(seed, level, size, exclude=("repeated",))) > 0


@pytest.mark.parametrize(("center", "spread", "unit"), [(1000, 1, 1.0), (0, 0.05, 0.01), (7, 20, 1.0), (5, 0, 1.0)])
def test_simple_entries_lie_around_the_center_on_the_scale_of_the_spread(
    center: float, spread: float, unit: float
) -> None:
    for seed in range(30):
        vector = simple(seed, 1, center=parse(center), spread=parse(spread))
        assert np.all(np.abs(vector - center) <= 4.001 * unit)
        assert np.allclose(vector / unit, np.round(vector / unit), atol=1e-9)
