"""What every hostile submission has at hand: it knows where everything lies and what everything is called."""

import platform
import re
import textwrap
from collections.abc import Mapping
from typing import Final

TOOLS: Final = '''\
import ctypes, os, re, signal, socket, struct, sys, threading, time
import numpy as np

def honest(A):
    return np.linalg.eigvalsh(A)

def wrong(A):
    """Return numbers that are wrong in every way: not even another basis would leave them as they are."""
    return np.resize(A, len(A)) + np.arange(7.0, 7 + len(A))

def tried(action, *arguments, **named):
    """Return what an action gives, or the exception that it raises."""
    try:
        return action(*arguments, **named)
    except BaseException as error:
        return error

def tell(*found):
    """Print all that looks like a secret."""
    for item in found:
        data = bytes(item) if isinstance(item, (bytes, bytearray, memoryview)) else repr(item).encode(errors="replace")
        for secret in sorted(set(re.findall(rb"canary-[a-z]+-[0-9a-f]{16}", data))):
            print(secret.decode())

def read(path):
    with open(path, "rb") as file:
        return file.read(2**20)

def write(path, text="x"):
    with open(path, "w") as file:
        return file.write(text)

def kernel(name, *arguments):
    """Make a system call by its name, as the C library would, and return -1 if it is refused."""
    words = [ctypes.c_char_p(word) if isinstance(word, bytes) else ctypes.c_long(word) for word in arguments]
    return ctypes.CDLL(None).syscall(ctypes.c_long(CALLS[name]), *words)

def the_channel():
    """Return the worker's end of the wire, which stands in a frame further up."""
    frame = sys._getframe()
    while frame is not None:
        found = getattr(frame.f_locals.get("self"), "_channel", None)
        if found is not None:
            return found
        frame = frame.f_back

def put(data):
    """Write raw bytes to the grader."""
    sink = the_channel()._sink
    while data:
        data = data[os.write(sink, data):]

def forge(kind, payload=b"", **fields):
    """Send a frame to the grader."""
    put(sys.modules["grader.sandbox.wire"].pack(kind, fields, [payload]))

def answer(value, payload=b"", **fields):
    """Send an answer to the call that runs."""
    ticket = the_channel().ticket
    forge("returned", payload, **{"ticket": ticket, "value": value, "changed": [], "threads": 0} | fields)

def head(header, payload=0, magic=b"GRD1"):
    """Return the beginning of a frame."""
    return magic + struct.pack("<IQ", header, payload)
'''

_CALLS: Final = {
    # name -> number on x86_64, on aarch64
    "fork": (57, None),
    "vfork": (58, None),
    "clone": (56, 220),
    "clone3": (435, 435),
    "kill": (62, 129),
    "tkill": (200, 130),
    "tgkill": (234, 131),
    "rt_sigqueueinfo": (129, 138),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "prlimit64": (302, 261),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "unshare": (272, 97),
    "memfd_create": (319, 279),
    "io_uring_setup": (425, 425),
}


def numbers() -> dict[str, int]:
    """Return the numbers of this machine's system calls; a number that there is not is refused everywhere."""
    column = {"x86_64": 0, "aarch64": 1}.get(platform.machine())
    return {name: places[column] or 9999 if column is not None else 9999 for name, places in _CALLS.items()}


def complete(source: str, places: Mapping[str, object]) -> str:
    """Return a submission as it is handed in: the tools, the places that it mentions, and its own source."""
    text = TOOLS + "\n" + textwrap.dedent(source)
    named = {name: value for name, value in places.items() if re.search(rf"\b{name}\b", text)}
    return "".join(f"{name} = {value!r}\n" for name, value in named.items()) + "\n" + text
