"""`probability_vector`: it sums to 1, is not uniform, and can be read."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.probability_vector import ProbabilityVector
from grader.sandbox.expressions import parse

REGIMES = ("uniform", "zeros", "certain", "skewed")
seeds = st.integers(0, 2**32)
sizes = st.integers(1, 12)


def drawn(size: int, seed: int, regime: str = "", level: int | None = None, **more: Any) -> NDArray[np.float64]:
    kind = ProbabilityVector(size=parse(size), **more)
    draw = Draw(np.random.default_rng(seed), {}, 0, regime, level=level or 0)
    value = kind.draw(draw) if level is None else kind.simple(draw)
    assert isinstance(value, np.ndarray)
    return value


@given(
    size=st.integers(1, 40),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    level=st.sampled_from([None, 0, 1, 2, 3]),
    concentration=st.sampled_from([0.01, 0.5, 1, 100, 1e9]),
)
def test_it_sums_to_one_up_to_rounding(
    size: int, seed: int, regime: str, level: int | None, concentration: float
) -> None:
    vector = drawn(size, seed, regime, level, concentration=parse(concentration), decimals=1 + seed % 9)
    assert vector.shape == (size,)
    assert np.all((vector >= 0) & (vector <= 1))
    assert abs(sum(vector.tolist()) - 1) <= 2e-16 * size
    assert regime in ("zeros", "certain") or level or np.all(vector > 0)


@given(size=st.integers(2, 40), seed=seeds, concentration=st.sampled_from([0.5, 1, 1e12]))
def test_it_is_never_uniform_by_default(size: int, seed: int, concentration: float) -> None:
    assert np.ptp(drawn(size, seed, concentration=parse(concentration))) > 0.5 / max(1000, 1000 * size)


@given(size=st.integers(1, 10), seed=seeds)
def test_it_can_be_read(size: int, seed: int) -> None:
    assert all(len(repr(p)) <= 5 for p in drawn(size, seed).tolist())
    assert all(len(repr(p)) <= 8 for p in drawn(size, seed, "skewed").tolist())
    assert all(len(repr(p)) <= 4 for p in drawn(size, seed, "", 0, exclude=("uniform",)).tolist())


@given(size=st.integers(2, 12), seed=seeds)
def test_every_regime_shows_what_its_name_says(size: int, seed: int) -> None:
    uniform, zeros, certain, skewed = (drawn(size, seed, regime) for regime in REGIMES)
    assert np.array_equal(uniform, np.full(size, 1 / size))
    assert 1 <= np.sum(zeros == 0) <= max(1, size - 2)
    assert sorted(certain.tolist()) == [0.0] * (size - 1) + [1.0]
    assert np.sum(skewed == 1e-6) == 1
    assert np.sum(skewed < 1e-5) == 1


@given(seed=seeds, regime=st.sampled_from(["", *REGIMES]), level=st.sampled_from([None, 0, 3]))
def test_a_single_probability_is_one(seed: int, regime: str, level: int | None) -> None:
    assert drawn(1, seed, regime, level).tolist() == [1.0]


def test_the_concentration_says_how_even_it_is() -> None:
    def largest(concentration: float) -> float:
        return float(np.mean([drawn(4, s, concentration=parse(concentration)).max() for s in range(100)]))

    assert largest(0.05) > 0.85
    assert 0.45 < largest(1) < 0.6
    assert largest(1000) < 0.28


def test_with_a_concentration_of_one_every_share_is_a_beta_variable() -> None:
    first = np.array([drawn(3, seed, decimals=6)[0] for seed in range(500)])
    assert np.mean(first) == pytest.approx(1 / 3, abs=0.035)
    assert np.std(first) == pytest.approx(np.sqrt(1 / 18), abs=0.03)


def test_simple_vectors_are_quarters_and_tenths() -> None:
    def found(size: int, level: int, **more: Any) -> set[tuple[float, ...]]:
        return {tuple(drawn(size, seed, "", level, **more).tolist()) for seed in range(80)}

    assert found(2, 0) == {(0.5, 0.5), (0.25, 0.75), (0.75, 0.25)}
    assert found(2, 0, exclude=("uniform",)) == {(0.25, 0.75), (0.75, 0.25)}
    assert (1.0, 0.0) in found(2, 1)
    assert (1.0, 0.0) not in found(2, 1, exclude=("certain",)) | found(2, 1, exclude=("zeros",))
    assert all(p == round(p, 1) for vector in found(4, 2, exclude=("uniform",)) for p in vector)


def test_who_excludes_zeros_gets_no_certain_vector() -> None:
    assert ProbabilityVector(size=parse(3)).edges() == REGIMES
    assert ProbabilityVector(size=parse(3), exclude=("zeros",)).edges() == ("uniform", "skewed")
    assert ProbabilityVector(size=parse(3), exclude=("certain",)).edges() == ("uniform", "zeros", "skewed")


@pytest.mark.parametrize("concentration", [0, -1, float("nan"), float("inf")])
def test_a_concentration_that_is_not_positive_is_a_judge_error(concentration: float) -> None:
    kind = ProbabilityVector(size=parse(2), concentration=parse("c"))
    with pytest.raises(JudgeError, match="a number above 0"):
        kind.draw(Draw(np.random.default_rng(0), {"c": float(concentration)}))


def test_other_parameters_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="no whole numbers"):
        ProbabilityVector(size=parse(2), dtype="int64")
    with pytest.raises(JudgeError, match="at least 1"):
        drawn(0, 0)
