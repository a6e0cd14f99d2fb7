"""The worker's end of the wire, and the streams a student's code sees instead of its own."""

import io
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from grader.sandbox import wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.values import FunctionText
from grader.sandbox.wire import Frame, Node

REQUESTS: Final = ("load", "call")
"""Kinds of frames that ask for an answer; all others of the grader's are replies."""

_REQUEST_CAP: Final = 2**40
"""Requests come from the grader and are as large as it makes them."""

_PRINT_CHUNK: Final = 2**13


class Channel:
    """Frames over two file descriptors, one conversation at a time.

    While an answer runs, it may ask the grader for things (the value of a counted function, a module beside the answer
    file); between answers only the worker's loop reads. A lock keeps threads that an answer left running out.
    """

    def __init__(self, source: int, sink: int) -> None:
        self._source = source
        self._sink = sink
        self._lock = threading.RLock()
        self._sending = False
        self._waiting: deque[Frame] = deque()
        self.ticket: int | None = None

    def read(self) -> Frame:
        """Return the next request of the grader."""
        return self._waiting.popleft() if self._waiting else self._received()

    def _received(self) -> Frame:
        return wire.read(lambda size: os.read(self._source, size), lambda: _REQUEST_CAP)

    def send(self, kind: str, fields: dict[str, Node], buffers: list[memoryview | bytes] | None = None) -> None:
        """Send one frame whole, even if a destructor prints in the middle of it."""
        data = memoryview(wire.pack(kind, fields, buffers or []))
        with self._lock:
            if self._sending:
                return
            self._sending = True
            try:
                while data:
                    data = data[os.write(self._sink, data) :]
            finally:
                self._sending = False

    def ask(self, fields: dict[str, Node], buffers: list[memoryview | bytes] | None = None) -> Frame:
        """Ask the grader for something an answer wants while it runs, and return the reply.

        Raises
        ------
        RuntimeError
            if no answer is running: a thread that was left behind gets nothing.
        """
        with self._lock:
            if self.ticket is None:
                raise RuntimeError("the call this function belongs to is over")
            self.send("wants", {"ticket": self.ticket, **fields}, buffers)
            # Requests may have been sent ahead of the reply; their turn comes when this answer is given.
            while (frame := self._received()).kind in REQUESTS:
                self._waiting.append(frame)
            return frame

    def counted(self, number: int) -> Callable[[FunctionText], Callable[..., object]]:
        """Return what makes the stand-in for a function whose calls the grader answers and counts."""
        numbers = iter(range(number, 2**31))

        def stand_in(_: FunctionText) -> Callable[..., object]:
            mine = next(numbers)

            def function(*arguments: object) -> object:
                encoder = Encoder()
                nodes = [encoder.node(argument) for argument in arguments]
                reply = self.ask({"function": mine, "arguments": nodes}, encoder.buffers)
                if reply.kind != "value":
                    raise ValueError(reply.text("message"))
                return Decoder(reply.payload, trusted=True).value(reply.fields["value"])

            function.__name__ = "function"
            return function

        return stand_in


class Printed(io.RawIOBase):
    """What a student's code prints, sent to the grader as it is printed."""

    def __init__(self, channel: Channel) -> None:
        super().__init__()
        self._channel = channel

    def writable(self) -> bool:
        """Return true: this is an output."""
        return True

    def write(self, data: object) -> int:
        """Send at most one chunk of `data` and return its length."""
        chunk = bytes(memoryview(data)[:_PRINT_CHUNK])  # type: ignore[arg-type]
        self._channel.send("printed", {}, [chunk])
        return len(chunk)


def text_stream(channel: Channel) -> io.TextIOWrapper:
    """Return a text stream whose lines reach the grader one by one."""
    buffered = io.BufferedWriter(Printed(channel), buffer_size=_PRINT_CHUNK)
    return io.TextIOWrapper(buffered, encoding="utf-8", errors="backslashreplace", line_buffering=True)
