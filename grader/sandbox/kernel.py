"""System calls for which Python has no function, and ways to ask what the kernel offers (Linux)."""

import ctypes
import functools
import os
import struct
import sys
from typing import Final

MACHINES: Final = ("x86_64", "aarch64")


def machine() -> str | None:
    """Return the machine's architecture, or None where numbers and layouts of system calls are not known to us."""
    if sys.platform == "linux" and struct.calcsize("P") == 8:
        name = os.uname().machine
        return name if name in MACHINES else None
    return None


@functools.cache
def _library() -> ctypes.CDLL:
    """Return the C library; its functions for us take whole words, whatever their variable arguments are meant to be."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    library.syscall.argtypes = [ctypes.c_long] + [ctypes.c_ulong] * 4
    library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    return library


def call(number: int, first: int = 0, second: int = 0, third: int = 0, fourth: int = 0) -> int:
    """Make a system call by its number.

    Raises
    ------
    OSError
        if the kernel refuses.
    """
    return _checked(_library().syscall(number, first, second, third, fourth))


def control(option: int, first: int = 0, second: int = 0) -> int:
    """Ask for an operation on this process, with `prctl`.

    Raises
    ------
    OSError
        if the kernel refuses.
    """
    return _checked(_library().prctl(option, first, second, 0, 0))


def _checked(result: int) -> int:
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
