"""`orthogonal`: orthonormal columns, with the determinant that was asked for."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.orthogonal import Orthogonal
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

REGIMES = ("identity", "permutation", "reflection")
Determinant = Literal["any", 1, -1]
DETERMINANTS: tuple[Determinant, ...] = ("any", 1, -1)
seeds = st.integers(0, 2**32)


def drawn(kind: Orthogonal, seed: int = 0, regime: str = "", **names: Value) -> NDArray[np.float64]:
    value = kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))
    assert isinstance(value, np.ndarray)
    return value


def simple(kind: Orthogonal, seed: int, level: int) -> NDArray[np.float64]:
    value = kind.simple(Draw(np.random.default_rng(seed), {}, level=level))
    assert isinstance(value, np.ndarray)
    return value


def is_orthonormal(matrix: NDArray[np.float64]) -> bool:
    return bool(np.max(np.abs(matrix.T @ matrix - np.eye(matrix.shape[1]))) <= 1e-14)


@given(n=st.integers(1, 9), seed=seeds, place=st.integers(0, 3), determinant=st.sampled_from(DETERMINANTS))
def test_it_is_orthogonal_with_its_determinant(n: int, seed: int, place: int, determinant: Determinant) -> None:
    kind = Orthogonal(size=parse(n), determinant=determinant)
    regimes = ("", *kind.edges())
    matrix = drawn(kind, seed, regimes[min(place, len(regimes) - 1)])
    assert matrix.shape == (n, n)
    assert is_orthonormal(matrix)
    assert determinant == "any" or abs(np.linalg.det(matrix) - determinant) < 1e-12


@given(n=st.integers(1, 9), share=st.floats(0, 1), seed=seeds, regime=st.sampled_from(["", *REGIMES]))
def test_fewer_columns_are_orthonormal_too(n: int, share: float, seed: int, regime: str) -> None:
    columns = 1 + int(share * (n - 1))
    matrix = drawn(Orthogonal(size=parse("n"), columns=parse(columns)), seed, regime, n=n)
    assert matrix.shape == (n, columns)
    assert is_orthonormal(matrix)


@given(n=st.integers(1, 6), seed=seeds, level=st.integers(0, 3), determinant=st.sampled_from(DETERMINANTS))
def test_simple_matrices_are_orthogonal_with_short_decimals(
    n: int, seed: int, level: int, determinant: Determinant
) -> None:
    matrix = simple(Orthogonal(size=parse(n), determinant=determinant), seed, level)
    assert is_orthonormal(matrix)
    assert determinant == "any" or abs(np.linalg.det(matrix) - determinant) < 1e-12
    assert np.allclose(matrix, np.round(matrix, 4), rtol=0, atol=1e-15)


@pytest.mark.parametrize("seed", range(20))
def test_every_regime_shows_what_its_name_says(seed: int) -> None:
    identity, permutation, reflection = (drawn(Orthogonal(size=parse(4)), seed, regime) for regime in REGIMES)
    assert np.array_equal(identity, np.eye(4))
    assert np.all((permutation == 0) | (permutation == 1))
    assert not np.array_equal(permutation, np.eye(4))
    assert np.allclose(reflection, reflection.T, atol=1e-15)
    assert np.allclose(np.linalg.eigvalsh(reflection), [-1, 1, 1, 1])


def test_only_regimes_that_the_determinant_allows_occur() -> None:
    n = parse(3)
    assert Orthogonal(size=n).edges() == REGIMES
    assert Orthogonal(size=n, determinant=1).edges() == ("identity", "permutation")
    assert Orthogonal(size=n, determinant=-1).edges() == ("permutation", "reflection")
    assert Orthogonal(size=n, determinant=-1, exclude=("reflection",)).edges() == ("permutation",)


@pytest.mark.parametrize("level", range(4))
def test_simple_matrices_show_no_excluded_regime(level: int) -> None:
    kind = Orthogonal(size=parse(3), exclude=REGIMES)
    for seed in range(100):
        matrix = simple(kind, seed, level)
        assert not np.all((matrix == 0) | (matrix == 1))
        assert np.linalg.matrix_rank(matrix - np.eye(3)) > 1


def test_both_signs_of_the_determinant_and_of_every_entry_occur() -> None:
    matrices = [drawn(Orthogonal(size=parse(3)), seed) for seed in range(200)]
    assert 60 < sum(np.linalg.det(matrix) > 0 for matrix in matrices) < 140
    assert np.all(np.abs(np.mean(matrices, axis=0)) < 0.15)


def test_the_same_stream_gives_the_same_bits_and_others_give_other_matrices() -> None:
    kind = Orthogonal(size=parse(3))
    assert drawn(kind, 1).tobytes() == drawn(kind, 1).tobytes()
    assert not np.allclose(drawn(kind, 1), drawn(kind, 2))


def test_parameters_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="columns and determinant"):
        Orthogonal(size=parse(3), columns=parse(2), determinant=1)
    with pytest.raises(ValueError, match="int64"):
        Orthogonal(size=parse(3), dtype="int64")


@pytest.mark.parametrize(("size", "columns"), [(0, 1), (2, 3), (2, 0)])
def test_a_shape_without_orthonormal_columns_is_a_judge_error(size: int, columns: int) -> None:
    with pytest.raises(JudgeError):
        drawn(Orthogonal(size=parse(size), columns=parse(columns)))
