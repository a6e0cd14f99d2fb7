"""A submission of our own that tries what a level promises to stop, so that the level is what was seen and not guessed."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path
from typing import Final, Protocol

from grader.errors import JudgeError
from grader.executors._contract import Session
from grader.model import Call, Submission

_SOURCE: Final = """
import os
import socket


def read_file(file, port, other):
    with open(file) as found:
        found.read()


def read_system_file(file, port, other):
    with open("/etc/passwd") as found:
        found.read()


def write_file(file, port, other):
    with open(file + ".written", "w"):
        pass


def connect(file, port, other):
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def send_datagram(file, port, other):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", other))


def start_process(file, port, other):
    number = os.fork()
    if number == 0:
        os._exit(0)
    os.waitpid(number, 0)


def signal_others(file, port, other):
    os.kill(os.getppid(), 0)


def succeeded(file, port, other):
    done = []
    attacks = (read_file, read_system_file, write_file, connect, send_datagram, start_process, signal_others)
    for attack in attacks:
        try:
            attack(file, port, other)
        except OSError:
            continue
        done.append(attack.__name__)
    return done
"""
_ATTACKS: Final = {
    "read_file": "reading other files",
    "read_system_file": "reading other files",  # the other one may lie where our user alone can go
    "write_file": "writing files",
    "connect": "using the network",
    "start_process": "starting processes",
    "signal_others": "sending signals to others",
}


class _Opener(Protocol):
    def open(self, submission: Submission) -> Session:
        """Return a session for a submission."""


def not_stopped(executor: _Opener) -> list[str]:
    """Return which attacks a submission can carry out, in words.

    Raises
    ------
    JudgeError
        if the canary does not even run.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
    ):
        # Nothing but isolation may stand in the way, so the decoy is open to everybody.
        Path(name).chmod(0o777)
        decoy = Path(name) / "decoy"
        decoy.write_text("a secret", encoding="utf-8")
        decoy.chmod(0o666)
        receiver.bind(("127.0.0.1", 0))
        listener.setblocking(False)
        receiver.setblocking(False)
        with executor.open(Submission("canary", _SOURCE, "succeeded")) as session:
            loaded = session.load()
            answer = session.call(Call((str(decoy), listener.getsockname()[1], receiver.getsockname()[1])))
        done = answer.value
        if loaded.failure or answer.failure or not isinstance(done, list):
            raise JudgeError(f"a harmless answer does not run: {loaded.failure or answer.failure or done}")
        seen = {str(item) for item in done}
        if os.path.exists(f"{decoy}.written"):  # noqa: PTH110 - what has happened counts, not what is said of it
            seen.add("write_file")
        with contextlib.suppress(BlockingIOError):
            listener.accept()[0].close()
            seen.add("connect")
        with contextlib.suppress(BlockingIOError):  # a datagram may go out and yet reach nobody
            receiver.recv(1)
            seen.add("connect")
    return list(dict.fromkeys(words for attack, words in _ATTACKS.items() if attack in seen))
