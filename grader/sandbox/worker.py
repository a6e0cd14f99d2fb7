"""The process that runs a student's code.

Started by file path, with the folder of the grader's package and the folders of installed packages as arguments. It
receives the source of an answer, the name of a function, inputs and limits; it sends back values. It is never told
what is expected, and nothing it says is believed without a look.
"""

import gc
import os
import sys
from collections.abc import Callable
from typing import Any, Final, NoReturn

if __name__ == "__main__":
    gc.disable()  # while modules are imported there is no garbage
    _root, *_folders = sys.argv[1:]
    sys.argv[1:] = []
    sys.path[:0] = [_root]
    sys.path += _folders

import numpy as np

from grader.sandbox import faults, limits, loading, wire
from grader.sandbox.channel import Channel, text_stream
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.forbidding import Guard
from grader.sandbox.values import Handle, realise
from grader.sandbox.wire import Frame, Node

if __name__ == "__main__":
    sys.path.remove(_root)
    gc.freeze()
    gc.enable()

PROTOCOL: Final = 1


class Worker:
    """Answers the grader's requests, one at a time.

    Parameters
    ----------
    channel : Channel
        the wire to the grader.
    confined : bool
        whether this process has been confined already, so that it can set no limits any more.
    """

    def __init__(self, channel: Channel, *, confined: bool = False) -> None:
        self._channel = channel
        self._confined = confined
        self._answer = loading.AnswerModule(channel)
        self._guard = Guard(lambda: self._answer.files)
        self._kept: dict[int, Any] = {}
        self._counted = channel.counted(0)

    def serve(self) -> NoReturn:
        """Answer requests until the grader closes the wire, then end without running anything of the student's."""
        try:
            self._channel.send("hello", {"protocol": PROTOCOL, "numpy": np.__version__})
            while True:
                self.answer(self._channel.read())
        except wire.Ended:
            os._exit(0)

    def answer(self, frame: Frame) -> None:
        """Answer one request."""
        handlers: dict[str, Callable[[Frame], None]] = {"load": self._load, "call": self._call}
        handlers[frame.kind](frame)

    def forget(self) -> None:
        """Take back what loading an answer has changed in this process."""
        self._answer.forget()

    def _load(self, frame: Frame) -> None:
        if frame.fields.get("again") is True:
            wanted = frame.text("function")
            self._run(frame, lambda: self._answer.find(wanted), self._send_loaded)
            return
        if not self._confined:
            limits.apply(memory=frame.whole("memory"), processor_seconds=frame.whole("processor_seconds"))
        source = frame.payload.decode("utf-8-sig", errors="replace")
        name, function = frame.text("name"), frame.text("function")
        self._guard.forbid(frame.texts("forbidden"))
        parts = _parts(frame)
        self._run(frame, lambda: self._answer.load(source, name, function, parts), self._send_loaded)

    def _send_loaded(self, ticket: int, description: object) -> None:
        assert isinstance(description, dict)
        self._channel.send("loaded", {"ticket": ticket, **description})

    def _call(self, frame: Frame) -> None:
        decoder = Decoder(frame.payload, trusted=True)
        nodes = frame.fields["arguments"]
        assert isinstance(nodes, list)
        values = [decoder.value(node) for node in nodes]
        target, method, keep = decoder.value(frame.fields["target"]), frame.text("method"), frame.fields["keep"]
        arguments = [realise(value, self._counted) for value in values]
        before = [_state(value) for value in arguments]

        def send(ticket: int, answer: object) -> None:
            changed: list[Node] = [place for place, value in enumerate(arguments) if _state(value) != before[place]]
            self._send_answer(ticket, answer, changed, keep=keep is True)

        self._run(frame, lambda: self._function(target, method)(*arguments), send)

    def _send_answer(self, ticket: int, answer: object, changed: list[Node], *, keep: bool) -> None:
        encoder = Encoder(self._keep)
        node = {"handle": self._keep(answer)} if keep else encoder.node(answer)
        threads = faults.threads_left()
        fields: dict[str, Node] = {"ticket": ticket, "value": node, "changed": changed, "threads": threads}
        self._channel.send("returned", fields, encoder.buffers)

    def _function(self, target: object, method: str) -> Callable[..., object]:
        if not isinstance(target, Handle):
            return self._answer.function
        if target.number not in self._kept:
            raise LookupError("the process that returned this has ended since, and what it returned with it")
        found = self._kept[target.number]
        function: Callable[..., object] = getattr(found, method) if method else found
        return function

    def _keep(self, value: Any) -> int:
        """Keep a function or an object under a number that no other worker uses, before or after this one."""
        number = int.from_bytes(os.urandom(8))
        self._kept[number] = value
        return number

    def _run(self, frame: Frame, action: Callable[[], object], send: Callable[[int, object], None]) -> None:
        """Run an action of the student's and send what came of it."""
        ticket = frame.whole("ticket")
        self._channel.ticket = ticket
        try:
            self._guard.renew()
            result = action()
            faults.flush()
            self._channel.ticket = None
            send(ticket, result)
        except BaseException as error:
            # Whatever an answer raises, SystemExit and KeyboardInterrupt too, is a fact about the answer.
            self._channel.ticket = None
            faults.flush()
            self._channel.send("raised", {"ticket": ticket, **faults.describe(error, self._answer.files)})


def _parts(frame: Frame) -> loading.Parts | None:
    """Return the cells of a notebook; None for a module."""
    titles = frame.texts("cells") if "cells" in frame.fields else ()
    if not titles:
        return None
    lines, seconds = frame.fields["lines"], frame.fields["seconds"]
    assert isinstance(lines, list)
    assert isinstance(seconds, float)
    return loading.Parts([(title, int(str(count))) for title, count in zip(titles, lines, strict=True)], seconds)


def _state(value: Any) -> object:
    """Return what tells whether a value has been changed since."""
    if type(value) is np.ndarray and value.dtype.kind != "O":
        return value.dtype, value.shape, value.tobytes()
    encoder = Encoder(lambda _: 0)
    # `repr` tells 1 from 1.0 and True, which are equal
    return repr(encoder.node(value)), encoder.buffers


def _take_over_streams() -> Channel:
    """Keep the wire to ourselves: what stood at 0, 1 and 2 is replaced before anything of the student's runs."""
    channel = Channel(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it stays open for as long as the process lives
    sys.stdout = sys.stderr = text_stream(channel)
    return channel


if __name__ == "__main__":
    Worker(_take_over_streams()).serve()
