"""Executors that fork: a fresh child each time, one in store, and a zygote that is started again when it is gone."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

from grader.connections import ready
from grader.errors import JudgeError
from grader.executors import Executor, _forking
from grader.executors._enclosure import LAYERS
from grader.executors._forking import ForkingExecutor, Nest
from grader.executors.confined import ConfinedExecutor
from grader.executors.sealed import SealedExecutor
from grader.model import Call, Limits, Submission, Verdict
from grader.workers import Worker
from grader.zygotes import Child, Recipe, Zygote, ZygoteLost
from tests.unit.executors.sessions import AMPLE, Executors, failed, given

SCIPY = "import scipy.linalg\n"
ONE = Submission("answer", "def f():\n    return 1", "f")
SECONDS = 20.0


@pytest.fixture(scope="module")
def level() -> str:
    return "confined"


@pytest.fixture(scope="module")
def executor() -> Iterator[ForkingExecutor]:
    """Yield an executor that tests leave as it was; without a canary, which another file is about."""
    with ConfinedExecutor(AMPLE, layers=ConfinedExecutor.layers) as executor:
        yield executor


@pytest.fixture
def own() -> Iterator[ForkingExecutor]:
    """Yield an executor that a test may ruin."""
    with ConfinedExecutor(AMPLE, layers=ConfinedExecutor.layers) as executor:
        yield executor


def value(executor: Executor, source: str) -> object:
    with executor.open(Submission("answer", source, "f")) as session:
        session.load()
        return given(session.call(Call(())))


def zygote(nest: Nest) -> Zygote:
    assert nest._zygote is not None
    return nest._zygote


def kill(nest: Nest) -> None:
    """Kill a zygote, and wait until it and all its children are gone."""
    process = zygote(nest)._process
    spare = nest._spare
    assert spare is not None
    zygote(nest).meet(spare)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(SECONDS)
    assert ready(spare._handle, 1, time.monotonic() + SECONDS)


# --- levels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "layers"), [(SealedExecutor, LAYERS), (ConfinedExecutor, LAYERS[1:])])
def test_a_level_has_a_name_and_layers(
    kind: type[ForkingExecutor], layers: tuple[str, ...], executors: Executors
) -> None:
    assert kind.layers == layers
    found = executors(kind.kind)
    assert isinstance(found, kind)
    assert found.isolation == kind.kind


def test_an_executor_with_fewer_layers_is_called_by_them() -> None:
    with ConfinedExecutor(AMPLE, layers=["rlimits", "seccomp"]) as executor:
        assert executor.isolation == "rlimits+seccomp"


def test_a_level_that_is_not_reached_is_a_judge_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ConfinedExecutor, "layers", ("rlimits", "seccomp"))
    with pytest.raises(JudgeError, match="`confined` cannot be had here: not stopped: reading other files"):
        ConfinedExecutor(AMPLE)


def test_a_level_whose_zygote_does_not_start_is_a_judge_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        _forking, "recipe", lambda *_: Recipe((sys.executable, "-c", "raise OSError('no room')"), {}, {})
    )
    with pytest.raises(JudgeError, match=r"`confined` cannot be had here: .* did not start: OSError: no room"):
        ConfinedExecutor(AMPLE)


def test_workers_that_nothing_confines_are_ended() -> None:
    worker = Worker()
    started = [worker]
    with ConfinedExecutor(AMPLE, started, layers=LAYERS[1:]):
        assert not started
        assert worker._process.returncode is not None


# --- children ---------------------------------------------------------------------------------------------------------


def test_every_submission_has_a_child_of_its_own(executor: ForkingExecutor) -> None:
    source = "import os\ndef f():\n    return os.getpid()"
    numbers = [value(executor, source) for _ in range(4)]
    assert len(set(numbers)) == 4


def test_what_a_submission_has_changed_is_gone_with_it(executor: ForkingExecutor) -> None:
    source = """if True:
        import builtins, sys, numpy as np
        def f():
            found = hasattr(builtins, 'left'), hasattr(np, 'left'), 'left' in sys.modules, np.linalg.det is sum
            builtins.left = np.left = sys.modules['left'] = 1
            np.linalg.det = sum
            return list(found)
        """
    assert [value(executor, source) for _ in range(3)] == [[False] * 4] * 3


def test_every_crash_is_followed_by_a_fresh_child(executor: ForkingExecutor) -> None:
    source = (
        "import os\nseen = []\ndef f(x):\n    seen.append(x)\n    return [os.getpid(), len(seen)] if x else os._exit(1)"
    )
    with executor.open(Submission("answer", source, "f")) as session:
        session.load()
        answers = [session.call(Call((x,))) for x in (1, 1, 0, 1, 0, 1)]
    assert [failed(answer).verdict for answer in (answers[2], answers[4])] == [Verdict.CRASHED] * 2
    found = np.array([answers[place].value for place in (0, 1, 3, 5)])
    assert found[:, 1].tolist() == [1, 2, 1, 1]
    assert len(set(found[:, 0].tolist())) == 3


def test_a_child_is_kept_in_store(executor: ForkingExecutor) -> None:
    executor.warm(1)
    nest = executor._plain
    for _ in range(3):
        spare = nest._spare
        assert spare is not None
        child = executor.take(ONE)
        assert child is spare
        assert nest._spare is None  # the next is forked when this one has ended, not while it runs
        executor.end(child)
        assert nest._spare not in (None, spare)


def test_children_are_there_for_several_sessions_at_once(executor: ForkingExecutor) -> None:
    with contextlib.ExitStack() as stack:
        sessions = [stack.enter_context(executor.open(ONE)) for _ in range(4)]
        for session in sessions:
            session.load()
        assert [given(session.call(Call(()))) for session in sessions] == [1] * 4


def test_sessions_of_several_threads_do_not_disturb_each_other(executor: ForkingExecutor) -> None:
    found: list[tuple[int, object]] = []

    def work(number: int) -> None:
        found.extend((number, value(executor, f"def f():\n    return {number}")) for _ in range(5))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20
    assert all(number == answer for number, answer in found)


def test_scipy_comes_from_a_zygote_that_has_it(own: ForkingExecutor) -> None:
    source = "import sys\ndef f():\n    return 'sci' + 'py.linalg' in sys.modules"
    assert value(own, source) is False
    assert own._scientific._zygote is None
    assert value(own, SCIPY + source) is True
    assert own._scientific._zygote is not None


def test_scipy_that_nobody_speaks_of_can_be_imported_all_the_same(executor: ForkingExecutor) -> None:
    source = "def f():\n    module = __import__('sci' + 'py.linalg')\n    return module.linalg.det([[2.0]])"
    assert value(executor, source) == 2.0


# --- zygotes that are gone --------------------------------------------------------------------------------------------


def test_a_zygote_that_was_killed_is_started_again(own: ForkingExecutor) -> None:
    assert value(own, ONE.source) == 1
    for _ in range(2):
        first = zygote(own._plain)
        kill(own._plain)
        assert value(own, ONE.source) == 1
        assert zygote(own._plain) is not first


def test_a_zygote_that_was_killed_before_a_child_was_in_store_is_started_again(own: ForkingExecutor) -> None:
    own.warm(1)
    os.kill(zygote(own._plain)._process.pid, signal.SIGKILL)
    own.warm(2)
    assert value(own, ONE.source) == 1


def test_a_session_whose_zygote_is_killed_is_a_judge_error_and_the_next_is_not(own: ForkingExecutor) -> None:
    source = "def f():\n    while True: pass"
    with own.open(Submission("answer", source, "f")) as session:
        session.load()
        threading.Timer(0.1, zygote(own._plain)._process.kill).start()
        with pytest.raises(JudgeError, match="the process that started this worker is gone"):
            session.call(Call(()))
    assert value(own, ONE.source) == 1


def test_a_worker_whose_zygote_is_killed_can_be_ended(own: ForkingExecutor) -> None:
    with own.open(ONE) as session:
        session.load()
        zygote(own._plain)._process.kill()
    assert value(own, ONE.source) == 1


def test_a_zygote_that_cannot_be_started_again_is_a_judge_error(own: ForkingExecutor) -> None:
    assert value(own, ONE.source) == 1
    kill(own._plain)
    own._plain._recipe = Recipe(("/nowhere/python",), {}, {})
    own.warm(1)
    with pytest.raises(JudgeError, match=r"did not start: .*No such file"):
        own.take(ONE)


def test_a_zygote_that_confines_less_than_the_first_is_a_judge_error(own: ForkingExecutor) -> None:
    assert value(own, ONE.source) == 1
    kill(own._plain)
    before = own._plain._recipe
    own._plain._recipe = Recipe(before.command, {**before.settings, "layers": ["rlimits"]}, before.environment)
    with pytest.raises(JudgeError, match="no longer offers the confinement"):
        own.take(ONE)


def test_a_child_that_ends_before_it_is_given_anything_is_a_judge_error(
    own: ForkingExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Child, "has_ended", lambda _: True)
    with pytest.raises(JudgeError, match="a worker ended before it was given anything"):
        own.take(ONE)


# --- closing ----------------------------------------------------------------------------------------------------------


def test_a_session_that_runs_when_its_executor_is_closed_ends(own: ForkingExecutor) -> None:
    session = own.open(Submission("answer", "def f():\n    while True: pass", "f"))
    session.load()
    threading.Timer(0.1, own.close).start()
    began = time.monotonic()
    answer = session.call(Call(()))
    assert time.monotonic() - began < 10.0
    assert failed(answer).verdict is Verdict.CRASHED  # and nobody will see it: the run was ended
    session.close()


def test_no_child_is_handed_out_by_a_closed_executor(own: ForkingExecutor) -> None:
    own.close()
    with pytest.raises(JudgeError, match="the run was ended"):
        own.take(ONE)


def test_a_closed_executor_starts_no_zygote(own: ForkingExecutor) -> None:
    own.close()
    own.warm(1)
    assert own._plain._zygote is None


def test_an_executor_can_be_closed_twice(own: ForkingExecutor) -> None:
    value(own, ONE.source)
    own.close()
    own.close()


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("left", [0, 2], ids=["all sessions closed", "sessions left open"])
def test_a_closed_executor_leaves_no_descriptor_open(left: int) -> None:
    before = descriptors()
    executor = ConfinedExecutor(AMPLE, layers=LAYERS[1:])
    for _ in range(3):
        value(executor, ONE.source)
    sessions = [executor.open(ONE) for _ in range(left)]
    for session in sessions:
        session.load()
    executor.close()
    for session in sessions:
        session.close()
    assert descriptors() == before


# --- limits and hidden folders ----------------------------------------------------------------------------------------


def test_processor_time_is_limited(executor: ForkingExecutor) -> None:
    source = "import resource\ndef f():\n    return list(resource.getrlimit(resource.RLIMIT_CPU))"
    assert value(executor, source) == [625, 626]


@pytest.mark.parametrize("level", ["confined", "sealed"])
def test_what_a_submission_may_not_do_is_an_exception_that_says_so(executors: Executors, level: str) -> None:
    source = """if True:
        import os, socket, threading
        def attempts():
            yield lambda: open('/etc/passwd')
            yield lambda: open('/tmp/made', 'w')
            yield lambda: os.fork()
            yield lambda: socket.socket()
            yield lambda: os.kill(os.getppid(), 9)
            yield lambda: os.execv('/bin/true', ['true'])
            yield lambda: threading.Thread(target=print).start()
        def f():
            found = []
            for attempt in attempts():
                try:
                    attempt()
                    found.append('done')
                except Exception as error:
                    found.append(type(error).__name__)
            return found
        """
    found = value(executors(level), source)
    unseen = "FileNotFoundError" if level == "sealed" else "PermissionError"
    assert found == [unseen, *["PermissionError"] * 5, "RuntimeError"]


@pytest.mark.parametrize("kind", [ConfinedExecutor, SealedExecutor])
def test_a_folder_that_python_needs_cannot_be_hidden(kind: type[ForkingExecutor]) -> None:
    folder = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    with pytest.raises(JudgeError, match=f"`{kind.kind}` cannot be had here: .* answers must not see it"):
        kind(AMPLE, hidden=[folder])


def test_a_nest_gives_up_after_two_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    attempts: list[Recipe] = []

    def refuse(recipe: Recipe) -> Zygote:
        attempts.append(recipe)
        raise ZygoteLost("no more processes")

    monkeypatch.setattr(_forking, "Zygote", refuse)
    nest = Nest(Recipe((), {}, {}))
    with pytest.raises(JudgeError, match="did not start: no more processes"):
        nest.take()
    assert len(attempts) == 2


def test_the_limits_of_a_course_reach_its_zygotes() -> None:
    with ConfinedExecutor(Limits(load=3.0, exercise=4.0, memory=2**30), layers=LAYERS[1:]) as executor:
        for nest in (executor._plain, executor._scientific):
            assert nest._recipe.settings["memory"] == 2**30
            assert nest._recipe.settings["processor_seconds"] == 12
