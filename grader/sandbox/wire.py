"""Frames: what the two processes say to each other.

A frame is a fixed head (magic, length of the header, length of the payload), a JSON header, and a payload of raw
array buffers. The reader checks both lengths before it allocates, and every field before it is used; what the sender
meant is never executed. No pickle.
"""

import json
import struct
from collections.abc import Callable, Sequence
from typing import Final

from grader.sandbox.records import dataclass

_HEAD: Final = struct.Struct("<4sIQ")
_MAGIC: Final = b"GRD1"
HEADER_CAP: Final = 16 * 2**20
"""Longest JSON header in bytes, whatever the payload may hold."""

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
    payload: bytes = b""

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
        the same for the header.

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
    header = _header(_read_exactly(read_some, header_size))
    return Frame(str(header.pop("kind")), header, _read_exactly(read_some, payload_size))


def _header(data: bytes) -> dict[str, Node]:
    try:
        header = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WireError("the header of a frame is not JSON") from error
    if not isinstance(header, dict) or not isinstance(header.get("kind"), str):
        raise WireError("the header of a frame has no kind")
    return header


def _read_exactly(read_some: Callable[[int], bytes], size: int, *, at_start: bool = False) -> bytes:
    parts: list[bytes] = []
    left = size
    while left:
        part = read_some(min(left, 2**20))
        if not part:
            raise Ended("the stream ended") if at_start and left == size else WireError("the stream ended in a frame")
        parts.append(part)
        left -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
