"""Student A is unable to touch student B, though both run at the same time and were forked from the same process.

B is on guard: it keeps count of its calls and of the signals that reach it, so that a worker that was replaced or
signalled shows. What happened to its process, and to the one that forked it, is seen from outside.
"""

import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("workers are forked on Linux only", allow_module_level=True)

from grader.executors import Executor, Session
from grader.model import Answer, Call, Limits, Submission
from tests.hostile.attack import Level
from tests.hostile.catalogue.tools import complete, numbers
from tests.hostile.levels import SINGLE, WHOLE, missing
from tests.hostile.watching import descendants, processes

LIMITS = Limits(call=3.0, exercise=60.0)
BUBBLEWRAP = next(column for column in SINGLE if column.layer == "bubblewrap")
GUARDED = """
calls, signals = [], []
for number in (signal.SIGWINCH, signal.SIGURG):
    signal.signal(number, lambda number, frame: signals.append(number))

def f(x):
    calls.append(x)
    time.sleep(0.005)
    return x + 1, len(calls), len(signals)
"""
HOSTILE = """
import resource

def at(number):
    tried(os.kill, number, signal.SIGWINCH)
    tried(kernel, "tkill", number, signal.SIGWINCH)
    tried(kernel, "tgkill", number, number, signal.SIGWINCH)
    record = ctypes.create_string_buffer(struct.pack("<iiii", signal.SIGURG, 0, -1, 0), 128)
    tried(kernel, "rt_sigqueueinfo", number, signal.SIGURG, ctypes.addressof(record))
    handle = tried(kernel, "pidfd_open", number, 0)
    tried(kernel, "pidfd_send_signal", handle, signal.SIGWINCH, 0, 0)
    tried(kernel, "ptrace", 0x4206, number, 0, 0)
    tried(resource.prlimit, number, resource.RLIMIT_NOFILE, (7, 7))
    tried(os.setpriority, os.PRIO_PROCESS, number, 19)
    tried(os.sched_setaffinity, number, {0})
    for other in (f"/proc/{number}/fd/3", f"/proc/{number}/mem", f"/proc/{number}/oom_score_adj"):
        tried(write, other, "1000")

def f(targets):
    mine = {the_channel()._source, the_channel()._sink}
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        for number in targets:
            if number != os.getpid():
                at(number)
        for number in range(3, 256):
            if number not in mine:
                tried(os.write, number, b"F" + head(20))
    tried(os.kill, -1, signal.SIGWINCH)
    return "done"
"""


@pytest.fixture(scope="module", params=[Level.CONFINED, Level.SEALED])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    if reason := missing(request.param):
        pytest.skip(reason)
    with WHOLE[request.param].executor(LIMITS, ()) as made:
        yield made


def opened(executor: Executor, source: str) -> Session:
    session = executor.open(Submission("answer", complete(source, {"CALLS": numbers()}), "f"))
    assert session.load().failure is None
    return session


def duel(executor: Executor) -> tuple[list[Answer], Answer]:
    """Return the answers of B while A attacks, and the answer of A."""
    with opened(executor, GUARDED) as guarded, opened(executor, HOSTILE) as hostile, ThreadPoolExecutor(1) as pool:
        # Numbers as they are outside hold where there are no namespaces; inside they are small.
        targets = sorted(descendants(processes())) if executor.isolation == Level.CONFINED else list(range(1, 64))
        attack = pool.submit(hostile.call, Call((targets,)))
        answers = [guarded.call(Call((0,)))]
        while not attack.done():
            answers.append(guarded.call(Call((len(answers),))))
        return answers, attack.result()


def undisturbed(count: int) -> list[tuple[int, int, int]]:
    """Return what B answers if nobody touches it."""
    return [(place + 1, place + 1, 0) for place in range(count)]


def state(numbers: set[int]) -> Mapping[int, tuple[object, ...]]:
    """Return what others could change about processes: whether they run, their niceness, limits and who traces them."""
    known = processes()
    found: dict[int, tuple[object, ...]] = {}
    for number in numbers & known.keys():
        status = Path(f"/proc/{number}/status").read_text(encoding="utf-8")
        told = [line for line in status.splitlines() if line.startswith(("TracerPid", "Cpus_allowed_list"))]
        limits = Path(f"/proc/{number}/limits").read_text(encoding="utf-8")
        found[number] = known[number].parent, known[number].nice, limits, *told
    return found


def test_a_submission_cannot_touch_another_one_that_runs_beside_it(executor: Executor) -> None:
    answers, attack = duel(executor)
    assert attack.value == "done"
    assert len(answers) > 10
    assert [answer.value for answer in answers] == undisturbed(len(answers))


def test_a_submission_cannot_touch_the_process_that_forked_it(executor: Executor) -> None:
    executor.warm(1)
    with opened(executor, GUARDED), opened(executor, HOSTILE) as hostile:
        there = descendants(processes())
        before = state(there)
        assert hostile.call(Call((sorted(there),))).value == "done"
        assert state(there) == before


def test_without_the_layers_inside_it_could() -> None:
    if reason := missing(Level.SEALED):
        pytest.skip(reason)
    with BUBBLEWRAP.executor(LIMITS, ()) as executor:
        answers, _ = duel(executor)
    assert [answer.value for answer in answers] != undisturbed(len(answers))
