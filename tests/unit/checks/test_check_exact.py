"""`exact`: equal item by item, types included."""

import json
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.exact import Exact
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.values import Handle, Value

leaves = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=5)
structures = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


def judged(expected: Value, answer: Value) -> Outcome:
    case = Case(1, {}, ())
    prepared = Exact().prepare(
        case, lambda call: Answer(normal_form(expected)), Conditions(Tolerance(), 0, lambda *_: 0)
    )
    return Exact().judge(case, prepared, [Answer(answer if isinstance(answer, Handle) else normal_form(answer))])


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        (3, 3),
        (3, np.int64(3)),
        (3, np.uint8(3)),
        (3, np.array(3)),
        (np.int32(3), 3),
        (10**40, 10**40),
        (True, True),
        (True, np.True_),
        (np.array(False), False),
        ("abc", "abc"),
        ("abc", np.str_("abc")),
        ("", ""),
        (None, None),
        ([1, 2], (1, 2)),
        ((1, 2), [1, 2]),
        ([1, 2], np.array([1, 2])),
        (np.array([1, 2]), [np.int8(1), 2]),
        (np.array([[1, 2], [3, 4]]), [(1, 2), (3, 4)]),
        (np.array([True, False]), [True, False]),
        ([], ()),
        ([], np.array([])),
        ({"a": 1, "b": [2, None]}, {"b": (2, None), "a": np.int64(1)}),
        ([("x", 1), ("y", 2)], [["x", 1], ["y", 2]]),
    ],
    ids=repr,
)
def test_the_same_value_in_another_form_is_accepted(expected: object, answer: object) -> None:
    assert judged(expected, answer).accepted


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        (3, 4),
        (3, 3.0),
        (3, "3"),
        (3, 3 + 0j),
        (1, True),
        (True, 1),
        (0, False),
        (False, None),
        (None, 0),
        (3, [3]),
        ([3], 3),
        ("abc", "ABC"),
        ("abc", "abc "),
        ("abc", ["a", "b", "c"]),
        ([1, 2], [2, 1]),
        ([1, 2], [1, 2, 3]),
        ([1, 2], [1]),
        ([1, 2], [1, 2.0]),
        ([1, 2], [1, True]),
        ([1, 2], [[1, 2]]),
        (np.array([[1, 2]]), np.array([1, 2])),
        (np.array([1, 2]), np.array([1.0, 2.0])),
        ([True, False], [1, 0]),
        ([], [[]]),
        ([], None),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, [1]),
        ([1, 2], {1, 2}),
        pytest.param([1, 2], iter([1, 2]), id="an iterator"),
        ([1, 2], Handle(0)),
    ],
    ids=repr,
)
def test_another_value_or_type_is_refused(expected: object, answer: object) -> None:
    assert judged(expected, answer).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize("expected", [3, "abc", [1], True, {"a": 1}], ids=repr)
def test_none_is_named_first(expected: Value) -> None:
    assert judged(expected, None).message == "returned None: is a `return` missing?"


def test_a_float_in_the_place_of_an_integer_gets_a_hint() -> None:
    assert judged(3, 3.0).message.endswith("a float is not an integer; `int(…)` or `round(…)` makes it one")


@pytest.mark.parametrize("answer", [1, 0.0, np.int8(1)], ids=repr)
def test_a_number_in_the_place_of_a_truth_value_gets_a_hint(answer: Value) -> None:
    assert judged(True, answer).message == "returned a number, expected a truth value: True or False, not a number"


def test_both_values_are_shown_when_only_they_differ() -> None:
    assert judged([1, 2], (1, 3)).message == "returned (1, 3), expected [1, 2]"


def test_both_kinds_are_named_when_they_differ() -> None:
    assert judged("abc", [1, 2]).message == "returned a list of 2, expected a text"


@pytest.mark.parametrize(
    ("expected", "answer"), [([1, 2], [1, 2.0]), ([True], [1]), ({"a": 1}, {"a": "1"}), ([1, "a"], ["a", 1])], ids=repr
)
def test_a_refusal_does_not_name_the_same_thing_twice(expected: Value, answer: Value) -> None:
    found, wanted = judged(expected, answer).message.removeprefix("returned ").split(", expected ", 1)
    assert found != wanted


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        3.0,
        float("nan"),
        np.float32(1),
        1j,
        [1, 2.0],
        {"a": 1.0},
        np.array([1.0]),
        {1, 2},
        [print],
        np.ma.masked_array([1], [True]),
    ],
    ids=repr,
)
def test_a_reference_that_cannot_be_compared_exactly_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="cannot be compared exactly"):
        judged(value, value)


@given(value=structures)
def test_the_references_own_value_is_always_accepted(value: Value) -> None:
    assert judged(value, value).accepted


@given(value=structures, other=structures)
def test_two_values_are_the_same_if_they_are_the_same_json(value: Value, other: Value) -> None:
    same = json.dumps(value, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert judged(value, other).accepted is same


@given(items=st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=6))
def test_lists_tuples_and_arrays_of_integers_are_the_same(items: list[int]) -> None:
    forms = [items, tuple(items), np.array(items, dtype=np.int64)]
    assert all(judged(one, other).accepted for one in forms for other in forms)


@given(items=st.lists(st.integers(), min_size=1, max_size=6), place=st.integers(0, 5), step=st.integers(1, 9))
def test_one_different_integer_is_enough_to_be_refused(items: list[int], place: int, step: int) -> None:
    changed = list(items)
    changed[place % len(items)] += step
    assert not judged(items, changed).accepted


@pytest.mark.parametrize("expected", [3, [1, 2], np.ones(5, np.int64), np.zeros((0, 3), np.int64), "text", {"a": 1}])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_large_array_is_refused_without_being_made_into_lists(expected: object, wrapped: bool) -> None:
    value = np.ones(2**22, np.uint8)
    tracemalloc.start()
    outcome = judged(expected, [value] if wrapped else value)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert not outcome.accepted
    assert "returned" in outcome.message
    assert peak < 20 * 2**20  # its way there and back included


@pytest.mark.parametrize("value", [np.zeros((0, 3), np.int64), [], np.zeros(0, np.int64)])
def test_values_without_items_are_the_same_however_they_are_written(value: object) -> None:
    assert judged(value, []).accepted
    assert judged([], value).accepted
