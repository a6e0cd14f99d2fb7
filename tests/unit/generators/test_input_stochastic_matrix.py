"""`stochastic_matrix`: probabilities that add up to 1, and one stationary distribution unless zeros are allowed."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.stochastic_matrix import StochasticMatrix
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("uniform", "doubly", "sticky", "periodic", "absorbing")
Entries = Literal["positive", "irreducible", "any"]
ENTRIES: tuple[Entries, ...] = ("positive", "irreducible", "any")
seeds = st.integers(0, 2**32)


def of(size: int, entries: Entries = "positive", *, columns: bool = False, decimals: int = 3) -> StochasticMatrix:
    return StochasticMatrix(size=parse(size), entries=entries, columns=columns, decimals=decimals)


def drawn(kind: StochasticMatrix, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: StochasticMatrix, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def holds(matrix: NDArray[np.float64], entries: Entries, *, columns: bool) -> bool:
    """Return whether a matrix has all that the kind promises."""
    rows = matrix.T if columns else matrix
    n = len(rows)
    reached = np.eye(n)
    for _ in range(n if entries == "irreducible" else 0):
        reached = np.minimum(reached + reached @ (rows > 0), 1)
    return bool(
        np.all(rows >= 0)
        and np.max(np.abs(np.sum(rows, axis=1) - 1)) < 1e-14 * n
        and (n == 1 or not np.array_equal(rows, np.eye(n)))
        and (entries != "positive" or np.all(rows > 0))
        and (entries != "irreducible" or np.all(reached > 0))
    )


@given(
    n=st.integers(1, 8),
    seed=seeds,
    entries=st.sampled_from(ENTRIES),
    columns=st.booleans(),
    decimals=st.integers(1, 12),
    place=st.integers(0, 5),
)
def test_it_keeps_its_promises_in_every_regime(
    *, n: int, seed: int, entries: Entries, columns: bool, decimals: int, place: int
) -> None:
    kind = of(n, entries, columns=columns, decimals=decimals)
    regimes = ("", *kind.edges())
    regime = regimes[min(place, len(regimes) - 1)]
    matrix = drawn(kind, seed, regime)
    assert matrix.shape == (n, n)
    assert holds(matrix, entries, columns=columns)
    if regime != "uniform":
        assert np.array_equal(matrix, np.round(matrix, max(decimals, 3)))


@given(
    n=st.integers(1, 6), seed=seeds, entries=st.sampled_from(ENTRIES), columns=st.booleans(), level=st.integers(0, 3)
)
def test_simple_matrices_keep_them_with_few_decimals(
    n: int, seed: int, entries: Entries, columns: bool, level: int
) -> None:
    matrix = simple(of(n, entries, columns=columns), seed, level)
    assert holds(matrix, entries, columns=columns)
    assert n > 5 or np.array_equal(matrix, np.round(matrix, 1))


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(4, "any")
    uniform, doubly, sticky, periodic, absorbing = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.all(uniform == 0.25)
    assert np.allclose(np.sum(doubly, axis=0), 1)
    assert not np.allclose(doubly, 0.25)
    assert np.all(np.diag(sticky) >= 0.9)
    assert np.array_equal(np.linalg.matrix_power(periodic, 4), np.eye(4))
    assert not np.any(np.diag(periodic))
    assert np.sum(np.diag(absorbing) == 1) == 1


def test_only_regimes_that_the_entries_allow_occur() -> None:
    assert of(3).edges() == REGIMES[:3]
    assert of(3, "irreducible").edges() == REGIMES[:4]


def test_zeros_occur_where_they_may() -> None:
    assert any(np.any(drawn(of(3, "irreducible"), seed) == 0) for seed in range(10))
    reducible = [not holds(drawn(of(3, "any"), seed), "irreducible", columns=False) for seed in range(50)]
    assert 5 < sum(reducible) < 50


def test_more_decimals_are_kept_for_many_states() -> None:
    assert holds(drawn(of(200, decimals=1), 0, "sticky"), "positive", columns=False)


@pytest.mark.parametrize("level", range(4))
def test_no_excluded_regime_is_shown(level: int) -> None:
    kind = StochasticMatrix(size=parse(2), entries="any", exclude=REGIMES)
    for seed in range(100):
        for matrix in (simple(kind, seed, level), drawn(kind, seed)):
            assert not np.any(np.diag(matrix) == 1)
            assert not np.allclose(np.sum(matrix, axis=0), 1)


def test_the_size_may_depend_on_earlier_inputs_and_must_be_at_least_one() -> None:
    assert drawn(StochasticMatrix(size=parse("n + 1")), n=2).shape == (3, 3)
    with pytest.raises(JudgeError, match="at least 1"):
        drawn(of(0))


def test_whole_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="int64"):
        StochasticMatrix(size=parse(2), dtype="int64")


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3), 1).tobytes() == drawn(of(3), 1).tobytes()
    assert not np.array_equal(drawn(of(3), 1), drawn(of(3), 2))
