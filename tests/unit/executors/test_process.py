"""Workers that nothing confines: processes of their own, some started ahead, and dead for certain with all they made."""

import os
import select
import struct
import sys
from pathlib import Path

import pytest

from grader import workers
from grader.errors import JudgeError
from grader.executors import _session
from grader.executors.process import ProcessExecutor
from grader.model import Call, Limits, Submission
from grader.workers import Worker
from tests.unit.executors.sessions import AMPLE, Opened, Run, failed, given

POSIX = pytest.mark.skipif(os.name != "posix", reason="groups of processes and signals are POSIX's")
ANY = Submission("answer", "", "f")


@pytest.fixture(scope="module")
def level() -> str:
    return "process"


def test_the_isolation_is_that_of_a_process() -> None:
    assert ProcessExecutor(AMPLE).isolation == "process"


def test_an_answer_that_cannot_be_loaded_again_fails_again(opened: Opened, tmp_path: Path) -> None:
    source = f"import os\nopen({str(tmp_path / 'once')!r}, 'x').close()\ndef f():\n    os._exit(1)"
    session = opened(source)
    failed(session.call(Call(())))
    assert failed(session.call(Call(()))).type == "FileExistsError"


def alive_pipe(folder: Path) -> tuple[Path, int]:
    """Return a named pipe, and a descriptor that is at its end when nobody holds the pipe open for writing."""
    pipe = folder / "alive"
    os.mkfifo(pipe)
    return pipe, os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)


def all_dead(reader: int) -> bool:
    ready, _, _ = select.select([reader], [], [], 10)
    try:
        return bool(ready) and os.read(reader, 1) == b""
    finally:
        os.close(reader)


@POSIX
@pytest.mark.parametrize(
    "body", ["return 1", "while True: pass", "os._exit(0)", "1 / 0", "import time; time.sleep(60)"]
)
def test_a_worker_is_dead_when_its_session_is_closed(opened: Opened, tmp_path: Path, body: str) -> None:
    pipe, reader = alive_pipe(tmp_path)
    source = f"import os\nalive = open({str(pipe)!r}, 'wb')\nalive.write(b'x'); alive.flush()\ndef f():\n    {body}\n"
    session = opened(source, Limits(call=0.2))
    assert os.read(reader, 1) == b"x"
    session.call(Call(()))
    session.close()
    assert all_dead(reader)


CHILD = """
import os, time
alive = os.open({pipe!r}, os.O_WRONLY)
if os.fork() == 0:
    os.write(alive, b"x")
    time.sleep(60)
    os._exit(0)
os.close(alive)
def f():
    {body}
"""


@POSIX
@pytest.mark.parametrize("body", ["return 1", "while True: pass", "os._exit(0)"])
def test_the_children_of_a_worker_are_dead_when_its_session_is_closed(
    opened: Opened, tmp_path: Path, body: str
) -> None:
    pipe, reader = alive_pipe(tmp_path)
    session = opened(CHILD.format(pipe=str(pipe), body=body), Limits(call=0.2))
    assert select.select([reader], [], [], 10)[0]
    assert os.read(reader, 1) == b"x"
    session.call(Call(()))
    session.close()
    assert all_dead(reader)


@POSIX
def test_a_worker_is_dead_when_its_executor_is_closed(opened: Opened, tmp_path: Path) -> None:
    pipe, reader = alive_pipe(tmp_path)
    with ProcessExecutor(AMPLE) as executor:
        source = f"alive = open({str(pipe)!r}, 'wb')\nalive.write(b'x'); alive.flush()\ndef f(): ..."
        executor.open(Submission("answer", source, "f")).load()
        assert os.read(reader, 1) == b"x"
    assert all_dead(reader)


def test_threads_that_were_left_running_are_counted(opened: Opened) -> None:
    session = opened(
        """
        import threading
        over = threading.Event()
        def f():
            for _ in range(3):
                threading.Thread(target=over.wait, daemon=True).start()
        """
    )
    assert session.call(Call(())).threads == 3


def test_threads_that_have_ended_are_not_counted(run: Run) -> None:
    source = """
        import threading
        def f():
            thread = threading.Thread(target=print)
            thread.start()
            thread.join()
        """
    assert run(source).threads == 0


def test_workers_are_started_before_they_are_needed() -> None:
    with ProcessExecutor(AMPLE) as executor:
        executor.warm(2)
        ready = list(executor._ready)
        assert [executor.take(ANY), executor.take(ANY)] == ready
        assert not executor._ready
        assert len({worker._process.pid for worker in ready}) == 2


def test_a_worker_that_was_started_before_is_taken_over() -> None:
    worker = Worker()
    with ProcessExecutor(AMPLE, [worker]) as executor, executor.open(Submission("answer", "f = max", "f")) as session:
        session.load()
        assert given(session.call(Call((1, 2)))) == 2
        assert worker._process.poll() is None
    assert worker._process.returncode is not None


def test_workers_that_nobody_needed_are_ended() -> None:
    executor = ProcessExecutor(AMPLE)
    executor.warm(1)
    worker = executor._ready[0]
    executor.close()
    assert worker._process.returncode is not None


def frame(header: bytes) -> str:
    return f"import os; os.write(1, {b'GRD1' + struct.pack('<IQ', len(header), 0) + header!r})"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "raise SystemExit(1)",
        "import module_that_is_not_there",
        "print('hello')",
        frame(b'{"kind":"hello"}'),
        frame(b'{"kind":"hello","protocol":2}'),
        frame(b'{"kind":"hello","protocol":"1"}'),
        frame(b'{"kind":"returned","protocol":1}'),
        frame(b"hello"),
    ],
)
def test_a_worker_that_does_not_start_is_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    file = tmp_path / "worker.py"
    file.write_text(source, encoding="utf-8")
    monkeypatch.setattr(workers, "WORKER", file)
    with ProcessExecutor(AMPLE) as executor, executor.open(Submission("answer", "", "f")) as session:
        with pytest.raises(JudgeError, match="did not start"):
            session.load()
        assert not executor._taken


def test_a_worker_that_never_says_a_word_is_a_fault_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "worker.py"
    file.write_text("import time; time.sleep(60)", encoding="utf-8")
    monkeypatch.setattr(workers, "WORKER", file)
    monkeypatch.setattr(_session, "_START_SECONDS", 0.1)
    with ProcessExecutor(AMPLE) as executor, pytest.raises(JudgeError, match="no sign of life"):
        executor.open(Submission("answer", "", "f")).load()


def test_a_worker_that_cannot_be_started_is_a_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(Path("/nowhere/python")))
    with ProcessExecutor(AMPLE) as executor, pytest.raises(JudgeError, match="did not start"):
        executor.open(Submission("answer", "", "f")).load()
