"""`singular`: of rank n - 1 in exact arithmetic, with nothing else near zero."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.singular import Singular
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("zero_row", "zero_column", "equal_rows", "equal_columns", "sum_of_rows", "integers")
seeds = st.integers(0, 2**32)


def drawn(kind: Singular, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: Singular, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def of(size: int, *exclude: str) -> Singular:
    return Singular(size=parse(size), exclude=exclude)


def exact_rank(matrix: NDArray[np.float64]) -> int:
    """Return the rank by elimination with fractions, which makes no rounding errors."""
    rows = [[Fraction(entry) for entry in row] for row in matrix.tolist()]
    rank = 0
    for column in range(matrix.shape[1]):
        pivot = next((place for place in range(rank, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for place in range(rank + 1, len(rows)):
            factor = rows[place][column] / rows[rank][column]
            rows[place] = [a - factor * b for a, b in zip(rows[place], rows[rank], strict=True)]
        rank += 1
    return rank


def holds(matrix: NDArray[np.float64], n: int) -> bool:
    """Return whether a matrix has all that the kind promises."""
    sizes = np.linalg.svd(matrix.astype(float), compute_uv=False)
    clear = n == 1 or sizes[n - 2] >= 1e-4 * sizes[0]
    return matrix.shape == (n, n) and exact_rank(matrix) == n - 1 and bool(clear)


@given(n=st.integers(1, 6), seed=seeds, regime=st.sampled_from(["", *REGIMES]))
def test_it_is_exactly_singular_and_nothing_more(n: int, seed: int, regime: str) -> None:
    matrix = drawn(of(n), seed, regime)
    assert holds(matrix, n)
    assert np.array_equal(matrix * 16, np.round(matrix * 16))


@given(n=st.integers(1, 5), seed=seeds, level=st.integers(0, 3))
def test_simple_matrices_are_too_with_small_whole_numbers(n: int, seed: int, level: int) -> None:
    matrix = simple(of(n), seed, level)
    assert holds(matrix, n)
    assert np.array_equal(matrix, np.round(matrix))
    assert np.max(np.abs(matrix)) <= 3 * (level + 1)


@pytest.mark.parametrize("seed", range(30))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(4)
    zero_row, zero_column, rows, columns, added, integers = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.sum(~np.any(zero_row, axis=1)) == 1
    assert np.sum(~np.any(zero_column, axis=0)) == 1
    assert len({tuple(row) for row in rows.tolist()}) == 3
    assert len({tuple(column) for column in columns.T.tolist()}) == 3
    places = range(4)
    assert any(np.array_equal(added[i] + added[j], added[k]) for i in places for j in places[:i] for k in places)
    assert integers.dtype == np.int64


def test_a_large_matrix_is_singular_too() -> None:
    assert np.linalg.matrix_rank(drawn(of(50), 1)) == 49
    assert np.linalg.matrix_rank(drawn(of(50), 1, "integers")) == 49


@pytest.mark.parametrize("make", [lambda kind, seed: simple(kind, seed, seed % 4), drawn])
def test_no_excluded_regime_is_shown(make: object) -> None:
    assert callable(make)
    for seed in range(100):
        matrix = make(of(3, *REGIMES), seed)
        assert holds(matrix, 3)
        assert np.all(np.any(matrix, axis=0))
        assert np.all(np.any(matrix, axis=1))
        assert len({tuple(row) for row in matrix.tolist()}) == 3
        assert len({tuple(column) for column in matrix.T.tolist()}) == 3
        assert not any(np.array_equal(matrix[i] + matrix[i - 1], matrix[i - 2]) for i in range(3))


def test_dependent_rows_and_dependent_columns_occur() -> None:
    multiples = [np.linalg.matrix_rank(drawn(of(3, *REGIMES), seed)[:2]) for seed in range(60)]
    assert {1, 2} <= set(multiples)


def test_whole_numbers_can_be_asked_for() -> None:
    kind = Singular(size=parse(3), dtype="int64")
    for seed in range(30):
        for regime in ("", *REGIMES):
            matrix = drawn(kind, seed, regime)
            assert matrix.dtype == np.int64
            assert holds(matrix, 3)


def test_the_size_may_depend_on_earlier_inputs_and_must_be_at_least_one() -> None:
    assert drawn(Singular(size=parse("n + 1")), n=2).shape == (3, 3)
    with pytest.raises(JudgeError, match="at least 1"):
        drawn(of(0))


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3), 1).tobytes() == drawn(of(3), 1).tobytes()
    assert not np.array_equal(drawn(of(3), 1), drawn(of(3), 2))
