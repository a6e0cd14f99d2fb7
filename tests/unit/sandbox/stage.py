"""Where trials are played: a process like the one from which workers are forked, and what lies about it."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from grader.sandbox.confinement import Confinement, drop_to

NOBODY: Final = 65534
MEMORY: Final = 2**31
DONE: Final = "done"
PATIENCE: Final = 10.0
_ROOT: Final = Path(__file__).parents[3]


class Scene(NamedTuple):
    """What lies about for a child to attack or to use."""

    outside: Path
    readable: Path
    open_file: int
    parent: int
    sibling: int
    tcp: int
    udp: int


class Setting(NamedTuple):
    """How children are confined, and what they try."""

    layers: tuple[str, ...]
    trials: tuple[str, ...]
    ordinary: bool = False
    processor_seconds: int = 1


Trial = Callable[[Scene], object]
TRIALS: Final[dict[str, Trial]] = {}


def trial(function: Trial) -> Trial:
    TRIALS[function.__name__] = function
    return function


def play(setting: Setting) -> dict[str, str]:
    """Return what came of each trial, played in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 - a text
        command = [sys.executable, "-m", "tests.unit.sandbox.attacks", folder, json.dumps(setting._asdict())]
        found = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    outcomes: dict[str, str] = json.loads(found.stdout)
    return outcomes


def _play_here(folder: Path, setting: Setting) -> Iterator[tuple[str, str]]:
    with contextlib.ExitStack() as open_for_now:
        scene = _scene(folder, open_for_now)
        if setting.ordinary and os.getuid() == 0:
            drop_to(NOBODY)
        readable = [str(scene.readable), str(scene.outside / "not there"), "/usr", sys.prefix, sys.base_prefix]
        confined = Confinement(readable, MEMORY, setting.processor_seconds, setting.layers)
        assert confined.layers == setting.layers, confined.layers
        confined_now, is_confined = os.pipe()
        sibling = os.fork()
        if sibling == 0:
            confined.apply()
            os.write(is_confined, b"x")
            time.sleep(1000)
        assert os.read(confined_now, 1)
        for name in setting.trials:
            yield name, _outcome(TRIALS[name], scene._replace(sibling=sibling), confined)
        os.kill(sibling, signal.SIGKILL)
        os.waitpid(sibling, 0)


def _scene(folder: Path, open_for_now: contextlib.ExitStack) -> Scene:
    outside, readable = folder / "outside", folder / "readable"
    for place in (outside, readable):
        place.mkdir()
    (readable / "given").write_text("given")
    for name in ("secret", "grown", "cut", "removed", "renamed", "open"):
        (outside / name).write_text(name)
        (outside / name).chmod(0o666)
    outside.chmod(0o777)
    file = open_for_now.enter_context((outside / "open").open("r+b"))
    tcp = open_for_now.enter_context(socket.create_server(("127.0.0.1", 0)))
    udp = open_for_now.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    udp.bind(("127.0.0.1", 0))
    for address in (str(outside / "socket"), f"\0{outside}"):
        server = open_for_now.enter_context(socket.socket(socket.AF_UNIX))
        server.bind(address)
        server.listen()
    (outside / "socket").chmod(0o777)
    return Scene(outside, readable, file.fileno(), os.getpid(), 0, int(tcp.getsockname()[1]), int(udp.getsockname()[1]))


def _outcome(attempt: Trial, scene: Scene, confined: Confinement) -> str:
    """Return `done`, or an error, or how the process ended without a word."""
    source, sink = os.pipe()
    number = os.fork()
    if number == 0:
        confined.apply()
        try:
            attempt(scene)
            said = DONE
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"
        os.write(sink, said.encode())
        os._exit(0)
    os.close(sink)
    heard = os.read(source, 2**12).decode() if select.select([source], [], [], PATIENCE)[0] else "hangs"
    os.close(source)
    if heard == "hangs":
        os.kill(number, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    return heard or (DONE if code == 0 else f"ended {code}")  # a program that took the place of ours says nothing


def main() -> None:
    """Play what the command line asks for."""
    folder, text = sys.argv[1:]
    given = json.loads(text)
    setting = Setting(**{**given, "layers": tuple(given["layers"])})
    sys.stdout.write(json.dumps(dict(_play_here(Path(folder), setting))))
