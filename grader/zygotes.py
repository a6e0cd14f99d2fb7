"""Zygotes and their children as the grader sees them: forked in a moment, heard with a deadline, ended for certain.

POSIX only. The other ends of these sockets are `grader.sandbox.zygote` and the workers that it forks.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from grader.connections import Connection, ready
from grader.sandbox.records import dataclass
from grader.sandbox.wire import Node
from grader.workers import peak_memory, processor_seconds

_START_SECONDS: Final = 60.0
_FORK_SECONDS: Final = 30.0
_END_SECONDS: Final = 0.2
_PACKET: Final = 2**12


class ZygoteLost(Exception):
    """A zygote did not start, or ended: our fault or the machine's, never that of a submission."""


@dataclass(frozen=True)
class Recipe:
    """How a zygote is started.

    Attributes
    ----------
    command : tuple of str
        to which the settings are added as the last argument.
    settings : mapping
        what `grader.sandbox.zygote` is told: `root`, `packages`, `modules`, `readable`, `layers`, `memory`,
        `processor_seconds`, `user`.
    environment : mapping of str to str
        all variables that it gets.
    """

    command: tuple[str, ...]
    settings: Mapping[str, Node]
    environment: Mapping[str, str]


class Zygote:
    """A warm process that forks workers.

    Parameters
    ----------
    recipe : Recipe
        how to start it; that it cannot be started shows when it is first asked for something.

    Attributes
    ----------
    facts : dict
        what it said of itself: `layers` and the version of `landlock`; empty until it has been heard.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.facts: dict[str, Node] = {}
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._unanswered: deque[Child] = deque()
        try:
            self._process = subprocess.Popen(
                [*recipe.command, json.dumps(recipe.settings)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                env=dict(recipe.environment),
                start_new_session=True,
            )
        except OSError as error:
            self._control.close()
            raise ZygoteLost(str(error)) from error
        finally:
            theirs.close()

    def fork(self) -> "Child":
        """Ask for a child, without waiting for it.

        Raises
        ------
        ZygoteLost
            if the zygote is gone.
        """
        mine, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [b"F"], [theirs.fileno()])
        except OSError as error:
            mine.close()
            raise ZygoteLost(self._why()) from error
        finally:
            theirs.close()
        child = Child(mine, self)
        self._unanswered.append(child)
        return child

    def meet(self, child: "Child") -> None:
        """Wait until a child that was asked for is there and can be ended.

        Raises
        ------
        ZygoteLost
            if the zygote does not say so.
        """
        while child in self._unanswered:
            number, handles = self._heard(_FORK_SECONDS)
            if not handles:
                raise ZygoteLost("it sent a child without a handle")
            self._unanswered.popleft().is_process(int(number), handles[0])

    def status(self, number: int) -> int:
        """Return the exit status of a child that has ended, negative for a signal."""
        while self._unanswered:
            self.meet(self._unanswered[0])
        self._tell(b"S%d" % number)
        return int(self._heard(_FORK_SECONDS)[0])

    def forget(self, number: int) -> None:
        """Say that nobody will ask for the status of a child."""
        with contextlib.suppress(ZygoteLost):
            self._tell(b"K%d" % number)

    def start(self) -> None:
        """Wait until the zygote is there.

        Raises
        ------
        ZygoteLost
            with what it said, if it does not start.
        """
        if not self.facts:
            try:
                self.facts = json.loads(self._received(_START_SECONDS)[0])
            except ValueError as error:
                raise ZygoteLost(self._why()) from error

    def end(self) -> None:
        """Kill the zygote, and with it all its children."""
        self._control.close()
        self._kill()
        assert self._process.stderr is not None
        self._process.stderr.close()
        while self._unanswered:
            self._unanswered.popleft().abandon()

    def _kill(self) -> None:
        """Kill the group of the zygote, or of the bubblewrap that is still making its walls, and wait for the end."""
        if self._process.poll() is None:  # else the number may be that of another process by now
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _heard(self, seconds: float) -> tuple[bytes, list[int]]:
        self.start()
        return self._received(seconds)

    def _received(self, seconds: float) -> tuple[bytes, list[int]]:
        """Return one packet, never an empty one."""
        if not ready(self._control, select.POLLIN, time.monotonic() + seconds):
            raise ZygoteLost("it does not answer")
        try:
            packet, handles, _, _ = socket.recv_fds(self._control, _PACKET, 1)
        except OSError as error:
            raise ZygoteLost(self._why()) from error
        if not packet:
            raise ZygoteLost(self._why())
        return packet, handles

    def _tell(self, packet: bytes) -> None:
        try:
            self._control.send(packet)
        except OSError as error:
            raise ZygoteLost(self._why()) from error

    def _why(self) -> str:
        """Return the last line that the zygote or what was to start it has said, once it is dead."""
        self._kill()
        assert self._process.stderr is not None
        if self._process.stderr.closed:  # another session met with its end first
            return "it was lost before"
        os.set_blocking(self._process.stderr.fileno(), False)
        said = (self._process.stderr.read() or b"").decode(errors="replace").strip().splitlines()
        return said[-1] if said else f"it ended with status {self._process.returncode}"


class Child(Connection):
    """A forked worker and the frames that it sends."""

    pipelined: Final = True

    def __init__(self, connection: socket.socket, zygote: Zygote) -> None:
        super().__init__(connection)
        self._zygote = zygote
        self._number = 0
        self._handle = -1

    def is_process(self, number: int, handle: int) -> None:
        """Take the number and the handle of the process, which the zygote has sent."""
        self._number, self._handle = number, handle

    def end(self) -> int | None:
        """Kill the process, and return the status with which it ended by itself, if it did.

        Returns
        -------
        int or None
            the exit status, negative for a signal; None if the process or its stream still ran.

        Raises
        ------
        ZygoteLost
            if the zygote is gone, with which all its children end: nobody can say how this one would have ended.
        """
        try:
            return self._ended()
        finally:
            self.abandon()

    def _ended(self) -> int | None:
        self._zygote.meet(self)
        ended = self.over and ready(self._handle, select.POLLIN, time.monotonic() + _END_SECONDS)
        status = self._zygote.status(self._number) if ended else None
        if status is None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            self._zygote.forget(self._number)
        return status

    def has_ended(self) -> bool:
        """Return whether the process, which has been met, is there no more."""
        return bool(ready(self._handle, select.POLLIN, 0.0))

    def peak_memory(self) -> int | None:
        """Return the most memory in bytes that the process has held so far."""
        return peak_memory(self._process())

    def processor_seconds(self) -> float | None:
        """Return for how long the process has had a processor so far."""
        return processor_seconds(self._process())

    def _process(self) -> int:
        """Return the number of the process here; 0 where the system does not tell, or there is none any more."""
        self._zygote.meet(self)
        try:  # the number that the zygote gave may be of another namespace; this one is ours
            lines = Path(f"/proc/self/fdinfo/{self._handle}").read_text(encoding="ascii").splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) for line in lines if line.startswith("Pid:")), 0)

    def abandon(self) -> None:
        """Let go of a child whose zygote is gone, or which has ended."""
        self.close()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
