"""`integer`: both bounds are included, and every number between them occurs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.integer import Integer
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value


def drawn(kind: Integer, seed: int, regime: str = "", **names: Value) -> int:
    return kind.draw(Draw(np.random.default_rng(seed), names, 0, regime))


def test_all_numbers_between_the_bounds_occur_and_no_others() -> None:
    kind = Integer(low=parse(-1), high=parse(2))
    assert {drawn(kind, seed) for seed in range(100)} == {-1, 0, 1, 2}


def test_by_default_it_is_a_small_size() -> None:
    assert {drawn(Integer(), seed) for seed in range(100)} == {1, 2, 3, 4, 5}


def test_the_bounds_may_depend_on_earlier_inputs() -> None:
    kind = Integer(low=parse("n"), high=parse("n + 1"))
    assert {drawn(kind, seed, n=7) for seed in range(50)} == {7, 8}


@given(low=st.integers(-1000, 1000), width=st.integers(0, 1000), seed=st.integers(0, 2**32))
def test_every_draw_lies_between_the_bounds(low: int, width: int, seed: int) -> None:
    kind = Integer(low=parse(str(low)), high=parse(str(low + width)))
    value = drawn(kind, seed)
    assert type(value) is int
    assert low <= value <= low + width


@pytest.mark.parametrize("seed", range(5))
def test_the_regimes_are_the_bounds_themselves(seed: int) -> None:
    kind = Integer(low=parse(2), high=parse(50))
    assert kind.edges() == ("lowest", "highest")
    assert drawn(kind, seed, "lowest") == 2
    assert drawn(kind, seed, "highest") == 50


def test_a_bound_that_is_not_whole_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="a whole number is needed"):
        drawn(Integer(low=parse(0), high=parse(2.5)), 0)


@pytest.mark.parametrize("level", range(4))
def test_a_simple_number_is_one_of_the_lowest(level: int) -> None:
    def simple(kind: Integer) -> set[int]:
        return {kind.simple(Draw(np.random.default_rng(seed), {}, level=level)) for seed in range(60)}

    assert simple(Integer(low=parse(2), high=parse(50))) == set(range(2, 3 + level))
    assert simple(Integer(low=parse(2), high=parse(3))) == {2, 2 + min(level, 1)}


def test_bounds_without_a_number_between_them_are_a_judge_error() -> None:
    kind = Integer(low=parse(3), high=parse("n"))
    for draw in (kind.draw, kind.simple):
        with pytest.raises(JudgeError, match="there is no whole number from 3 to 2"):
            draw(Draw(np.random.default_rng(0), {"n": 2}))
