"""`process`: a process of its own for every submission; deadlines, caps, and values only.

It works on every system, and is meant for a student's own code on a student's own machine: the code can read what its
user can read.
"""

import os
import signal
import time
from dataclasses import replace
from typing import ClassVar, Final

from grader.errors import JudgeError
from grader.executors import _frames
from grader.executors._beside import module_beside
from grader.executors._contract import Executor, Loaded, Session
from grader.executors._frames import Printed, Tally, TooMuchOutput
from grader.model import Answer, Call, Failure, Limits, Submission, Verdict
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.values import FunctionText
from grader.sandbox.wire import Frame, Node, WireError, printable
from grader.workers import TimeIsUp, Worker

_PROTOCOL: Final = 1
_START_SECONDS: Final = 60.0
_SIGNAL_HINTS: Final = {
    "SIGSEGV": ": a recursion without end, or a call into C with the wrong arguments, ends like this",
    "SIGXCPU": ": it used up its processor time",
    "SIGKILL": ": it killed itself, or the machine had no memory left",
}


class ProcessExecutor(Executor):
    """Hands out worker processes, of which some may be started before they are needed."""

    kind: ClassVar[str] = "process"

    def __init__(self, limits: Limits, started: list[Worker] | None = None) -> None:
        self.isolation = "process"
        self._limits = limits
        self._ready = started if started is not None else []
        self._taken: set[Worker] = set()
        self._closed = False

    def warm(self, count: int) -> None:
        """Start workers until `count` are starting or ready."""
        while len(self._ready) < count:
            self._ready.append(_started())

    def open(self, submission: Submission) -> Session:
        """Return a session for one submission."""
        return ProcessSession(self, submission, self._limits)

    def take(self) -> Worker:
        """Return a worker that has run nothing yet.

        Raises
        ------
        JudgeError
            if the executor was closed in the meantime, as after Ctrl-C: nobody would end the worker.
        """
        if self._closed:
            raise JudgeError("the run was ended before this answer was called")
        worker = self._ready.pop(0) if self._ready else _started()
        self._taken.add(worker)
        return worker

    def end(self, worker: Worker) -> int | None:
        """End a worker that was taken, and return the status with which it had ended by itself, if it had."""
        self._taken.discard(worker)
        return worker.end()

    def close(self) -> None:
        """End all workers: those kept ready, and those whose sessions were left in the middle."""
        self._closed = True
        while self._ready:
            self._ready.pop().end()
        while self._taken:
            self._taken.pop().end()


class ProcessSession(Session):
    """One submission in one worker at a time."""

    def __init__(self, executor: ProcessExecutor, submission: Submission, limits: Limits) -> None:
        self._executor = executor
        self._submission = submission
        self._limits = limits
        self._worker: Worker | None = None
        self._left = limits.exercise
        self._counted: list[FunctionText] = []
        self._tally = Tally(0, ())

    def load(self) -> Loaded:
        """Start a worker, wait until it is ready, and load the submission there."""
        self.close()
        self._counted = []
        self._worker = self._greeted(self._executor.take())
        fields: dict[str, Node] = {
            "name": self._submission.name,
            "function": self._submission.function,
            "memory": self._limits.memory,
            "processor_seconds": int(self._limits.load + self._limits.exercise) + 5,
            "forbidden": [path for path, _ in self._submission.forbidden],
        }
        reply, printed = self._converse("load", fields, [self._submission.source.encode()], self._limits.load)
        if isinstance(reply, Failure):
            return Loaded(reply, printed=printed)
        try:
            return _frames.loaded(reply, printed)
        except WireError as error:
            return Loaded(self._broken(error), printed=printed)

    def call(self, call: Call) -> Answer:
        """Send the arguments and wait for the value, within what is left of the exercise's time."""
        if self._left <= 0:  # no worker is started only to be told that
            return Answer(failure=Failure(Verdict.TIME_LIMIT, self._time_message(0.0)))
        if self._worker is None:
            again = self.load()
            if again.failure:
                return Answer(failure=again.failure, printed=again.printed)
        encoder = Encoder()
        fields: dict[str, Node] = {
            "arguments": [encoder.node(value) for value in call.arguments],
            "target": encoder.node(call.target),
            "method": call.method,
            "keep": call.keep,
        }
        # A function that was returned may go on using those its own call was given: the worker numbers them in a row.
        tally = Tally(len(self._counted), call.arguments)
        self._tally = tally
        self._counted += tally.functions
        began = time.monotonic()
        seconds = min(self._limits.call, max(self._left, 0.0))
        reply, printed = self._converse("call", fields, encoder.buffers, seconds)
        self._left -= time.monotonic() - began
        if isinstance(reply, Failure):
            return Answer(failure=reply, printed=printed)
        try:
            return replace(_frames.answer(reply, printed), evaluations=tally.evaluations())
        except WireError as error:
            return Answer(failure=self._broken(error), printed=printed)

    def close(self) -> None:
        """End the worker for certain."""
        if self._worker is not None:
            self._executor.end(self._worker)
            self._worker = None

    def _greeted(self, worker: Worker) -> Worker:
        """Return a worker that has been heard; nothing of the student's has run there, so a fault here is ours."""
        try:
            hello = worker.receive(time.monotonic() + _START_SECONDS)
            if hello.kind != "hello" or hello.whole("protocol") != _PROTOCOL:
                raise WireError("it speaks another protocol")
            worker.payload_cap = self._limits.answer
        except (TimeIsUp, WireError, OSError) as error:
            self._executor.end(worker)
            raise JudgeError(f"the worker process did not start: {str(error) or 'no sign of life'}") from error
        return worker

    def _converse(
        self, kind: str, fields: dict[str, Node], buffers: list[memoryview | bytes], seconds: float
    ) -> tuple[Frame | Failure, str]:
        """Send a request, serve the worker until it has answered or failed, and return that with what was printed."""
        worker = self._alive()
        deadline = time.monotonic() + seconds
        ticket = int.from_bytes(os.urandom(8))
        printed = Printed(self._limits.output)
        try:
            worker.send(kind, {"ticket": ticket, **fields}, deadline, buffers)
            while True:
                frame = worker.receive(deadline)
                if frame.kind == "printed":
                    printed.add(frame.payload)
                elif frame.whole("ticket") != ticket:
                    raise WireError("an answer to another question")
                elif frame.kind == "wants":
                    worker.send(*self._wanted(frame, deadline))
                else:
                    return (self._failure(frame) if frame.kind == "raised" else frame), printed.text()
        except TimeIsUp:
            self.close()
            return Failure(Verdict.TIME_LIMIT, self._time_message(seconds)), printed.text()
        except TooMuchOutput:
            self.close()
            message = f"printed more than {self._limits.output // 1024} KiB in one call"
            return Failure(Verdict.OUTPUT_LIMIT, message), printed.text()
        except (WireError, OSError) as error:
            return self._broken(error), printed.text()

    def _wanted(self, frame: Frame, deadline: float) -> tuple[str, dict[str, Node], float, list[memoryview | bytes]]:
        """Return the reply to what a running answer wants: the source of a module, or a function's value."""
        if "module" in frame.fields:
            source = module_beside(self._submission.folder, frame.text("module", 100))
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
        return _frames.failure(frame, f"{self._submission.name}.py", self._submission.forbidden)

    def _alive(self) -> Worker:
        if self._worker is None:
            raise JudgeError("a submission was called before it was loaded")
        return self._worker

    def _time_message(self, seconds: float) -> str:
        if seconds in (self._limits.call, self._limits.load):
            return f"no answer after {seconds:g} s: does a loop never end?"
        return f"the time for the whole exercise, {self._limits.exercise:g} s, is used up"

    def _broken(self, error: Exception) -> Failure:
        """Return the verdict on a worker that died, or that says what no worker of ours would say.

        Only a student's code can bring either about, because `_greeted` has seen the worker alive and well.
        """
        worker, self._worker = self._alive(), None
        status = self._executor.end(worker)
        if status is None:
            return Failure(Verdict.CRASHED, f"the process sent something that is not an answer ({error})")
        if status >= 0:
            return Failure(Verdict.CRASHED, f"the process ended itself (exit status {status}) before it gave an answer")
        name = signal.Signals(-status).name if -status in [*signal.Signals] else f"signal {-status}"
        return Failure(Verdict.CRASHED, f"the process was ended by {name}{_SIGNAL_HINTS.get(name, '')}")


def _started() -> Worker:
    try:
        return Worker()
    except OSError as error:
        raise JudgeError(f"the worker process did not start: {error}") from error
