"""Nodes and buffers as values: nothing is accepted that is not exactly right."""

import itertools
import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import DEPTH_CAP, ENTRIES_CAP, ITEMS_CAP, KEYS_CAP, NODES_CAP
from grader.sandbox.values import FunctionText, Handle, ItemsOnce, Noted, Opaque, RandomState
from grader.sandbox.wire import Node, WireError

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=300)
HASH_MODULUS = 2**61 - 1
"""Python's hash of a multiple of this is 0, on every 64-bit machine and with every hash seed."""

TAGS = ["list", "tuple", "once", "dict", "array", "scalar", "packed", "float", "complex", "opaque", "noted", "handle"]
DTYPES = ["<f8", "<i4", "|b1", ">f8", "|O", "<U1", "", "<f16", "(2,)<f8", "<M8[s]"]
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-2, 5)
    | st.integers()
    | st.floats()
    | st.sampled_from([*DTYPES, "nan", "numpy.matrix", "1"])
)
nodes = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*TAGS, "random", "function", "other"]), inner, max_size=2)
        | st.dictionaries(st.sampled_from(["parameters", "text", "constants", "counted"]), inner)
        | st.tuples(st.sampled_from(DTYPES), st.lists(st.integers(-1, 3), max_size=3)).map(lambda pair: {"array": pair})
        | inner.map(lambda body: {"function": {"parameters": [], "text": "x", "constants": body, "counted": True}})
    ),
    max_leaves=12,
)


def decoded(node: Node, payload: bytes = b"", *, trusted: bool = False) -> object:
    decoder = Decoder(payload, trusted=trusted)
    value = decoder.value(node)
    decoder.finish()
    return value


def function(**changed: Node) -> Node:
    return {"function": {"parameters": ["x"], "text": "x", "constants": {}, "counted": False} | changed}


MALFORMED = [
    [],
    {},
    [1, 2],
    {"list": [], "tuple": []},
    {"unknown": 1},
    {"": 1},
    {"list": None},
    {"list": {}},
    {"list": "ab"},
    {"tuple": 3},
    {"list": [[1]]},
    {"dict": {}},
    {"dict": [1]},
    {"dict": [[1]]},
    {"dict": [[1, 2, 3]]},
    {"dict": [[{"list": []}, 1]]},
    {"dict": [[{"dict": []}, 1]]},
    {"float": "1.0"},
    {"float": 1.0},
    {"float": None},
    {"float": ["nan"]},
    {"complex": 1},
    {"complex": [1, 2]},
    {"complex": ["1"]},
    {"complex": ["1", "2", "3"]},
    {"complex": ["one", "2"]},
    {"opaque": "x"},
    {"opaque": ["a", 1]},
    {"opaque": ["a", "b", "c"]},
    {"noted": ["other", 1]},
    {"noted": [["numpy.matrix"], 1]},
    {"noted": ["numpy.matrix"]},
    {"handle": -1},
    {"handle": 1.0},
    {"handle": "1"},
    {"handle": True},
    {"handle": None},
    {"handle": 2**128},
]

MALFORMED_LISTS = [
    None,
    [],
    ["list", "<f8", 1],
    ["list", "<f8", 1, True, True],
    ["list", "<f8", 2, True],
    ["list", "<f8", 0, True],
    ["list", "<f8", -1, True],
    ["list", "<f8", "1", True],
    ["list", "<f8", [1], True],
    ["list", "<f8", 2**60, True],
    ["list", "<f8", 1, None],
    ["list", "<f8", 1, 1],
    ["list", "<f4", 2, True],
    ["list", "|u1", 8, True],
    ["list", "|b1", 8, False],
    ["list", "|O", 1, False],
    ["list", ">f8", 1, False],
    ["list", None, 1, False],
    ["list", ["<f8"], 1, True],
    ["once", "<f8", 1, True],
    ["dict", "<f8", 1, True],
    [["list"], "<f8", 1, True],
    [None, "<f8", 1, True],
]

MALFORMED_ARRAYS = [
    None,
    "<f8",
    ["<f8"],
    ["<f8", 1],
    ["<f8", "1"],
    ["<f8", {"0": 1}],
    ["<f8", [1], 0],
    ["<f8", [-1]],
    ["<f8", [1.0]],
    ["<f8", ["1"]],
    ["<f8", [True]],
    ["<f8", [None]],
    ["<f8", [[1]]],
    ["<f8", [2]],
    ["<f8", [2**62]],
    ["<f8", [2**61]],
    ["<f8", [2**32, 2**32]],
    ["<f8", [2**40, 2**40, 2**40, 2**40]],
    ["<f8", [0, 2**62]],
    ["<f8", [2**62, 0]],
    ["<f8", [0, 2**47, 2**47]],
    ["<f8", [1] * 65],
    ["<f8", [1] * 10_000],
    [">f8", [1]],
    ["=f8", [1]],
    ["f8", [1]],
    ["d", [1]],
    ["float64", [1]],
    ["|O", [1]],
    ["O", [1]],
    ["<U2", [1]],
    ["|S8", [1]],
    ["|V8", [1]],
    ["<M8[s]", [1]],
    ["<m8[s]", [1]],
    ["<f16", []],
    ["<c32", []],
    ["<f4,<f4", [1]],
    ["(2,)<f4", [1]],
    ["|b1", [9]],
    ["", [1]],
    [None, [1]],
    [8, [1]],
    [["<f8"], [1]],
    [{"a": "<f8"}, [1]],
]


@pytest.mark.parametrize("node", MALFORMED, ids=str)
def test_a_malformed_value_is_refused(node: Node) -> None:
    with pytest.raises(WireError):
        decoded(node)


@pytest.mark.parametrize("tag", ["array", "scalar"])
@pytest.mark.parametrize("body", MALFORMED_ARRAYS, ids=lambda body: str(body)[:40])
def test_a_malformed_array_is_refused(tag: str, body: Node) -> None:
    with pytest.raises(WireError):
        decoded({tag: body}, bytes(8))


@pytest.mark.parametrize("body", MALFORMED_LISTS, ids=lambda body: str(body)[:40])
def test_a_malformed_list_of_numbers_is_refused(body: Node) -> None:
    with pytest.raises(WireError):
        decoded({"packed": body}, bytes(8))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (["list", "<f8", 1, True], [0.0]),
        (["tuple", "<i8", 1, True], (0,)),
        (["tuple", "<c16", 0, True], None),
        (["list", "<f4", 2, False], [np.float32(0), np.float32(0)]),
    ],
)
def test_a_list_of_numbers_is_read_from_the_payload(body: Node, expected: object) -> None:
    if expected is None:
        assert decoded({"packed": body}) == ()
        return
    found = decoded({"packed": body}, bytes(8))
    assert found == expected
    assert isinstance(found, list | tuple)
    assert isinstance(expected, list | tuple)
    assert [*map(type, found)] == [*map(type, expected)]


def test_lists_of_numbers_hold_no_more_than_allowed_in_all() -> None:
    node: Node = {"list": [{"packed": ["list", "|i1", ITEMS_CAP // 2, False]}] * 2}
    assert isinstance(decoded(node, bytes(ITEMS_CAP)), list)
    with pytest.raises(WireError, match="too many"):
        decoded({"list": [node, {"packed": ["list", "|i1", 1, False]}]}, bytes(ITEMS_CAP + 1))


def test_arrays_have_no_more_entries_than_allowed_in_all() -> None:
    with pytest.raises(WireError, match="too long dimensions"):
        decoded({"array": ["|u1", [ENTRIES_CAP + 1]]}, bytes(ENTRIES_CAP + 1))
    with pytest.raises(WireError, match="too long dimensions"):
        decoded({"list": [{"array": ["<f8", [0, ENTRIES_CAP // 256 + 1]]}] * 2})


@pytest.mark.parametrize("shape", [[2], [2, 1], []])
def test_a_truth_value_that_is_neither_is_refused(shape: list[int]) -> None:
    data = bytes([1, 2][-max(1, len(shape) and 2) :])
    with pytest.raises(WireError, match="truth value"):
        decoded({"array": ["|b1", shape]}, data)


def test_a_scalar_with_a_shape_is_refused() -> None:
    with pytest.raises(WireError):
        decoded({"scalar": ["<f8", [1]]}, bytes(8))


@pytest.mark.parametrize("node", [{"random": 3}, {"once": [1, 2]}, function()], ids=["random", "once", "function"])
def test_an_answer_cannot_hold_what_only_the_grader_sends(node: Node) -> None:
    with pytest.raises(WireError, match="an answer cannot hold"):
        decoded(node)


@pytest.mark.parametrize(
    "wrap", [lambda n: {"list": [n]}, lambda n: {"dict": [[1, n]]}, lambda n: {"noted": ["longdouble", n]}]
)
def test_an_answer_cannot_hide_what_only_the_grader_sends(wrap: object) -> None:
    assert callable(wrap)
    with pytest.raises(WireError, match="an answer cannot hold"):
        decoded(wrap({"random": 3}))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"random": 3}, RandomState(3)),
        ({"once": [1, {"tuple": [2]}]}, ItemsOnce((1, (2,)))),
        (function(constants={"a": 2}), FunctionText(("x",), "x", {"a": 2}, counted=False)),
        (function(counted=True), FunctionText(("x",), "x", {}, counted=True)),
    ],
)
def test_the_grader_may_send_what_an_answer_may_not(node: Node, expected: object) -> None:
    assert decoded(node, trusted=True) == expected


@pytest.mark.parametrize(
    "node",
    [
        {"function": []},
        {"function": {}},
        {"function": "x"},
        {"function": None},
        {"function": {"parameters": []}},
        function(parameters="x"),
        function(parameters=None),
        function(constants=[]),
        function(constants=None),
        function(constants="ab"),
        function(constants=3),
        function(constants={"a": []}),
    ],
    ids=str,
)
@pytest.mark.parametrize("trusted", [False, True], ids=["from an answer", "from the grader"])
def test_a_malformed_function_is_refused(node: Node, trusted: bool) -> None:
    with pytest.raises(WireError):
        decoded(node, trusted=trusted)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (None, None),
        (True, True),
        (0, 0),
        (-1.5, -1.5),
        ("text", "text"),
        ({"list": []}, []),
        ({"tuple": [1, {"list": ["a"]}]}, (1, ["a"])),
        ({"dict": [[{"tuple": [1]}, 2], ["a", None]]}, {(1,): 2, "a": None}),
        ({"float": "-inf"}, float("-inf")),
        ({"complex": ["1.5", "-inf"]}, complex(1.5, float("-inf"))),
        ({"handle": 2**64}, Handle(2**64)),
        ({"opaque": ["Graph", "an object"]}, Opaque("Graph", "an object")),
        ({"noted": ["longdouble", 1.5]}, Noted(1.5, "longdouble")),
    ],
)
def test_a_well_formed_value_is_accepted(node: Node, expected: object) -> None:
    assert decoded(node) == expected


def test_an_array_is_read_from_the_payload() -> None:
    found = decoded({"array": ["<i2", [2, 2]]}, b"\x01\x00\x02\x00\xff\xff\x00\x01")
    np.testing.assert_array_equal(np.asarray(found), np.array([[1, 2], [-1, 256]], dtype=np.int16))


def test_arrays_are_read_from_the_payload_in_the_order_in_which_they_stand() -> None:
    found = decoded({"list": [{"array": ["|u1", [2]]}, {"scalar": ["|u1", []]}]}, b"\x01\x02\x03")
    assert isinstance(found, list)
    assert (found[0].tolist(), found[1]) == ([1, 2], 3)


@pytest.mark.parametrize("kind", [bytes, bytearray])
def test_an_array_that_was_read_can_be_written_to(kind: type[bytes]) -> None:
    found = decoded({"list": [{"array": ["<f8", [1]]}, {"array": ["|u1", [3]]}, {"array": ["<f8", [1]]}]}, kind(19))
    assert isinstance(found, list)
    for array in found:
        assert array.flags.writeable
        assert array.flags.aligned
        array[0] = 3
    assert [array.tolist() for array in found] == [[3.0], [3, 0, 0], [3.0]]


def test_a_payload_with_bytes_left_over_is_refused() -> None:
    with pytest.raises(WireError, match="3 bytes of the payload belong to no array"):
        decoded({"array": ["|u1", [2]]}, bytes(5))


def test_a_payload_that_no_array_claims_is_refused() -> None:
    with pytest.raises(WireError, match="belong to no array"):
        decoded(1, b"x")


def test_two_arrays_cannot_share_one_payload() -> None:
    with pytest.raises(WireError, match="larger than the payload"):
        decoded({"list": [{"array": ["<f8", [1]]}] * 2}, bytes(8))


@pytest.mark.parametrize("tag", ["list", "tuple", "noted", "dict"])
def test_a_value_nested_too_deeply_is_refused(tag: str) -> None:
    node: Node = 1
    for _ in range(DEPTH_CAP + 10):
        node = {tag: {"noted": ["longdouble", node], "dict": [[1, node]]}.get(tag, [node])}
    with pytest.raises(WireError, match="nested too deeply"):
        decoded(node)


def test_a_value_nested_without_end_is_refused_before_the_stack_is() -> None:
    node: Node = 1
    for _ in range(100_000):
        node = {"list": [node]}
    with pytest.raises(WireError, match="nested too deeply"):
        decoded(node)


def test_a_value_with_too_many_items_is_refused() -> None:
    with pytest.raises(WireError, match="too many items"):
        decoded({"list": [0] * (2 * NODES_CAP + 1)})


@pytest.mark.parametrize("number", [2**4096, -(2**4096), 10**1249])
def test_an_integer_that_is_too_long_is_refused(number: int) -> None:
    assert decoded(2**4096 - 1) == 2**4096 - 1
    with pytest.raises(WireError, match="more than 4096 bits"):
        decoded({"list": [number]})


def test_a_text_too_long_for_an_array_of_texts_is_refused_beside_many_numbers() -> None:
    text = "x" * 30_000
    assert decoded({"list": [text, *[0] * 200]}) == [text, *[0] * 200]
    with pytest.raises(WireError, match="too long beside so many items"):
        decoded({"list": [text, *[0] * 2000]})
    with pytest.raises(WireError, match="too long beside so many items"):
        decoded({"list": [text, {"packed": ["list", "|i1", 2000, False]}]}, bytes(2000))


KEYS: dict[str, Callable[[int], Node]] = {
    "numbers": lambda number: number,
    "handles": lambda number: {"handle": number},
    "notes": lambda number: {"noted": ["longdouble", number]},
    "tuples": lambda number: {"tuple": [number]},
    "fractions": float,
}


@pytest.mark.parametrize("kind", KEYS)
@pytest.mark.parametrize("step", [HASH_MODULUS, 1], ids=["alike", "as they come"])
def test_a_dict_whose_keys_were_chosen_to_collide_is_refused_or_read_in_good_time(kind: str, step: int) -> None:
    key = KEYS[kind]
    pairs: Node = [[key(number * step), 0] for number in range(KEYS_CAP // 2 - 1)]
    began = time.process_time()
    try:
        found = decoded({"dict": pairs})
    except WireError:
        found = None
    assert time.process_time() - began < 2
    assert (found is None) == (step != 1 and kind != "fractions")


def test_a_dict_with_a_few_keys_of_one_hash_is_read() -> None:
    keys = [-1, -2, *(number * HASH_MODULUS for number in range(1, 10))]
    assert decoded({"dict": [[key, 0] for key in keys]}) == dict.fromkeys(keys, 0)


def test_the_same_key_many_times_is_not_taken_for_an_honest_dict() -> None:
    with pytest.raises(WireError, match="chosen to collide"):
        decoded({"dict": [[1, 0]] * 100})


def test_a_long_text_in_an_opaque_value_is_cut() -> None:
    assert decoded({"opaque": ["a" * 1000, "b" * 1000]}) == Opaque("a" * 200, "b" * 200)


@LAW
@given(nodes, st.binary(max_size=64), st.booleans())
def test_any_node_is_a_value_or_is_refused(node: Node, payload: bytes, trusted: bool) -> None:
    try:
        value = decoded(node, payload, trusted=trusted)
    except WireError:
        return
    assert trusted or not isinstance(value, FunctionText | RandomState | ItemsOnce)


@LAW
@given(
    st.lists(st.integers(0, 4), max_size=4), st.sampled_from(["|b1", "|i1", "<u2", "<f4", "<c16"]), st.integers(0, 64)
)
def test_an_array_is_accepted_if_and_only_if_its_shape_fits_the_payload(shape: list[int], code: str, size: int) -> None:
    needed = int(np.prod(shape, initial=1)) * int(code[2:])
    fits = needed == size
    try:
        found = decoded({"array": [code, shape]}, bytes(size))
    except WireError:
        assert not fits
        return
    assert fits
    assert isinstance(found, np.ndarray)
    assert list(found.shape) == shape


@pytest.mark.parametrize(("first", "second"), [*itertools.permutations(["list", "array", "handle"], 2)])
def test_a_value_with_two_tags_is_refused(first: str, second: str) -> None:
    with pytest.raises(WireError, match="neither plain nor tagged"):
        decoded({first: [], second: []})
