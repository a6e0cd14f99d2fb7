"""Cuts the outputs out of a notebook's bytes before they are parsed.

Outputs decide nothing, and may be anything: fifty megabytes of them are cut out in about a second, and never become
objects. What is left is weighed, because few bytes of JSON make many objects.
"""

import re
from typing import Final

PARTS_CAP: Final = 1_000_000
"""Texts, commas and brackets that a notebook may have beside its outputs."""

BRACKETS_CAP: Final = 5_000_000
"""Brackets that its outputs may have; so that hostile bytes take few seconds."""

_TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
_TOKEN: Final = re.compile(_TEXT + rb"|[\[\]{},]", re.DOTALL)
_BRACKET: Final = re.compile(rb'(?:[^"\[\]{}]++|' + _TEXT + rb")*+([\[\]{}])", re.DOTALL)
_VALUE: Final = re.compile(rb"\s*:\s*([\[{])")
_OUTPUTS: Final = b'"outputs"'


class TooMany(ValueError):
    """There are more parts than anybody's notebook has."""


def without_outputs(data: bytes) -> bytes:
    """Return the bytes of a notebook with every list of outputs made empty.

    Raises
    ------
    TooMany
        if there are too many parts.
    """
    kept: list[bytes] = []
    begin = parts = brackets = 0
    tokens = _TOKEN.finditer(data)
    while (token := next(tokens, None)) is not None:
        parts += 1
        if parts > PARTS_CAP:
            raise TooMany
        if token[0] == _OUTPUTS and (value := _VALUE.match(data, token.end())):
            kept.append(data[begin : value.end()])
            begin, count = _end_of(data, value.end(), BRACKETS_CAP - brackets)
            brackets += count
            tokens = _TOKEN.finditer(data, begin)
    return b"".join([*kept, data[begin:]])


def _end_of(data: bytes, place: int, most: int) -> tuple[int, int]:
    """Return where the bracket stands that closes the one before `place`, and how many there are up to it."""
    depth = 1
    for count in range(1, most + 1):
        bracket = _BRACKET.match(data, place)
        if bracket is None:  # it is never closed, so this is no JSON
            return len(data), count
        depth += 1 if bracket[1] in b"[{" else -1
        if depth == 0:
            return bracket.start(1), count
        place = bracket.end()
    raise TooMany
