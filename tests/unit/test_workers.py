"""Worker processes: the first sign of life, deadlines, and a sure end."""

import contextlib
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader import workers
from grader.sandbox.wire import Ended, Frame, WireError
from grader.workers import TimeIsUp, Worker

Scripted = Callable[[str], Worker]
POSIX = pytest.mark.skipif(os.name != "posix", reason="groups of processes and signals are POSIX's")

SEND = """
import json, os, struct, sys, time
def send(header, payload=b""):
    header = json.dumps(header).encode()
    data = b"GRD1" + struct.pack("<IQ", len(header), len(payload)) + header + payload
    while data:
        data = data[os.write(1, data):]
"""


def soon() -> float:
    return time.monotonic() + 20


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.end()


@pytest.fixture
def scripted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    """Return what starts a worker that runs another script than ours."""
    with contextlib.ExitStack() as stack:

        def start(source: str) -> Worker:
            file = tmp_path / "worker.py"
            file.write_text(SEND + source, encoding="utf-8")
            monkeypatch.setattr(workers, "WORKER", file)
            worker = Worker()
            stack.callback(worker.end)
            return worker

        yield start


def test_a_worker_begins_with_a_greeting(worker: Worker) -> None:
    assert worker.receive(soon()) == Frame("hello", {"protocol": 1, "numpy": np.__version__})


def test_a_worker_that_says_nothing_runs_out_of_time(scripted: Scripted) -> None:
    worker = scripted("time.sleep(60)")
    with pytest.raises(TimeIsUp):
        worker.receive(time.monotonic() + 0.05)


def test_a_worker_that_does_not_read_runs_out_of_time(scripted: Scripted) -> None:
    worker = scripted("time.sleep(60)")
    now = time.monotonic()

    def fill() -> None:
        for _ in range(200):
            worker.send("load", {}, now, [bytes(2**17)])

    with pytest.raises(TimeIsUp):
        fill()


def test_a_frame_is_not_taken_after_the_deadline(scripted: Scripted) -> None:
    worker = scripted("send({'kind': 'returned'}); time.sleep(60)")
    with worker._frames.not_empty:
        assert worker._frames.not_empty.wait_for(worker._frames._qsize, timeout=20)
    with pytest.raises(TimeIsUp):
        worker.receive(time.monotonic() - 1)


def test_a_worker_that_ends_has_ended(scripted: Scripted) -> None:
    with pytest.raises(Ended):
        scripted("").receive(soon())


def test_a_worker_that_is_no_worker_is_found_out(scripted: Scripted) -> None:
    with pytest.raises(WireError, match="not a frame"):
        scripted("print('Hello from a script that prints')").receive(soon())


def test_a_worker_that_stops_in_the_middle_of_a_frame_is_found_out(scripted: Scripted) -> None:
    with pytest.raises(WireError, match="ended in a frame"):
        scripted("os.write(1, b'GRD1' + struct.pack('<IQ', 100, 0) + b'{')").receive(soon())


def test_a_greeting_cannot_be_long(scripted: Scripted) -> None:
    with pytest.raises(WireError, match="longer than the limit"):
        scripted("send({'kind': 'hello'}, bytes(2**16 + 1))").receive(soon())


def test_the_cap_that_was_set_holds_for_the_next_frames(scripted: Scripted) -> None:
    worker = scripted(
        "send({'kind': 'hello'}); os.read(0, 1)\n"
        "send({'kind': 'long'}, bytes(100_000)); send({'kind': 'longer'}, bytes(100_001))"
    )
    worker.receive(soon())
    worker.payload_cap = 100_000
    worker.send("go", {}, soon())
    assert len(worker.receive(soon()).payload) == 100_000
    with pytest.raises(WireError, match="longer than the limit"):
        worker.receive(soon())


def test_frames_that_nobody_takes_are_not_piled_up(scripted: Scripted) -> None:
    worker = scripted("while True: send({'kind': 'printed'}, bytes(1000))")
    worker.receive(soon())
    assert worker._frames.maxsize == 1


def test_a_worker_that_still_ran_had_no_status(worker: Worker) -> None:
    worker.receive(soon())
    assert worker.end() is None


@POSIX
@pytest.mark.parametrize("worker_source", ["", "while True: send({'kind': 'printed'})", "time.sleep(60)"])
def test_a_worker_is_dead_after_its_end(scripted: Scripted, worker_source: str) -> None:
    worker = scripted(worker_source)
    worker.end()
    with pytest.raises(ProcessLookupError):
        os.kill(worker._process.pid, 0)


@pytest.mark.parametrize("status", [0, 7])
def test_a_worker_that_ended_by_itself_had_a_status(scripted: Scripted, status: int) -> None:
    worker = scripted(f"os._exit({status})")
    with pytest.raises(Ended):
        worker.receive(soon())
    assert worker.end() == status


def test_a_worker_whose_stream_ended_is_given_a_moment_to_end_itself(scripted: Scripted) -> None:
    worker = scripted("os.close(1); time.sleep(0.05); os._exit(7)")
    with pytest.raises(Ended):
        worker.receive(soon())
    assert worker.end() == 7


@POSIX
def test_a_worker_that_was_killed_has_the_signal_as_its_status(scripted: Scripted) -> None:
    worker = scripted("import signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(Ended):
        worker.receive(soon())
    assert worker.end() == -9


def test_a_worker_can_be_ended_twice(worker: Worker) -> None:
    worker.end()
    worker.end()
    assert worker._process.returncode is not None


def test_the_threads_of_a_worker_end_with_it() -> None:
    before = set(threading.enumerate())
    worker = Worker()
    ours = set(threading.enumerate()) - before
    worker.receive(soon())
    worker.end()
    for thread in ours:
        thread.join(20)
    assert len(ours) == 2
    assert not any(thread.is_alive() for thread in ours)


@pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")
def test_a_worker_that_was_ended_leaves_no_descriptor_open() -> None:
    before, known = set(Path("/proc/self/fd").iterdir()), set(threading.enumerate())
    worker = Worker()
    ours = set(threading.enumerate()) - known
    worker.receive(soon())
    worker.end()
    for thread in ours:
        thread.join(20)
    assert set(Path("/proc/self/fd").iterdir()) <= before


def test_a_worker_knows_nothing_of_the_seed(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADE_SEED", "123")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    found = scripted("send({'kind': 'x', 'names': sorted(os.environ)})").receive(soon()).texts("names")
    assert not [name for name in found if name.startswith(("GRADE", "PYTHONPATH", "PYTEST"))]


def test_a_worker_computes_with_one_thread_and_a_fixed_hash_seed(scripted: Scripted) -> None:
    source = "send({'kind': 'x', 'value': os.environ['OMP_NUM_THREADS'] + os.environ['PYTHONHASHSEED']})"
    assert scripted(source).receive(soon()).text("value") == "10"


@POSIX
def test_a_worker_leads_a_group_of_its_own(scripted: Scripted) -> None:
    found = scripted("send({'kind': 'x', 'group': os.getpgid(0), 'pid': os.getpid()})").receive(soon())
    assert found.whole("group") == found.whole("pid") != os.getpgid(0)


def test_a_worker_does_not_stand_in_the_folder_of_the_grader(scripted: Scripted) -> None:
    found = Path(scripted("send({'kind': 'x', 'folder': os.getcwd()})").receive(soon()).text("folder"))
    assert found == Path(found.anchor)


def test_the_head_of_a_frame_has_sixteen_bytes(scripted: Scripted) -> None:
    source = "data = sys.stdin.buffer.read(16); send({'kind': 'x', 'sizes': struct.unpack('<IQ', data[4:])})"
    worker = scripted(source)
    worker.send("call", {}, soon(), [b"abc"])
    assert worker.receive(soon()).fields == {"sizes": [len(b'{"kind":"call"}'), 3]}
    assert struct.calcsize("<4sIQ") == 16
