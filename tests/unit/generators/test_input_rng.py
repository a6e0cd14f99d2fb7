"""`rng`: a stream of its own in every case, which gives nothing away."""

import numpy as np

from grader.generators import Draw
from grader.generators.rng import Rng
from grader.sandbox.values import RandomState


def drawn(seed: int) -> RandomState:
    return Rng().draw(Draw(np.random.default_rng(seed), {}))


def test_the_same_stream_gives_the_same_generator() -> None:
    assert drawn(1) == drawn(1)


def test_other_streams_give_other_generators() -> None:
    assert len({drawn(seed).key for seed in range(100)}) == 100


def test_the_key_is_drawn_and_not_the_key_of_the_stream() -> None:
    assert all(drawn(seed).key > 2**32 for seed in range(20))


def test_there_are_no_regimes() -> None:
    assert Rng().edges() == ()


def test_a_simple_state_is_a_small_number() -> None:
    assert Rng().simple(Draw(np.random.default_rng(0), {})) == RandomState(0)
    assert {Rng().simple(Draw(np.random.default_rng(seed), {}, level=2)).key for seed in range(40)} == {0, 1, 2}
