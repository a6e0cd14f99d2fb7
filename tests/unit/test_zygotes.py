"""Zygotes and their children: forked and met, their status, their sure end, and nothing left behind."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

from grader import zygotes
from grader.connections import ready
from grader.errors import JudgeError
from grader.executors._enclosure import LAYERS, recipe
from grader.model import Limits
from grader.sandbox.wire import Ended, Frame, Node
from grader.workers import TimeIsUp
from grader.zygotes import Child, Recipe, Zygote, ZygoteLost

MODULES = ("numpy",)
SECONDS = 20.0
KINDS = {"confined": LAYERS[1:], "sealed": LAYERS}

Scripted = Callable[[str], Zygote]


def soon() -> float:
    return time.monotonic() + SECONDS


def usual(kind: str) -> Recipe:
    try:
        return recipe(Limits(), MODULES, KINDS[kind], ())
    except JudgeError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def zygote(kind: str) -> Iterator[Zygote]:
    """Yield a zygote for tests that leave it as it was."""
    with contextlib.closing(Ending(usual(kind))) as held:
        yield held.zygote


@pytest.fixture
def own() -> Iterator[Zygote]:
    """Yield a zygote that the test may kill."""
    with contextlib.closing(Ending(usual("confined"))) as held:
        yield held.zygote


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """Return what starts another program than ours as a zygote."""
    with contextlib.ExitStack() as stack:

        def start(source: str) -> Zygote:
            tools = "import os, socket, sys, time\ncontrol = socket.socket(fileno=0)\n"
            command = (sys.executable, "-I", "-S", "-c", tools + source)
            return stack.enter_context(contextlib.closing(Ending(Recipe(command, {}, {})))).zygote

        yield start


class Ending:
    """A zygote that is ended when this is closed."""

    def __init__(self, recipe: Recipe) -> None:
        self.zygote = Zygote(recipe)

    def close(self) -> None:
        self.zygote.end()


def born(zygote: Zygote) -> Child:
    child = zygote.fork()
    zygote.meet(child)
    assert child.receive(soon()) == Frame("hello", {"protocol": 1, "numpy": np.__version__})
    return child


def load(child: Child, source: str) -> None:
    fields: dict[str, Node] = {"ticket": 1, "name": "answer", "function": "f", "forbidden": []}
    child.send("load", fields, soon(), [source.encode()])


def loaded(zygote: Zygote, source: str) -> Child:
    """Return a child in which a source was loaded."""
    child = born(zygote)
    load(child, source)
    assert child.receive(soon()).kind == "loaded"
    return child


def told(child: Child) -> Frame:
    """Call `f` and return what comes of it."""
    fields: dict[str, Node] = {"ticket": 2, "arguments": [], "target": None, "method": "", "keep": False}
    child.send("call", fields, soon())
    return child.receive(soon())


def end_of(child: Child, source: str) -> int | None:
    """Return the status of a child that runs a source until its stream is over."""
    load(child, source)
    with pytest.raises(Ended):
        child.receive(soon())
    return child.end()


@contextlib.contextmanager
def watched(child: Child) -> Iterator[Callable[[], bool]]:
    """Yield what tells whether the process of a child has ended, when the child itself has been let go of."""
    handle = os.dup(child._handle)
    try:
        yield lambda: bool(ready(handle, select.POLLIN, soon()))
    finally:
        os.close(handle)


def processes(word: str) -> list[int]:
    """Return the processes on whose command line a word stands."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and word.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def none_soon(word: str) -> bool:
    """Return whether the processes on whose command line a word stands are gone before long."""
    deadline = soon()
    while processes(word) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not processes(word)


# --- children ---------------------------------------------------------------------------------------------------------


def test_a_zygote_says_what_it_confines_children_with(zygote: Zygote) -> None:
    zygote.start()
    assert set(zygote.facts) == {"layers", "landlock"}
    layers = zygote.facts["layers"]
    assert isinstance(layers, list)
    assert set(layers) <= {"rlimits", "landlock", "seccomp"}


def test_a_child_serves_as_a_worker(zygote: Zygote) -> None:
    child = loaded(zygote, "def f():\n    return 42")
    assert told(child).fields["value"] == 42
    assert child.end() is None


def test_a_child_knows_nothing_of_another(zygote: Zygote) -> None:
    one = loaded(zygote, "import numpy as np\nnp.mine = 1\ndef f():\n    return 1")
    other = loaded(zygote, "import numpy as np\ndef f():\n    return hasattr(np, 'mine')")
    assert told(other).fields["value"] is False
    one.end()
    other.end()


def test_children_can_be_asked_for_ahead_and_met_in_any_order(zygote: Zygote) -> None:
    children = [zygote.fork() for _ in range(4)]
    for place in (2, 0, 3, 1):
        zygote.meet(children[place])
    assert len({child._number for child in children}) == 4
    for number, child in enumerate(children):
        assert child.receive(soon()).kind == "hello"
        load(child, f"def f():\n    return {number}")
    assert [child.receive(soon()).kind for child in children] == ["loaded"] * 4
    assert [told(child).fields["value"] for child in children] == [0, 1, 2, 3]
    assert [child.end() for child in children] == [None] * 4


def test_a_child_that_was_met_is_not_waited_for_again(zygote: Zygote) -> None:
    child = born(zygote)
    zygote.meet(child)
    child.end()


# --- how they end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, 7])
def test_a_child_that_ended_by_itself_had_a_status(zygote: Zygote, status: int) -> None:
    assert end_of(born(zygote), f"import os\nos._exit({status})") == status


@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGXCPU"])
def test_a_child_that_a_signal_ended_has_it_as_its_status(zygote: Zygote, name: str) -> None:
    source = f"import os, signal\nos.kill(os.getpid(), signal.{name})"
    assert end_of(born(zygote), source) == -signal.Signals[name]


def test_a_child_whose_stream_ended_is_given_a_moment_to_end_itself(zygote: Zygote) -> None:
    assert end_of(born(zygote), "import os, time\nos.close(3)\ntime.sleep(0.05)\nos._exit(7)") == 7


def test_a_child_that_only_ends_its_stream_is_killed(zygote: Zygote) -> None:
    child = born(zygote)
    with watched(child) as has_ended:
        assert end_of(child, "import os, time\nos.close(3)\ntime.sleep(60)") is None
        assert has_ended()


@pytest.mark.parametrize(
    "source",
    ["", "while True: pass", "import time; time.sleep(60)", "while True: print('x')"],
    ids=["waits", "computes", "sleeps", "prints"],
)
def test_a_child_is_dead_after_its_end(zygote: Zygote, source: str) -> None:
    child = born(zygote)
    load(child, source)
    with watched(child) as has_ended:
        assert child.end() is None
        assert has_ended()


def test_a_child_can_be_ended_before_it_was_met(zygote: Zygote) -> None:
    child = zygote.fork()
    assert child.end() is None
    assert born(zygote).end() is None


def test_the_statuses_of_several_children_are_told_apart(zygote: Zygote) -> None:
    children = [born(zygote) for _ in range(3)]
    for place in (1, 2, 0):
        assert end_of(children[place], f"import os\nos._exit({place + 10})") == place + 10


def test_children_that_were_killed_do_not_stay_as_zombies(own: Zygote) -> None:
    for _ in range(10):
        assert born(own).end() is None
    last = born(own)  # a zygote looks after its dead when it is spoken to
    assert len(descendants(own._process.pid)) <= 2  # the last and, if it had not ended by then, the one before
    last.end()


def descendants(process: int) -> list[int]:
    """Return the children of a process, and theirs."""
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    return [number for child in map(int, text.split()) for number in (child, *descendants(child))]


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_children_end_with_their_zygote(kind: str, end: str) -> None:
    with contextlib.closing(Ending(usual(kind))) as held:
        child = born(held.zygote)
        load(child, "while True: pass")
        with watched(child) as has_ended:
            if end == "killed":
                os.kill(inner(held.zygote), signal.SIGKILL)
            else:
                held.zygote.end()
            assert has_ended()
        child.abandon()


def inner(zygote: Zygote) -> int:
    """Return the number of the zygote itself, which with bubblewrap is not the process that we started."""
    zygote.start()
    family = (zygote._process.pid, *descendants(zygote._process.pid))
    return next(number for number in family if program(number) == os.path.realpath(sys.executable))


def program(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_bytes().partition(b"\0")[0].decode()


@pytest.mark.parametrize("seconds", [0.0, 0.002, 0.005, 0.1])
def test_nothing_is_left_of_a_zygote_that_is_ended_while_it_starts(kind: str, seconds: float) -> None:
    given = usual(kind)
    word = f"/nowhere/{os.urandom(8).hex()}"
    given = Recipe(given.command, {**given.settings, "readable": [word]}, given.environment)
    for _ in range(3):
        zygote = Zygote(given)
        time.sleep(seconds)
        zygote.end()
    assert none_soon(word)


def test_nothing_is_left_of_a_zygote_whose_grader_was_killed(kind: str) -> None:
    word = f"/nowhere/{os.urandom(8).hex()}"
    source = f"""if True:
        import time
        from tests.unit.test_zygotes import *
        given = usual({kind!r})
        zygote = Zygote(Recipe(given.command, {{**given.settings, "readable": [{word!r}]}}, given.environment))
        load(born(zygote), "while True: pass")
        print("ready", flush=True)
        time.sleep(60)
        """
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", source], cwd=root, stdout=subprocess.PIPE) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == b"ready\n"
        assert processes(word)
        grader.kill()
    assert none_soon(word)


# --- zygotes that fail ------------------------------------------------------------------------------------------------


def test_a_zygote_that_does_not_start_says_why(scripted: Scripted) -> None:
    zygote = scripted("import module_that_is_not_there")
    zygote.fork()
    with pytest.raises(ZygoteLost, match=r"^ModuleNotFoundError: No module named 'module_that_is_not_there'$"):
        zygote.start()


def test_a_zygote_that_ends_without_a_word_has_a_status(scripted: Scripted) -> None:
    with pytest.raises(ZygoteLost, match=r"^it ended with status 3$"):
        scripted("os._exit(3)").start()


def test_a_program_that_is_not_there_is_no_zygote() -> None:
    before = open_descriptors()
    with pytest.raises(ZygoteLost, match="No such file"):
        Zygote(Recipe(("/nowhere/python",), {}, {}))
    assert open_descriptors() == before


@pytest.mark.parametrize("word", ["hello", "[1"])
def test_what_speaks_another_language_is_no_zygote(scripted: Scripted, word: str) -> None:
    with pytest.raises(ZygoteLost, match="it ended with status -9"):
        scripted(f"control.send({word.encode()!r}); time.sleep(60)").start()


def test_a_zygote_that_says_nothing_is_not_waited_for_forever(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zygotes, "_START_SECONDS", 0.05)
    with pytest.raises(ZygoteLost, match="it does not answer"):
        scripted("time.sleep(60)").start()


def test_a_zygote_that_one_has_ended_is_lost_to_the_others(own: Zygote) -> None:
    own.start()
    own.end()
    with pytest.raises(ZygoteLost, match="it was lost before"):
        own.status(1)
    own.forget(1)


def test_a_fork_is_not_waited_for_forever(scripted: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygotes, "_FORK_SECONDS", 0.05)
    zygote = scripted("control.send(b'{\"layers\": []}'); time.sleep(60)")
    with pytest.raises(ZygoteLost, match="it does not answer"):
        zygote.meet(zygote.fork())


def test_a_child_without_a_handle_is_none(scripted: Scripted) -> None:
    zygote = scripted("control.send(b'{\"layers\": []}'); control.send(b'123'); time.sleep(60)")
    with pytest.raises(ZygoteLost, match="without a handle"):
        zygote.meet(zygote.fork())


def test_a_zygote_that_was_killed_forks_no_more(own: Zygote) -> None:
    own.start()
    kill(own)
    with pytest.raises(ZygoteLost):
        own.meet(own.fork())


def test_a_child_that_was_not_met_before_its_zygote_was_killed_cannot_be_met(own: Zygote) -> None:
    os.kill(inner(own), signal.SIGSTOP)
    child = own.fork()
    kill(own)
    with pytest.raises(ZygoteLost):
        own.meet(child)


def test_nobody_knows_how_a_child_would_have_ended_whose_zygote_was_killed(own: Zygote) -> None:
    child = born(own)
    kill(own)
    with pytest.raises(Ended):
        child.receive(soon())
    with pytest.raises(ZygoteLost):
        child.end()
    assert child._handle == -1


def test_a_child_that_is_no_longer_needed_can_be_ended_without_a_zygote(own: Zygote) -> None:
    child = born(own)
    kill(own)
    assert child.end() is None


def test_a_child_of_a_zygote_that_was_killed_is_known_to_have_ended(own: Zygote) -> None:
    child = born(own)
    assert not child.has_ended()
    with watched(child) as has_ended:
        kill(own)
        assert has_ended()
    assert child.has_ended()
    child.abandon()


def test_a_zygote_can_be_ended_twice_and_after_it_was_killed(own: Zygote) -> None:
    kill(own)
    own.end()
    own.end()
    assert own._process.returncode is not None


def kill(zygote: Zygote) -> None:
    """Kill a zygote and wait until it is dead."""
    os.kill(inner(zygote), signal.SIGKILL)
    zygote._process.wait(SECONDS)


# --- limits, and what is left -----------------------------------------------------------------------------------------

DRIP = """
import json, os, struct, time
header = b'{"kind":"loaded"}'
os.write(3, b"GRD1" + struct.pack("<IQ", len(header), 60_000) + header)
while True:
    os.write(3, b"x")
    time.sleep(0.01)
"""


def test_a_deadline_holds_for_a_child_that_drips(zygote: Zygote) -> None:
    child = born(zygote)
    load(child, DRIP)
    began = time.monotonic()
    with pytest.raises(TimeIsUp):
        child.receive(began + 0.3)
    assert 0.3 <= time.monotonic() - began < 5.0
    assert child.end() is None


def test_the_most_memory_that_a_child_has_held_is_known(zygote: Zygote) -> None:
    source = "import numpy as np\ndef f():\n    global kept\n    np.ones(25 * 2**20)"  # 200 MiB, given back at once
    child = loaded(zygote, source)
    before = child.peak_memory()
    told(child)
    after = child.peak_memory()
    assert before is not None
    assert after is not None
    assert 0 < before < 150 * 2**20
    assert 200 * 2**20 <= after < before + 250 * 2**20
    child.end()


def test_the_memory_of_a_child_that_has_ended_is_not_known(zygote: Zygote) -> None:
    child = born(zygote)
    load(child, "import os\nos._exit(0)")
    with watched(child) as has_ended:
        assert has_ended()
    zygote.status(child._number)  # so that no zombie keeps the number
    assert child.peak_memory() is None
    child.abandon()


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_many_children_leave_no_descriptor_open(zygote: Zygote) -> None:
    born(zygote).end()
    before = open_descriptors()
    for number in range(24):
        match number % 4:
            case 0:
                assert born(zygote).end() is None
            case 1:
                assert end_of(born(zygote), "import os; os._exit(1)") == 1
            case 2:
                assert zygote.fork().end() is None
            case 3:
                child = loaded(zygote, "def f():\n    while True: pass")
                child.send("call", {}, soon(), [bytes(2**20)])
                child.end()
    assert open_descriptors() == before


def test_a_zygote_that_was_ended_leaves_no_descriptor_open(kind: str) -> None:
    given = usual(kind)
    before = open_descriptors()
    zygote = Zygote(given)
    born(zygote).end()
    left = [zygote.fork() for _ in range(3)]
    zygote.end()
    assert len(left) == 3
    assert open_descriptors() == before


def test_the_settings_are_told_on_the_command_line_as_json(zygote: Zygote, kind: str) -> None:
    last = Path(f"/proc/{inner(zygote)}/cmdline").read_bytes().split(b"\0")[-2]
    assert json.loads(last) == usual(kind).settings
