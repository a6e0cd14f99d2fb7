"""`positive_definite`: symmetric to the last bit, eigenvalues above their bound, the condition never above its own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.positive_definite import PositiveDefinite
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("identity", "diagonal", "repeated", "integers")
seeds = st.integers(0, 2**32)


def of(size: int, condition: float = 100, **parameters: object) -> PositiveDefinite:
    return PositiveDefinite(size=parse(size), condition=parse(condition), **parameters)  # type: ignore[arg-type]


def drawn(kind: PositiveDefinite, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.generic]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: PositiveDefinite, seed: int, level: int) -> NDArray[np.generic]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def holds(matrix: NDArray[np.generic], condition: float) -> bool:
    """Return whether a matrix has all that the kind promises."""
    values = np.linalg.eigvalsh(matrix.astype(float))
    room = 1e-14 * condition + 1e-12
    return bool(
        np.array_equal(matrix, matrix.T)
        and (not values.size or (values[0] >= 0.1 - room and values[-1] <= condition * values[0] * (1 + room) + room))
    )


@given(
    n=st.integers(0, 8),
    seed=seeds,
    regime=st.sampled_from(["", *REGIMES]),
    condition=st.sampled_from([1, 1 + 1e-9, 1.001, 1.2, 2, 3, 10, 100, 1e4, 1e8]),
    decimals=st.integers(0, 15),
)
def test_it_keeps_its_promises(n: int, seed: int, regime: str, condition: float, decimals: int) -> None:
    matrix = drawn(of(n, condition, decimals=decimals), seed, regime)
    assert matrix.shape == (n, n)
    assert holds(matrix, condition)


@given(n=st.integers(0, 5), seed=seeds, level=st.integers(0, 3), condition=st.sampled_from([1, 1.5, 3, 100]))
def test_simple_matrices_keep_them_with_small_whole_numbers(n: int, seed: int, level: int, condition: float) -> None:
    matrix = simple(of(n, condition), seed, level)
    assert holds(matrix, condition)
    assert np.array_equal(matrix, np.round(matrix.astype(float)))
    assert np.max(matrix, initial=0) < 40


@pytest.mark.parametrize("seed", range(30))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    kind = of(4)
    identity, diagonal, repeated, integers = (drawn(kind, seed, regime) for regime in REGIMES)
    assert kind.edges() == REGIMES
    assert np.array_equal(identity, np.eye(4))
    assert np.array_equal(diagonal, np.diag(np.diag(diagonal)))
    assert not np.array_equal(diagonal, np.eye(4))
    gaps = np.diff(np.linalg.eigvalsh(repeated.astype(float)))
    assert np.sum(np.abs(gaps) < 1e-12) == 2
    assert integers.dtype == np.int64
    assert not np.array_equal(integers, np.diag(np.diag(integers)))


@pytest.mark.parametrize("regime", ["", "diagonal", "repeated"])
def test_the_entries_are_rounded(regime: str) -> None:
    for seed in range(50):
        matrix = drawn(of(4, decimals=2), seed, regime)
        assert np.array_equal(matrix, np.round(matrix.astype(float), 2))


def test_more_places_are_kept_where_the_condition_needs_them() -> None:
    matrix = drawn(of(4, 1.001, decimals=1)).astype(float)
    assert holds(matrix, 1.001)
    assert not np.array_equal(matrix, np.round(matrix, 1))


def test_the_room_for_the_condition_is_used() -> None:
    conditions = [np.linalg.cond(drawn(of(6, 100), seed).astype(float)) for seed in range(50)]
    assert max(conditions) > 60


@pytest.mark.parametrize("regime", ["", "identity", "diagonal", "integers"])
def test_whole_numbers_can_be_asked_for(regime: str) -> None:
    kind = of(4, 30, dtype="int64")
    assert kind.edges() == ("identity", "diagonal", "integers")
    for seed in range(30):
        matrix = drawn(kind, seed, regime)
        assert matrix.dtype == np.int64
        assert holds(matrix, 30)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    kind = of(3, exclude=("identity", "diagonal", "repeated"))
    for seed in range(50):
        matrix = simple(kind, seed, level).astype(float)
        assert np.any(matrix - np.diag(np.diag(matrix)))
        assert np.min(np.diff(np.linalg.eigvalsh(matrix))) > 1e-7


def test_size_and_condition_may_depend_on_earlier_inputs() -> None:
    kind = PositiveDefinite(size=parse("n + 1"), condition=parse("k / 10"))
    assert holds(drawn(kind, n=3, k=15), 1.5)


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    assert drawn(of(3), 1).tobytes() == drawn(of(3), 1).tobytes()
    assert not np.array_equal(drawn(of(3), 1), drawn(of(3), 2))


@pytest.mark.parametrize("condition", ["0.99", "-3", "inf", "inf - inf", "1e13", "1j"])
def test_a_condition_that_no_matrix_has_is_a_judge_error(condition: str) -> None:
    with pytest.raises(JudgeError):
        drawn(PositiveDefinite(size=parse(2), condition=parse(condition)))


def test_a_negative_size_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="size"):
        drawn(of(-1))
