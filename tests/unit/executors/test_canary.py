"""The canary notices every attack that a level promises to stop when the layer that stops it is left out."""

import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

from grader.errors import JudgeError
from grader.executors import Loaded, Session
from grader.executors._canary import not_stopped
from grader.executors.process import ProcessExecutor
from grader.executors.sealed import SealedExecutor
from grader.model import Answer, Call, Failure, Submission, Verdict
from tests.unit.executors.sessions import AMPLE, Executors

READING, WRITING, NETWORK = "reading other files", "writing files", "using the network"
PROCESSES, SIGNALS = "starting processes", "sending signals to others"
Act = Callable[[Path, list[int]], None]


def loose(*layers: str) -> set[str]:
    """Return what is not stopped by some layers."""
    try:
        with SealedExecutor(AMPLE, layers=layers) as executor:
            return set(not_stopped(executor))
    except JudgeError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_a_level_stops_everything(executors: Executors, level: str) -> None:
    assert not_stopped(executors(level)) == []


def test_a_process_of_its_own_stops_nothing() -> None:
    with ProcessExecutor(AMPLE) as executor:
        assert not_stopped(executor) == [READING, WRITING, NETWORK, PROCESSES, SIGNALS]


def test_without_any_layer_nothing_is_stopped() -> None:
    assert loose() == {READING, WRITING, NETWORK, PROCESSES, SIGNALS}


def test_limits_alone_stop_at_most_processes() -> None:
    assert loose("rlimits") - {PROCESSES} == {READING, WRITING, NETWORK, SIGNALS}


def test_files_are_seen_to_be_open_without_landlock(executors: Executors) -> None:
    executors("confined")  # else there is nothing to see
    assert loose("rlimits", "seccomp") == {READING}  # to open for writing is a call of its own kind


def test_the_network_is_seen_to_be_open_without_seccomp(executors: Executors) -> None:
    executors("confined")
    found = loose("rlimits", "landlock")
    assert NETWORK in found
    assert not found & {READING, WRITING}


def test_files_are_seen_to_be_writable_without_landlock_and_seccomp() -> None:
    assert {READING, WRITING} <= loose("rlimits")


@pytest.mark.skipif(os.geteuid() != 0, reason="limits stop processes of ordinary users")
def test_processes_are_seen_to_be_possible_without_seccomp() -> None:
    assert PROCESSES in loose("rlimits", "landlock")


def test_signals_are_seen_to_be_possible_without_landlock_and_seccomp() -> None:
    assert SIGNALS in loose("rlimits")


def test_walls_alone_do_not_stop_processes_and_signals() -> None:
    assert loose("bubblewrap") == {PROCESSES, SIGNALS}


# --- what has happened counts -----------------------------------------------------------------------------------------


class Scripted(Session):
    """A session that does something, and then says something."""

    def __init__(self, said: Answer, loaded: Loaded | None = None, act: Act = lambda *_: None) -> None:
        self.said = said
        self.loaded = Loaded(found=True) if loaded is None else loaded
        self.act = act
        self.decoy = Path()

    def open(self, submission: Submission) -> Session:
        return self

    def load(self) -> Loaded:
        return self.loaded

    def call(self, call: Call) -> Answer:
        decoy, *ports = call.arguments
        self.decoy = Path(str(decoy))
        assert self.decoy.read_text(encoding="utf-8")
        self.act(self.decoy, np.array(ports).tolist())
        return self.said

    def close(self) -> None: ...


def write(decoy: Path, ports: list[int]) -> None:
    Path(f"{decoy}.written").touch()


def connect(decoy: Path, ports: list[int]) -> None:
    socket.create_connection(("127.0.0.1", ports[0])).close()


def send_datagram(decoy: Path, ports: list[int]) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", ports[1]))


@pytest.mark.parametrize(("act", "found"), [(write, WRITING), (connect, NETWORK), (send_datagram, NETWORK)])
def test_what_has_happened_counts_and_not_what_is_said_of_it(act: Act, found: str) -> None:
    assert not_stopped(Scripted(Answer([]), act=act)) == [found]


def test_what_is_said_counts_where_nothing_can_be_seen() -> None:
    assert not_stopped(Scripted(Answer(["read_file", "read_system_file", "something else"]))) == [READING]


def test_nothing_but_isolation_hides_the_decoy_which_is_gone_afterwards() -> None:
    session = Scripted(Answer([]))
    assert not_stopped(session) == []
    assert session.decoy.is_absolute()
    assert not session.decoy.parent.exists()


FAILED = Failure(Verdict.CRASHED, "no room")


@pytest.mark.parametrize(
    ("said", "loaded"),
    [(Answer(failure=FAILED), None), (Answer([]), Loaded(FAILED)), (Answer("nothing"), None), (Answer(None), None)],
    ids=["call", "load", "text", "none"],
)
def test_a_canary_that_does_not_run_is_a_judge_error(said: Answer, loaded: Loaded | None) -> None:
    with pytest.raises(JudgeError, match="a harmless answer does not run"):
        not_stopped(Scripted(said, loaded))
