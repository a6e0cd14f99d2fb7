"""Values to JSON nodes and raw buffers; `grader.sandbox.decoder` is the way back.

A node is `null`, a boolean, a text or a number as JSON has them, or a one-key object `{tag: …}` for everything else.
Arrays leave their data in the payload, one after the other, in the order in which their nodes are met.
"""

import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
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
from grader.sandbox.wire import Node

DEPTH_CAP: Final = 32
NODES_CAP: Final = 500_000
"""Deepest nesting and largest number of nodes in one value."""
KEYS_CAP: Final = 10_000
"""Most nodes in all the keys of one value that are not texts: only the hashes of texts are secret, other keys can be
chosen to collide, and then each is compared with each."""
DIMENSIONS_CAP: Final = 32
LENGTH_CAP: Final = 2**48
"""Most dimensions of an array, and the length that none of them reaches."""

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
        self._keys = 0

    def node(self, value: Value, depth: int = 0) -> Node:
        """Return the node of `value`; what cannot be sent becomes an `Opaque`, never an exception."""
        self._nodes += 1
        if depth > DEPTH_CAP or self._nodes > NODES_CAP:
            self._nodes = NODES_CAP + 1  # and nothing more: a list that holds itself twice has 2**DEPTH_CAP ends
            return _opaque(value, "too deeply nested or too many items")
        plain = self._plain(value)
        return plain if plain is not _NOT_PLAIN else self._tagged(value, depth)

    def _plain(self, value: Value) -> Node:
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            number = cast(int, value)
            return number if number.bit_length() <= 4096 else _opaque(value, "an integer of more than 4096 bits")
        if kind is float:
            return value if math.isfinite(cast(float, value)) else {"float": repr(value)}
        return _NOT_PLAIN

    def _tagged(self, value: Value, depth: int) -> Node:
        match value:
            case np.ndarray():
                return self._array(value)
            case np.generic():
                return self._scalar(value)
            case complex():
                return {"complex": [repr(value.real), repr(value.imag)]}
            case list():
                return {"list": self._items(value, depth + 1)}
            case tuple():
                return {"tuple": self._items(value, depth + 1)}
            case dict() if type(value) in _DICTS:
                return {"dict": self._pairs(value, depth + 1)}
            case _:
                return self._special(value, depth)

    def _items(self, items: Iterable[Value], depth: int) -> list[Node]:
        """Return the nodes of items up to the first that is one too many, which says so."""
        nodes: list[Node] = []
        for item in items:
            nodes.append(self.node(item, depth))
            if self._nodes > NODES_CAP:
                break
        return nodes

    def _pairs(self, mapping: dict[object, Value], depth: int) -> list[Node]:
        """Return the nodes of keys and items up to the first that is one too many, which says so."""
        pairs: list[Node] = []
        for key, item in mapping.items():
            if type(key) is not str and self._keys >= KEYS_CAP:
                pairs.append(["…", _opaque(mapping, "a dict with too many keys")])
                break
            before = self._nodes
            node = self.node(key, depth)
            self._keys += 0 if type(key) is str else self._nodes - before
            pairs.append([node, self.node(item, depth)])
            if self._nodes > NODES_CAP:
                break
        return pairs

    def _special(self, value: Value, depth: int) -> Node:
        match value:
            case FunctionText():
                constants = {name: self.node(item, depth + 1) for name, item in value.constants.items()}
                fields = {"parameters": list(value.parameters), "text": value.text, "constants": constants}
                return {"function": {**fields, "counted": value.counted}}
            case RandomState():
                return {"random": value.key}
            case ItemsOnce():
                return {"once": self._items(value.items, depth + 1)}
            case Handle():
                return {"handle": value.number}
            case Opaque():
                return {"opaque": [value.type_name, value.reason]}
            case Noted():
                return {"noted": [value.form, self.node(value.value, depth + 1)]}
            case bool() | int() | float() | str():
                return self.node(_base(value), depth)
            case _ if callable(value) and not isinstance(value, type) and self._keep:
                return {"handle": self._keep(value)}
            case _:
                return _opaque(value, _reason(value))

    def _scalar(self, value: np.generic) -> Node:
        if isinstance(value, np.str_ | np.bool_):
            return self.node(value.item())
        if value.dtype.char in "gG":
            return {
                "noted": ["longdouble", self._scalar(np.dtype("D" if value.dtype.char == "G" else "d").type(value))]
            }
        if value.dtype.char not in NUMERIC_KINDS:
            return _opaque(value, f"a NumPy scalar of type {value.dtype}")
        return {"scalar": cast(dict[str, Node], self._array(np.asarray(value)))["array"]}

    def _array(self, value: NDArray[np.generic]) -> Node:
        if type(value) is not np.ndarray and "mask" in dir(value):  # naming np.ma would import it, which takes long
            return _opaque(value, "a masked array")
        if isinstance(value, np.matrix):
            return {"noted": ["numpy.matrix", self._array(np.asarray(value))]}
        plain = np.asarray(value)
        if plain.dtype.char in "gG":
            return {"noted": ["longdouble", self._array(plain.astype("D" if plain.dtype.char == "G" else "d"))]}
        if plain.dtype.char not in NUMERIC_KINDS:
            return _opaque(value, f"an array of dtype {plain.dtype}")
        if plain.ndim > DIMENSIONS_CAP or any(size >= LENGTH_CAP for size in plain.shape):
            return _opaque(value, "an array with too many or too long dimensions")
        data = np.ascontiguousarray(plain, dtype=plain.dtype.newbyteorder("<"))
        self.buffers.append(data.tobytes())
        return {"array": [data.dtype.str, list(plain.shape)]}


_NOT_PLAIN: Final = object()


def _opaque(value: object, reason: str) -> Node:
    return {"opaque": [type(value).__name__[:100], reason[:200]]}


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
