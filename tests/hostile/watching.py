"""Eyes and ears of the hostile suite: what happens to processes and sockets while a submission runs (Linux)."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, Self, TypeVar

_SUBREAPER: Final = 36
_NAP: Final = 0.02
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """What the system says of a process: its parent, state, niceness, number of threads, and memory in bytes."""

    parent: int
    state: str
    nice: int
    threads: int
    memory: int


def processes() -> dict[int, Seen]:
    """Return all processes."""
    found: dict[int, Seen] = {}
    for name in os.listdir("/proc"):  # noqa: PTH208 - this runs fifty times a second
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123 - the same
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:  # it has ended since
                continue
            nice, threads, pages = int(fields[16]), int(fields[17]), int(fields[21])
            found[int(name)] = Seen(int(fields[1]), fields[0].decode(), nice, threads, pages * _PAGE)
    return found


def descendants(known: Mapping[int, Seen]) -> set[int]:
    """Return the processes that descend from this one and have not ended."""
    found, wave = set[int](), {os.getpid()}
    while wave:
        wave = {number for number, seen in known.items() if seen.parent in wave} - found
        found |= wave
    return {number for number in found if known[number].state != "Z"}


def adopt(*, on: bool) -> None:
    """See to it that processes whose parents have ended become children of this one, so that none is lost sight of."""
    ctypes.CDLL(None).prctl(_SUBREAPER, int(on), 0, 0, 0)


def end(numbers: set[int]) -> None:
    """Kill processes, and take the status of those that are our children."""
    for number in numbers:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(number, signal.SIGKILL)
            os.waitpid(number, 0)


class Victim:
    """A process that has nothing to do with grading, and has secrets in its environment and on its command line."""

    def __init__(self, environment: str, argument: str) -> None:
        command = [sys.executable, "-ISc", "import time; time.sleep(3600)", argument]
        self._process = subprocess.Popen(command, env={"GRADE_SEED": environment}, stdin=subprocess.DEVNULL)
        self.number = self._process.pid
        self._limits = self._read("limits")

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self.number}/{name}").read_text(encoding="ascii")

    def harm(self) -> list[str]:
        """Return what is not as it was."""
        if self._process.poll() is not None:
            return [f"a stranger's process ended with {self._process.returncode}"]
        return [] if self._read("limits") == self._limits else ["a stranger's limits were changed"]

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


class Watch:
    """Looks at processes again and again while a block runs.

    Parameters
    ----------
    victim : Victim
        whose state is looked at.
    port : int
        on which nobody should ever listen.

    Attributes
    ----------
    tasks, memory, own : int
        most threads of all descendants together, most memory of one of them, and most memory of this process.
    touched : set of str
        what was seen to happen to the victim or to this process.
    doors : int
        how often somebody listened on the port.
    """

    def __init__(self, victim: Victim, port: int) -> None:
        self.tasks = self.memory = self.own = self.doors = 0
        self.touched: set[str] = set()
        self._victim, self._port = victim, port
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on)

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGUSR1, self._signalled)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        signal.signal(signal.SIGUSR1, self._before)

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        self.touched.add("the grader got a signal")

    def _look_on(self) -> None:
        while not self._over.wait(_NAP):
            known = processes()
            mine = descendants(known)
            self.tasks = max(self.tasks, sum(known[number].threads for number in mine))
            self.memory = max([self.memory, *(known[number].memory for number in mine)])
            self.own = max(self.own, known[os.getpid()].memory)
            victim = known.get(self._victim.number)
            if victim and (victim.state in "Tt" or victim.nice > 0):
                self.touched.add(f"a stranger's process in state {victim.state} with niceness {victim.nice}")
            for number in (os.getpid(), self._victim.number):
                if _tracer(number):
                    self.touched.add("a process was traced")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 0.1):
                self.doors += 1


def _tracer(number: int) -> bool:
    with contextlib.suppress(OSError), open(f"/proc/{number}/status", encoding="utf-8") as file:  # noqa: PTH123
        return any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in file)
    return False


class Ears:
    """Sockets that hear whatever reaches them.

    Attributes
    ----------
    places : dict of str to value
        where they are, as submissions know it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._streams = [_bound(("127.0.0.1", 0)), _bound(str(folder / "stream")), _bound(f"\0{name}")]
        self._messages = [_bound(("127.0.0.1", 0), socket.SOCK_DGRAM), _bound(str(folder / "text"), socket.SOCK_DGRAM)]
        for ear in self._streams:
            ear.listen(64)
        for path in folder.iterdir():
            path.chmod(0o777)
        with _bound(("127.0.0.1", 0)) as free:
            door = free.getsockname()[1]
        self.places: dict[str, object] = {
            "TCP": self._streams[0].getsockname()[1],
            "UDP": self._messages[0].getsockname()[1],
            "SOCKET": str(folder / "stream"),
            "DATAGRAMS": str(folder / "text"),
            "ABSTRACT": name,
            "BACKDOOR": door,
        }

    def heard(self) -> list[str]:
        """Return what has come since the last time."""
        found: list[str] = []
        for ear in self._streams:
            for connection, _ in _all(ear.accept):
                found.append(f"a connection to {ear.getsockname()!r}")
                connection.close()
        for ear in self._messages:
            found += [f"a message to {ear.getsockname()!r}" for _ in _all(partial(ear.recv, 100))]
        return found

    def close(self) -> None:
        """Close all."""
        for ear in (*self._streams, *self._messages):
            ear.close()


def _bound(address: tuple[str, int] | str, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    ear = socket.socket(socket.AF_UNIX if isinstance(address, str) else socket.AF_INET, kind)
    ear.bind(address)
    ear.setblocking(False)
    return ear


def _all(one: Callable[[], T]) -> Iterator[T]:
    """Yield what a socket has ready."""
    while True:
        try:
            yield one()
        except BlockingIOError:
            return


def settled(at_most: int, seconds: float) -> set[int]:
    """Return our descendants once there are at most so many of them, or when the time is over."""
    deadline = time.monotonic() + seconds
    while True:
        found = descendants(processes())
        if len(found) <= at_most or time.monotonic() > deadline:
            return found
        time.sleep(_NAP)
