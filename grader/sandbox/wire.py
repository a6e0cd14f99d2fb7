"""Frames: what the two processes say to each other.

A frame is a fixed head (magic, length of the header, length of the payload), a JSON header in ASCII, and a payload of
raw array buffers. The reader checks both lengths before it allocates, and every field before it is used; what the
sender meant is never executed. No pickle.

Few bytes of JSON make many objects: `[[]` and so on becomes fifty times as large. So a header is weighed before it is
parsed. What it becomes takes at most `UNIT` bytes for each unit of its weight, and eight bytes for each of its own.
"""

import json
import struct
from collections.abc import Callable, Sequence
from typing import Final

from grader.sandbox.records import dataclass

_HEAD: Final = struct.Struct("<4sIQ")
_MAGIC: Final = b"GRD1"
HEADER_CAP: Final = 2**21 + 2**18
"""Longest JSON header in bytes, whatever the payload may hold. The encoder needs 2**21 for the nodes of a value."""
UNIT: Final = 80
"""Most bytes that the objects take which one unit of a header's weight becomes."""

_BYTES_FOR_UNIT: Final = 8
_LIGHT: Final = 64
"""A header may weigh one unit for so many bytes of its cap, and that much in any case."""
_DIGITS_CAP: Final = 1250
"""Most digits of an integer, with its sign: reading and writing one takes time that grows with their square."""
_CHUNK: Final = 2**20

Buffer = bytes | memoryview
Node = object
"""JSON data: None, bool, int, float, str, list or dict with str keys."""


class WireError(Exception):
    """A frame that breaks the protocol, or a stream that ended inside one."""


class Ended(WireError):
    """The other side closed the stream between two frames."""


@dataclass(frozen=True)
class Frame:
    """One message: its kind, its other fields, and the raw buffers its values refer to."""

    kind: str
    fields: dict[str, Node]
    payload: bytes | bytearray = b""

    def text(self, name: str, cap: int = 2**16) -> str:
        """Return the text of a field, cut at `cap` characters.

        Raises
        ------
        WireError
            if the field is missing or is not text.
        """
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise WireError(f"a {self.kind[:40]!r} frame needs a text in {name!r}")
        return value[:cap]

    def texts(self, name: str, cap: int = 1000) -> tuple[str, ...]:
        """Return the list of texts in a field, at most `cap` of them.

        Raises
        ------
        WireError
            if the field is missing or is not a list of texts.
        """
        value = self.fields.get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value[:cap]):
            raise WireError(f"a {self.kind[:40]!r} frame needs a list of texts in {name!r}")
        return tuple(item[:1000] for item in value[:cap])

    def whole(self, name: str) -> int:
        """Return the non-negative integer in a field.

        Raises
        ------
        WireError
            if the field is missing or holds anything else.
        """
        value = self.fields.get(name)
        if type(value) is not int or not 0 <= value < 2**64:
            raise WireError(f"a {self.kind[:40]!r} frame needs a whole number in {name!r}")
        return value


def printable(text: str) -> str:
    """Return a text with its half letters escaped, which no file or terminal takes."""
    return text.encode("utf-8", errors="backslashreplace").decode()


def pack(kind: str, fields: dict[str, Node], buffers: Sequence[Buffer] = ()) -> bytes:
    """Return the bytes of a frame."""
    header = json.dumps({"kind": kind, **fields}, separators=(",", ":")).encode()
    size = sum(len(buffer) for buffer in buffers)
    return b"".join([_HEAD.pack(_MAGIC, len(header), size), header, *buffers])


def read(read_some: Callable[[int], bytes], payload_cap: Callable[[], int], header_cap: int = HEADER_CAP) -> Frame:
    """Read one frame.

    Parameters
    ----------
    read_some : callable
        returns up to the given number of bytes, none at the end of the stream.
    payload_cap : callable
        gives the largest payload, in bytes, for which memory is allocated; asked when a frame has begun.
    header_cap : int
        the same for the header; an eighth of it is the largest weight of a header that is parsed.

    Raises
    ------
    Ended
        if the stream ends before a frame begins.
    WireError
        if the bytes are not a frame, the frame is too long, or the stream ends inside it.
    """
    head = _read_exactly(read_some, _HEAD.size, at_start=True)
    magic, header_size, payload_size = _HEAD.unpack(head)
    if magic != _MAGIC:
        raise WireError("these bytes are not a frame")
    if header_size > header_cap or payload_size > payload_cap():
        raise WireError(f"a frame of {header_size + payload_size} bytes is longer than the limit")
    header = _header(_read_exactly(read_some, header_size), header_cap // _BYTES_FOR_UNIT + _LIGHT)
    return Frame(str(header.pop("kind")), header, _read_exactly(read_some, payload_size))


def weight(text: str) -> int:
    """Return the weight of a JSON text: how many objects it can become, counted in units of their size."""
    return 4 * text.count("{") + 2 * text.count("[") + text.count(",") + text.count(":")


def _header(data: bytes | bytearray, weight_cap: int) -> dict[str, Node]:
    try:
        text = data.decode("ascii")
        if 4 * len(text) > weight_cap and weight(text) > weight_cap:
            raise WireError("a frame has too many items")
        header = _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise WireError("the header of a frame is not JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("kind"), str):
        raise WireError("the header of a frame has no kind")
    return header


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS_CAP:
        raise ValueError("an integer is too long")
    return int(digits)


_JSON: Final = json.JSONDecoder(parse_int=_integer)


def _read_exactly(read_some: Callable[[int], bytes], size: int, *, at_start: bool = False) -> bytes | bytearray:
    """Return the next bytes; memory is taken as they come, not as they were announced."""
    part = read_some(min(size, _CHUNK)) if size else b""
    if len(part) == size:
        return part
    data = bytearray()
    while part:
        data += part  # parts may be of one byte each: a list of them would take fifty times as much
        if len(data) == size:
            return data
        part = read_some(min(size - len(data), _CHUNK))
    raise Ended("the stream ended") if at_start and not data else WireError("the stream ended in a frame")
