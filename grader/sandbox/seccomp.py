"""The filter through which the system calls of a confined process go, as a program for the kernel.

The program finds the number of a call by bisection and answers at once, or looks at the arguments first. Calls that are
not listed fail with "operation not permitted", so that Python raises an exception that says what was tried; a call in
the convention of another architecture, whose numbers mean other things, ends the process.
"""

import ctypes
import errno
import functools
import struct
from collections.abc import Sequence
from typing import Final

from grader.sandbox import kernel
from grader.sandbox.records import dataclass
from grader.sandbox.system_calls import CALLS, CONDITIONS, OWN_PROCESS, REFUSED, Condition

_LOAD_WORD: Final = 0x20
_IF_EQUAL: Final = 0x15
_IF_AT_LEAST: Final = 0x35
_IF_ANY_BIT: Final = 0x45
_RETURN: Final = 0x06

_NUMBER_AT: Final = 0
_ARCHITECTURE_AT: Final = 4
_ARGUMENTS_AT: Final = 16

_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | REFUSED
_END_PROCESS: Final = 0x80000000

_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2

Instruction = tuple[int, int, int, int]
"""Operation, jump if true, jump if false, constant."""


@dataclass(frozen=True)
class Architecture:
    """A machine's convention for system calls.

    Attributes
    ----------
    token : int
        how the kernel names it to filters.
    column : int
        place of its numbers in the table of calls.
    foreign : int or None
        the first number that belongs to another convention under the same name.
    """

    token: int
    column: int
    foreign: int | None


ARCHITECTURES: Final = {
    "x86_64": Architecture(0xC000003E, 0, 0x40000000),
    "aarch64": Architecture(0xC00000B7, 1, None),
}


def program(process: int) -> bytes | None:
    """Return the filter for this machine, by which `process` may signal none but itself.

    Parameters
    ----------
    process : int
        the number of the process that will be confined, as it sees it itself.

    Returns
    -------
    bytes or None
        instructions of eight bytes; None where the machine's architecture is not known.
    """
    name = kernel.machine()
    return None if name is None else assemble(name, process)


def assemble(architecture: str, process: int) -> bytes:
    """Return the filter for one of `ARCHITECTURES`."""
    code, places = _template(architecture)
    filled = bytearray(code)
    for place in places:
        struct.pack_into("=I", filled, place, process)
    return bytes(filled)


class Filter:
    """A filter that is ready but for the number of the process that takes it upon itself.

    Parameters
    ----------
    architecture : str
        one of `ARCHITECTURES`.
    """

    def __init__(self, architecture: str) -> None:
        code, self._places = _template(architecture)
        self._code = ctypes.create_string_buffer(code, len(code))
        header = struct.pack("@HP", len(code) // 8, ctypes.addressof(self._code))
        self._header = ctypes.create_string_buffer(header, len(header))

    def install(self, process: int) -> None:
        """Put all further system calls of this process, whose number is given, under the filter; there is no way back.

        Raises
        ------
        OSError
            if the kernel refuses.
        """
        for place in self._places:
            struct.pack_into("=I", self._code, place, process)
        kernel.control(_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(self._header))


def prepare() -> Filter | None:
    """Return a filter for this machine, or None where the kernel has none or its numbers are not known to us."""
    name = kernel.machine()
    if name is None:
        return None
    try:
        kernel.control(_SET_SECCOMP, _FILTER_MODE)
    except OSError as error:
        # A kernel that has filters tried to read one at address 0.
        return Filter(name) if error.errno == errno.EFAULT else None
    return None


@functools.cache
def _template(architecture: str) -> tuple[bytes, tuple[int, ...]]:
    """Return the filter without the number of a process, and the places in bytes where it belongs."""
    known = ARCHITECTURES[architecture]
    body = _bisect(_ranges(known))
    instructions = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE_AT),
        (_IF_EQUAL, 1, 0, known.token),
        _answer(_END_PROCESS),
        (_LOAD_WORD, 0, 0, _NUMBER_AT),
        *body,
    ]
    places = tuple(8 * line + 4 for line, (*_, constant) in enumerate(instructions) if constant == OWN_PROCESS)
    # A jump too long for its byte is an error here and not a hole in the filter.
    code = b"".join(struct.pack("=HBBI", *words, max(0, constant)) for *words, constant in instructions)
    return code, places


def _ranges(known: Architecture) -> list[tuple[int, list[Instruction]]]:
    """Return the first number of each range of calls that are treated alike, with what is done, in order."""
    numbers = {numbers[known.column]: name for name, numbers in CALLS.items()}
    refuse = [_answer(_REFUSE)]
    found: list[tuple[int, list[Instruction]]] = [(0, refuse)]
    for number, name in sorted((number, name) for number, name in numbers.items() if number is not None):
        found += [(number, _judge(CONDITIONS.get(name, ()))), (number + 1, refuse)]
    if known.foreign is not None:
        found.append((known.foreign, [_answer(_END_PROCESS)]))
    kept: list[tuple[int, list[Instruction]]] = []
    for number, action in dict(found).items():  # of two for one number the later holds: a call, not the gap before it
        if not kept or kept[-1][1] != action:
            kept.append((number, action))
    return kept


def _bisect(ranges: Sequence[tuple[int, list[Instruction]]]) -> list[Instruction]:
    """Return instructions that find the range of the loaded number."""
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    below, above = _bisect(ranges[:middle]), _bisect(ranges[middle:])
    return [(_IF_AT_LEAST, len(below), 0, ranges[middle][0]), *below, *above]


def _judge(conditions: Sequence[Condition]) -> list[Instruction]:
    """Return instructions that allow a call if its arguments meet all conditions."""
    return [line for condition in conditions for line in _test(condition)] + [_answer(_ALLOW)]


def _test(condition: Condition) -> list[Instruction]:
    """Return instructions that refuse unless a condition is met, and else go on."""
    lines: list[Instruction] = [(_LOAD_WORD, 0, 0, _ARGUMENTS_AT + 4 * condition.word)]
    if condition.without:
        lines += [(_IF_ANY_BIT, 0, 1, condition.without), _answer(_REFUSE)]
    if condition.values:
        left = range(len(condition.values), 0, -1)
        lines += [(_IF_EQUAL, jump, 0, value) for jump, value in zip(left, condition.values, strict=True)]
        lines += [_answer(_REFUSE)]
    return lines


def _answer(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)
