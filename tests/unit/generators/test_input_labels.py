"""`labels`: one class per item, and all classes where that is asked."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.labels import LabelNumbers
from grader.sandbox.expressions import parse

seeds = st.integers(0, 2**32)
levels = st.sampled_from([None, 0, 1, 2, 3])


def drawn(
    size: int, classes: int, seed: int, regime: str = "", level: int | None = None, **more: Any
) -> NDArray[np.int64]:
    kind = LabelNumbers(size=parse(size), classes=parse(classes), **more)
    draw = Draw(np.random.default_rng(seed), {}, 0, regime, level=level or 0)
    value = kind.draw(draw) if level is None else kind.simple(draw)
    assert isinstance(value, np.ndarray)
    return value


@given(
    size=st.integers(0, 20),
    classes=st.integers(1, 6),
    seed=seeds,
    regime=st.sampled_from(["", "one_class", "missing"]),
    level=levels,
)
def test_every_label_is_a_class(size: int, classes: int, seed: int, regime: str, level: int | None) -> None:
    labels = drawn(size, classes, seed, regime, level)
    assert labels.shape == (size,)
    assert labels.dtype == np.int64
    assert np.all((labels >= 0) & (labels < classes))


@given(classes=st.integers(1, 6), more=st.integers(0, 5), seed=seeds, level=levels)
def test_every_class_is_present_where_that_is_asked(classes: int, more: int, seed: int, level: int | None) -> None:
    labels = drawn(classes + more, classes, seed, "", level, present=True)
    assert set(labels.tolist()) == set(range(classes))


@given(size=st.integers(0, 3), seed=seeds, level=levels)
def test_too_few_items_for_all_classes_are_no_fault(size: int, seed: int, level: int | None) -> None:
    assert drawn(size, 4, seed, "", level, present=True).shape == (size,)


def test_all_classes_are_equally_likely_and_in_no_order() -> None:
    labels = drawn(3000, 3, 0)
    assert np.all(np.abs(np.bincount(labels) - 1000) < 120)
    assert len({tuple(drawn(4, 2, seed, present=True).tolist()) for seed in range(200)}) == 14


@given(size=st.integers(1, 9), classes=st.integers(2, 5), seed=seeds)
def test_every_regime_shows_what_its_name_says(size: int, classes: int, seed: int) -> None:
    assert len(set(drawn(size, classes, seed, "one_class").tolist())) == 1
    assert classes - 1 not in drawn(size, classes, seed, "missing")


def test_any_class_may_be_the_only_one() -> None:
    assert {int(drawn(2, 3, seed, "one_class")[0]) for seed in range(40)} == {0, 1, 2}


@given(size=st.integers(2, 5), classes=st.integers(2, 4), seed=seeds, level=levels)
def test_one_class_alone_does_not_occur_where_it_is_excluded(
    size: int, classes: int, seed: int, level: int | None
) -> None:
    for regime in ("", "missing"):
        assert len(set(drawn(size, classes, seed, regime, level, exclude=("one_class",)).tolist())) > 1


def test_the_regimes_are_off_where_every_class_is_present() -> None:
    assert LabelNumbers(size=parse(3), classes=parse(2)).edges() == ("one_class", "missing")
    assert LabelNumbers(size=parse(3), classes=parse(2), present=True).edges() == ()


def test_simple_labels_are_in_turn_or_equal_too() -> None:
    found = {tuple(drawn(4, 3, seed, "", 0).tolist()) for seed in range(60)}
    assert {(0, 1, 2, 0), (0, 0, 0, 0)} < found


@pytest.mark.parametrize(("size", "classes"), [(-1, 2), (2, 0)])
def test_sizes_that_cannot_be_are_a_judge_error(size: int, classes: int) -> None:
    with pytest.raises(JudgeError, match="a size of at least"):
        drawn(size, classes, 0)
