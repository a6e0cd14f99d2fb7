"""`of_rank`: the rank is what was asked for, beyond doubt."""

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


def drawn(kind: OfRank, seed: int = 0, **names: Value) -> NDArray[np.float64]:
    return kind.draw(Draw(np.random.default_rng(seed), names))


def of(rows: int, columns: int, rank: int) -> OfRank:
    return OfRank(shape=(parse(rows), parse(columns)), rank=parse(str(rank)))


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), share=st.floats(0, 1), seed=st.integers(0, 2**32))
def test_it_has_its_rank_and_a_clear_gap_behind(rows: int, columns: int, share: float, seed: int) -> None:
    rank = 1 + int(share * (min(rows, columns) - 1))
    matrix = drawn(of(rows, columns, rank), seed)
    sizes = np.linalg.svd(matrix, compute_uv=False)
    assert matrix.shape == (rows, columns)
    assert np.all((sizes[:rank] > 1 - 1e-12) & (sizes[:rank] < 3 + 1e-12))
    assert np.all(sizes[rank:] <= 1e-13 * sizes[0])
    assert np.linalg.matrix_rank(matrix) == rank


@given(rows=st.integers(1, 5), columns=st.integers(1, 5))
def test_rank_zero_is_the_zero_matrix(rows: int, columns: int) -> None:
    matrix = drawn(of(rows, columns, 0))
    assert matrix.shape == (rows, columns)
    assert not np.any(matrix)


def test_shape_and_rank_may_depend_on_earlier_inputs() -> None:
    kind = OfRank(shape=(parse("m"), parse("n")), rank=parse("n - 1"))
    assert np.linalg.matrix_rank(drawn(kind, m=5, n=4)) == 3


def test_other_streams_give_other_matrices() -> None:
    assert not np.allclose(drawn(of(3, 3, 2), 1), drawn(of(3, 3, 2), 2))


@pytest.mark.parametrize(("rows", "columns", "rank"), [(3, 2, 3), (2, 3, 3), (2, 2, -1)])
def test_a_rank_that_no_such_matrix_has_is_a_judge_error(rows: int, columns: int, rank: int) -> None:
    with pytest.raises(JudgeError, match=f"cannot have rank {rank}"):
        drawn(of(rows, columns, rank))
