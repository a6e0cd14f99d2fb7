"""`matrix`: the shape, and the regimes it shares with vectors."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.generators import Draw
from grader.generators.matrix import Matrix
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("zeros", "repeated", "negative", "integers", "offset")


def drawn(kind: Matrix, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.generic]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


@given(
    rows=st.integers(0, 6),
    columns=st.integers(0, 6),
    seed=st.integers(0, 2**32),
    regime=st.sampled_from(["", *REGIMES]),
)
def test_the_shape_is_rows_by_columns_in_every_regime(rows: int, columns: int, seed: int, regime: str) -> None:
    assert drawn(Matrix(shape=(parse(rows), parse(columns))), seed, regime).shape == (rows, columns)


def test_the_shape_may_depend_on_earlier_inputs() -> None:
    assert drawn(Matrix(shape=(parse("m"), parse("2 * m"))), m=3).shape == (3, 6)


def test_every_regime_shows_what_its_name_says() -> None:
    kind = Matrix(shape=(parse(4), parse(3)), center=parse(2))
    zeros, repeated, negative, integers, offset = (drawn(kind, 1, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert not np.any(zeros)
    assert len(set(repeated.ravel().tolist())) == 1
    assert np.all(negative.astype(float) < 0)
    assert integers.dtype == np.int64
    assert np.allclose(offset.astype(float) - drawn(kind, 1).astype(float), 1000)


def test_the_entries_are_spread_around_the_center() -> None:
    kind = Matrix(shape=(parse(100), parse(100)), center=parse(-3), spread=parse(0.5), decimals=9)
    matrix = drawn(kind).astype(float)
    assert abs(np.mean(matrix) + 3) < 0.03
    assert abs(np.std(matrix) - 0.5) < 0.02
    assert np.linalg.matrix_rank(matrix) == 100


@given(rows=st.integers(0, 4), columns=st.integers(0, 4), seed=st.integers(0, 2**32), level=st.integers(0, 3))
def test_a_simple_matrix_has_its_shape_and_small_whole_numbers(rows: int, columns: int, seed: int, level: int) -> None:
    kind = Matrix(shape=(parse(rows), parse(columns)))
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    assert value.shape == (rows, columns)
    assert np.array_equal(value, np.round(value))
    assert np.all(np.abs(value) <= max(level + 1, rows * columns))


def test_an_identity_is_simple() -> None:
    kind = Matrix(shape=(parse(2), parse(2)))
    found = [kind.simple(Draw(np.random.default_rng(seed), {})) for seed in range(40)]
    assert any(np.array_equal(np.asarray(value), np.eye(2)) for value in found)
