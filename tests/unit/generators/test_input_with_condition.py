"""`with_condition`: the condition number is the one that was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.with_condition import WithCondition
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("diagonal", "one_small", "scaled_down", "scaled_up")
seeds = st.integers(0, 2**32)


def of(rows: int, columns: int, condition: float = 1000) -> WithCondition:
    return WithCondition(shape=(parse(rows), parse(columns)), condition=parse(condition))


def drawn(kind: WithCondition, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: WithCondition, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def meets(matrix: NDArray[np.float64], condition: float) -> bool:
    wanted = condition if min(matrix.shape) > 1 else 1.0
    return bool(abs(np.linalg.cond(matrix) / wanted - 1) <= max(1e-6, 1e-15 * condition))


@given(
    rows=st.integers(1, 8),
    columns=st.integers(1, 8),
    exponent=st.floats(0, 12),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
)
def test_the_condition_is_met(rows: int, columns: int, exponent: float, seed: int, regime: str) -> None:
    matrix = drawn(of(rows, columns, 10**exponent), seed, regime)
    assert matrix.shape == (rows, columns)
    assert meets(matrix, 10**exponent)


@given(
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    condition=st.sampled_from([1, 1.5, 2, 10, 1000, 1e6, 1e9]),
    seed=seeds,
    level=st.integers(0, 3),
)
def test_simple_matrices_meet_it_with_short_decimals(
    rows: int, columns: int, condition: float, seed: int, level: int
) -> None:
    matrix = simple(of(rows, columns, condition), seed, level)
    assert matrix.shape == (rows, columns)
    assert meets(matrix, condition)
    assert np.allclose(matrix, np.round(matrix, 5), rtol=0, atol=1e-15 * condition)


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(5, 4)
    diagonal, one, down, up = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert not np.any(diagonal[~np.eye(5, 4, dtype=bool)])
    sizes = np.linalg.svd(one, compute_uv=False)
    assert np.allclose(sizes[:-1], sizes[0])
    assert np.allclose(1e8 * down, drawn(kind, seed))
    assert np.allclose(1e-8 * up, drawn(kind, seed))


def test_the_singular_values_are_a_geometric_sequence() -> None:
    sizes = np.linalg.svd(drawn(of(4, 6)), compute_uv=False)
    assert np.allclose(sizes[1:] / sizes[:-1], 0.1)
    assert 1 < sizes[0] < 7


def test_by_default_the_condition_is_a_thousand() -> None:
    assert meets(drawn(WithCondition(size=parse(3))), 1000)


def test_size_and_condition_may_depend_on_earlier_inputs() -> None:
    matrix = drawn(WithCondition(size=parse("n"), condition=parse("10**n")), n=4)
    assert matrix.shape == (4, 4)
    assert meets(matrix, 1e4)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    kind = WithCondition(size=parse(2), exclude=("diagonal",))
    for seed in range(50):
        matrix = simple(kind, seed, level)
        assert meets(matrix, 1000)
        assert np.any(matrix * (1 - np.eye(2)))
        assert np.count_nonzero(matrix) > 2


@pytest.mark.parametrize("condition", ["0.5", "-1", "1e13", "inf", "inf - inf"])
def test_a_condition_that_cannot_be_met_is_a_judge_error(condition: str) -> None:
    with pytest.raises(JudgeError, match="between 1 and 1e12"):
        drawn(WithCondition(size=parse(2), condition=parse(condition)))


def test_an_empty_matrix_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="at least 1"):
        drawn(of(0, 2))


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one of size and shape"):
        WithCondition()
    with pytest.raises(ValueError, match="exactly one of size and shape"):
        WithCondition(size=parse(2), shape=(parse(2), parse(2)))
    with pytest.raises(ValueError, match="int64"):
        WithCondition(size=parse(2), dtype="int64")


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3, 3), 1).tobytes() == drawn(of(3, 3), 1).tobytes()
    assert not np.allclose(drawn(of(3, 3), 1), drawn(of(3, 3), 2))
