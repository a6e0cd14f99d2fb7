"""`choice`: the options in turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.generators import Draw
from grader.generators.choice import Choice


def drawn(kind: Choice, number: int, seed: int = 0) -> object:
    return kind.draw(Draw(np.random.default_rng(seed), {}, number))


@given(options=st.lists(st.integers(), min_size=1, max_size=5), number=st.integers(0, 20), seed=st.integers(0, 2**32))
def test_the_number_of_the_case_decides_and_nothing_else(options: list[int], number: int, seed: int) -> None:
    assert drawn(Choice(options=tuple(options)), number, seed) == (options * 21)[number]


def test_options_may_be_of_any_kind() -> None:
    options = (None, True, "text", np.array([1, 2]), [1, "a"])
    assert [drawn(Choice(options=options), number) for number in range(5)] == list(options)


def test_nothing_to_choose_from_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to choose from"):
        Choice(options=())


def test_there_are_no_regimes() -> None:
    assert Choice(options=(1,)).edges() == ()


def test_any_option_is_simple() -> None:
    kind = Choice(options=(5, "a", None))
    assert {kind.simple(Draw(np.random.default_rng(seed), {})) for seed in range(30)} == {5, "a", None}
