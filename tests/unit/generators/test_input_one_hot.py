"""`one_hot`: a single 1 in every row."""

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.generators import Draw
from grader.generators.labels import LabelNumbers
from grader.generators.one_hot import OneHot
from grader.sandbox.expressions import parse

seeds = st.integers(0, 2**32)
levels = st.sampled_from([None, 0, 1, 2, 3])
regimes = st.sampled_from(["", "one_class", "missing"])


def drawn(size: int, classes: int, draw: Draw, *, simple: bool = False, **more: Any) -> NDArray[np.float64]:
    kind = OneHot(size=parse(size), classes=parse(classes), **more)
    value = kind.simple(draw) if simple else kind.draw(draw)
    assert isinstance(value, np.ndarray)
    return value


@given(size=st.integers(0, 9), classes=st.integers(1, 5), seed=seeds, regime=regimes, level=levels)
def test_the_rows_are_those_of_the_labels_of_the_same_stream(
    size: int, classes: int, seed: int, regime: str, level: int | None
) -> None:
    def draw() -> Draw:
        return Draw(np.random.default_rng(seed), {}, 0, regime, level=level or 0)

    labels = LabelNumbers(size=parse(size), classes=parse(classes))
    rows = drawn(size, classes, draw(), simple=level is not None)
    assert rows.shape == (size, classes)
    assert rows.dtype == np.float64
    assert np.all((rows == 0) | (rows == 1))
    assert np.all(np.sum(rows, axis=1) == 1)
    wanted = labels.draw(draw()) if level is None else labels.simple(draw())
    assert np.array_equal(np.argmax(rows, axis=1), np.asarray(wanted))


@given(size=st.integers(1, 9), classes=st.integers(2, 5), seed=seeds)
def test_every_regime_shows_what_its_name_says(size: int, classes: int, seed: int) -> None:
    one, missing = (drawn(size, classes, Draw(np.random.default_rng(seed), {}, 0, r)) for r in OneHot.regimes)
    assert len(np.unique(one, axis=0)) == 1
    assert not np.any(missing[:, -1])


@given(more=st.integers(0, 4), classes=st.integers(1, 5), seed=seeds)
def test_every_column_is_used_where_that_is_asked(more: int, classes: int, seed: int) -> None:
    rows = drawn(classes + more, classes, Draw(np.random.default_rng(seed), {}), present=True)
    assert np.all(np.sum(rows, axis=0) > 0)
    assert OneHot(size=parse(1), classes=parse(1), present=True).edges() == ()


def test_integers_are_possible() -> None:
    assert drawn(2, 2, Draw(np.random.default_rng(0), {}), dtype="int64").dtype == np.int64
