"""`triangular`: exact zeros on one side, the diagonal that was asked for, and systems that can be solved."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.triangular import Triangular
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("integers", "diagonal", "negative_diagonal", "zero_on_diagonal")
Half = Literal["lower", "upper"]
Diagonal = Literal["any", "unit", "nonzero", "positive"]
HALVES: tuple[Half, ...] = ("lower", "upper")
DIAGONALS: tuple[Diagonal, ...] = ("any", "unit", "nonzero", "positive")
seeds = st.integers(0, 2**32)


def drawn(kind: Triangular, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.generic]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: Triangular, seed: int, level: int) -> NDArray[np.generic]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def holds(matrix: NDArray[np.generic], half: Half, diagonal: Diagonal) -> bool:
    """Return whether a matrix has all that the kind promises."""
    whole = matrix.astype(float)
    values = np.diag(whole)
    other = np.triu(whole, 1) if half == "lower" else np.tril(whole, -1)
    fits = {
        "any": True,
        "unit": np.all(values == 1),
        "nonzero": np.all(np.abs(values) >= 0.5),
        "positive": np.all(values >= 0.5),
    }
    solvable = diagonal == "any" or not whole.size or np.linalg.cond(whole) <= 1000 * (1 + 1e-9)
    return bool(not np.any(other) and fits[diagonal] and solvable)


@given(
    n=st.integers(0, 8),
    seed=seeds,
    half=st.sampled_from(HALVES),
    diagonal=st.sampled_from(DIAGONALS),
    decimals=st.integers(0, 15),
    place=st.integers(0, 4),
)
def test_it_keeps_its_promises_in_every_regime(
    *, n: int, seed: int, half: Half, diagonal: Diagonal, decimals: int, place: int
) -> None:
    kind = Triangular(size=parse(n), half=half, diagonal=diagonal, decimals=decimals)
    regimes = ("", *kind.edges())
    matrix = drawn(kind, seed, regimes[min(place, len(regimes) - 1)])
    assert matrix.shape == (n, n)
    assert holds(matrix, half, diagonal)
    assert np.array_equal(matrix, np.round(matrix.astype(float), decimals))
    assert "-0.0" not in map(repr, matrix.ravel().tolist())


@given(
    n=st.integers(0, 5),
    seed=seeds,
    half=st.sampled_from(HALVES),
    diagonal=st.sampled_from(DIAGONALS),
    level=st.integers(0, 3),
)
def test_simple_matrices_keep_them_with_small_whole_numbers(
    n: int, seed: int, half: Half, diagonal: Diagonal, level: int
) -> None:
    matrix = simple(Triangular(size=parse(n), half=half, diagonal=diagonal), seed, level)
    assert holds(matrix, half, diagonal)
    assert np.array_equal(matrix, np.round(matrix.astype(float)))
    assert np.max(np.abs(matrix), initial=0) <= max(n * n, level + 1)


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = Triangular(size=parse(4), diagonal="any")
    integers, diagonal, negative, zero = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert integers.dtype == np.int64
    assert np.array_equal(diagonal, np.diag(np.diag(diagonal)))
    assert np.all(np.diag(negative).astype(float) < 0)
    assert np.sum(np.diag(zero) == 0) == 1


def test_only_regimes_that_the_diagonal_allows_occur() -> None:
    assert Triangular(size=parse(3)).edges() == REGIMES[:3]
    assert Triangular(size=parse(3), diagonal="unit").edges() == REGIMES[:2]
    assert Triangular(size=parse(3), diagonal="positive").edges() == REGIMES[:2]
    assert Triangular(size=parse(3), exclude=("diagonal",)).edges() == ("integers", "negative_diagonal")


@pytest.mark.parametrize("diagonal", DIAGONALS)
def test_a_large_matrix_can_be_solved_too(diagonal: Diagonal) -> None:
    for regime in ("", "integers"):
        matrix = drawn(Triangular(size=parse(60), half="upper", diagonal=diagonal), 1, regime)
        assert holds(matrix, "upper", diagonal)
        assert np.any(np.triu(matrix.astype(float), 1))


@pytest.mark.parametrize("diagonal", DIAGONALS)
def test_whole_numbers_can_be_asked_for(diagonal: Diagonal) -> None:
    kind = Triangular(size=parse(3), diagonal=diagonal, dtype="int64")
    for seed in range(30):
        for regime in ("", *kind.edges()):
            matrix = drawn(kind, seed, regime)
            assert matrix.dtype == np.int64
            assert holds(matrix, "lower", diagonal)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    kind = Triangular(size=parse(2), diagonal="any", exclude=REGIMES)
    for seed in range(100):
        matrix = simple(kind, seed, level).astype(float)
        assert matrix[1, 0] != 0
        assert np.all(np.diag(matrix) != 0)
        assert np.max(np.diag(matrix)) > 0


def test_both_signs_occur_on_the_diagonal_unless_it_is_positive() -> None:
    assert {bool(drawn(Triangular(size=parse(1)), seed)[0, 0] > 0) for seed in range(20)} == {True, False}


def test_the_size_may_depend_on_earlier_inputs_and_must_be_one() -> None:
    assert drawn(Triangular(size=parse("2 * n")), n=2).shape == (4, 4)
    with pytest.raises(JudgeError, match="size"):
        drawn(Triangular(size=parse("n - 3")), n=2)


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    kind = Triangular(size=parse(3))
    assert drawn(kind, 1).tobytes() == drawn(kind, 1).tobytes()
    assert not np.array_equal(drawn(kind, 1), drawn(kind, 2))
