"""Values to JSON nodes and raw buffers, and back.

A node is `null`, a boolean, a text or a number as JSON has them, or a one-key object `{tag: …}` for everything else.
Arrays leave their data in the payload, one after the other, in the order in which their nodes are met.
"""

import math
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
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
from grader.sandbox.wire import Node, WireError

DEPTH_CAP: Final = 32
NODES_CAP: Final = 500_000
"""Deepest nesting and largest number of nodes in one value."""

_DTYPES: Final = frozenset({np.dtype(code).newbyteorder("<").str for code in NUMERIC_KINDS})
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

    def node(self, value: Value, depth: int = 0) -> Node:
        """Return the node of `value`; what cannot be sent becomes an `Opaque`, never an exception."""
        self._nodes += 1
        if depth > DEPTH_CAP or self._nodes > NODES_CAP:
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
                return {"list": [self.node(item, depth + 1) for item in value]}
            case tuple():
                return {"tuple": [self.node(item, depth + 1) for item in value]}
            case dict() if type(value) in _DICTS:
                items = [[self.node(key, depth + 1), self.node(item, depth + 1)] for key, item in value.items()]
                return {"dict": items}
            case _:
                return self._special(value, depth)

    def _special(self, value: Value, depth: int) -> Node:
        match value:
            case FunctionText():
                constants = {name: self.node(item, depth + 1) for name, item in value.constants.items()}
                fields = {"parameters": list(value.parameters), "text": value.text, "constants": constants}
                return {"function": {**fields, "counted": value.counted}}
            case RandomState():
                return {"random": value.key}
            case ItemsOnce():
                return {"once": [self.node(item, depth + 1) for item in value.items]}
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


class Decoder:
    """Reads values from nodes and one payload, and accepts nothing that is not exactly right.

    Parameters
    ----------
    payload : bytes
        the raw buffers.
    trusted : bool
        whether the sender is the grader; only then functions, generators and iterators are accepted.
    """

    def __init__(self, payload: bytes, *, trusted: bool) -> None:
        self._payload = memoryview(payload)
        self._at = 0
        self._nodes = 0
        self._trusted = trusted

    def value(self, node: Node) -> Value:
        """Return the value of a top-level node.

        Raises
        ------
        WireError
            if the node is malformed.
        """
        return self._value(node, 0)

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
            return node
        if not isinstance(node, dict) or len(node) != 1:
            raise WireError("a value is neither plain nor tagged")
        tag, body = next(iter(node.items()))
        try:
            return self._tagged(tag, body, depth)
        except (TypeError, ValueError, OverflowError, KeyError, MemoryError) as error:
            raise WireError(f"a malformed value of kind {tag[:40]!r}") from error

    def _tagged(self, tag: str, body: Node, depth: int) -> Value:
        match tag:
            case "list" | "tuple" | "once":
                items = [self._value(item, depth + 1) for item in _listed(body)]
                return (
                    {"list": list, "tuple": tuple}[tag](items)
                    if tag != "once"
                    else self._only_trusted(ItemsOnce(tuple(items)))
                )
            case "dict":
                return self._mapping(_listed(body), depth)
            case "array":
                return self._array(body)
            case "scalar":
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
                return Opaque(*(text[:200] for text in _texts(body, 2)))
            case "noted":
                form, inner = _listed(body)
                return Noted(self._value(inner, depth + 1), _form(form))
            case "handle":
                return Handle(_natural(body))
            case "random":
                return self._only_trusted(RandomState(_natural(body)))
            case "function":
                fields = cast(dict[str, Node], body)
                constants = {
                    str(name): self._value(item, depth + 1)
                    for name, item in cast(Mapping[str, Node], fields["constants"]).items()
                }
                parameters = tuple(str(name) for name in _listed(fields["parameters"]))
                text = FunctionText(parameters, str(fields["text"]), constants, fields["counted"] is True)
                return self._only_trusted(text)
            case _:
                raise WireError(f"unknown kind of value {tag[:40]!r}")

    def _only_trusted(self, value: Value) -> Value:
        if not self._trusted:
            raise WireError(f"an answer cannot hold a {type(value).__name__}")
        return value

    def _mapping(self, items: list[Node], depth: int) -> dict[object, Value]:
        pairs = [(self._value(key, depth + 1), self._value(item, depth + 1)) for key, item in map(_listed, items)]
        return dict(pairs)

    def _array(self, body: Node) -> NDArray[np.generic]:
        code, shape = _listed(body)
        if code not in _DTYPES:
            raise WireError(f"arrays of dtype {str(code)[:40]!r} are not allowed")
        sizes = [_natural(size) for size in _listed(shape)]
        if len(sizes) > 32 or any(size >= 2**48 for size in sizes):
            raise WireError("an array has too many or too long dimensions")
        dtype = np.dtype(code)
        end = self._at + math.prod(sizes) * dtype.itemsize
        if end > len(self._payload):
            raise WireError("an array is larger than the payload that came with it")
        data = np.frombuffer(self._payload[self._at : end], dtype=dtype).reshape(sizes).copy()
        self._at = end
        return data


def _listed(node: Node) -> list[Node]:
    if not isinstance(node, list):
        raise WireError("a list was expected")
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


def _natural(node: Node) -> int:
    if type(node) is not int or not 0 <= node < 2**128:
        raise WireError("a natural number was expected")
    return node


def encode(value: Value) -> tuple[Node, list[memoryview | bytes]]:
    """Return the node and the buffers of one value that is not an answer (nothing is kept)."""
    encoder = Encoder()
    return encoder.node(value), encoder.buffers


def decode(node: Node, payload: bytes, *, trusted: bool) -> Value:
    """Return the value of a node that owns the whole payload.

    Raises
    ------
    WireError
        if node or payload is malformed.
    """
    decoder = Decoder(payload, trusted=trusted)
    value = decoder.value(node)
    decoder.finish()
    return value


def total(buffers: Iterable[memoryview | bytes]) -> int:
    """Return the number of bytes in `buffers`."""
    return sum(len(buffer) for buffer in buffers)
