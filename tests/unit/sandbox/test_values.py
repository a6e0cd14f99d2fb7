"""What the inputs of a function become on the far side of the boundary."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.sandbox.values import FunctionText, Handle, ItemsOnce, Noted, Opaque, RandomState, realise


def called(value: object, *arguments: object) -> object:
    assert callable(value)
    return value(*arguments)


def test_an_array_is_copied() -> None:
    given = np.array([1.0, 2.0])
    found = realise(given)
    assert isinstance(found, np.ndarray)
    found[0] = 9.0
    assert given[0] == 1.0


@pytest.mark.parametrize("value", [None, True, 3, 2.5, 1j, "text", np.float64(1.5)])
def test_a_plain_value_stays_what_it_is(value: object) -> None:
    assert realise(value) is value


def test_a_function_is_built_from_its_text() -> None:
    assert called(realise(FunctionText(("x", "y"), "a * x - y", {"a": 3})), 5, 1) == 14


def test_a_counted_function_is_built_where_nobody_counts() -> None:
    assert called(realise(FunctionText(("x",), "x + 1", counted=True)), 1) == 2


def test_a_counted_function_is_replaced_where_somebody_counts() -> None:
    text = FunctionText(("x",), "x + 1", counted=True)
    assert called(realise(text, lambda found: lambda x: (found, x)), 7) == (text, 7)


def test_a_function_that_is_not_counted_is_never_replaced() -> None:
    assert called(realise(FunctionText(("x",), "x + 1"), lambda _: lambda _: "replaced"), 1) == 2


def test_a_generator_begins_where_its_key_says() -> None:
    found = realise(RandomState(17))
    assert isinstance(found, np.random.Generator)
    np.testing.assert_array_equal(found.random(4), np.random.default_rng(17).random(4))


def test_a_generator_is_new_each_time() -> None:
    first, second = realise(RandomState(17)), realise(RandomState(17))
    assert isinstance(first, np.random.Generator)
    assert isinstance(second, np.random.Generator)
    assert first.random() == second.random()


def test_an_iterator_can_be_read_once() -> None:
    found = realise(ItemsOnce((1, 2, 3)))
    assert isinstance(found, Iterator)
    assert (list(found), list(found)) == ([1, 2, 3], [])


def test_the_items_of_an_iterator_are_realised() -> None:
    found = realise(ItemsOnce((RandomState(1), FunctionText(("x",), "x"))))
    assert isinstance(found, Iterator)
    assert [type(item).__name__ for item in found] == ["Generator", "function"]


@pytest.mark.parametrize("kind", [list, tuple])
def test_what_lies_in_a_list_or_a_tuple_is_realised(kind: type[list[object]] | type[tuple[object, ...]]) -> None:
    found = realise(kind([np.array([1.0]), FunctionText(("x",), "2 * x")]))
    assert isinstance(found, kind)
    assert called(found[1], 4) == 8


def test_what_lies_in_a_dict_is_realised() -> None:
    found = realise({"f": FunctionText(("x",), "2 * x")})
    assert isinstance(found, dict)
    assert called(found["f"], 4) == 8


def test_a_list_is_not_shared_with_the_caller() -> None:
    given = [[1, 2]]
    found = realise(given)
    assert isinstance(found, list)
    found[0].append(3)
    assert given == [[1, 2]]


def test_counted_functions_are_met_in_the_order_in_which_they_stand() -> None:
    met: list[str] = []
    texts = [FunctionText(("x",), name, counted=True) for name in ("x + 1", "x + 2", "x + 3", "x + 4")]

    def stand_in(text: FunctionText) -> FunctionText:
        met.append(text.text)
        return text

    realise([texts[0], (texts[1],), {"k": texts[2]}, ItemsOnce((texts[3],))], stand_in)  # type: ignore[arg-type]
    assert met == ["x + 1", "x + 2", "x + 3", "x + 4"]


@pytest.mark.parametrize(
    "value", [FunctionText(("x",), "x"), RandomState(1), ItemsOnce(()), Handle(1), Opaque("a", "b"), Noted(1, "c")]
)
def test_what_stands_for_a_value_cannot_be_changed(value: object) -> None:
    with pytest.raises(AttributeError):
        value.number = 3  # type: ignore[attr-defined]


def test_equal_stand_ins_are_equal() -> None:
    assert Opaque("Graph", "an object") == Opaque("Graph", "an object")


def test_stand_ins_of_different_kinds_are_different() -> None:
    stand_ins: list[object] = [Handle(3), RandomState(3)]
    assert stand_ins[0] != stand_ins[1]
