"""Shown values can be pasted: evaluated with NumPy at hand, a text gives its value back."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from grader.notation import ENTRIES_CAP, describe, show
from grader.sandbox.values import NUMERIC_KINDS, FunctionText, Handle, ItemsOnce, Noted, Opaque, RandomState, Value

dtypes = st.sampled_from([np.dtype(code) for code in NUMERIC_KINDS])
arrays = hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
plain = (
    st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | st.complex_numbers() | st.text(max_size=20)
)
structures = st.recursive(
    plain | hnp.arrays(st.sampled_from([np.dtype("f8"), np.dtype("i8")]), hnp.array_shapes(max_dims=2, max_side=3)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
    ),
    max_leaves=12,
)


def back(value: Value) -> Any:
    """Return what a student gets who pastes the text of a value."""
    return eval(show(value), {"np": np})


def same(first: Value, second: Value) -> bool:
    """Return whether two values are of one type and equal, where nan equals nan."""
    if type(first) is not type(second):
        return False
    match first:
        case np.ndarray():
            assert isinstance(second, np.ndarray)
            alike = first.shape == second.shape and first.dtype == second.dtype
            return alike and same(first.ravel().tolist(), second.ravel().tolist())
        case list() | tuple():
            assert isinstance(second, list | tuple)
            return len(first) == len(second) and all(map(same, first, second))
        case dict():
            assert isinstance(second, dict)
            return list(first) == list(second) and all(same(item, second[key]) for key, item in first.items())
        case complex():
            assert isinstance(second, complex)
            return same(first.real, second.real) and same(first.imag, second.imag)
        case float():
            return first == second or (first != first and second != second)  # noqa: PLR0124 - nan is what differs
        case _:
            return first == second


# Laws.


@given(value=structures)
def test_a_pasted_value_is_the_value(value: Value) -> None:
    assert same(back(value), value)


@given(array=arrays)
def test_a_pasted_array_has_the_same_entries_shape_and_type(array: NDArray[np.generic]) -> None:
    assert same(back(array), array.astype(array.dtype.newbyteorder("=")))


@given(array=hnp.arrays(dtypes, ()))
def test_a_pasted_scalar_of_numpy_has_the_same_value(array: NDArray[np.generic]) -> None:
    scalar = array[()]
    pasted = back(scalar)
    assert isinstance(pasted, np.ndarray | float | bool)
    assert same(np.asarray(pasted).tolist(), array.tolist())


@given(items=st.lists(st.floats() | st.integers(), max_size=5))
def test_a_pasted_iterator_gives_the_same_items(items: list[float]) -> None:
    pasted = back(ItemsOnce(tuple(items)))
    assert hasattr(pasted, "__next__")
    assert same(list(pasted), items)


@given(key=st.integers(0, 2**128 - 1))
def test_a_pasted_generator_draws_the_same_numbers(key: int) -> None:
    pasted = back(RandomState(key))
    assert isinstance(pasted, np.random.Generator)
    assert pasted.random() == np.random.default_rng(key).random()


# Examples that a student sees.


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (3, "3"),
        (0.1, "0.1"),
        (2.0, "2.0"),
        (float("nan"), "np.nan"),
        (float("-inf"), "-np.inf"),
        (1 - 2j, "(1-2j)"),
        ("it's", '"it\'s"'),
        (np.float64(0.5), "0.5"),
        (np.float64("nan"), "np.nan"),
        (np.float64("inf"), "np.inf"),
        (np.float64("-inf"), "-np.inf"),
        (np.True_, "True"),
        (np.array([1.0, 2.5]), "np.array([1.0, 2.5])"),
        (np.array([[1, 2], [3, 4]]), "np.array([[1, 2], [3, 4]])"),
        (np.array([0.5], dtype=np.float32), "np.array([0.5], dtype=np.float32)"),
        (np.array([True, False]), "np.array([True, False])"),
        (np.array([np.nan, -np.inf]), "np.array([np.nan, -np.inf])"),
        (np.array([]), "np.array([])"),
        (np.zeros((0, 3)), "np.empty((0, 3))"),
        ([1, [2.0, "a"]], "[1, [2.0, 'a']]"),
        ((), "()"),
        ((1,), "(1,)"),
        ((1, None), "(1, None)"),
        ({}, "{}"),
        ({"a": np.array([1])}, "{'a': np.array([1])}"),
        (RandomState(7), "np.random.default_rng(7)"),
        (ItemsOnce((1, 2)), "iter([1, 2])"),
        (Handle(3), "<a function>"),
        (Opaque("csr_matrix", "a sparse matrix"), "<a sparse matrix>"),
        (Noted(np.array([[1.0]]), "numpy.matrix"), "np.array([[1.0]])"),
        (FunctionText(("x", "y"), "x - 2 * y"), "lambda x, y: x - 2 * y"),
        (FunctionText(("x",), "a * sin(x) + pi", {"a": 3.0}), "lambda x: 3.0 * np.sin(x) + np.pi"),
    ],
    ids=repr,
)
def test_a_value_is_shown_as_one_would_write_it(value: Value, text: str) -> None:
    assert show(value) == text


@pytest.mark.parametrize("size", [ENTRIES_CAP, ENTRIES_CAP + 1])
def test_a_long_array_is_described_by_its_first_entries_and_its_shape(size: int) -> None:
    text = show(np.arange(size, dtype=float))
    assert (text == f"<an array of shape ({size},): 0.0, 1.0, 2.0, 3.0, 4.0, …>") is (size > ENTRIES_CAP)


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_long_list_is_described_by_its_length(kind: type[list[int]]) -> None:
    assert show(kind(range(ENTRIES_CAP + 1))) == f"<a {kind.__name__} of {ENTRIES_CAP + 1} items>"
    assert same(back(kind(range(ENTRIES_CAP))), kind(range(ENTRIES_CAP)))


def test_a_long_text_is_cut() -> None:
    assert show("a" * 500) == repr("a" * 500)
    assert show("a" * 10_000) == repr("a" * 500 + "…")


@pytest.mark.parametrize(
    "value",
    [
        [[0.5] * ENTRIES_CAP] * ENTRIES_CAP,
        {str(key): [0.5] * ENTRIES_CAP for key in range(ENTRIES_CAP)},
        tuple(np.full(ENTRIES_CAP, 0.5) for _ in range(ENTRIES_CAP)),
    ],
    ids=["list", "dict", "tuple"],
)
def test_a_nested_value_with_very_many_entries_is_not_shown_in_full(value: Value) -> None:
    assert len(show(value)) < 20_000


# Functions.

X = [-2.5, -1.0, 0.5, 1.0, 3.0]
FUNCTIONS = [
    FunctionText(("x",), "x**2 - 1"),
    FunctionText(("x",), "c * x + d", {"c": -2.0, "d": 0.1}),
    FunctionText(("x",), "-c**2 * x", {"c": -3.0}),
    FunctionText(("x",), "c**2 - x - (c - x)", {"c": -3.0}),
    FunctionText(("x",), "exp(-(x - m)**2 / (2 * s**2)) / (s * sqrt(2 * pi))", {"m": 1.0, "s": 0.5}),
    FunctionText(("x",), "abs(x) if x < c else log1p(abs(x))", {"c": 0.0}),
    FunctionText(("x",), "sum(w * x) + norm(w) + len(w)", {"w": np.array([1.0, -2.0, 3.0])}),
    FunctionText(("x",), "where(x > 0, minimum(x, 1), e)"),
    FunctionText(("x",), "max(A @ v) * x", {"A": np.array([[1, 2], [3, 4]]), "v": np.array([0.5, -0.5])}),
    FunctionText(("x",), "g(x) * g(2 * x)", {"g": FunctionText(("t",), "t + k", {"k": 4})}),
    FunctionText(("x",), "(x, x**2)[1] + [x, 1][0]"),
    FunctionText(("x",), "x > 0 and x < 2"),
    FunctionText(("x",), "mean(w, axis=0) + x", {"w": np.eye(2)}),
    FunctionText(("x",), "x * c", {"c": float("inf")}),
    FunctionText(("x",), "x + 0 * c", {"c": 1e-300}),
    FunctionText(("x",), "x + c", {"c": np.float64(2.5)}),
    FunctionText(("x",), "x + c", {"c": np.float64("inf")}),
    FunctionText(("x",), "x + c", {"c": np.int64(2)}),
    FunctionText(("e",), "e + 1"),
    FunctionText(("pi",), "2 * pi"),
    FunctionText(("size",), "size**2"),
    FunctionText(("x",), "x * e", {"e": 5.0}),
    FunctionText(("x",), "x + mean", {"mean": 5.0}),
    FunctionText(("x",), "x + t(x)", {"t": FunctionText(("max",), "max * 2")}),
]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: f"{function.text} of {function.parameters[0]}")
def test_a_pasted_function_has_the_same_values(function: FunctionText) -> None:
    pasted = back(function)
    built: Callable[..., Any] = function.build()
    assert all(np.array_equal(pasted(x), built(x)) for x in X)


@given(
    text=st.sampled_from(
        ["a + b * x", "a**2 - b - x", "-a * -x", "(a - b) * (x - a)", "a / (1 + b**2) - x", "a - (b - x)"]
    ),
    a=st.floats(-1e6, 1e6),
    b=st.floats(-1e6, 1e6) | st.integers(-100, 100),
    x=st.floats(-1e6, 1e6),
)
def test_constants_keep_their_signs_and_their_place(text: str, a: float, b: float, x: float) -> None:
    function = FunctionText(("x",), text, {"a": a, "b": b})
    pasted = back(function)
    assert pasted(x) == function.build()(x)


def test_a_function_of_several_arguments_keeps_their_order() -> None:
    pasted = back(FunctionText(("x", "y", "z"), "x + 10 * y + 100 * z"))
    assert pasted(1, 2, 3) == 321


@pytest.mark.parametrize("constant", [np.arange(1000.0), list(range(1000)), "a" * 600], ids=["array", "list", "text"])
def test_a_function_with_a_long_constant_can_still_be_shown(constant: Value) -> None:
    text = show(FunctionText(("x",), "mean(c) + x", {"c": constant}))
    assert text.startswith("lambda x")
    assert len(text) < 2_000


def test_functions_inside_a_list_can_be_pasted() -> None:
    pasted = back([FunctionText(("x",), "x + 1"), FunctionText(("x",), "x * 2")])
    assert isinstance(pasted, list)
    assert [function(3) for function in pasted] == [4, 6]


# Descriptions.


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "a truth value"),
        (np.True_, "a truth value"),
        (3, "a number"),
        (0.5, "a number"),
        (1j, "a number"),
        (np.float32(1), "a number"),
        ("text", "a text"),
        (np.zeros(3), "an array of numbers of shape (3,)"),
        (np.zeros((2, 0), dtype=int), "an array of numbers of shape (2, 0)"),
        (np.array([True]), "an array of truth values of shape (1,)"),
        ([1, 2], "a list of 2"),
        ((), "a tuple of 0"),
        ({"a": 1}, "a dict of 1"),
        (Handle(0), "a function"),
        (FunctionText(("x",), "x"), "a function"),
        (Opaque("set", "an object of type builtins.set"), "an object of type builtins.set"),
    ],
    ids=repr,
)
def test_a_value_is_described_in_plain_words(value: Value, words: str) -> None:
    assert describe(value) == words
