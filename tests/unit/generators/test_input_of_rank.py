"""`of_rank`: the rank is what was asked for, beyond doubt, in every regime."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.of_rank import OfRank
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("zero_column", "repeated_column", "integers", "scaled_down", "scaled_up")
seeds = st.integers(0, 2**32)


def drawn(kind: OfRank, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: OfRank, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def of(rows: int, columns: int, rank: int) -> OfRank:
    return OfRank(shape=(parse(rows), parse(columns)), rank=parse(str(rank)))


def has_rank(matrix: NDArray[np.float64], rank: int) -> bool:
    """Return whether `rank` singular values are beyond doubt, and the others rounding errors."""
    sizes = np.linalg.svd(matrix.astype(float), compute_uv=False)
    return bool(np.all(sizes[:rank] >= 1e-6 * sizes[0]) and np.all(sizes[rank:] <= 1e-13 * sizes[0]))


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), share=st.floats(0, 1), seed=seeds)
def test_it_has_its_rank_and_a_clear_gap_behind(rows: int, columns: int, share: float, seed: int) -> None:
    rank = 1 + int(share * (min(rows, columns) - 1))
    matrix = drawn(of(rows, columns, rank), seed)
    sizes = np.linalg.svd(matrix, compute_uv=False)
    assert matrix.shape == (rows, columns)
    assert np.all((sizes[:rank] > 1 - 1e-12) & (sizes[:rank] < 3 + 1e-12))
    assert np.all(sizes[rank:] <= 1e-13 * sizes[0])
    assert np.linalg.matrix_rank(matrix) == rank


@given(
    rows=st.integers(1, 8),
    columns=st.integers(1, 8),
    share=st.floats(0, 1),
    seed=seeds,
    regime=st.sampled_from(REGIMES),
)
def test_every_regime_keeps_shape_rank_and_gap(rows: int, columns: int, share: float, seed: int, regime: str) -> None:
    rank = 1 + int(share * (min(rows, columns) - 1))
    matrix = drawn(of(rows, columns, rank), seed, regime)
    assert matrix.shape == (rows, columns)
    assert has_rank(matrix, rank)
    assert np.all(np.any(matrix, axis=1))  # a zero row would make ∏‖row‖, and so every tolerance made from it, zero


@pytest.mark.parametrize("regime", REGIMES)
def test_a_large_matrix_keeps_its_gap(regime: str) -> None:
    assert has_rank(drawn(of(60, 40, 37), 1, regime), 37)
    assert has_rank(drawn(of(40, 40, 40), 1, regime), 40)


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(4, 3, 2)
    zero, repeated, integers, down, up = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.sum(~np.any(zero, axis=0)) == 1
    assert len({tuple(column) for column in repeated.T.tolist()}) == 2
    assert integers.dtype == np.int64
    assert np.allclose(1e8 * down, drawn(kind, seed), rtol=1e-14, atol=0)
    assert np.allclose(1e-8 * up, drawn(kind, seed), rtol=1e-14, atol=0)


@pytest.mark.parametrize("regime", ["zero_column", "repeated_column"])
def test_independent_columns_are_neither_zero_nor_equal_in_any_regime(regime: str) -> None:
    for seed in range(50):
        matrix = drawn(of(5, 3, 3), seed, regime)
        assert has_rank(matrix, 3)


@given(rows=st.integers(0, 5), columns=st.integers(0, 5), regime=st.sampled_from(["", *REGIMES]))
def test_rank_zero_is_the_zero_matrix(rows: int, columns: int, regime: str) -> None:
    matrix = drawn(of(rows, columns, 0), 0, regime)
    assert matrix.shape == (rows, columns)
    assert not np.any(matrix)


@given(rows=st.integers(1, 6), columns=st.integers(1, 6), share=st.floats(0, 1), seed=seeds, level=st.integers(0, 3))
def test_simple_matrices_have_the_rank_and_small_whole_numbers(
    rows: int, columns: int, share: float, seed: int, level: int
) -> None:
    rank = int(share * min(rows, columns))
    matrix = simple(of(rows, columns, rank), seed, level)
    assert matrix.shape == (rows, columns)
    assert np.array_equal(matrix, np.round(matrix))
    assert np.max(np.abs(matrix)) <= 4 * (level + 1)
    assert has_rank(matrix, rank) if rank else not np.any(matrix)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    shape = (parse(3), parse(3))
    kind = OfRank(shape=shape, rank=parse(2), exclude=("zero_column", "repeated_column"))
    shown = [simple(kind, seed, level) for seed in range(100)]
    assert all(np.all(np.any(matrix, axis=0)) for matrix in shown)
    assert all(len({tuple(column) for column in matrix.T.tolist()}) == 3 for matrix in shown)


@pytest.mark.parametrize("regime", ["", "zero_column", "repeated_column", "integers"])
def test_whole_numbers_can_be_asked_for(regime: str) -> None:
    kind = OfRank(shape=(parse(4), parse(4)), rank=parse(2), dtype="int64")
    assert kind.edges() == REGIMES[:3]
    for seed in range(30):
        matrix = drawn(kind, seed, regime)
        assert matrix.dtype == np.int64
        assert has_rank(matrix, 2)


def test_shape_and_rank_may_depend_on_earlier_inputs() -> None:
    kind = OfRank(shape=(parse("m"), parse("n")), rank=parse("n - 1"))
    assert np.linalg.matrix_rank(drawn(kind, m=5, n=4)) == 3


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3, 3, 2), 1).tobytes() == drawn(of(3, 3, 2), 1).tobytes()
    assert not np.allclose(drawn(of(3, 3, 2), 1), drawn(of(3, 3, 2), 2))


@pytest.mark.parametrize(("rows", "columns", "rank"), [(3, 2, 3), (2, 3, 3), (2, 2, -1)])
def test_a_rank_that_no_such_matrix_has_is_a_judge_error(rows: int, columns: int, rank: int) -> None:
    with pytest.raises(JudgeError, match=f"cannot have rank {rank}"):
        drawn(of(rows, columns, rank))
    with pytest.raises(JudgeError, match=f"cannot have rank {rank}"):
        simple(of(rows, columns, rank), 0, 0)


def test_a_negative_size_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="size"):
        drawn(of(-1, 2, 0))
