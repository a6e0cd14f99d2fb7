"""`iterator`: items that can be read once, as Python numbers."""

from typing import Any

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.iterator import IteratorInput
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, ItemsOnce, Value, realise


def drawn(formula: str, **names: Value) -> ItemsOnce:
    kind = IteratorInput(items=parse(formula))
    value = kind.draw(Draw(np.random.default_rng(0), names))
    assert kind.simple(Draw(np.random.default_rng(1), names, level=2)) == value
    return value


@pytest.mark.parametrize(
    ("value", "items"),
    [
        (np.array([1.5, -2.0]), (1.5, -2.0)),
        (np.array([3, 4]), (3, 4)),
        (np.array([1j]), (1j,)),
        (np.array([]), ()),
        ([1, 2.5, True], (1, 2.5, True)),
        ((1,), (1,)),
        ([], ()),
        ([np.float64(2.0)], (2.0,)),
        (["a", "b"], ("a", "b")),
    ],
    ids=repr,
)
def test_the_items_are_those_of_a_vector_or_list(value: Value, items: tuple[object, ...]) -> None:
    once = drawn("x", x=value)
    assert once.items == items
    assert [type(item) for item in once.items] == [type(item) for item in items]


def test_the_items_of_a_matrix_are_its_rows() -> None:
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    rows: Any = IteratorInput(items=parse("A")).draw(Draw(np.random.default_rng(0), {"A": A})).items
    assert [row.tolist() for row in rows] == [[1, 2], [3, 4]]
    rows[0][0] = 9.0
    assert A[0, 0] == 1.0


def test_the_items_may_be_computed() -> None:
    assert drawn("2 * x[1:]", x=np.array([1.0, 2.0, 3.0])).items == (4.0, 6.0)


def test_what_the_answer_gets_can_be_read_once() -> None:
    stream: Any = realise(drawn("x", x=np.array([1.0, 2.0])))
    assert list(stream) == [1.0, 2.0]
    assert list(stream) == []
    assert not hasattr(stream, "__len__")


@pytest.mark.parametrize(
    "value", [3.0, np.array(3.0), "text", None, {"a": 1}, FunctionText(("x",), "x"), ItemsOnce((1,))], ids=repr
)
def test_what_has_no_items_in_an_order_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="where a vector, list or matrix is needed"):
        drawn("x", x=value)


def test_it_is_fixed_once_its_items_are() -> None:
    assert IteratorInput(items=parse("x")).fixed
    assert IteratorInput(items=parse("x")).edges() == ()
