"""Values as nodes and buffers: the way there and back changes nothing, and what cannot go is named."""

import enum
import functools
import json
import math
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy import sparse

from grader.sandbox import wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import (
    DEPTH_CAP,
    ENTRIES_CAP,
    ITEMS_CAP,
    KEYS_CAP,
    LETTERS_CAP,
    NODES_CAP,
    PACKED_FROM,
    Encoder,
)
from grader.sandbox.values import FunctionText, Handle, ItemsOnce, Noted, Opaque, RandomState

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=150)
CODES = "?bhilqBHILQefdFD"

arrays = st.sampled_from(CODES).flatmap(
    lambda code: npst.arrays(np.dtype(code), npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)
scalars = st.sampled_from(CODES.replace("?", "")).flatmap(
    lambda code: npst.arrays(np.dtype(code), ()).map(lambda array: array[()])
)
keys = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.text(max_size=3))
plain = st.none() | st.booleans() | st.integers(-(2**4000), 2**4000) | st.floats() | st.complex_numbers() | st.text()
values = st.recursive(
    plain | arrays | scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)


class Colour(enum.IntEnum):
    RED = 3


class Shade(enum.StrEnum):
    DARK = "dark"


class Degrees(float):
    pass


class Row(list):  # type: ignore[type-arg]
    pass


class Thing:
    def __call__(self) -> None:
        pass


class Loose(np.ndarray):
    pass


Point = namedtuple("Point", ["x", "y"])  # noqa: PYI024 - the kind of tuple that answers return


def sent(value: object, keep: Callable[[Callable[..., object]], int] | None = None) -> object:
    """Return what arrives when `value` is sent by a worker; the node goes through JSON, as on the wire."""
    encoder = Encoder(keep)
    node = json.loads(json.dumps(encoder.node(value)))
    decoder = Decoder(b"".join(encoder.buffers), trusted=True)
    found = decoder.value(node)
    decoder.finish()
    return found


def opaque(value: object) -> Opaque:
    found = sent(value)
    assert isinstance(found, Opaque)
    return found


def same(a: object, b: object) -> bool:
    """Return whether two values are the same to the last bit, and of the same types.

    Two of NumPy's integer types may have one meaning and two names; then their dtypes are equal.
    """
    if isinstance(a, np.ndarray | np.generic) and isinstance(b, np.ndarray | np.generic):
        kinds = isinstance(a, np.ndarray) == isinstance(b, np.ndarray)
        return kinds and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return same(list(a.items()), list(b.items()))
    return repr(a) == repr(b)


@LAW
@given(values)
def test_a_value_arrives_as_it_was_sent(value: object) -> None:
    assert same(sent(value), value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308, 0.1])
def test_a_number_arrives_to_the_last_bit(value: float) -> None:
    assert same(sent(value), value)


@pytest.mark.parametrize("value", [complex(math.nan, math.inf), complex(-0.0, 0.0), complex(1e-300, -math.inf)])
def test_a_complex_number_arrives_to_the_last_bit(value: complex) -> None:
    assert same(sent(value), value)


@pytest.mark.parametrize("code", CODES)
def test_an_array_without_entries_keeps_shape_and_dtype(code: str) -> None:
    assert same(sent(np.zeros((0, 3), dtype=code)), np.zeros((0, 3), dtype=code))


def test_an_array_without_dimensions_stays_an_array() -> None:
    assert same(sent(np.array(2.5)), np.array(2.5))


def test_several_arrays_keep_their_places() -> None:
    value = [np.array([1.0]), {"k": np.array([2], dtype=np.int8)}, np.array([3j])]
    assert same(sent(value), value)


def test_an_array_in_the_other_byte_order_keeps_its_numbers() -> None:
    assert same(sent(np.array([1.5, -2.0], dtype=">f8")), np.array([1.5, -2.0]))


def test_an_array_in_columns_keeps_its_numbers() -> None:
    assert same(sent(np.asfortranarray([[1, 2], [3, 4]])), np.array([[1, 2], [3, 4]]))


def test_every_other_entry_of_an_array_can_be_sent() -> None:
    assert same(sent(np.arange(6)[::-2]), np.array([5, 3, 1]))


def test_a_broadcast_array_can_be_sent() -> None:
    assert same(sent(np.broadcast_to(np.float32(2), (2, 2))), np.full((2, 2), 2, dtype=np.float32))


def test_a_subclass_of_array_arrives_as_an_array() -> None:
    assert same(sent(np.array([1.0, 2.0]).view(Loose)), np.array([1.0, 2.0]))


def test_a_record_array_of_numbers_arrives_as_an_array() -> None:
    assert same(sent(np.array([1.0, 2.0]).view(np.recarray)), np.array([1.0, 2.0]))


def test_the_encoder_does_not_change_what_it_sends() -> None:
    value = np.asfortranarray([[1.0, 2.0], [3.0, 4.0]])
    value.flags.writeable = False
    sent(value)
    assert value.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
def test_a_matrix_arrives_as_an_array_with_a_note() -> None:
    found = sent(np.matrix([[1.0, 2.0]]))
    assert isinstance(found, Noted)
    assert found.form == "numpy.matrix"
    assert same(found.value, np.array([[1.0, 2.0]]))


def test_long_doubles_arrive_as_doubles_with_a_note() -> None:
    found = sent(np.array([1.5, 2.5], dtype=np.longdouble))
    assert isinstance(found, Noted)
    assert found.form == "longdouble"
    assert same(found.value, np.array([1.5, 2.5]))


def test_one_long_double_arrives_as_a_double_with_a_note() -> None:
    found = sent(np.longdouble(1.5))
    assert isinstance(found, Noted)
    assert same(found.value, np.float64(1.5))


def test_complex_long_doubles_arrive_as_complex_doubles_with_a_note() -> None:
    found = sent(np.array([1.5 + 2j], dtype=np.clongdouble))
    assert isinstance(found, Noted)
    assert same(found.value, np.array([1.5 + 2j]))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Colour.RED, 3),
        (Shade.DARK, "dark"),
        (Degrees(1.5), 1.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Row([1, 2]), [1, 2]),
        (Point(1, 2), (1, 2)),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(int, a=1), {"a": 1}),
    ],
)
def test_a_relative_of_a_plain_type_arrives_as_the_plain_type(value: object, expected: object) -> None:
    assert same(sent(value), expected)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (np.ma.array([1.0]), "a masked array"),
        (np.array([object()]), "an array of dtype object"),
        (np.array(["a"]), "an array of dtype <U1"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "an array of dtype datetime64[D]"),
        (np.array([(1, 2.0)], dtype="i4,f8"), "an array of dtype [('f0', '<i4'), ('f1', '<f8')]"),
        (np.datetime64("2020-01-01"), "a NumPy scalar of type datetime64[D]"),
        (np.void(b"abc"), "a NumPy scalar of type |V3"),
        (sparse.csr_matrix((2, 2)), "a sparse matrix"),
        (iter([1]), "a generator or iterator, which can be read only once"),
        ((item for item in [1]), "a generator or iterator, which can be read only once"),
        ({1, 2}, "an object of type builtins.set"),
        (b"bytes", "an object of type builtins.bytes"),
        (Counter("a"), "an object of type collections.Counter"),
        (np.random.default_rng(1), "an object of type numpy.random._generator.Generator"),
        (int, "an object of type builtins.type"),
        (2**4096, "an integer of more than 4096 bits"),
        (-(2**4096), "an integer of more than 4096 bits"),
    ],
)
def test_what_cannot_be_sent_is_named(value: object, reason: str) -> None:
    assert opaque(value).reason == reason


def test_what_cannot_be_sent_has_the_name_of_its_type() -> None:
    assert opaque({1, 2}).type_name == "set"


def test_a_long_name_of_a_type_is_cut() -> None:
    kind: type[object] = type("T" * 1000, (), {})
    found = opaque(kind())
    assert (len(found.type_name), len(found.reason)) == (100, 200)


def test_what_cannot_be_sent_leaves_its_neighbours_alone() -> None:
    assert sent([1, {2}, 3]) == [1, Opaque("set", "an object of type builtins.set"), 3]


def test_the_largest_integer_that_can_be_sent_arrives() -> None:
    assert sent(2**4096 - 1) == 2**4096 - 1


@pytest.mark.parametrize("function", [len, np.sin, lambda: 1, functools.partial(len), Thing(), [].append])
def test_a_function_is_kept_and_named_by_its_number(function: Callable[..., object]) -> None:
    kept: list[object] = []

    def keep(found: Callable[..., object]) -> int:
        kept.append(found)
        return 7

    assert sent(function, keep) == Handle(7)
    assert kept == [function]


def test_functions_inside_a_container_are_numbered_in_order() -> None:
    numbers = iter(range(10))
    assert sent((len, [max]), lambda _: next(numbers)) == (Handle(0), [Handle(1)])


def test_a_class_is_no_function() -> None:
    assert isinstance(sent(Thing, lambda _: 0), Opaque)


def test_a_function_that_nobody_keeps_is_opaque() -> None:
    assert opaque(len).reason == "an object of type builtins.builtin_function_or_method"


@pytest.mark.parametrize(
    "value",
    [
        FunctionText(("x", "y"), "a * x - y", {"a": 3.5}, counted=True),
        FunctionText((), "1"),
        RandomState(0),
        RandomState(2**128 - 1),
        ItemsOnce((1, "b", None)),
        Handle(0),
        Opaque("Graph", "an object of type graph.Graph"),
        Noted(1.5, "longdouble"),
    ],
)
def test_what_the_grader_sends_arrives_as_it_was_sent(value: object) -> None:
    assert sent(value) == value


def test_the_constants_of_a_function_arrive_with_their_arrays() -> None:
    found = sent(FunctionText(("x",), "x @ A", {"A": np.array([[1.0, 2.0]])}))
    assert isinstance(found, FunctionText)
    assert same(found.constants["A"], np.array([[1.0, 2.0]]))


def nested(depth: int) -> object:
    value: object = "core"
    for _ in range(depth):
        value = [value]
    return value


def depth_of(value: object) -> int:
    depth = 0
    while isinstance(value, list):
        depth, value = depth + 1, value[0]
    return depth


def test_what_is_nested_as_deep_as_allowed_arrives() -> None:
    assert sent(nested(DEPTH_CAP)) == nested(DEPTH_CAP)


def test_what_is_nested_deeper_is_cut_where_it_is_too_deep() -> None:
    assert depth_of(sent(nested(1000))) == DEPTH_CAP + 1


def test_a_list_that_holds_itself_can_be_sent() -> None:
    value: list[object] = []
    value.append(value)
    assert depth_of(sent(value)) == DEPTH_CAP + 1


def test_a_list_with_as_many_items_as_allowed_arrives() -> None:
    value = [None] * (NODES_CAP - 2)  # the list itself counts as two
    assert sent(value) == value


def test_as_many_numbers_as_allowed_arrive() -> None:
    assert sent([0.5] * ITEMS_CAP) == [0.5] * ITEMS_CAP


NUMBERS: list[object] = [0.5, math.nan, -0.0, 3, -(2**63), 1 - 0j, np.float64(1.5), np.int8(-3), np.complex64(2j)]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: f"{type(number).__name__} {number}")
@pytest.mark.parametrize("kind", [list, tuple])
def test_many_numbers_of_one_type_arrive_as_they_were_sent(number: object, kind: type) -> None:
    encoder = Encoder()
    assert len(json.dumps(encoder.node(kind([number] * 1000)))) < 100
    assert same(sent(kind([number] * 1000)), kind([number] * 1000))


@LAW
@given(
    st.sampled_from([st.floats(), st.integers(), st.complex_numbers(), st.integers(-(2**63), 2**63 - 1)]).flatmap(
        lambda numbers: st.lists(numbers, min_size=PACKED_FROM, max_size=40)
    )
)
def test_any_numbers_arrive_to_the_last_bit(value: list[object]) -> None:
    assert same(sent(value), value)
    assert same(sent([tuple(value), {"a": value}]), [tuple(value), {"a": value}])


@pytest.mark.parametrize(
    "odd", [1, True, np.float32(1), "1", None, [1.0], Degrees(1.0)], ids=lambda odd: f"{type(odd).__name__}"
)
def test_one_item_of_another_type_among_many_numbers_keeps_its_type(odd: object) -> None:
    value = [0.5] * 30 + [odd]
    found = sent(value)
    assert isinstance(found, list)
    assert same(found[:30], value[:30])
    assert same(found[30], 1.0 if isinstance(odd, Degrees) else odd)


@pytest.mark.parametrize("item", [True, np.bool_(True), 2**63, np.longdouble(1), np.datetime64("2020-01-01"), "a"])
def test_many_items_that_are_no_plain_numbers_arrive_one_by_one(item: object) -> None:
    found, one = sent([item] * 20), sent(item)
    assert same(found, [one] * 20)


MANY: dict[str, object] = {
    "texts": "a text of more than thirty letters",
    "texts of brackets": "{[{[:,",
    "wide texts": "\u1234" * 5,
    "pairs of half letters": "😀😀",
    "control characters": "\0" * 20,
    "integers": [2**4095, None],
    "complex numbers": (complex(-1.2345678901234567e-300, 1.2345678901234567e-300), None),
    "infinities": [math.inf, None],
    "empty lists": [],
    "dicts": {"a": {}},
    "dicts of numbers": {1: 2.5},
    "arrays": np.ones(1),
    "arrays of many dimensions": np.ones((1,) * 32),
    "arrays without entries": np.ones((0, 1)),
    "scalars": [np.float64(1e300), None],
    "truth values": np.array(True),
    "long doubles": np.longdouble(1.5),
    "matrices": np.ones((2, 2), "g"),
    "fractions": Fraction(1, 3),
    "functions": len,
    "types with long names": type("Ü" * 100, (), {})(),
    "handles": Handle(2**128 - 1),
    "opaque values": Opaque("a" * 100, "b" * 200),
    "notes": Noted(1.5, "longdouble"),
}


@pytest.mark.parametrize("name", MANY)
def test_whatever_an_answer_holds_fits_into_the_frame_that_the_grader_reads(name: str) -> None:
    encoder = Encoder(lambda _: 2**64 - 1)
    frame = wire.pack("returned", {"ticket": 2**64 - 1, "value": encoder.node([MANY[name]] * (NODES_CAP + 1))})
    at = 0

    def read_some(size: int) -> bytes:
        nonlocal at
        piece = frame[at : at + size]
        at += len(piece)
        return piece

    node = wire.read(read_some, lambda: 0).fields["value"]
    decoder = Decoder(b"".join(encoder.buffers), trusted=False)
    found = decoder.value(node)
    decoder.finish()
    assert isinstance(found, list)
    assert len(found) > NODES_CAP // 200
    while isinstance(found, list | tuple):
        found = found[-1]
    assert isinstance(found, Opaque)
    assert "too many" in found.reason


@pytest.mark.parametrize("items", [NODES_CAP, 2 * NODES_CAP])
def test_a_list_with_too_many_items_says_so(items: int) -> None:
    found = sent([None] * items)
    assert isinstance(found, list)
    assert found[-1] == Opaque("NoneType", "too deeply nested or too many items")


@pytest.mark.parametrize("length", [LETTERS_CAP, 2**23])
def test_a_text_that_is_too_long_says_so(length: int) -> None:
    assert opaque("a" * length).reason == "a text that is too long, or too long beside so many items"


def test_a_text_may_be_long_by_itself_but_not_beside_many_items() -> None:
    text = "a" * 100_000
    assert sent([text, 1]) == [text, 1]
    found = sent([*[None] * 1000, text, 1])
    assert isinstance(found, list)
    assert isinstance(found[1000], Opaque)
    assert found[1001] == 1
    found = sent([text, *[None] * 1000])
    assert isinstance(found, list)
    assert isinstance(found[-1], Opaque)


@pytest.mark.parametrize("shape", [(1,) * 33, (1,) * 64, (0, 2**48), (0, 2**55), (0, ENTRIES_CAP // 128 + 1)], ids=str)
def test_an_array_whose_shape_would_be_refused_is_opaque(shape: tuple[int, ...]) -> None:
    assert isinstance(sent(np.empty(shape)), Opaque)


def test_arrays_have_no_more_entries_than_allowed_in_all() -> None:
    half = np.zeros(ENTRIES_CAP // 2, np.int8)
    assert [isinstance(item, Opaque) for item in sent([half, half, half[:1], 1])] == [False, False, True, False]  # type: ignore[attr-defined]


def test_a_dict_with_as_many_keys_as_allowed_arrives() -> None:
    assert sent(dict.fromkeys(range(KEYS_CAP))) == dict.fromkeys(range(KEYS_CAP))


def test_a_dict_with_too_many_keys_can_be_sent_and_says_so() -> None:
    found = sent({(number, number): np.ones(1) for number in range(KEYS_CAP)})
    assert isinstance(found, dict)
    assert found["…"] == Opaque("dict", "a dict with too many keys")


def test_texts_as_keys_are_not_limited() -> None:
    value = {str(number): number for number in range(2 * KEYS_CAP)}
    assert sent(value) == value
