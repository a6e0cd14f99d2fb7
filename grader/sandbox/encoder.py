"""Values to JSON nodes and raw buffers; `grader.sandbox.decoder` is the way back.

A node is `null`, a boolean, a text or a number as JSON has them, or a one-key object `{tag: …}` for everything else.
Arrays leave their data in the payload, one after the other, in the order in which their nodes are met. So do long lists
and tuples of numbers of one type.

What a value may hold is counted in nodes. A plain one counts as one; any other counts as so many that `NODE_BYTES` of
JSON, and `NODE_WEIGHT` units of its weight, are enough for each. So what is sent never exceeds what the reader takes.
"""

import json
import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

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
from grader.sandbox.wire import Node, weight

DEPTH_CAP: Final = 32
NODES_CAP: Final = 2**16
"""Deepest nesting and largest number of nodes in one value."""
NODE_BYTES: Final = 32
NODE_WEIGHT: Final = 4
ITEMS_CAP: Final = 2**18
"""Most numbers that a value holds in lists and tuples which are in the payload; each becomes an object of its own."""
PACKED_FROM: Final = 16
"""Shortest list of numbers that goes into the payload."""
LETTERS_CAP: Final = 2**22
"""Largest product of the length of a value's longest text and the number of its items: NumPy makes of a list with texts
and numbers an array in which every entry has room for the longest text."""
INTEGER_BITS: Final = 4096
KEYS_CAP: Final = 10_000
"""Most nodes in all the keys of one value that are not texts: only the hashes of texts are secret, other keys can be
chosen to collide, and then each is compared with each."""
DIMENSIONS_CAP: Final = 32
ENTRIES_CAP: Final = 2**23
"""Most dimensions of an array, and most entries of all arrays of a value: those of a byte each are compared as numbers
of eight."""
_EMPTY: Final = 128
"""As how many entries one counts that an array would have, were its dimensions of length 0 of length 1: a sum over these
has it, and a list of lists."""

PLAIN_CODES: Final[dict[type, str]] = {float: "<f8", int: "<i8", complex: "<c16"}
"""dtypes in which lists of Python's own numbers go into the payload."""

_DICTS: Final = (dict, OrderedDict, defaultdict)


class Encoder:
    """Turns values into nodes and collects the buffers of their arrays.

    Parameters
    ----------
    keep : callable, optional
        called with a function that an answer returned; gives the number under which it stays. Without it a function
        is an opaque value.

    Attributes
    ----------
    buffers : list of bytes-like
        the payload so far.
    """

    def __init__(self, keep: Callable[[Callable[..., object]], int] | None = None) -> None:
        self.buffers: list[memoryview | bytes] = []
        self._keep = keep
        self._nodes = 0
        self._seen = 0
        self._full = False
        self._keys = 0
        self._items = 0
        self._entries = 0
        self._longest = 0

    def node(self, value: Value, depth: int = 0) -> Node:
        """Return the node of `value`; what cannot be sent becomes an `Opaque`, never an exception."""
        self._nodes += 1
        self._seen += 1
        letters = self._longest * (self._seen + self._items)
        if self._full or depth > DEPTH_CAP or self._nodes > NODES_CAP or letters > LETTERS_CAP:
            self._full = True  # and nothing more: a list that holds itself twice has 2**DEPTH_CAP ends
            return _opaque(value, "too deeply nested or too many items")
        plain = self._plain(value)
        return plain if plain is not _NOT_PLAIN else self._tagged(value, depth)

    def _plain(self, value: Value) -> Node:
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self._text(cast(str, value))
        if kind is int:
            bits = cast(int, value).bit_length()
            self._nodes += min(bits, INTEGER_BITS) // 100  # three bits make a digit
            return (
                value if bits <= INTEGER_BITS else self._opaque(value, f"an integer of more than {INTEGER_BITS} bits")
            )
        if kind is float:
            return value if math.isfinite(cast(float, value)) else self._tag("float", repr(value), 1)
        return _NOT_PLAIN

    def _text(self, value: str) -> Node:
        longest = max(self._longest, len(value))
        letters = longest * (self._seen + self._items)
        if letters > LETTERS_CAP or self._nodes + (cost := _cost(value)) > NODES_CAP:
            return self._opaque(value, "a text that is too long, or too long beside so many items")
        self._longest = longest
        self._nodes += cost
        return value

    def _tag(self, tag: str, body: Node, more: int) -> Node:
        """Return a node that counts as `more` nodes beyond the first."""
        self._nodes += more
        return {tag: body}

    def _opaque(self, value: object, reason: str) -> Node:
        node = _opaque(value, reason)
        self._nodes += 2 + sum(map(_cost, node["opaque"]))
        return node

    def _tagged(self, value: Value, depth: int) -> Node:
        match value:
            case np.ndarray():
                return self._array(value)
            case np.generic():
                return self._scalar(value)
            case complex():
                return self._tag("complex", [repr(value.real), repr(value.imag)], 2)
            case list():
                return self._packed("list", value) or self._tag("list", self._nodes_of(value, depth + 1), 1)
            case tuple():
                return self._packed("tuple", value) or self._tag("tuple", self._nodes_of(value, depth + 1), 1)
            case dict() if type(value) in _DICTS:
                return self._tag("dict", self._pairs(value, depth + 1), 1)
            case _:
                return self._special(value, depth)

    def _packed(self, tag: str, items: list[Value] | tuple[Value, ...]) -> Node:
        """Return the node of many numbers of one type, or None if these are not of that kind."""
        most = min(ITEMS_CAP - self._items, ENTRIES_CAP - self._entries)
        if type(items) not in (list, tuple) or not PACKED_FROM <= len(items) <= most:
            return None
        first = type(items[0])
        code = PLAIN_CODES.get(first) or (_number_code(first) if issubclass(first, np.generic) else None)
        if code is None or any(type(item) is not first for item in items):
            return None
        try:
            data = np.array(items, dtype=code)
        except OverflowError:  # integers of more than 64 bits
            return None
        self._items += len(items)
        self._entries += len(items)
        self.buffers.append(data.tobytes())
        return self._tag("packed", [tag, code, len(items), first in PLAIN_CODES], 2)

    def _nodes_of(self, items: Iterable[Value], depth: int) -> list[Node]:
        """Return the nodes of items up to the first that is one too many, which says so."""
        nodes: list[Node] = []
        for item in items:
            nodes.append(self.node(item, depth))
            if self._full:
                break
        return nodes

    def _pairs(self, mapping: dict[object, Value], depth: int) -> list[Node]:
        """Return the nodes of keys and items up to the first that is one too many, which says so."""
        pairs: list[Node] = []
        for key, item in mapping.items():
            if type(key) is not str and self._keys >= KEYS_CAP:
                pairs.append(["…", self._opaque(mapping, "a dict with too many keys")])
                break
            before = self._nodes
            node = self.node(key, depth)
            self._keys += 0 if type(key) is str else self._nodes - before
            pairs.append([node, self.node(item, depth)])
            if self._full:
                break
        return pairs

    def _special(self, value: Value, depth: int) -> Node:
        match value:
            case FunctionText():
                return self._function(value, depth)
            case RandomState():
                return self._tag("random", value.key, 1)
            case ItemsOnce():
                return self._tag("once", self._nodes_of(value.items, depth + 1), 1)
            case Handle():
                return self._tag("handle", value.number, 1)
            case Opaque():
                return self._tag("opaque", [value.type_name, value.reason], 2 + _cost(value.type_name + value.reason))
            case Noted():
                return self._tag("noted", [value.form, self.node(value.value, depth + 1)], 2)
            case bool() | int() | float() | str():
                return self.node(_base(value), depth)
            case _ if callable(value) and not isinstance(value, type) and self._keep:
                return self._tag("handle", self._keep(value), 1)
            case _:
                return self._opaque(value, _reason(value))

    def _function(self, value: FunctionText, depth: int) -> Node:
        constants = {name: self.node(item, depth + 1) for name, item in value.constants.items()}
        fields = {"parameters": list(value.parameters), "text": value.text, "constants": constants}
        names = (*value.parameters, *constants, value.text)
        return self._tag("function", {**fields, "counted": value.counted}, 8 + sum(1 + _cost(name) for name in names))

    def _scalar(self, value: np.generic) -> Node:
        if isinstance(value, np.str_ | np.bool_):
            return self.node(value.item())
        if value.dtype.char in "gG":
            plain = np.dtype("D" if value.dtype.char == "G" else "d").type(value)
            return self._tag("noted", ["longdouble", self._scalar(plain)], 3)
        if value.dtype.char not in NUMERIC_KINDS:
            return self._opaque(value, f"a NumPy scalar of type {value.dtype}")
        return {"scalar": cast(dict[str, Node], self._array(np.asarray(value)))["array"]}

    def _array(self, value: NDArray[np.generic]) -> Node:
        if type(value) is not np.ndarray and "mask" in dir(value):  # naming np.ma would import it, which takes long
            return self._opaque(value, "a masked array")
        if isinstance(value, np.matrix):
            return self._tag("noted", ["numpy.matrix", self._array(np.asarray(value))], 3)
        plain = np.asarray(value)
        if plain.dtype.char in "gG":
            narrow = plain.astype("D" if plain.dtype.char == "G" else "d")
            return self._tag("noted", ["longdouble", self._array(narrow)], 3)
        if plain.dtype.char not in NUMERIC_KINDS:
            return self._opaque(value, f"an array of dtype {plain.dtype}")
        entries = entries_of(plain.shape)
        if plain.ndim > DIMENSIONS_CAP or self._entries + entries > ENTRIES_CAP:
            return self._opaque(value, f"an array with too many dimensions, or more than {ENTRIES_CAP} entries in all")
        self._entries += entries
        data = np.ascontiguousarray(plain, dtype=plain.dtype.newbyteorder("<"))
        self.buffers.append(data.tobytes())
        return self._tag("array", [data.dtype.str, list(plain.shape)], 2 + plain.ndim // 2)


_NOT_PLAIN: Final = object()


def entries_of(shape: Sequence[int]) -> int:
    """Return as how many entries an array of a shape counts."""
    return math.prod(size or 1 for size in shape) * (_EMPTY if 0 in shape else 1)


def _opaque(value: object, reason: str) -> dict[str, list[str]]:
    return {"opaque": [type(value).__name__[:100], reason[:200]]}


def _cost(text: str) -> int:
    """Return as how many nodes a text counts beyond the one that it is."""
    if len(text) < NODE_BYTES - 8 and text.isascii() and text.isalnum():
        return 0
    written = json.dumps(text)
    return len(written) // NODE_BYTES + weight(written) // NODE_WEIGHT


def _number_code(kind: type[np.generic]) -> str | None:
    """Return the code of NumPy's numbers of one type; its booleans go as Python's."""
    dtype = np.dtype(kind)
    return dtype.newbyteorder("<").str if dtype.char in NUMERIC_KINDS[1:] else None


def _reason(value: object) -> str:
    module = type(value).__module__
    if hasattr(value, "__next__"):
        return "a generator or iterator, which can be read only once"
    if module.startswith("scipy.sparse"):
        return "a sparse matrix"
    return f"an object of type {module}.{type(value).__qualname__}"


def _base(value: float | str) -> Value:
    """Return a member of a subclass (an `IntEnum`, say) as the plain type it extends."""
    base = next(kind for kind in (int, float, str) if isinstance(value, kind))
    return base(value)
