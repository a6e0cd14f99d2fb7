"""When two sets of answers are the same, and two samples of one law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.verification.likeness import chance, nudged, numbers, of_one_form, same, unlikely
from grader.model import Answer, Failure, Verdict
from grader.sandbox.values import Handle, Value

A = np.array([1.0, 2.0, 3.0])
RAISED = Answer(failure=Failure(Verdict.RAISED, "raised", "ValueError"))


def alike(first: Value, second: Value, noise: float = 0.0) -> bool:
    return same([Answer(first)], [Answer(second)], lambda: noise)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (A, A * (1 + 1e-12)),
        (A, A + 1e-10),
        (1, 1.0),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        ((1.0, A), (1.0, A)),
        ({"a": 1.0}, {"a": 1.0}),
        (np.array([np.nan, np.inf, 1.0]), np.array([np.nan, np.inf, 1.0])),
        (None, None),
        ("word", "word"),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (np.array(1.5), 1.5),
        ((np.array(0), 2.0), (0.0, np.array(2.0))),
        (Handle(1), Handle(2)),
    ],
)
def test_values_that_differ_by_rounding_are_the_same(first: Value, second: Value) -> None:
    assert alike(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (A, A + 1e-6),
        (A, A[:, np.newaxis]),
        (A, A.tolist()),
        (np.array(1.5), np.array([1.5])),
        (np.array("word"), 1.5),
        (1.0, None),
        ((1.0, 2.0), (2.0, 1.0)),
        ((1.0, 2.0), [1.0, 2.0]),
        ({"a": 1.0}, {"b": 1.0}),
        (np.array([np.nan, 1.0]), np.array([1.0, 1.0])),
        (np.array([np.inf, 1.0]), np.array([-np.inf, 1.0])),
        ("word", "Word"),
        (10**400, 10**400 + 1),
    ],
)
def test_other_values_structures_and_shapes_are_not(first: Value, second: Value) -> None:
    assert not alike(first, second)


def test_what_a_rounding_of_the_inputs_does_as_well_is_no_difference() -> None:
    assert not alike(0.0, 1e-15)
    assert alike(0.0, 1e-15, noise=1e-16)


def test_the_noise_is_asked_for_only_where_it_matters() -> None:
    def never() -> float:
        raise AssertionError

    assert same([Answer(A)], [Answer(A)], never)


def test_a_failure_is_like_nothing() -> None:
    assert not of_one_form([RAISED], [RAISED])
    assert not of_one_form([Answer(1.0)], [Answer(1.0), Answer(1.0)])


def test_numbers_are_taken_from_everywhere() -> None:
    found = numbers([Answer((1, [2.0, {"a": np.array([3, 4])}])), Answer(True)])
    assert found is not None
    assert found.tolist() == [1, 2, 3, 4, 1]
    assert numbers([Answer("text"), Answer(None)]) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.integers(0, 2**32))
def test_a_nudge_moves_every_number_by_one_rounding_at_most(values: list[float], seed: int) -> None:
    array = np.array(values)
    moved = nudged(array, np.random.default_rng(seed))
    assert isinstance(moved, np.ndarray)
    assert np.all(np.abs(moved - array) <= 2.0**-51 * np.abs(array))


def test_a_nudge_leaves_whole_numbers_texts_and_structure_alone() -> None:
    random = np.random.default_rng(0)
    assert nudged(3, random) == 3
    assert nudged("word", random) == "word"
    assert nudged((1, [2.0]), random) in ((1, [2.0 * (1 + 2**-52)]), (1, [2.0 * (1 - 2**-52)]))


def test_samples_of_one_law_are_told_from_samples_of_two() -> None:
    random = np.random.default_rng(5)
    one, same_law, other = random.normal(size=2000), random.normal(size=2000), random.normal(0.2, size=2000)
    assert chance(one, same_law) > 0.01
    assert chance(one, other) < 1e-4
    assert unlikely([chance(one, other)] * 4)
    assert not unlikely([0.5, 0.02, 0.9])
    assert not unlikely([])


def test_a_handful_of_draws_tells_nothing() -> None:
    assert chance(np.zeros(5), np.ones(5)) == 1.0
    assert chance(None, np.ones(50)) == 1.0
    assert chance(np.full(50, np.nan), np.ones(50)) == 0.0
