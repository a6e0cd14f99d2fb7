"""`design_matrix`: independent columns, well enough conditioned for the normal equations, in every regime."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.design_matrix import DesignMatrix
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("offset", "integers", "one_hot")
seeds = st.integers(0, 2**32)


def of(rows: int, columns: int, rank: int | None = None, *, intercept: bool = True, decimals: int = 3) -> DesignMatrix:
    wanted = None if rank is None else parse(rank)
    return DesignMatrix(shape=(parse(rows), parse(columns)), rank=wanted, intercept=intercept, decimals=decimals)


def drawn(kind: DesignMatrix, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: DesignMatrix, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


@given(
    columns=st.integers(1, 6),
    more=st.integers(0, 6),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    intercept=st.booleans(),
    decimals=st.integers(0, 15),
)
def test_the_columns_are_independent_and_the_first_is_ones(
    *, columns: int, more: int, seed: int, regime: str, intercept: bool, decimals: int
) -> None:
    matrix = drawn(of(columns + more, columns, intercept=intercept, decimals=decimals), seed, regime)
    assert matrix.shape == (columns + more, columns)
    assert np.linalg.cond(matrix.astype(float)) <= 2e4
    assert not intercept or np.all(matrix[:, 0] == 1)
    assert np.array_equal(matrix, np.round(matrix, decimals))


@given(
    rank=st.integers(1, 4),
    wider=st.integers(0, 3),
    more=st.integers(0, 4),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    intercept=st.booleans(),
)
def test_a_given_rank_is_beyond_doubt(
    *, rank: int, wider: int, more: int, seed: int, regime: str, intercept: bool
) -> None:
    matrix = drawn(of(rank + more, rank + wider, rank, intercept=intercept), seed, regime)
    sizes = np.linalg.svd(matrix.astype(float), compute_uv=False)
    assert np.all(sizes[:rank] >= 1e-6 * sizes[0])
    assert np.all(sizes[rank:] <= 1e-13 * sizes[0])
    assert not intercept or np.all(matrix[:, 0] == 1)


@given(columns=st.integers(1, 4), more=st.integers(0, 4), seed=seeds, level=st.integers(0, 3), intercept=st.booleans())
def test_simple_matrices_have_independent_columns_of_small_whole_numbers(
    columns: int, more: int, seed: int, level: int, intercept: bool
) -> None:
    matrix = simple(of(columns + more, columns, intercept=intercept), seed, level)
    assert matrix.shape == (columns + more, columns)
    assert np.linalg.matrix_rank(matrix) == columns
    assert np.array_equal(matrix, np.round(matrix))
    assert np.max(np.abs(matrix)) <= max(level + 1, columns + more)
    assert not intercept or np.all(matrix[:, 0] == 1)


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(12, 4)
    offset, integers, one_hot = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.all((offset[:, 3] > 500) & (offset[:, 3] < 1500))
    assert np.max(np.abs(offset[:, :3])) < 100
    assert integers.dtype == np.int64
    assert np.all((one_hot == 0) | (one_hot == 1))
    assert np.all(np.sum(one_hot[:, 1:], axis=1) <= 1)
    assert np.all(np.sum(drawn(of(5, 3, intercept=False), seed, "one_hot"), axis=1) == 1)


def test_the_columns_have_different_scales_and_centers() -> None:
    matrix = drawn(of(200, 8))[:, 1:]
    spreads = np.std(matrix, axis=0)
    assert np.max(spreads) > 5 * np.min(spreads)
    assert np.max(np.abs(np.mean(matrix, axis=0)) / spreads) > 1


def test_whole_numbers_can_be_asked_for() -> None:
    kind = DesignMatrix(shape=(parse(5), parse(3)), dtype="int64")
    for seed in range(30):
        for regime in ("", *kind.edges()):
            matrix = drawn(kind, seed, regime)
            assert matrix.dtype == np.int64
            assert np.linalg.matrix_rank(matrix) == 3


def test_shape_and_rank_may_depend_on_earlier_inputs() -> None:
    kind = DesignMatrix(shape=(parse("m"), parse("k")), rank=parse("k - 1"))
    assert np.linalg.matrix_rank(drawn(kind, m=6, k=3)) == 2


@pytest.mark.parametrize(("rows", "columns", "rank"), [(2, 3, None), (5, 2, 3), (2, 5, 3), (3, 3, 0), (0, 0, None)])
def test_a_shape_without_so_many_independent_columns_is_a_judge_error(
    rows: int, columns: int, rank: int | None
) -> None:
    with pytest.raises(JudgeError):
        drawn(of(rows, columns, rank))


def test_a_wide_matrix_needs_a_rank() -> None:
    assert np.linalg.matrix_rank(drawn(of(2, 5, 2))) == 2


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(5, 3), 1).tobytes() == drawn(of(5, 3), 1).tobytes()
    assert not np.array_equal(drawn(of(5, 3), 1), drawn(of(5, 3), 2))
