"""Landlock: what a process may read of the file system, and that it may reach no port and nobody else's process (Linux).

A set of rules is made once; every process forked afterwards can put itself under it.
"""

import ctypes
import errno
import os
import stat
import struct
import sys
from collections.abc import Sequence
from typing import Final

from grader.sandbox import kernel

if sys.platform != "win32":
    import fcntl

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
_LOG_NOTHING: Final = 1

# All rights, by the first version that knows them.
_FILE_RIGHTS: Final = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF, 9: 0x1FFFF}
_PORT_RIGHTS: Final = {4: 0x3, 10: 0xF}
_SCOPES: Final = {6: 0x3}  # abstract sockets, signals
_LOGS_SINCE: Final = 7

_READ_FILE: Final = 0x4
_READ_FOLDER: Final = 0x8

_PLACE_ONLY: Final = 0x200000  # O_PATH, which only Linux has
_NOT_THERE: Final = (errno.ENOENT, errno.ENOTDIR, errno.EACCES)
_FIRST_DESCRIPTOR: Final = 48
"""Small numbers are left to whoever arranges descriptors in a new process."""


def version() -> int:
    """Return the version of Landlock that the kernel offers, 0 if none."""
    if kernel.machine() is None:
        return 0
    try:
        return kernel.call(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    except OSError:  # an old kernel, one that was started without it, or a container that forbids to ask
        return 0


def ruleset(readable: Sequence[str], known: int) -> int:
    """Make rules that allow nothing but to read.

    Parameters
    ----------
    readable : sequence of str
        files, and folders with all that is beneath; what is not there, or out of our own reach, is left out.
    known : int
        the version whose rights are handled, from 1 to what the kernel offers.

    Returns
    -------
    int
        a descriptor of the rules.

    Raises
    ------
    OSError
        if the kernel refuses.
    """
    rights = [_of(known, table) for table in (_FILE_RIGHTS, _PORT_RIGHTS, _SCOPES)]
    while len(rights) > 1 and not rights[-1]:
        rights.pop()  # an older kernel knows a shorter record
    record = ctypes.create_string_buffer(struct.pack(f"={len(rights)}Q", *rights))
    made = kernel.call(_CREATE_RULESET, ctypes.addressof(record), 8 * len(rights), 0)
    try:
        for path in readable:
            _allow(made, path)
        return fcntl.fcntl(made, fcntl.F_DUPFD_CLOEXEC, _FIRST_DESCRIPTOR)
    finally:
        os.close(made)


def restrict(rules: int, known: int) -> None:
    """Put this process under rules, which needs `no_new_privs`; there is no way back.

    Raises
    ------
    OSError
        if the kernel refuses.
    """
    # What is refused would be logged by newer kernels, and a submission could fill the machine's log.
    kernel.call(_RESTRICT_SELF, rules, _LOG_NOTHING if known >= _LOGS_SINCE else 0)


def _of(known: int, table: dict[int, int]) -> int:
    """Return the rights that a version knows."""
    return max((rights for since, rights in table.items() if since <= known), default=0)


def _allow(rules: int, path: str) -> None:
    """Allow to read a file, or a folder with all that is beneath."""
    try:
        place = os.open(path, _PLACE_ONLY | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in _NOT_THERE:
            return
        raise
    try:
        folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rights = _READ_FILE | _READ_FOLDER if folder else _READ_FILE
        record = ctypes.create_string_buffer(struct.pack("=Qi", rights, place))
        kernel.call(_ADD_RULE, rules, _PATH_BENEATH, ctypes.addressof(record), 0)
    finally:
        os.close(place)
