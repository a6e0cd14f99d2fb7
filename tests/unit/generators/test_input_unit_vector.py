"""`unit_vector`: of length 1 up to rounding, in all directions."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.unit_vector import UnitVector
from grader.sandbox.expressions import parse

seeds = st.integers(0, 2**32)


def drawn(size: int, seed: int, regime: str = "", level: int | None = None, **more: Any) -> NDArray[np.float64]:
    kind = UnitVector(size=parse(size), **more)
    draw = Draw(np.random.default_rng(seed), {}, 0, regime, level=level or 0)
    value = kind.draw(draw) if level is None else kind.simple(draw)
    assert isinstance(value, np.ndarray)
    return value


@given(
    size=st.integers(1, 30),
    seed=seeds,
    regime=st.sampled_from(["", "axis", "negative"]),
    level=st.sampled_from([None, 0, 1, 2, 3]),
)
def test_its_length_is_one_up_to_rounding(size: int, seed: int, regime: str, level: int | None) -> None:
    vector = drawn(size, seed, regime, level)
    assert vector.shape == (size,)
    assert abs(np.linalg.norm(vector) - 1) <= 4 * np.finfo(float).eps
    assert "-0.0" not in map(repr, vector.tolist())


@given(size=st.integers(1, 9), seed=seeds)
def test_every_regime_shows_what_its_name_says(size: int, seed: int) -> None:
    assert UnitVector(size=parse(2)).edges() == ("axis", "negative")
    assert sorted(drawn(size, seed, "axis").tolist()) == [0.0] * (size - 1) + [1.0]
    assert np.all(drawn(size, seed, "negative") < 0)


def test_every_axis_and_every_direction_occurs() -> None:
    assert {int(np.argmax(drawn(3, seed, "axis"))) for seed in range(40)} == {0, 1, 2}
    vectors = np.array([drawn(2, seed) for seed in range(400)])
    assert np.all(np.abs(np.mean(vectors, axis=0)) < 0.15)
    assert np.allclose(np.mean(vectors**2, axis=0), 0.5, atol=0.06)
    assert {float(drawn(1, seed)[0]) for seed in range(20)} == {1.0, -1.0}


def test_simple_vectors_are_those_that_one_knows() -> None:
    def found(size: int, **more: Any) -> set[tuple[float, ...]]:
        return {tuple(np.round(drawn(size, seed, "", 0, **more), 3)) for seed in range(60)}

    assert found(2) == {(1, 0), (0, 1), (0.6, 0.8)}
    assert found(2, exclude=("axis",)) == {(0.6, 0.8)}
    assert found(3, exclude=("axis",)) == {(0.6, 0.8, 0), (0, 0.6, 0.8), (0.333, 0.667, 0.667)}
    assert found(1) == found(1, exclude=("axis",)) == {(1,)}


def test_simple_signs_grow_with_the_level() -> None:
    assert any(np.any(drawn(2, seed, "", 1) < 0) for seed in range(20))
    assert {float(drawn(1, seed, "", 2)[0]) for seed in range(30)} == {1.0, -1.0}
    assert {float(drawn(1, seed, "", level, exclude=("negative",))[0]) for seed in range(30) for level in range(4)} == {
        1
    }


def test_a_single_entry_is_not_negative_where_that_is_excluded() -> None:
    assert {float(drawn(1, seed, exclude=("negative",))[0]) for seed in range(30)} == {1.0}


def test_other_forms_keep_the_length() -> None:
    assert abs(np.linalg.norm(drawn(5, 0, dtype="float32")) - 1) < 1e-6
    assert drawn(5, 0, dtype="complex128").dtype == np.complex128
    assert isinstance(UnitVector(size=parse(2), container="list").draw(Draw(np.random.default_rng(0), {})), list)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole numbers"):
        UnitVector(size=parse(2), dtype="int64")
    with pytest.raises(ValueError, match="no regime 'zeros'"):
        UnitVector(size=parse(2), exclude=("zeros",))
    for level in (None, 1):
        with pytest.raises(JudgeError, match="at least 1"):
            drawn(0, 0, "", level)
