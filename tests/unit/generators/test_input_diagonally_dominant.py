"""`diagonally_dominant`: every row by the margin, strictly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.diagonally_dominant import DiagonallyDominant
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("integers", "diagonal", "negative_diagonal", "barely")
seeds = st.integers(0, 2**32)


def of(size: int, margin: float = 0.5, decimals: int = 3) -> DiagonallyDominant:
    return DiagonallyDominant(size=parse(size), margin=parse(margin), decimals=decimals)


def drawn(kind: DiagonallyDominant, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: DiagonallyDominant, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def surplus(matrix: NDArray[np.float64], margin: float) -> NDArray[np.float64]:
    """Return by how much each entry on the diagonal exceeds what it must."""
    sizes = np.abs(np.diag(matrix))
    rest = np.sum(np.abs(matrix - np.diag(np.diag(matrix))), axis=1)
    return np.asarray(sizes - np.maximum((1 + margin) * rest, 0.5), dtype=np.float64)


@given(
    n=st.integers(0, 8),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    margin=st.sampled_from([0, 0.1, 0.5, 1, 3]),
    decimals=st.integers(0, 12),
)
def test_every_row_is_dominated_by_the_margin(n: int, seed: int, regime: str, margin: float, decimals: int) -> None:
    matrix = drawn(of(n, margin, decimals), seed, regime)
    assert matrix.shape == (n, n)
    assert np.all(surplus(matrix, margin) > 0)
    assert np.array_equal(matrix, np.round(matrix, decimals))


@given(n=st.integers(0, 5), seed=seeds, level=st.integers(0, 3), margin=st.sampled_from([0, 0.1, 1]))
def test_simple_matrices_are_dominated_too_with_small_whole_numbers(
    n: int, seed: int, level: int, margin: float
) -> None:
    matrix = simple(of(n, margin), seed, level)
    assert np.all(surplus(matrix, margin) > 0)
    assert np.array_equal(matrix, np.round(matrix))


@pytest.mark.parametrize("seed", range(30))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(4)
    integers, diagonal, negative, barely = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert integers.dtype == np.int64
    assert np.array_equal(diagonal, np.diag(np.diag(diagonal)))
    assert np.all(np.diag(negative) < 0)
    assert np.all(surplus(barely, 0.5) < 0.0021)
    assert np.max(surplus(drawn(kind, seed), 0.5)) > 0.0021


def test_both_signs_occur_on_the_diagonal() -> None:
    assert {bool(value > 0) for value in np.diag(drawn(of(20)))} == {True, False}


def test_whole_numbers_can_be_asked_for() -> None:
    kind = DiagonallyDominant(size=parse(3), dtype="int64")
    for seed in range(30):
        for regime in ("", *kind.edges()):
            matrix = drawn(kind, seed, regime)
            assert matrix.dtype == np.int64
            assert np.all(surplus(matrix, 0.5) > 0)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    kind = DiagonallyDominant(size=parse(2), exclude=("diagonal", "negative_diagonal"))
    for seed in range(100):
        matrix = simple(kind, seed, level)
        assert np.any(matrix - np.diag(np.diag(matrix)))
        assert np.max(np.diag(matrix)) > 0


def test_size_and_margin_may_depend_on_earlier_inputs() -> None:
    kind = DiagonallyDominant(size=parse("n"), margin=parse("n / 2"))
    assert np.all(surplus(drawn(kind, n=4), 2) > 0)


@pytest.mark.parametrize("margin", ["-0.1", "inf", "inf - inf"])
def test_a_margin_that_makes_no_sense_is_a_judge_error(margin: str) -> None:
    with pytest.raises(JudgeError, match="margin of at least 0"):
        drawn(DiagonallyDominant(size=parse(2), margin=parse(margin)))


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3), 1).tobytes() == drawn(of(3), 1).tobytes()
    assert not np.array_equal(drawn(of(3), 1), drawn(of(3), 2))
