"""Frames made to cost the one who reads them the most: as much memory or time for each byte as the caps allow."""

from collections.abc import Iterable, Mapping
from typing import Final

from grader.sandbox.encoder import ENTRIES_CAP, ITEMS_CAP, KEYS_CAP
from grader.sandbox.wire import HEADER_CAP

WEIGHT_CAP: Final = HEADER_CAP // 8
TICKET: Final = b"@"
"""Stands in a header where the sender puts the ticket."""
HASH_MODULUS: Final = 2**61 - 1
"""Python's hash of a multiple of this is 0."""

_ROOM: Final = 300
_TEXT: Final = HEADER_CAP - _ROOM


def bound(limit: int) -> int:
    """Return how many bytes the grader may hold for one child, where an answer may have so many bytes."""
    return 4 * limit + 128 * 2**20


def answer(value: bytes) -> bytes:
    """Return the header of an answer."""
    return b'{"kind":"returned","ticket":' + TICKET + b',"changed":[],"threads":0,"value":' + value + b"}"


def _listed(items: Iterable[bytes]) -> bytes:
    return b'{"list":[' + b",".join(items) + b"]}"


def _many(item: bytes, weight: int) -> bytes:
    """Return a list of as many nodes of a weight, each with its comma, as a header may hold."""
    return _listed([item] * min((WEIGHT_CAP - _ROOM) // weight, _TEXT // (len(item) + 1)))


def _numbered(item: bytes, weight: int) -> bytes:
    return _listed(item % (10**12 + number) for number in range((WEIGHT_CAP - _ROOM) // weight))


def _nested(opening: bytes, closing: bytes, weight: int) -> bytes:
    depth = 28
    return _many(opening * depth + closing * depth, depth * weight + 1)


def _pairs(keys: Iterable[bytes]) -> bytes:
    return b'{"dict":[' + b",".join(b"[" + key + b",0]" for key in keys) + b"]}"


def answers(size: int) -> Mapping[str, tuple[bytes, int]]:
    """Return headers of answers, each with the length of its payload of zeros, which is at most `size`."""
    alike = (b'{"handle":%d}' % (HASH_MODULUS * number) for number in range(KEYS_CAP - 1))
    few_alike = (b'{"handle":%d}' % (number // 16 + HASH_MODULUS * (number % 16)) for number in range(KEYS_CAP - 1))
    arrays, rest = (WEIGHT_CAP - _ROOM) // 11, size - 8 * ITEMS_CAP
    values: dict[str, tuple[bytes, int]] = {
        "an array of bytes": (b'{"array":["|u1",[%d]]}' % min(size, ENTRIES_CAP), min(size, ENTRIES_CAP)),
        "an array of large numbers": (b'{"array":["<c16",[%d]]}' % (size // 16), size // 16 * 16),
        "a list of numbers and an array": (
            b'{"list":[{"packed":["list","<f8",%d,true]},{"array":["<f8",[%d]]}]}' % (ITEMS_CAP, rest // 8),
            8 * ITEMS_CAP + rest // 8 * 8,
        ),
        "a list of NumPy's numbers": (b'{"packed":["list","<c16",%d,false]}' % ITEMS_CAP, 16 * ITEMS_CAP),
        "a list of NumPy's small numbers": (b'{"packed":["tuple","|i1",%d,false]}' % ITEMS_CAP, ITEMS_CAP),
        "small arrays": (_many(b'{"array":["|u1",[1]]}', 11), arrays),
        "empty arrays": (_many(b'{"array":["<f8",[0]]}', 11), 0),
        "truth values": (_many(b'{"array":["|b1",[1]]}', 11), arrays),
        "scalars": (_many(b'{"scalar":["<f8",[]]}', 11), 8 * arrays),
        "empty packed lists": (_many(b'{"packed":["list","<f8",0,true]}', 11), 0),
        "brackets": (_nested(b"[", b"]", 2), 0),
        "braces": (_nested(b'{"":', b"}", 5).replace(b":}", b":0}"), 0),
        "nested lists": (_nested(b'{"list":[', b"]}", 7), 0),
        "empty lists": (_many(b'{"list":[]}', 8), 0),
        "empty dicts": (_many(b'{"dict":[]}', 8), 0),
        "short texts": (_many(b'"ab"', 1), 0),
        "wide texts": (_many(b'"\\u1234"', 1), 0),
        "integers": (_many(b"9999999999", 1), 0),
        "floats": (_many(b"1.5", 1), 0),
        "complex numbers": (_many(b'{"complex":["1","2"]}', 9), 0),
        "what cannot be sent": (_many(b'{"opaque":["abc","de\\u1234"]}', 9), 0),
        "notes": (_many(b'{"noted":["longdouble",1]}', 9), 0),
        "handles": (_numbered(b'{"handle":%d}', 6), 0),
        "fields": (b"{" + b",".join(b'"%x":0' % number for number in range(WEIGHT_CAP // 2 - _ROOM)) + b"}", 0),
        "keys": (_pairs(b'"%x"' % number for number in range(WEIGHT_CAP // 4 - _ROOM)), 0),
        "keys that collide": (_pairs(alike), 0),
        "keys of which few collide": (_pairs(few_alike), 0),
        "a long text": (b'"' + b"a" * (_TEXT - 6) + b'\\u1234"', 0),
        "a long text of pairs": (b'"' + b"\\ud83d\\ude00" * (_TEXT // 12 - 1) + b'"', 0),
        "a long text beside numbers": (_listed([b'"' + b"x" * 4000 + b'"', *[b"1"] * 2000]), 0),
        "a long number": (b"9" * _TEXT, 0),
        "long numbers": (_many(b"9" * 1233, 1), 0),
        "a long fraction": (b"1." + b"9" * (_TEXT - 2), 0),
        "a long complex number": (b'{"complex":["' + b"1" * (_TEXT - 30) + b'","2"]}', 0),
        "dimensions": (b'{"array":["<f8",[' + b",".join([b"1"] * (WEIGHT_CAP - _ROOM)) + b"]]}", 0),
    }
    return {name: (answer(value), payload) for name, (value, payload) in values.items()}
