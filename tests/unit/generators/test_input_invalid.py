"""`invalid`: wrong in the way that was asked for, and in no other."""

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.invalid import _WAYS, Invalid, Way
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value

seeds = st.integers(0, 2**32)


def spoilt(good: Value, *ways: Way, number: int = 0) -> Any:
    kind = Invalid(like=parse("good"), ways=ways)
    return kind.draw(Draw(np.random.default_rng(0), {"good": good}, number))


def number(seed: int, turn: int = 99, level: int | None = None, *, whole: bool = False, **bounds: float) -> Any:
    formulas = {name: parse(name) for name in bounds}
    kind = Invalid(whole=whole, **formulas)  # type: ignore[arg-type] # below and above
    draw = Draw(np.random.default_rng(seed), dict(bounds), turn, level=level or 0)
    return kind.draw(draw) if level is None else kind.simple(draw)


def test_every_way_is_known() -> None:
    assert set(_WAYS) == set(get_args(Way))


@given(shape=st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple))
def test_lengths_and_dimensions_are_off_by_one(shape: tuple[int, ...]) -> None:
    good = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    assert spoilt(good, "too_long").shape == (shape[0] + 1, *shape[1:])
    assert spoilt(good, "too_short").shape == (shape[0] - 1, *shape[1:])
    assert spoilt(good, "wrong_dimension").shape == (*shape, 1)
    assert spoilt(good, "empty").shape == (0,) * len(shape)
    assert np.array_equal(spoilt(good, "too_long")[:-1], good)
    assert np.array_equal(spoilt(good, "too_short"), good[:-1])
    if len(shape) > 1:
        flat = spoilt(good, "flattened")
        assert flat.ndim == len(shape) - 1
        assert np.array_equal(flat.ravel(), good.ravel())


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_square_matrix_loses_or_gains_columns(n: int) -> None:
    bad = spoilt(np.eye(n), "not_square")
    assert bad.shape == (n, n - 1 if n > 1 else 2)


@pytest.mark.parametrize("A", [np.eye(2), np.zeros((3, 3)), np.full((2, 2), -7), 1e6 * np.ones((4, 4)), np.eye(2) * 1j])
def test_a_matrix_is_far_from_symmetric_by_one_entry(A: NDArray[np.generic]) -> None:
    before = A.copy()
    bad = spoilt(A, "not_symmetric")
    assert bad.shape == A.shape
    assert np.sum(bad != A) == 1
    assert np.max(np.abs(bad - bad.T)) >= max(1, np.max(np.abs(A[-1, 0])))
    assert np.array_equal(A, before)


def test_dtype_and_container_are_those_of_the_good_value() -> None:
    assert spoilt(np.array([1, 2]), "too_long").dtype == np.int64
    assert spoilt([1.0, 2.0], "too_long") == [1.0, 2.0, 1.0]
    assert spoilt([[1, 2], [3, 4]], "flattened") == [1, 2, 3, 4]
    assert spoilt((1.0, 2.0), "empty") == []
    assert spoilt(3.0, "wrong_dimension") == [3.0]


def test_the_ways_are_taken_in_turn() -> None:
    shapes = [spoilt(np.ones(3), "too_long", "empty", "too_short", number=k).shape for k in range(4)]
    assert shapes == [(4,), (0,), (2,), (4,)]


def test_simple_values_are_wrong_in_all_ways_too() -> None:
    kind = Invalid(like=parse("x"), ways=("too_long", "empty"), below=parse(0))
    draws = [Draw(np.random.default_rng(seed), {"x": np.ones(2)}, 5, level=seed % 4) for seed in range(60)]
    found = [np.asarray(kind.simple(draw)) for draw in draws]
    assert {value.shape for value in found} == {(3,), (0,), (2,)}
    assert all(np.min(value) < 0 for value in found if value.shape == (2,))


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(0, 1e6),
    seed=seeds,
    turn=st.integers(0, 9),
    level=st.sampled_from([None, 3]),
)
def test_a_number_lies_outside_its_bounds(low: float, width: float, seed: int, turn: int, level: int | None) -> None:
    high = low + width
    value = number(seed, turn, level, below=low, above=high)
    assert type(value) is float
    assert value < low or value > high
    assert number(seed, turn, level, below=low) < low
    assert number(seed, turn, level, above=high) > high
    whole = number(seed, turn, level, below=low, above=high, whole=True)
    assert type(whole) is int
    assert whole < low or whole > high


def test_the_first_numbers_lie_just_outside_and_both_sides_take_turns() -> None:
    assert [number(0, turn, below=0, above=1) for turn in (0, 1)] == [-0.001, 1.001]
    assert [number(0, turn, below=1, above=6, whole=True) for turn in (0, 1)] == [0, 7]
    assert [number(1, turn, below=0, above=1) > 1 for turn in (2, 3)] == [False, True]
    assert len({number(seed, 7, below=0) for seed in range(30)}) > 15
    assert {number(seed, 7, below=0, whole=True) for seed in range(60)} >= {-1, -2, -3}


def test_the_simplest_number_is_one_away() -> None:
    assert {number(seed, 0, 0, below=0, above=1) for seed in range(20)} == {-1.0, 2.0}
    assert {number(seed, 0, 3, below=0) for seed in range(60)} == {-1.0, -2.0, -0.5, -0.1}


def test_one_entry_lies_outside_where_both_are_given() -> None:
    kind = Invalid(like=parse("p"), below=parse(0), above=parse(1))
    places = set()
    for turn in range(40):
        p = np.array([0.25, 0.75, 0.0])
        bad = np.asarray(kind.draw(Draw(np.random.default_rng(turn), {"p": p}, turn)))
        (place,) = np.flatnonzero(bad != p)
        assert bad[place] < 0 if turn % 2 == 0 else bad[place] > 1
        places.add(int(place))
    assert places == {0, 1, 2}
    whole = Invalid(like=parse("y"), below=parse(0), whole=True)
    labels = np.asarray(whole.draw(Draw(np.random.default_rng(0), {"y": np.array([0, 1])})))
    assert labels.dtype == np.int64
    assert labels.min() == -1


@pytest.mark.parametrize(
    ("good", "way"),
    [
        (np.array([]), "empty"),
        (np.array([]), "too_long"),
        (np.array([]), "too_short"),
        (np.array(2.0), "empty"),
        (2.0, "too_long"),
        (2.0, "too_short"),
        (np.ones(3), "flattened"),
        (np.ones(3), "not_square"),
        (np.ones((2, 3)), "not_square"),
        (np.ones((0, 0)), "not_square"),
        (np.ones((1, 1)), "not_symmetric"),
        (np.ones((2, 3)), "not_symmetric"),
    ],
    ids=repr,
)
def test_what_cannot_be_made_wrong_in_a_way_is_a_judge_error(good: Value, way: Way) -> None:
    with pytest.raises(JudgeError, match=f"it cannot be made '{way}'"):
        spoilt(good, way)


@pytest.mark.parametrize("good", ["text", None, {"a": 1}, [[1], [1, 2]], [True], FunctionText(("x",), "x")], ids=repr)
def test_what_holds_no_numbers_is_a_judge_error(good: Value) -> None:
    with pytest.raises(JudgeError, match="where an array or list of numbers is needed"):
        spoilt(good, "too_long")


def test_no_entry_of_an_empty_array_can_lie_outside() -> None:
    with pytest.raises(JudgeError, match="it cannot be made 'below'"):
        Invalid(like=parse("x"), below=parse(0)).draw(Draw(np.random.default_rng(0), {"x": np.array([])}))


@pytest.mark.parametrize(("below", "above"), [(1, 0), (float("nan"), 1), (float("-inf"), 1)])
def test_bounds_with_nothing_below_them_are_a_judge_error(below: float, above: float) -> None:
    with pytest.raises(JudgeError, match="there is no number below the bounds"):
        number(0, 0, below=below, above=above)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({}, "nothing to make a value from"),
        ({"ways": ("empty",)}, "nothing to make a value from"),
        ({"ways": ("empty",), "below": parse(0)}, "`like` is needed"),
        ({"like": parse("x")}, "no way to spoil it"),
        ({"like": parse("x"), "ways": ("empty", "empty")}, "written twice"),
        ({"like": parse("x"), "ways": ("empty",), "whole": True}, "`whole` is about numbers"),
    ],
)
def test_parameters_that_leave_nothing_to_do_are_refused(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Invalid(**parameters)
