"""JSON nodes and raw buffers to values, accepting nothing that is not exactly right.

The forms are described in `grader.sandbox.encoder`.
"""

from collections import Counter
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from grader.sandbox.encoder import (
    DEPTH_CAP,
    DIMENSIONS_CAP,
    ENTRIES_CAP,
    INTEGER_BITS,
    ITEMS_CAP,
    KEYS_CAP,
    LETTERS_CAP,
    NODES_CAP,
    PLAIN_CODES,
    entries_of,
)
from grader.sandbox.values import (
    NUMERIC_KINDS,
    FunctionText,
    Handle,
    ItemsOnce,
    Noted,
    Opaque,
    RandomState,
    Value,
)
from grader.sandbox.wire import Node, WireError, printable

_DTYPES: Final = frozenset({np.dtype(code).newbyteorder("<").str for code in NUMERIC_KINDS})
_BOOLEAN: Final = np.dtype(np.bool_)
_PLAIN: Final = frozenset(PLAIN_CODES.values())
_ALIKE_CAP: Final = 16
"""Most keys of one dict that have the same hash and are no texts: when a dict is made, each is compared with each."""


class Decoder:
    """Reads values from nodes and one payload, and accepts nothing that is not exactly right.

    Parameters
    ----------
    payload : bytes or bytearray
        the raw buffers. Of a bytearray, which has no other reader, the arrays of an answer may be parts.
    trusted : bool
        whether the sender is the grader; only then functions, generators and iterators are accepted.
    """

    def __init__(self, payload: bytes | bytearray, *, trusted: bool) -> None:
        self._payload = memoryview(payload)
        self._at = 0
        self._nodes = 0
        self._keys = 0
        self._items = 0
        self._entries = 0
        self._longest = 0
        self._trusted = trusted

    def value(self, node: Node) -> Value:
        """Return the value of a top-level node.

        Raises
        ------
        WireError
            if the node is malformed.
        """
        if self._trusted:  # what the grader keeps for itself is many values, each with an encoder of its own
            self._nodes = self._items = self._keys = self._entries = self._longest = 0
        value = self._value(node, 0)
        # The encoder stops at these caps, and a few nodes more say that it did.
        if self._longest * (self._nodes + self._items) > 2 * LETTERS_CAP:
            raise WireError("a text is too long beside so many items")
        return value

    def finish(self) -> None:
        """Require that the payload was used up.

        Raises
        ------
        WireError
            if bytes are left.
        """
        if self._at != len(self._payload):
            raise WireError(f"{len(self._payload) - self._at} bytes of the payload belong to no array")

    def _value(self, node: Node, depth: int) -> Value:
        self._nodes += 1
        if depth > DEPTH_CAP + 2 or self._nodes > 2 * NODES_CAP:
            raise WireError("a value is nested too deeply or has too many items")
        if node is None or isinstance(node, bool | str | int | float):
            return self._plain(node)
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError("a value is neither plain nor tagged")
        tag, body = next(iter(node.items()))
        try:
            return self._tagged(tag, body, depth)
        except (TypeError, ValueError, OverflowError, KeyError, MemoryError) as error:
            raise WireError(f"a malformed value of kind {tag[:40]!r}") from error

    def _plain(self, node: Node) -> Value:
        if type(node) is int and node.bit_length() > INTEGER_BITS:
            raise WireError(f"an integer of more than {INTEGER_BITS} bits")
        if type(node) is str and len(node) > self._longest:
            self._longest = len(node)
        return node

    def _tagged(self, tag: str, body: Node, depth: int) -> Value:
        match tag:
            case "list" | "tuple" | "once":
                items = [self._value(item, depth + 1) for item in _listed(body)]
                return (
                    {"list": list, "tuple": tuple}[tag](items)
                    if tag != "once"
                    else self._only_trusted(ItemsOnce(tuple(items)))
                )
            case "packed":
                return self._packed(body)
            case "dict":
                return self._mapping(_listed(body), depth)
            case "array":
                return self._array(body)
            case "scalar":
                if _listed(body)[1:] != [[]]:
                    raise WireError("a scalar has no dimensions")
                return self._array(body)[()]
            case "float":
                return float({"nan": "nan", "inf": "inf", "-inf": "-inf"}[cast(str, body)])
            case "complex":
                real, imaginary = _texts(body, 2)
                return complex(float(real), float(imaginary))
            case _:
                return self._special(tag, body, depth)

    def _special(self, tag: str, body: Node, depth: int) -> Value:
        match tag:
            case "opaque":
                return Opaque(*(printable(text[:200]) for text in _texts(body, 2)))
            case "noted":
                form, inner = _listed(body)
                return Noted(self._value(inner, depth + 1), _form(form))
            case "handle":
                return Handle(_natural(body))
            case "random":
                return self._only_trusted(RandomState(_natural(body)))
            case "function":
                return self._only_trusted(self._function(body, depth))
            case _:
                raise WireError(f"unknown kind of value {tag[:40]!r}")

    def _function(self, body: Node, depth: int) -> FunctionText:
        fields = _named(body)
        constants = {name: self._value(item, depth + 1) for name, item in _named(fields["constants"]).items()}
        parameters = tuple(str(name) for name in _listed(fields["parameters"]))
        return FunctionText(parameters, str(fields["text"]), constants, fields["counted"] is True)

    def _only_trusted(self, value: Value) -> Value:
        if not self._trusted:
            raise WireError(f"an answer cannot hold a {type(value).__name__}")
        return value

    def _mapping(self, items: list[Node], depth: int) -> dict[object, Value]:
        before = self._keys
        pairs = [(self._key(key, depth + 1), self._value(item, depth + 1)) for key, item in map(_listed, items)]
        if self._keys - before > _ALIKE_CAP:
            hashes = Counter(hash(key) for key, _ in pairs if type(key) is not str)
            if max(hashes.values(), default=0) > _ALIKE_CAP:
                raise WireError("the keys of a dict were chosen to collide")
        return dict(pairs)

    def _packed(self, body: Node) -> Value:
        """Return a list or a tuple of numbers that are in the payload."""
        kind, code, count, plain = _listed(body)
        self._items += _natural(count)
        if self._items > ITEMS_CAP:
            raise WireError("lists with too many numbers")
        if code not in _PLAIN if _truth(plain) else code == _BOOLEAN.str:
            raise WireError("a list of numbers that are not of its kind")
        data = self._array([code, [count]])
        return {"list": list, "tuple": tuple}[cast(str, kind)](data.tolist() if plain else data)

    def _key(self, node: Node, depth: int) -> Value:
        """Return a key of a dict; those that are no texts are hashed and compared item by item."""
        if isinstance(node, str):
            return node
        if self._keys >= KEYS_CAP:
            raise WireError("the dicts of a value have too many keys")
        before = self._nodes
        key = self._value(node, depth)
        self._keys += self._nodes - before
        return key

    def _array(self, body: Node) -> NDArray[np.generic]:
        code, shape = _listed(body)
        if code not in _DTYPES:
            raise WireError(f"arrays of dtype {str(code)[:40]!r} are not allowed")
        sizes = [_natural(size) for size in _listed(shape)]
        entries = entries_of(sizes[: DIMENSIONS_CAP + 1])
        self._entries += entries
        if len(sizes) > DIMENSIONS_CAP or self._entries > ENTRIES_CAP:
            raise WireError("an array has too many or too long dimensions")
        dtype = np.dtype(code)
        end = self._at + (0 if 0 in sizes else entries * dtype.itemsize)
        if end > len(self._payload):
            raise WireError("an array is larger than the payload that came with it")
        data = np.frombuffer(self._payload[self._at : end], dtype=dtype).reshape(sizes)
        if dtype is _BOOLEAN and np.any(data.view(np.uint8) > 1):
            raise WireError("a truth value is 0 or 1")
        self._at = end
        return data if data.flags.writeable and data.flags.aligned else data.copy()


def _listed(node: Node) -> list[Node]:
    if not isinstance(node, list):
        raise WireError("a list was expected")
    return node


def _named(node: Node) -> dict[str, Node]:
    if not isinstance(node, dict):
        raise WireError("named fields were expected")
    return node


def _texts(node: Node, count: int) -> list[str]:
    texts = _listed(node)
    if len(texts) != count or not all(isinstance(text, str) for text in texts):
        raise WireError(f"{count} texts were expected")
    return cast(list[str], texts)


def _form(node: Node) -> str:
    if node not in ("numpy.matrix", "longdouble"):
        raise WireError("an unknown form of a value")
    return str(node)


def _truth(node: Node) -> bool:
    if type(node) is not bool:
        raise WireError("a truth value was expected")
    return node


def _natural(node: Node) -> int:
    if type(node) is not int or not 0 <= node < 2**128:
        raise WireError("a natural number was expected")
    return node
