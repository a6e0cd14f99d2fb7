"""Worker processes as the grader sees them: frames with one deadline a call, and a sure end.

Nothing here needs NumPy, so that a worker can be started before anything else is imported.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from grader.sandbox import wire
from grader.sandbox.wire import Frame, Node

ROOT: Final = Path(__file__).parents[1]
WORKER: Final = ROOT / "grader" / "sandbox" / "worker.py"

KEPT_VARIABLES: Final = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TMPDIR",
    "TEMP",
    "TMP",
    "SYSTEMROOT",
    "WINDIR",
    "USERPROFILE",
    "LD_LIBRARY_PATH",
]
WORKER_VARIABLES: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
}
FIRST_CAP: Final = 2**16
"""Largest payload in bytes that is taken from a worker that has not said who it is."""

_NAP: Final = 0.1
"""Longest single wait in seconds: Ctrl-C in the moment in which a wait begins is noticed only when it is over."""


class TimeIsUp(Exception):
    """Nothing came before the deadline."""


class Worker:
    """A worker process and the frames that it sends.

    One thread reads and one writes, so that a deadline holds on every system whatever the worker does; at most two
    frames wait either way, so that a worker cannot fill the grader's memory.

    Attributes
    ----------
    payload_cap : int
        largest payload in bytes that is accepted, from the next frame on.
    """

    pipelined: Final = False

    def __init__(self) -> None:
        self.payload_cap = FIRST_CAP
        self._frames: queue.Queue[Frame | BaseException] = queue.Queue(maxsize=1)
        self._requests: queue.Queue[bytes | None] = queue.Queue(maxsize=2)
        self._over = False  # the stream from the worker is at its end
        self._ending = False
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WORKER), str(ROOT), *package_folders()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd=Path(sys.executable).anchor,
            env={name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ} | WORKER_VARIABLES,
            start_new_session=os.name == "posix",
        )
        for work in (self._read_all, self._write_all):
            threading.Thread(target=work, daemon=True).start()

    def _read_all(self) -> None:
        assert self._process.stdout is not None
        source = self._process.stdout.fileno()

        def read_some(size: int) -> bytes:
            data = b"" if self._ending else os.read(source, size)
            self._over = not data
            return data

        found: Frame | BaseException | None = None
        while not (self._ending or isinstance(found, BaseException)):
            try:
                found = wire.read(read_some, lambda: self.payload_cap)
            except Exception as error:  # whatever it is, it is told to the one who waits, and is the end
                found = error
            self._frames.put(found)
        self._process.stdout.close()

    def _write_all(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError), self._process.stdin as sink:
            while (data := self._requests.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[sink.write(view) or 0 :]

    def send(
        self, kind: str, fields: dict[str, Node], deadline: float, buffers: list[memoryview | bytes] | None = None
    ) -> None:
        """Send a frame; that the worker is gone shows when its answer is read.

        Raises
        ------
        TimeIsUp
            if earlier frames were not read by `deadline`.
        """
        try:
            self._requests.put(wire.pack(kind, fields, buffers or []), timeout=max(0.0, deadline - time.monotonic()))
        except queue.Full:
            raise TimeIsUp from None

    def receive(self, deadline: float) -> Frame:
        """Return the next frame.

        Raises
        ------
        TimeIsUp
            if there is none by `deadline`, a time of `time.monotonic`; after it none is taken, whatever has come.
        WireError
            if the stream has ended or is no stream of frames.
        """
        while (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                found = self._frames.get(timeout=min(left, _NAP))
                if isinstance(found, BaseException):
                    raise found
                return found
        raise TimeIsUp

    def peak_memory(self) -> int | None:
        """Return the most memory in bytes that the process has held so far, where the system tells."""
        return peak_memory(self._process.pid)

    def processor_seconds(self) -> float | None:
        """Return for how long the process has had a processor so far, where the system tells."""
        return processor_seconds(self._process.pid)

    def end(self) -> int | None:
        """Kill the process and everything in its group, and return the status with which it ended by itself, if it did.

        Returns
        -------
        int or None
            the exit status, negative for a signal; None if the process or its stream still ran.
        """
        try:
            status = self._process.wait(timeout=0.2) if self._over else None
        except subprocess.TimeoutExpired:
            status = None
        with contextlib.suppress(ProcessLookupError, PermissionError):  # the process may be gone already
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._let_threads_end()
        return status

    def _let_threads_end(self) -> None:
        """Make room for what each thread may have in hand; a process that left the group may still be writing."""
        self._ending = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._requests.get_nowait()
        self._requests.put(None)
        with contextlib.suppress(queue.Empty):
            self._frames.get_nowait()


def peak_memory(process: int) -> int | None:
    """Return the most memory in bytes that a process has held so far, where the system tells."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)


def processor_seconds(process: int) -> float | None:
    """Return for how long a process has had a processor so far, where the system tells."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def package_folders() -> list[str]:
    """Return the folders with installed packages; the worker starts without `site`, which would add more than these."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
