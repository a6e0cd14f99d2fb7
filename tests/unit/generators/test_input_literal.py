"""`literal`: the same value in every case."""

import numpy as np
import pytest

from grader.generators import Draw
from grader.generators.literal import Literal


@pytest.mark.parametrize("value", [None, True, 3, 0.5, "text", [1, [2, "a"]], {"a": 1}, np.eye(2)], ids=repr)
def test_the_value_is_handed_over_as_it_is(value: object) -> None:
    kind = Literal(value=value)
    assert all(kind.draw(Draw(np.random.default_rng(n), {}, n, "zeros")) is value for n in range(3))


def test_there_are_no_regimes_and_no_formulas() -> None:
    assert Literal(value=1).edges() == ()
    assert not list(Literal(value=1).formulas())
