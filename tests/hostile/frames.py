"""What a child may say, as bytes: frames that are right, and what must hold of whatever the grader makes of others."""

import contextlib
import json
import struct
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any, Final

import numpy as np

from grader.executors import _frames
from grader.executors._bounded import ENTRIES_CAP
from grader.sandbox import wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import INTEGER_BITS, Encoder
from grader.sandbox.values import FunctionText, ItemsOnce, RandomState
from grader.sandbox.wire import Frame, Node, WireError

PAYLOAD_CAP: Final = 2**12
TICKET: Final = 2**63 + 1
FUNCTIONS: Final = (
    FunctionText(("x",), "x**2 + sin(x) - 1 / x", counted=True),
    FunctionText(("x", "y"), "x @ y", counted=True),
    FunctionText(("A", "x"), "outer(A, x) + A * x", counted=True),
    FunctionText(("i", "k"), "a[i] ** k", {"a": np.arange(1, 30)}, counted=True),
    FunctionText(("A",), "norm(A) + det(A) + A[0] if len(A) > 1 else sum(A)", counted=True),
)
VALUES: Final[tuple[object, ...]] = (
    *(None, True, 0, -(2**70), 1.5, float("nan"), 1 - 2j, "text", "\ud800\u1234"),
    *([], [1, [2.5, "a"]], (1, (2, None)), {"a": 1, 2: [3]}, {(1, "b"): {}}),
    *(np.arange(6.0).reshape(2, 3), np.zeros((0, 2)), np.array(True), np.array([1, 2], "i1"), np.array([1j], "F")),
    *(np.float64(2.5), np.int8(-3), [np.ones(2), np.uint16(7)]),
    *([0.5] * 20, list(range(20)), tuple(np.linspace(0, 1, 17, dtype="f4")), [1j] * 16),
    *({1}, len, np.longdouble(1.5), np.array([1.5], "g")),
)


TAGS: Final = (
    *("list", "tuple", "once", "dict", "array", "scalar", "packed", "float", "complex", "opaque", "noted", "handle"),
    *("random", "function", "other"),
)
ODD: Final[tuple[Any, ...]] = (
    *(
        None,
        True,
        0,
        -1,
        1,
        2,
        16,
        2**31,
        2**53 + 1,
        2**63,
        2**64,
        2**128,
        10**1240,
        0.5,
        1e308,
        float("inf"),
        float("nan"),
    ),
    *(
        "",
        "a",
        "\ud800",
        "x" * 300,
        "nan",
        "numpy.matrix",
        "longdouble",
        "<f8",
        "<i8",
        "|b1",
        "|u1",
        "<c16",
        "|O",
        "list",
    ),
    *(
        [],
        {},
        [[]],
        [0, 0],
        [2**40, 0],
        [2, 3],
        ["<f8", [2]],
        {"list": []},
        {"array": ["|u1", [3]]},
        {"handle": 2**61 - 1},
    ),
    *({"dict": [[1, 2], ["a", {"tuple": []}]]}, {"packed": ["tuple", "<i8", 2, True]}, {"noted": ["longdouble", 1.5]}),
)


def head(header: int, payload: int) -> bytes:
    """Return the beginning of a frame with these lengths."""
    return b"GRD1" + struct.pack("<IQ", header, payload)


def framed(header: bytes, payload: bytes = b"") -> bytes:
    """Return a frame whose lengths are true."""
    return head(len(header), len(payload)) + header + payload


def returned(value: object, **changed: Node) -> bytes:
    """Return the frame of an answer as the worker sends it."""
    encoder = Encoder(lambda _: 7)
    fields: dict[str, Node] = {"ticket": TICKET, "value": encoder.node(value), "changed": [0], "threads": 0}
    return wire.pack("returned", fields | changed, encoder.buffers)


def wanted(number: int, *arguments: object) -> bytes:
    """Return the frame with which a worker asks for the value of a function."""
    encoder = Encoder()
    nodes = [encoder.node(argument) for argument in arguments]
    return wire.pack("wants", {"ticket": TICKET, "function": number, "arguments": nodes}, encoder.buffers)


def right() -> list[bytes]:
    """Return a frame of every kind and with every kind of value."""
    grid, line = np.ones((2, 2)), np.array([1.0, 2.0])
    described: dict[str, Node] = {"found": True, "names": ["f"], "parameters": "(x)", "fewest": 1, "most": None}
    raised: dict[str, Node] = {"type": "E", "message": "m", "lineage": ["E", "object"], "trace": "t"}
    return [
        *map(returned, VALUES),
        *(wanted(0, line), wanted(1, grid, line), wanted(2, grid, line), wanted(3, 2, 5), wanted(4, grid)),
        wire.pack("wants", {"ticket": TICKET, "module": "helper"}),
        wire.pack("loaded", {"ticket": TICKET, **described}),
        wire.pack("raised", {"ticket": TICKET, **raised}),
        wire.pack("printed", {}, [b"hello\n"]),
        wire.pack("hello", {"protocol": 1, "numpy": "2.0"}),
    ]


def changed(header: bytes, payload: bytes, random: Random) -> tuple[bytes, bytes]:
    """Return a header in which a few places hold something else, and perhaps another payload."""
    tree: Any = {"": json.loads(header)}
    for _ in range(random.randint(1, 3)):
        places = [*_places(tree)]
        inside, key = places[random.randrange(len(places))]
        match random.randrange(5):
            case 0 if isinstance(inside, dict) and inside is not tree:
                inside[random.choice(TAGS)] = inside.pop(key)
            case 1 if isinstance(inside, list):
                inside.insert(key, deepcopy(inside[key]))
            case 2 if inside is not tree:
                del inside[key]
            case 3:
                other, another = places[random.randrange(len(places))]
                inside[key] = deepcopy(other[another])
            case _:
                inside[key] = deepcopy(random.choice(ODD))
    if random.randrange(4) == 0:
        cut = random.randint(0, len(payload))
        payload = payload[:cut] + random.randbytes(random.choice((0, 1, 8, 16)))
    return json.dumps(tree[""]).encode(), payload


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the places of a tree of JSON data, each as a container and a key of it."""
    for key, value in [*tree.items()] if isinstance(tree, dict) else [*enumerate(tree)]:
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def source(data: bytes) -> Callable[[int], bytes]:
    """Return what reads from a stream of these bytes."""
    at = 0

    def read_some(size: int) -> bytes:
        nonlocal at
        piece = data[at : at + size]
        at += len(piece)
        return piece

    return read_some


def read(data: bytes) -> Iterator[Frame]:
    """Yield the frames at the beginning of a stream, up to the first that is none."""
    read_some = source(data)
    with contextlib.suppress(WireError):
        while True:
            yield wire.read(read_some, lambda: PAYLOAD_CAP)


def examine(frame: Frame, data: bytes) -> None:
    """Take a frame for everything that a frame can be.

    Raises
    ------
    AssertionError
        if what comes of it is no answer, larger than the bytes that it came from can tell, or changes on another way.
    Exception
        if anything but a `WireError` comes of it: a crash of the grader.
    """
    printed = _frames.Printed(PAYLOAD_CAP)
    printed.add(frame.payload)
    assert len(printed.text()) <= len(frame.payload)
    with contextlib.suppress(WireError):
        loaded = _frames.loaded(frame, "")
        assert sum(map(len, loaded.names)) + len(loaded.parameters) <= 10 * len(data)
    with contextlib.suppress(WireError):
        failure = _frames.failure(frame, "answer.py", [("numpy.linalg", "write it yourself")])
        assert len(failure.message) < 30_000
    with contextlib.suppress(WireError):
        answer = _frames.answer(frame, "")
        assert all(type(place) is int for place in answer.changed)
        assert len(answer.changed) <= 100
        assert 0 <= answer.threads < 2**64
        require_answer(answer.value, data)
    _want(frame)


def require_answer(value: object, data: bytes) -> None:
    """Require that a value is one that an answer may be, and stays the same on another way there and back."""
    things, units = _measured(value)
    assert things <= len(data) + 1, "more things than bytes"
    assert units <= 64 * len(data) + 64, "larger than its bytes can be"
    node, again, payload = _sent(value)
    assert (node, payload) == _sent(again)[::2]


def _sent(value: object) -> tuple[str, object, bytes]:
    """Return a value as JSON, as it is after its way, and its payload."""
    encoder = Encoder()
    node = json.dumps(encoder.node(value))
    payload = b"".join(encoder.buffers)
    decoder = Decoder(payload, trusted=False)
    again = decoder.value(json.loads(node))
    decoder.finish()
    return node, again, payload


def _measured(value: object) -> tuple[int, int]:
    """Return the number of objects in a value, and of letters and entries."""
    assert not isinstance(value, FunctionText | RandomState | ItemsOnce), "only the grader sends these"
    match value:
        case np.ndarray() | np.generic():
            assert value.dtype.char in "?bhilqBHILQefdFD"
            assert value.dtype.char != "?" or set(value.tobytes()) <= {0, 1}, "neither true nor false"
            return 1, int(np.size(value))
        case list() | tuple():
            parts = [_measured(item) for item in value]
        case dict():
            parts = [_measured(item) for pair in value.items() for item in pair]
        case int():
            assert value.bit_length() <= INTEGER_BITS
            return 1, 1
        case _:
            return 1, len(value) if isinstance(value, str) else 1
    return 1 + sum(part[0] for part in parts), 1 + sum(part[1] for part in parts)


def _want(frame: Frame) -> None:
    """Evaluate what a frame asks for, as the grader does for a running answer."""
    try:
        number, nodes = frame.whole("function"), frame.fields.get("arguments")
        if number >= len(FUNCTIONS) or not isinstance(nodes, list):
            return
        decoder = Decoder(frame.payload, trusted=False)
        arguments = [decoder.value(node) for node in nodes]
        decoder.finish()
    except WireError:
        return
    _frames.Tally(0, FUNCTIONS).add(number, arguments)
    try:
        value = _frames.evaluated(FUNCTIONS[number], arguments)
    except MemoryError:
        raise
    except Exception:  # whatever comes of arguments that do not fit is the student's
        return
    assert np.size(value) <= ENTRIES_CAP  # type: ignore[arg-type]
    Encoder().node(value)
