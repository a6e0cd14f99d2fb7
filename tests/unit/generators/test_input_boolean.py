"""`boolean`: in turn, and several of them in all combinations."""

import numpy as np

from grader.generators import Draw
from grader.generators.boolean import Boolean


def test_it_is_true_and_false_in_turn() -> None:
    drawn = [Boolean().draw(Draw(np.random.default_rng(0), {"n": 1, "x": np.ones(2)}, number)) for number in range(5)]
    assert drawn == [True, False, True, False, True]
    assert all(type(value) is bool for value in drawn)


def test_several_take_all_combinations() -> None:
    found = []
    for number in range(8):
        names: dict[str, object] = {"n": 3}
        for name in "abc":
            names[name] = Boolean().draw(Draw(np.random.default_rng(0), dict(names), number))
        found.append((names["a"], names["b"], names["c"]))
    assert len(set(found)) == 8
    assert len(set(found[:4])) == 4


def test_nothing_is_taken_from_the_stream() -> None:
    random = np.random.default_rng(7)
    Boolean().draw(Draw(random, {}))
    assert random.random() == np.random.default_rng(7).random()


def test_both_are_simple() -> None:
    found = {Boolean().simple(Draw(np.random.default_rng(seed), {})) for seed in range(20)}
    assert found == {True, False}
    assert all(type(value) is bool for value in found)


def test_there_are_no_regimes() -> None:
    assert Boolean().edges() == ()
