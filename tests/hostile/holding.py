"""How much memory the grader takes when several children send the costliest frames at once; run as a process of its own.

Prints one JSON object: the number of children, and for every sort of frame by how many bytes the process had grown.
"""

import contextlib
import gc
import json
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from grader.executors import Executor, Session
from grader.model import Answer, Call, Limits, Submission
from grader.sandbox.values import FunctionText
from tests.hostile.attack import Level
from tests.hostile.costly import TICKET, answers
from tests.hostile.levels import WHOLE

CHILDREN: Final = 3
ANSWER: Final = 16 * 2**20

_SECONDS: Final = 2.0
_SUBMISSION: Final = """
import os, struct, sys

def the_channel():
    frame = sys._getframe()
    while frame is not None:
        found = getattr(frame.f_locals.get("self"), "_channel", None)
        if found is not None:
            return found
        frame = frame.f_back

channel = the_channel()
kept = []

def f(header, size, function):
    if header is not None:
        kept[:] = [header.tobytes(), bytes(size)]
        return None
    header, payload = kept
    header = header.replace(b"@", b"%d" % channel.ticket)
    data = b"GRD1" + struct.pack("<IQ", len(header), len(payload)) + header + payload
    while True:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(channel._sink, rest):]
"""
_FUNCTION: Final = FunctionText(("x",), "2 * x + 1", counted=True)
_CHOSEN: Final = (
    "an array of bytes",
    "an array of large numbers",
    "a list of numbers and an array",
    "a list of NumPy's numbers",
    "small arrays",
    "nested lists",
    "short texts",
    "wide texts",
    "what cannot be sent",
    "handles",
    "a long text of pairs",
)


def floods() -> Mapping[str, tuple[bytes, int]]:
    """Return headers of frames with the lengths of their payloads; each is sent again and again."""
    found = answers(ANSWER)
    entries = 2**19
    wish = b'{"kind":"wants","ticket":' + TICKET + b',"function":0,"arguments":[{"array":["<c16",[%d]]}]}' % entries
    large = (
        b'{"kind":"wants","ticket":' + TICKET + b',"function":0,"arguments":[{"array":["<f8",[%d]]}]}' % (ANSWER // 8)
    )
    return {name: found[name] for name in _CHOSEN} | {
        "output": (b'{"kind":"printed"}', ANSWER),
        "wishes": (wish, 16 * entries),
        "wishes that are too large": (large, ANSWER),
    }


def held() -> int:
    """Return the most memory in bytes that this process has held since it was last asked."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    peak = next(1024 * int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    with contextlib.suppress(OSError):  # without it, the figures are those of the worst until then
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak


def opened(executor: Executor, header: bytes, size: int) -> Session:
    """Return a session whose submission sends a frame as soon as it is called again."""
    session = executor.open(Submission("answer", _SUBMISSION, "f"))
    assert session.load().failure is None
    ready = session.call(Call((np.frombuffer(header, np.uint8), size, None)))
    assert ready.failure is None, ready.failure
    return session


def main(level: Level) -> None:
    """Measure every sort of frame at a level of isolation."""
    limits = Limits(call=_SECONDS, exercise=600.0, load=60.0, memory=2**32, answer=ANSWER)
    grown: dict[str, int] = {}
    with WHOLE[level].executor(limits, ()) as executor, ThreadPoolExecutor(CHILDREN) as pool:
        opened(executor, b"", 0).close()
        gc.collect()
        held()
        before = held()
        for name, (header, size) in floods().items():
            sessions = [opened(executor, header, size) for _ in range(CHILDREN)]
            held()
            got: list[Answer] = [*pool.map(lambda session: session.call(Call((None, 0, _FUNCTION))), sessions)]
            grown[name] = held() - before
            assert len(got) == CHILDREN  # and until here all of them are held
            for session in sessions:
                session.close()
    sys.stdout.write(json.dumps({"children": CHILDREN, "sizes": grown}))


if __name__ == "__main__":
    main(Level(sys.argv[1]))
