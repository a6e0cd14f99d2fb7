"""The rehearsal of a worker: it goes through all the motions, and leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.sandbox import rehearsal
from grader.sandbox.channel import Channel
from grader.sandbox.rehearsal import Silence, rehearse
from grader.sandbox.wire import Node
from grader.sandbox.worker import Worker

ROOT = Path(__file__).parents[3]
# In a process of its own, because a worker changes the one that it is made in.
SCRIPT = """
import builtins, gc, json, linecache, sys, types, warnings
import grader
from grader.sandbox.loading import AnswerModule
from grader.sandbox.rehearsal import rehearse
from grader.sandbox.worker import Worker

def state():
    return {
        "modules": sorted(sys.modules),
        "finders": list(map(repr, sys.meta_path)),
        "path": list(sys.path),
        "lines": sorted(linecache.cache),
        "streams": [repr(sys.stdin), repr(sys.stdout), repr(sys.stderr)],
        "hooks": [repr(sys.excepthook), repr(sys.gettrace()), repr(sys.getprofile())],
        "warnings": repr(warnings.filters),
        "for notebooks": [repr(grader.check), repr(grader.score)],
        # these are what every worker makes of them
        "builtins": {name: repr(value) for name, value in vars(builtins).items() if name not in ("exit", "quit")},
    }

own = [repr(grader.check), repr(grader.score)]
rehearse()  # the first one may import what NumPy puts off
before = {**state(), "for notebooks": own}
rehearse()
after = state()
gc.collect()
kept = [
    repr(thing)
    for thing in gc.get_objects()
    if isinstance(thing, (AnswerModule, Worker))
    or (isinstance(thing, types.ModuleType) and thing.__name__ == "rehearsal")
    or (isinstance(thing, types.FunctionType) and thing.__module__ == "rehearsal")
]
print(json.dumps([before, after, kept]))
"""


def test_nothing_is_left_of_a_rehearsal() -> None:
    command = [sys.executable, "-c", SCRIPT]
    before, after, kept = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout)
    for name, value in before.items():
        assert after[name] == value, name
    assert "rehearsal" not in before["modules"]
    assert "rehearsal.py" not in before["lines"]
    assert kept == []


class Noted(Silence):
    """Notes what would have been sent."""

    sent: list[str]

    def send(self, kind: str, fields: dict[str, Node], buffers: list[memoryview | bytes] | None = None) -> None:
        super().send(kind, fields, buffers)
        self.sent.append(kind)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(Noted, "sent", [], raising=False)
    monkeypatch.setattr(rehearsal, "Silence", Noted)
    return Noted.sent


def test_a_rehearsal_loads_and_calls_and_nothing_fails(sent: list[str]) -> None:
    rehearse()
    assert sent == ["loaded", "returned", "returned"]


def test_nothing_is_left_of_a_rehearsal_that_fails(sent: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Worker, frame: object) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr(Worker, "_call", fail)
    before = list(sys.meta_path)
    with pytest.raises(RuntimeError, match="lost"):
        rehearse()
    assert sys.meta_path == before
    assert rehearsal._NAME not in sys.modules


def test_silence_sends_nothing_anywhere() -> None:
    channel: Channel = Silence()
    channel.send("printed", {}, [b"text"])
    with pytest.raises(OSError, match="Bad file descriptor"):
        channel.read()
