"""`symmetric`: equal to its transpose to the last bit, with the spectrum that was asked for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.symmetric import Symmetric
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("zeros", "repeated", "negative", "integers", "offset")
seeds = st.integers(0, 2**32)


def drawn(kind: Symmetric, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.generic]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: Symmetric, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


@given(n=st.integers(0, 9), seed=seeds, decimals=st.integers(0, 15), regime=st.sampled_from(["", *REGIMES]))
def test_it_equals_its_transpose_to_the_last_bit(n: int, seed: int, decimals: int, regime: str) -> None:
    matrix = drawn(Symmetric(size=parse(n), decimals=decimals), seed, regime)
    assert matrix.shape == (n, n)
    assert matrix.tobytes() == np.ascontiguousarray(matrix.T).tobytes()


@given(spectrum=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=7), seed=seeds)
def test_a_given_spectrum_is_exactly_symmetric_too(spectrum: list[float], seed: int) -> None:
    matrix = drawn(Symmetric(eigenvalues=tuple(map(parse, spectrum))), seed)
    assert np.array_equal(matrix, matrix.T)


@given(spectrum=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=7), seed=seeds)
def test_the_eigenvalues_are_the_given_ones_with_multiplicity(spectrum: list[float], seed: int) -> None:
    matrix = drawn(Symmetric(eigenvalues=tuple(map(parse, spectrum))), seed).astype(float)
    assert np.allclose(np.linalg.eigvalsh(matrix), sorted(spectrum), atol=1e-11 * max(1.0, *map(abs, spectrum)))


def test_the_basis_of_a_given_spectrum_is_random() -> None:
    kind = Symmetric(eigenvalues=(parse(1), parse(2), parse(5)))
    assert not np.allclose(drawn(kind, 1), np.diag(np.diag(drawn(kind, 1))), atol=0.01)
    assert not np.allclose(drawn(kind, 1), drawn(kind, 2), atol=0.01)


def test_eigenvalues_may_depend_on_earlier_inputs() -> None:
    kind = Symmetric(eigenvalues=(parse("a"), parse("2 * a")))
    assert np.trace(drawn(kind, a=3.0)) == pytest.approx(9)


@given(n=st.integers(2, 6), seed=seeds)
def test_every_regime_shows_what_its_name_says(n: int, seed: int) -> None:
    kind = Symmetric(size=parse(n))
    zeros, repeated, negative, integers, offset = (drawn(kind, seed, regime) for regime in REGIMES)
    assert not np.any(zeros)
    assert len(set(repeated.ravel().tolist())) == 1
    assert np.all(negative.astype(float) < 0)
    assert integers.dtype == np.int64
    assert np.allclose(offset.astype(float) - drawn(kind, seed).astype(float), 1000)


def test_entries_on_both_sides_of_the_diagonal_are_drawn() -> None:
    matrix = drawn(Symmetric(size=parse(4)))
    assert len(set(matrix[np.triu_indices(4)].tolist())) > 5


def test_a_given_spectrum_leaves_no_room_for_regimes() -> None:
    assert Symmetric(eigenvalues=(parse(1),)).edges() == ()
    assert Symmetric(size=parse(2)).edges() == REGIMES


def test_exactly_one_of_size_and_eigenvalues_is_needed() -> None:
    with pytest.raises(ValueError, match="exactly one of size and eigenvalues"):
        Symmetric()
    with pytest.raises(ValueError, match="exactly one of size and eigenvalues"):
        Symmetric(size=parse(2), eigenvalues=(parse(1), parse(2)))
    with pytest.raises(ValueError, match="int64"):
        Symmetric(eigenvalues=(parse(1), parse(2)), dtype="int64")


@pytest.mark.parametrize("size", ["-1", "2.5"])
def test_a_size_that_no_matrix_has_is_a_judge_error(size: str) -> None:
    with pytest.raises(JudgeError):
        drawn(Symmetric(size=parse(size)))


@pytest.mark.parametrize("eigenvalue", ["inf", "2j", "inf - inf"])
def test_an_eigenvalue_that_no_symmetric_matrix_has_is_a_judge_error(eigenvalue: str) -> None:
    with pytest.raises(JudgeError):
        drawn(Symmetric(eigenvalues=(parse(1), parse(eigenvalue))))


def test_a_dtype_and_nested_lists_can_be_asked_for() -> None:
    assert drawn(Symmetric(size=parse(3), dtype="int64")).dtype == np.int64
    single = drawn(Symmetric(eigenvalues=(parse(1), parse(2)), dtype="float32"))
    assert single.dtype == np.float32
    assert np.array_equal(single, single.T)
    nested = Symmetric(size=parse(2), container="list").draw(Draw(np.random.default_rng(0), {}))
    assert isinstance(nested, list)
    assert nested[0][1] == nested[1][0]


@given(n=st.integers(0, 4), seed=seeds, level=st.integers(0, 3))
def test_simple_entries_are_small_whole_numbers(n: int, seed: int, level: int) -> None:
    matrix = simple(Symmetric(size=parse(n)), seed, level)
    assert matrix.shape == (n, n)
    assert np.array_equal(matrix, matrix.T)
    assert np.array_equal(matrix, np.round(matrix))
    assert np.max(np.abs(matrix), initial=0) <= max(n * n, level + 1)


@given(n=st.integers(2, 4), seed=seeds, level=st.integers(0, 3))
def test_simple_entries_show_no_excluded_regime(n: int, seed: int, level: int) -> None:
    matrix = simple(Symmetric(size=parse(n), exclude=("zeros", "repeated", "negative")), seed, level)
    assert np.array_equal(matrix, matrix.T)
    assert len(set(matrix.ravel().tolist())) > 1
    assert np.max(matrix) >= 0


@given(spectrum=st.lists(st.integers(-9, 9), min_size=1, max_size=5), seed=seeds, level=st.integers(0, 3))
def test_a_simple_matrix_of_given_eigenvalues_has_them_and_short_decimals(
    spectrum: list[int], seed: int, level: int
) -> None:
    matrix = simple(Symmetric(eigenvalues=tuple(map(parse, spectrum))), seed, level)
    assert np.array_equal(matrix, matrix.T)
    assert np.allclose(np.linalg.eigvalsh(matrix), sorted(spectrum), atol=1e-12)
    assert np.array_equal(matrix, np.round(matrix, 8))


@given(
    spectrum=st.lists(st.floats(1e-200, 1e200) | st.floats(-1e200, -1e-200) | st.just(0.0), min_size=1, max_size=5),
    seed=seeds,
    level=st.integers(0, 3),
)
def test_simple_matrices_keep_eigenvalues_of_any_size(spectrum: list[float], seed: int, level: int) -> None:
    matrix = simple(Symmetric(eigenvalues=tuple(map(parse, spectrum))), seed, level)
    assert np.array_equal(matrix, matrix.T)
    assert np.allclose(np.linalg.eigvalsh(matrix), sorted(spectrum), atol=1e-13 * max(map(abs, spectrum)))


def test_simple_matrices_of_given_eigenvalues_are_diagonal_first_and_then_not_only() -> None:
    kind = Symmetric(eigenvalues=(parse(1), parse(2)))
    assert all(simple(kind, seed, 0)[0, 1] == 0 for seed in range(20))
    assert any(simple(kind, seed, 1)[0, 1] != 0 for seed in range(20))
