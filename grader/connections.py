"""Frames over a socket as the grader sees them: one deadline for a frame, and no waiting to send.

POSIX only.
"""

import select
import socket
import time
from collections import deque
from typing import Final

from grader.sandbox import wire
from grader.sandbox.wire import Frame, Node, WireError
from grader.workers import FIRST_CAP, TimeIsUp

_CHUNK: Final = 2**16
_LARGEST_CHUNK: Final = 2**20
_REQUESTS: Final = ("load", "call")
"""Kinds of frames that may be sent ahead; all others of the grader's are replies, for which the process waits."""


class Connection:
    """Frames to and from a process that is not trusted.

    Parameters
    ----------
    own : socket
        the grader's end; it is closed with the connection.

    Attributes
    ----------
    payload_cap : int
        largest payload in bytes that is accepted, from the next frame on.
    over : bool
        whether the stream from the process has been read to its end.
    """

    def __init__(self, own: socket.socket) -> None:
        self.payload_cap = FIRST_CAP
        self.over = False
        self._socket = own
        self._socket.setblocking(False)
        self._outgoing: deque[memoryview] = deque()
        self._queued = self._sent = self._replied = 0  # bytes: in all, sent of them, up to the end of the last reply
        self._incoming = memoryview(b"")
        self._deadline = 0.0

    def send(
        self, kind: str, fields: dict[str, Node], deadline: float, buffers: list[memoryview | bytes] | None = None
    ) -> None:
        """Queue a frame, and send what can be sent now; the rest goes while frames are awaited.

        Raises
        ------
        WireError
            if the process asked again before it had read the reply: replies without end would fill the memory.
        """
        data = wire.pack(kind, fields, buffers or [])
        if kind not in _REQUESTS and self._sent < self._replied:
            raise WireError("it asked again before it had read the reply")
        self._queued += len(data)
        self._replied = self._replied if kind in _REQUESTS else self._queued
        self._outgoing.append(memoryview(data))
        self._send_some()

    def receive(self, deadline: float) -> Frame:
        """Return the next frame.

        Raises
        ------
        TimeIsUp
            if there is none by `deadline`, a time of `time.monotonic`, however much of it has come.
        WireError
            if the stream has ended or is no stream of frames.
        """
        self._deadline = deadline
        return wire.read(self._read_some, lambda: self.payload_cap)

    def _read_some(self, size: int) -> bytes:
        if not self._incoming:
            self._incoming = memoryview(self._received(min(max(size, _CHUNK), _LARGEST_CHUNK)))
        data = bytes(self._incoming[:size])
        self._incoming = self._incoming[len(data) :]
        return data

    def _received(self, size: int) -> bytes:
        """Return what comes before the deadline, sending meanwhile what has not been sent yet."""
        while True:
            wanted = select.POLLIN | (select.POLLOUT if self._outgoing else 0)
            happened = ready(self._socket, wanted, self._deadline)
            if not happened or time.monotonic() >= self._deadline:
                raise TimeIsUp
            if happened & select.POLLOUT:
                self._send_some()
            if happened & ~select.POLLOUT:
                try:
                    data = self._socket.recv(size)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                self.over = not data
                return data

    def _send_some(self) -> None:
        """Send as much as the socket takes; that the child is gone shows when its answer is read."""
        try:
            while self._outgoing:
                sent = self._socket.send(self._outgoing[0])
                self._sent += sent
                self._outgoing[0] = self._outgoing[0][sent:]
                if not self._outgoing[0]:
                    self._outgoing.popleft()
        except BlockingIOError:
            pass
        except OSError:
            self._outgoing.clear()
            self._sent = self._queued

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()


def ready(source: socket.socket | int, wanted: int, deadline: float) -> int:
    """Return what happened on a descriptor before a deadline, or 0."""
    waiting = select.poll()
    waiting.register(source, wanted)
    left = max(0.0, deadline - time.monotonic())
    happened = waiting.poll(1000 * left)
    return happened[0][1] if happened else 0
