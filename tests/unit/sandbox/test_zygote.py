"""The process from which workers are forked: what it is told, what its children find in themselves, what they do not."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("zygotes are for Linux", allow_module_level=True)

from grader import registry
from grader.errors import JudgeError
from grader.executors._enclosure import LAYERS, NUMPY, recipe
from grader.executors.confined import ConfinedExecutor
from grader.model import Call, Limits, Submission
from grader.sandbox.wire import Ended
from grader.workers import KEPT_VARIABLES, ROOT, WORKER_VARIABLES
from grader.zygotes import Recipe, Zygote, ZygoteLost
from tests.unit.executors.sessions import given

AMPLE = Limits(call=20.0, exercise=600.0, load=20.0)
KINDS = {"confined": LAYERS[1:], "sealed": LAYERS}
SOUGHT = "found in the memory of a child "
SEARCH = """
def f(one, other):
    one, other = one.encode(), other.encode()  # in one piece, what is sought would be found here
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in maps.read().splitlines():
            place, rights = line.split()[:2]
            if "r" not in rights or line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            begin, end = (int(number, 16) for number in place.split("-"))
            memory.seek(begin)
            data = memory.read(end - begin)
            at = data.find(one)
            while at >= 0:
                if data[at + len(one) :].startswith(other):
                    return True
                at = data.find(one, at + 1)
    return False
"""

Asked = Callable[[str], object]


# --- what lies in a child's memory ------------------------------------------------------------------------------------


class Searched:
    """An executor whose children nothing confines, so that they can search all of their memory."""

    def __init__(self, hidden: Path) -> None:
        self.executor = ConfinedExecutor(AMPLE, hidden=[hidden], layers=())

    def run(self, source: str, *arguments: str, function: str = "f") -> object:
        with self.executor.open(Submission("answer", source, function)) as session:
            assert session.load().failure is None
            return given(session.call(Call(arguments)))

    def finds(self, canary: str, source: str = "") -> bool:
        middle = len(canary) // 2
        return self.run(f"{SEARCH}\n{source}", canary[:middle], canary[middle:]) is True


@pytest.fixture
def canary() -> str:
    return SOUGHT + os.urandom(8).hex()


@pytest.fixture
def searched(canary: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Searched]:
    """Yield an executor that was started when the grader already held what is sought in every way it could."""
    folder = tmp_path / canary
    folder.mkdir()
    (folder / "solution.py").write_text(f"# {canary}")
    monkeypatch.setenv("GRADE_SEED", canary)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setattr(sys, "argv", ["grade", canary])
    monkeypatch.syspath_prepend(folder)
    monkeypatch.chdir(folder)
    searched = Searched(folder)
    yield searched
    searched.executor.close()


def test_what_the_grader_holds_is_in_no_childs_memory(searched: Searched, canary: str) -> None:
    assert not searched.finds(canary)


def test_what_a_child_holds_itself_is_found(searched: Searched, canary: str) -> None:
    assert searched.finds(canary, f"# {canary}")


def test_what_a_zygote_is_told_is_in_its_childrens_memory(searched: Searched) -> None:
    assert searched.finds(str(ROOT / "grader" / "sandbox"))


def test_what_one_submission_brought_is_in_no_later_childs_memory(searched: Searched, canary: str) -> None:
    source = f"print({canary!r})\nkept = {canary!r}\ndef f(x):\n    kept = [x] * 10\n    print(x)\n    return x"
    for _ in range(3):
        assert searched.run(source, canary) == canary
    assert not searched.finds(canary)


# --- what a zygote is told --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=KINDS)
def told(request: pytest.FixtureRequest) -> Recipe:
    os.environ["GRADE_SEED"] = "20261122"
    try:
        return recipe(AMPLE, NUMPY, KINDS[str(request.param)], [Path("/nowhere/solutions")])
    except JudgeError as error:
        pytest.skip(str(error))
    finally:
        del os.environ["GRADE_SEED"]


def test_a_zygote_is_told_limits_and_places_and_nothing_else(told: Recipe) -> None:
    settings = dict(told.settings)
    places = [settings.pop("root"), *listed(settings.pop("packages")), *listed(settings.pop("readable"))]
    assert all(Path(str(place)).is_absolute() for place in places)
    assert "numpy" in listed(settings.pop("modules"))
    assert set(listed(settings.pop("layers"))) <= set(LAYERS)
    assert settings.pop("user") is None or os.geteuid() == 0
    assert settings == {"memory": AMPLE.memory, "processor_seconds": 625}


def test_the_command_of_a_zygote_has_flags_and_places_and_nothing_else(told: Recipe) -> None:
    words = {word for word in told.command if not (word.startswith("-") or Path(word).is_absolute())}
    assert words <= {"sandbox", "65534", "ALL"}  # the name of the machine, the user, and the powers to drop


def test_the_environment_of_a_zygote_is_a_list_of_ours(told: Recipe) -> None:
    assert set(told.environment) <= {*KEPT_VARIABLES, *WORKER_VARIABLES} - {"HOME"}
    assert set(WORKER_VARIABLES) <= set(told.environment)


def listed(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


# --- what a child finds -----------------------------------------------------------------------------------------------

STATE = """
import gc, os, random, signal, sys, threading
import numpy as np

def descriptors():
    found = []
    for number in range(1024):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found

QUESTIONS = {
    "descriptors": descriptors,
    "arguments": lambda: len(sys.argv),
    "path": lambda: list(sys.path),
    "environment": lambda: sorted(os.environ),
    "modules": lambda: sorted(name for name in sys.modules if name.partition(".")[0] == "grader"),
    "threads": threading.active_count,
    "folder": os.getcwd,
    "collects": gc.isenabled,
    "garbage": lambda: gc.collect() >= 0,
    "hash": lambda: hash("a word"),
    "draws": lambda: [random.random(), float(np.random.random())],
    "generator": lambda: float(np.random.default_rng().random()),
    "input": lambda: sys.stdin.read(),
    "ended": lambda: sys.exit is exit,
}

def f(question):
    return QUESTIONS[question]()
"""


@pytest.fixture(scope="module", params=KINDS)
def asked(request: pytest.FixtureRequest) -> Iterator[Asked]:
    """Yield what asks a fresh child about itself."""
    with contextlib.ExitStack() as stack:
        try:
            executor = stack.enter_context(registry.load("executors", request.param)(AMPLE))
        except JudgeError as error:
            pytest.skip(str(error))

        def ask(question: str) -> object:
            with executor.open(Submission("answer", STATE, "f")) as session:
                session.load()
                return given(session.call(Call((question,))))

        yield ask


def test_a_child_has_no_descriptor_but_nothing_and_its_connection(asked: Asked) -> None:
    assert asked("descriptors") == [0, 1, 2, 3]


def test_a_child_has_no_arguments(asked: Asked) -> None:
    assert asked("arguments") == 1


def test_a_child_finds_no_modules_of_the_graders(asked: Asked) -> None:
    assert str(ROOT) not in listed(asked("path"))
    assert all(str(name).startswith("grader.sandbox") or name == "grader" for name in listed(asked("modules")))


def test_a_child_finds_the_variables_of_our_list(asked: Asked) -> None:
    # the C library's locale may add one of its own
    assert set(listed(asked("environment"))) <= {*KEPT_VARIABLES, *WORKER_VARIABLES, "PWD"} - {"HOME"}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("threads", 1),
        ("folder", "/"),
        ("collects", True),
        ("garbage", True),
        ("input", ""),
        ("ended", True),
    ],
)
def test_a_child_begins_as_it_should(asked: Asked, question: str, answer: object) -> None:
    assert asked(question) == answer


def test_texts_have_the_same_hash_in_every_child(asked: Asked) -> None:
    assert asked("hash") == asked("hash")


@pytest.mark.parametrize("question", ["draws", "generator"])
def test_random_numbers_without_a_seed_are_others_in_every_child(asked: Asked, question: str) -> None:
    assert asked(question) != asked(question)


# --- zygotes that meet with trouble -----------------------------------------------------------------------------------

BROKEN = """
import json, socket, sys
sys.path[:0] = [{root!r}]
sys.path += {packages!r}
from grader.sandbox.confinement import Confinement
from grader.sandbox.zygote import Zygote

def refuse(self):
    raise OSError(1, "landlock could not be applied")

Confinement.apply = refuse
control = socket.socket(fileno=0)
control.send(b'{{"layers": []}}')
Zygote(control, Confinement([], 2**31, 10, ())).serve()
"""


@contextlib.contextmanager
def started(recipe: Recipe) -> Iterator[Zygote]:
    zygote = Zygote(recipe)
    try:
        yield zygote
    finally:
        zygote.end()


def test_a_child_that_cannot_be_confined_ends_without_a_word(told: Recipe) -> None:
    source = BROKEN.format(root=str(ROOT), packages=told.settings["packages"])
    with started(Recipe((sys.executable, "-I", "-S", "-c", source), {}, told.environment)) as zygote:
        child = zygote.fork()
        child.send("load", {"ticket": 1, "name": "answer", "function": "f", "forbidden": []}, 0.0, [b"print(1)"])
        zygote.meet(child)
        with pytest.raises(Ended):
            child.receive(time.monotonic() + 20)
        assert child.end() == 71


def test_a_zygote_ends_when_it_is_told_something_else(told: Recipe) -> None:
    with started(told) as zygote:
        zygote.start()
        zygote._control.send(b"?")
        assert zygote._process.wait(20) == 0


def test_a_zygote_ends_when_its_grader_goes_away(told: Recipe) -> None:
    with started(told) as zygote:
        zygote.start()
        zygote._control.close()
        assert zygote._process.wait(20) == 0


def test_nobody_knows_the_status_of_a_process_that_is_no_child(told: Recipe) -> None:
    with started(told) as zygote, pytest.raises(ZygoteLost):
        zygote.status(2**22)


def test_a_module_that_is_not_there_is_named(told: Recipe) -> None:
    settings = {**told.settings, "modules": ["module_that_is_not_there"]}
    without = Recipe(told.command, settings, told.environment)
    with started(without) as zygote, pytest.raises(ZygoteLost, match="No module named 'module_that_is_not_there'"):
        zygote.start()


def status(process: int) -> dict[str, str]:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_a_zygote_and_its_children_have_no_powers(told: Recipe) -> None:
    with started(told) as zygote:
        zygote.meet(child := zygote.fork())
        child.receive(time.monotonic() + 20)
        handle = Path(f"/proc/self/fdinfo/{child._handle}").read_text(encoding="ascii")
        number = int(handle.partition("\nPid:")[2].split()[0])
        found = status(number)
        above = status(int(found["PPid"]))
        child.end()
    for powers in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(found[powers], 16) == int(above[powers], 16) == 0
    assert (found["NoNewPrivs"], found["Seccomp"]) == ("1", "2")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root could become somebody else")
def test_root_that_may_become_nobody_else_stays_root_without_powers() -> None:
    source = """if True:
        from grader.sandbox.confinement import drop_capabilities
        from tests.unit.sandbox.test_zygote import *
        drop_capabilities()
        usual = recipe(AMPLE, NUMPY, KINDS["confined"], [])
        with started(Recipe(usual.command, {**usual.settings, "user": 61001}, usual.environment)) as zygote:
            zygote.start()
            print(json.dumps(status(zygote._process.pid)))
        """
    root = Path(__file__).parents[3]
    found = subprocess.run([sys.executable, "-c", source], cwd=root, capture_output=True, text=True, check=True)
    said = json.loads(found.stdout)
    assert said["Uid"].split() == ["0"] * 4
    assert int(said["CapEff"], 16) == int(said["CapPrm"], 16) == 0
