"""The process from which workers are forked: everything is imported once, and nothing of anybody's is ever read.

Started by file path with its settings as one JSON text, and the grader's control socket in place of standard input.
A packet `F` brings a socket: a child is forked, confines itself, and serves the grader as a worker over it; the reply
is its number and a descriptor by which the grader can end it. `S` and a number asks with which status a child ended,
`K` and a number says that nobody will ask. Whatever this process has held lies in the memory of every child, so it is
told limits and descriptors and nothing else.
"""

import gc
import json
import os
import socket
import sys
from importlib import import_module
from typing import Any, Final, NoReturn

if __name__ == "__main__":
    gc.disable()
    _settings = json.loads(sys.argv.pop(1))
    sys.path[:0] = [_settings["root"]]
    sys.path += _settings["packages"]

from grader.sandbox import confinement
from grader.sandbox.channel import Channel, text_stream
from grader.sandbox.rehearsal import rehearse
from grader.sandbox.worker import Worker

if __name__ == "__main__":
    sys.path.remove(_settings["root"])

_CONTROL: Final = 0
_NOTHING: Final = 1
_CONNECTION: Final = 3
_DESCRIPTORS: Final = 64
_PACKET: Final = 64
_NOT_CONFINED: Final = 71
"""Exit status of a child that could not confine itself, and so has read nothing."""


class Zygote:
    """Forks workers when the grader asks for them.

    Parameters
    ----------
    control : socket
        a packet socket to the grader.
    confined : Confinement
        what every child takes upon itself.
    """

    def __init__(self, control: socket.socket, confined: confinement.Confinement) -> None:
        self._control = control
        self._confined = confined
        self._statuses: dict[int, int] = {}
        self._forgotten: set[int] = set()
        self._process = os.getpid()

    def serve(self) -> NoReturn:
        """Answer the grader until it goes away."""
        while True:
            packet, descriptors, _, _ = socket.recv_fds(self._control, _PACKET, 1)
            self._reap()
            match packet[:1]:
                case b"F":
                    self._fork(descriptors[0])
                case b"S":
                    status = self._statuses.pop(int(packet[1:]), None)
                    self._control.send(b"" if status is None else b"%d" % status)
                case b"K":
                    number = int(packet[1:])
                    if self._statuses.pop(number, None) is None:
                        self._forgotten.add(number)
                case _:
                    os._exit(0)

    def _fork(self, connection: int) -> None:
        number = os.fork()
        if number == 0:
            try:
                _become_worker(connection, self._confined, self._process)
            finally:
                os._exit(_NOT_CONFINED)
        os.close(connection)
        handle = os.pidfd_open(number)
        socket.send_fds(self._control, [b"%d" % number], [handle])
        os.close(handle)

    def _reap(self) -> None:
        """Take the statuses of children that have ended, and forget those that nobody will ask for."""
        while True:
            try:
                number, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if number == 0:
                return
            if os.WIFSTOPPED(status):  # it asked to be traced, and is still there
                continue
            if number in self._forgotten:
                self._forgotten.remove(number)
            else:
                self._statuses[number] = os.waitstatus_to_exitcode(status)


def _become_worker(connection: int, confined: confinement.Confinement, parent: int) -> NoReturn:
    """Confine this process, and only then read what the grader sends."""
    confinement.die_with_parent(parent)
    os.dup2(_NOTHING, _CONTROL)
    os.dup2(_NOTHING, 2)
    if connection != _CONNECTION:
        os.dup2(connection, _CONNECTION)
    _start_anew()
    confined.apply()
    os.closerange(_CONNECTION + 1, _DESCRIPTORS)
    rehearse()
    channel = Channel(_CONNECTION, _CONNECTION)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it stays open for as long as the process lives
    sys.stdout = sys.stderr = text_stream(channel)
    gc.enable()
    Worker(channel, confined=True).serve()


def _start_anew() -> None:
    """Give the child random numbers of its own where code draws them without a seed."""
    import random

    import numpy as np

    random.seed()
    np.random.seed(int.from_bytes(os.urandom(4)))  # noqa: NPY002 - the generator that students find there


def _prepared(settings: dict[str, Any]) -> confinement.Confinement:
    """Import everything, then give up what is not needed to fork."""
    for name in settings["modules"]:
        import_module(name)
    _give_up_root(settings["user"])
    limits = settings["memory"], settings["processor_seconds"]
    return confinement.Confinement(settings["readable"], *limits, settings["layers"])


def _give_up_root(user: int | None) -> None:
    """Become an ordinary user; where the machine allows none, stay root without any of root's powers."""
    try:
        if user is not None:
            confinement.drop_to(user)
    except OSError:  # as in a namespace that has no other users, or where root has lost the power to change
        if os.geteuid() != 0:
            raise
    if os.geteuid() == 0:
        confinement.drop_capabilities()


def _main() -> NoReturn:
    confined = _prepared(_settings)
    control = socket.socket(fileno=_CONTROL)
    control.send(json.dumps({"layers": confined.layers, "landlock": confined.landlock_version}).encode())
    rehearse()
    os.dup2(_NOTHING, 2)  # what is said from here on is said over the sockets
    gc.collect()
    gc.freeze()
    Zygote(control, confined).serve()


if __name__ == "__main__":
    _main()
