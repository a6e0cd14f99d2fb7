"""One submission in one worker at a time, whatever started the worker."""

import os
import signal
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final, Protocol, runtime_checkable

from grader.errors import JudgeError
from grader.executors import _frames
from grader.executors._beside import module_beside
from grader.executors._contract import Loaded, Session
from grader.executors._frames import Printed, Tally, TooMuchOutput
from grader.model import Answer, Call, Failure, Limits, Submission, Verdict
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.values import FunctionText
from grader.sandbox.wire import Frame, Node, WireError, printable
from grader.workers import TimeIsUp

_PROTOCOL: Final = 1
_START_SECONDS: Final = 60.0
_ENOUGH: Final = 0.5
"""Share of its time for which an answer has the processor on a machine that is not too busy."""

_AHEAD: Final = 16
"""Calls that are sent before the answer to the first of them has come."""

_SIGNAL_HINTS: Final = {
    "SIGSEGV": ": a recursion without end, or a call into C with the wrong arguments, ends like this",
    "SIGXCPU": ": it used up its processor time",
    "SIGKILL": ": it killed itself, or the machine had no memory left",
}


class Process(Protocol):
    """A worker process: `grader.workers.Worker`, or `grader.zygotes.Child`."""

    payload_cap: int

    @property
    def pipelined(self) -> bool:
        """Whether it takes a request before it has answered the one before."""

    def send(
        self, kind: str, fields: dict[str, Node], deadline: float, buffers: list[memoryview | bytes] | None = None
    ) -> None:
        """Send a frame."""

    def receive(self, deadline: float) -> Frame:
        """Return the next frame."""

    def peak_memory(self) -> int | None:
        """Return the most memory in bytes that it has held, where the system tells."""

    def processor_seconds(self) -> float | None:
        """Return for how long it has had a processor, where the system tells."""


@runtime_checkable
class Pool(Protocol):
    """Hands out worker processes that have run nothing yet, and ends them."""

    def take(self, submission: Submission) -> Process:
        """Return a worker for a submission."""

    def end(self, worker: Process) -> int | None:
        """End a worker that was taken, and return the status with which it had ended by itself, if it had."""


class WorkerSession(Session):
    """One submission in one worker at a time."""

    def __init__(self, pool: Pool, submission: Submission, limits: Limits) -> None:
        self._pool = pool
        self._submission = submission
        self._limits = limits
        self._worker: Process | None = None
        self._left = limits.exercise
        self._waited = 0.0  # for this worker, until the last of its answers
        self._counted: list[FunctionText] = []
        self._tally = Tally(0, ())
        self._announced: deque[Call] = deque()
        self._sent: deque[tuple[Call, int]] = deque()

    def load(self) -> Loaded:
        """Start a worker, wait until it is ready, and load the submission there."""
        self.close()
        self._counted = []
        self._waited = 0.0
        self._worker = self._greeted(self._pool.take(self._submission))
        return self._loaded(again=False)

    def _loaded(self, *, again: bool) -> Loaded:
        """Let the worker load the submission, or only find the function in what it has loaded already."""
        fields: dict[str, Node] = {
            "again": again,
            "name": self._submission.name,
            "function": self._submission.function,
            "memory": self._limits.memory,
            "processor_seconds": int(self._limits.load + self._limits.exercise) + 5,
            "forbidden": [path for path, _ in self._submission.forbidden],
        }
        if self._submission.cells:
            fields["cells"] = [title for title, _ in self._submission.cells]
            fields["lines"] = [count for _, count in self._submission.cells]
            fields["seconds"] = float(self._limits.load)
        ticket = _ticket()
        deadline = time.monotonic() + self._limits.load
        source = [] if again else [self._submission.source.encode()]
        self._alive().send("load", {"ticket": ticket, **fields}, deadline, [*source])
        reply, printed = self._reply(ticket, self._limits.load)
        if isinstance(reply, Failure):
            return Loaded(reply, printed=printed)
        try:
            return _frames.loaded(reply, printed)
        except WireError as error:
            return Loaded(self._broken(error), printed=printed)

    def expect(self, calls: Sequence[Call]) -> None:
        """Send some of the calls that come next, in this order, before they are made."""
        if self._sent:  # the calls announced before were not all made, and their answers are still to come
            self.close()
        if self._worker is not None and self._worker.pipelined:
            self._announced = deque(takewhile(lambda call: not Tally(0, call.arguments).functions, calls))

    def call(self, call: Call) -> Answer:
        """Send the arguments and wait for the value, within what is left of the exercise's time."""
        if self._left <= 0:  # no worker is started only to be told that
            return Answer(failure=Failure(Verdict.TIME_LIMIT, self._time_message(0.0)))
        if self._worker is None:
            began = time.monotonic()
            again = self.load()
            self._left -= time.monotonic() - began  # or an answer that dies in every call could load for ever
            if again.failure:
                return Answer(failure=again.failure, printed=again.printed)
        began = time.monotonic()
        seconds = max(0.0, min(self._limits.call, self._left))
        try:
            ticket = self._asked(call, began + seconds)
        except TimeIsUp:
            self.close()
            return Answer(failure=Failure(Verdict.TIME_LIMIT, self._time_message(seconds)))
        tally = self._tally
        reply, printed = self._reply(ticket, seconds)
        self._left -= time.monotonic() - began
        if isinstance(reply, Failure):
            return Answer(failure=reply, printed=printed)
        try:
            answer = _frames.answer(reply, printed)
        except WireError as error:
            return Answer(failure=self._broken(error), printed=printed)
        return replace(answer, evaluations=tally.evaluations()) if tally.functions else answer

    def close(self) -> None:
        """End the worker for certain."""
        self._announced.clear()
        self._sent.clear()
        worker, self._worker = self._worker, None
        if worker is not None:
            self._pool.end(worker)

    def _greeted(self, worker: Process) -> Process:
        """Return a worker that has been heard; nothing of the student's has run there, so a fault here is ours."""
        try:
            hello = worker.receive(time.monotonic() + _START_SECONDS)
            if hello.kind != "hello" or hello.whole("protocol") != _PROTOCOL:
                raise WireError("it speaks another protocol")
            worker.payload_cap = self._limits.answer
        except (TimeIsUp, WireError, OSError) as error:
            self._pool.end(worker)
            raise JudgeError(f"the worker process did not start: {str(error) or 'no sign of life'}") from error
        return worker

    def _asked(self, call: Call, deadline: float) -> int:
        """Return the ticket under which a call was sent; calls that were announced go ahead of their time."""
        if not (self._announced or self._sent):
            return self._send(call, deadline)
        while self._announced and len(self._sent) < _AHEAD:
            ahead = self._announced.popleft()
            self._sent.append((ahead, self._send(ahead, deadline)))
        sent, ticket = self._sent.popleft()
        if not _same(sent, call):
            raise JudgeError("a call was made that is not the next one of those announced")
        return ticket

    def _send(self, call: Call, deadline: float) -> int:
        encoder, ticket = Encoder(), _ticket()
        fields: dict[str, Node] = {
            "ticket": ticket,
            "arguments": [encoder.node(value) for value in call.arguments],
            "target": encoder.node(call.target),
            "method": call.method,
            "keep": call.keep,
        }
        # A function that was returned may go on using those its own call was given: the worker numbers them in a row.
        self._tally = Tally(len(self._counted), call.arguments)
        self._counted += self._tally.functions
        self._alive().send("call", fields, deadline, encoder.buffers)
        return ticket

    def _reply(self, ticket: int, seconds: float) -> tuple[Frame | Failure, str]:
        """Serve the worker until it has answered a request or failed; return that with what was printed."""
        worker, began = self._alive(), time.monotonic()
        deadline = began + seconds
        printed = Printed(self._limits.output)
        try:
            while True:
                frame = worker.receive(deadline)
                if frame.kind == "printed":
                    printed.add(frame.payload)
                elif frame.whole("ticket") != ticket:
                    raise WireError("an answer to another question")
                elif frame.kind == "wants":
                    worker.send(*self._wanted(frame, deadline))
                else:
                    self._waited += time.monotonic() - began
                    return (self._failure(frame) if frame.kind == "raised" else frame), printed.text()
        except TimeIsUp:
            unsure = self._had_little_of(seconds)
            self.close()
            return Failure(Verdict.TIME_LIMIT, self._time_message(seconds), unsure=unsure), printed.text()
        except TooMuchOutput:
            self.close()
            message = f"printed more than {self._limits.output // 1024} KiB in one call"
            return Failure(Verdict.OUTPUT_LIMIT, message), printed.text()
        except (WireError, OSError) as error:
            return self._broken(error), printed.text()

    def _wanted(self, frame: Frame, deadline: float) -> tuple[str, dict[str, Node], float, list[memoryview | bytes]]:
        """Return the reply to what a running answer wants: the source of a module, or a function's value."""
        if "module" in frame.fields:
            source = module_beside(self._submission, frame.text("module", 100))
            return ("no module", {}, deadline, []) if source is None else ("module", {}, deadline, [source])
        number, nodes = frame.whole("function"), frame.fields.get("arguments")
        if number >= len(self._counted) or not isinstance(nodes, list):
            raise WireError("a call of a function that was not handed out")
        decoder = Decoder(frame.payload, trusted=False)
        arguments = [decoder.value(node) for node in nodes]
        decoder.finish()
        self._tally.add(number, arguments)
        encoder = Encoder()
        try:
            value = encoder.node(_frames.evaluated(self._counted[number], arguments))
        except Exception as error:  # the arguments are the student's, and so is what comes of them
            return "refused", {"message": printable(f"{type(error).__name__}: {error}"[:1000])}, deadline, []
        return "value", {"value": value}, deadline, encoder.buffers

    def _failure(self, frame: Frame) -> Failure:
        failure = _frames.failure(frame, f"{self._submission.name}.py", self._submission.forbidden)
        peak = self._alive().peak_memory() if failure.verdict is Verdict.MEMORY_LIMIT else None
        if peak is None:
            return failure
        return replace(failure, message=f"{failure.message}; the process held up to {peak // 2**20} MiB")

    def _alive(self) -> Process:
        if self._worker is None:
            raise JudgeError("a submission was called before it was loaded")
        return self._worker

    def _had_little_of(self, seconds: float) -> bool:
        """Return whether the worker had the processor for little of the last seconds: it slept, or the machine was busy."""
        used = self._alive().processor_seconds()
        return used is not None and used - self._waited < seconds * _ENOUGH

    def _time_message(self, seconds: float) -> str:
        if seconds in (self._limits.call, self._limits.load):
            return f"no answer after {seconds:g} s: does a loop never end?"
        return f"the time for the whole exercise, {self._limits.exercise:g} s, is used up"

    def _broken(self, error: Exception) -> Failure:
        """Return the verdict on a worker that died, or that says what no worker of ours would say.

        Only a student's code can bring either about, because `_greeted` has seen the worker alive and well.
        """
        worker, self._worker = self._alive(), None
        self.close()
        status = self._pool.end(worker)
        if status is None:
            return Failure(Verdict.CRASHED, f"the process sent something that is not an answer ({error})")
        if status >= 0:
            return Failure(Verdict.CRASHED, f"the process ended itself (exit status {status}) before it gave an answer")
        name = signal.Signals(-status).name if -status in [*signal.Signals] else f"signal {-status}"
        return Failure(Verdict.CRASHED, f"the process was ended by {name}{_SIGNAL_HINTS.get(name, '')}")


def _ticket() -> int:
    """Return a number that no one can guess."""
    return int.from_bytes(os.urandom(8))


def _same(one: Call, other: Call) -> bool:
    """Return whether two calls are made of the same objects."""
    pairs = zip(one.arguments, other.arguments, strict=False)
    alike = len(one.arguments) == len(other.arguments) and all(mine is theirs for mine, theirs in pairs)
    return alike and (one.target, one.method, one.keep) == (other.target, other.method, other.keep)
