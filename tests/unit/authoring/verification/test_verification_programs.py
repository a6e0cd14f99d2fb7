"""Many programs in one worker: none disturbs another, whatever it does."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from grader.authoring.verification import workers
from grader.authoring.verification.programs import Programs, Run
from grader.errors import JudgeError
from grader.executors import Loaded, Session
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Call, Failure, Limits, Verdict
from grader.sandbox.values import FunctionText, Handle

SOURCES = {
    "double": "def f(x):\n    return 2 * x\n",
    "state": "calls = []\n\n\ndef f(x):\n    calls.append(x)\n    return len(calls)\n",
    "no function": "def g(x):\n    return x\n",
    "no Python": "def f(:\n",
    "fails": "raise RuntimeError('at once')\n",
    "endless": "def f(x):\n    while True:\n        pass\n",
    "ends": "import os\n\n\ndef f(x):\n    os._exit(3)\n",
    "changes": "def f(x):\n    x[0] = 7.0\n    return x\n",
    "applies": "def f(g):\n    return g(2.0)\n",
    "class": "class f:\n    def __init__(self, x):\n        self.x = x\n\n    def twice(self):\n        self.x *= 2\n        return self.x\n",
    "triple": "def f(x):\n    return 3 * x\n",
}


@pytest.fixture(scope="module")
def programs() -> Iterator[Programs]:
    limits = replace(Limits(), call=1.0, exercise=600.0)
    with workers.executor(limits) as executor, Programs(executor, SOURCES, "f") as programs:
        yield programs


def call(programs: Programs, name: str, *arguments: object) -> object:
    answer = programs.run(name)(Call(arguments))
    assert answer.failure is None, answer.failure
    return answer.value


def test_each_program_has_its_own_function(programs: Programs) -> None:
    assert call(programs, "double", 4) == 8
    assert call(programs, "triple", 4) == 12


def test_a_program_keeps_its_state_from_call_to_call_and_another_run_begins_anew(programs: Programs) -> None:
    run = programs.run("state")
    assert [run(Call((0,))).value for _ in range(3)] == [1, 2, 3]
    assert programs.run("state")(Call((0,))).value == 1


@pytest.mark.parametrize(
    ("name", "kind"), [("no function", "KeyError"), ("no Python", "SyntaxError"), ("fails", "RuntimeError")]
)
def test_a_program_that_cannot_be_loaded_says_so_at_every_call(programs: Programs, name: str, kind: str) -> None:
    run = programs.run(name)
    for _ in range(2):
        failure = run(Call((1,))).failure
        assert failure is not None
        assert failure.type == kind
    assert call(programs, "double", 1) == 2


@pytest.mark.parametrize(("name", "verdict"), [("endless", Verdict.TIME_LIMIT), ("ends", Verdict.CRASHED)])
def test_the_next_program_is_well_after_one_that_hangs_or_dies(programs: Programs, name: str, verdict: Verdict) -> None:
    run, other = programs.run(name), programs.run("double")
    assert other(Call((1,))).value == 2
    failure = run(Call((1,))).failure
    assert failure is not None
    assert failure.verdict is verdict
    assert call(programs, "triple", 2) == 6
    assert run(Call((1,))).failure is not None  # it is loaded anew, and fails anew


def test_what_a_program_does_to_its_arguments_is_seen(programs: Programs) -> None:
    assert programs.run("changes")(Call((np.zeros(2),))).changed == (0,)
    assert programs.run("double")(Call((np.zeros(2),))).changed == ()


def test_functions_that_are_handed_in_are_counted(programs: Programs) -> None:
    counted = FunctionText(("x",), "x ** 2", counted=True)
    answer = programs.run("applies")(Call((counted,)))
    assert answer.value == 4.0
    assert [(count.place, count.calls) for count in answer.evaluations] == [(0, 1)]


def test_the_methods_of_an_object_are_called_on_it(programs: Programs) -> None:
    run = programs.run("class")
    made = run(Call((3,), keep=True))
    assert isinstance(made.value, Handle)
    assert [run(Call((), target=made.value, method="twice")).value for _ in range(2)] == [6, 12]


class Late(Session):
    """A session that gives no answer in time so often, and then does."""

    def __init__(self, times: int) -> None:
        self.left, self.calls = times, 0

    def load(self) -> Loaded:
        return Loaded(found=True)

    def call(self, call: Call) -> Answer:
        if call.keep:
            return Answer(Handle(1))
        self.calls += 1
        if self.left:
            self.left -= 1
            return Answer(failure=Failure(Verdict.TIME_LIMIT, "no answer after 1 s"))
        return Answer(5)

    def close(self) -> None:
        pass


def test_that_a_program_took_too_long_is_believed_if_it_happens_twice() -> None:
    assert Run(Late(1), 0)(Call((1,))).value == 5
    assert Run(Late(2), 0)(Call((1,))).failure is not None
    once = Late(1)
    assert Run(once, 0)(Call((), target=Handle(1), method="f")).failure is not None  # the object is gone
    assert once.calls == 1


def test_where_nothing_can_be_forked_programs_run_in_processes_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Limits) -> ProcessExecutor:
        raise JudgeError("`confined` cannot be had here")

    monkeypatch.setattr(workers, "ConfinedExecutor", refused)
    with workers.executor(Limits()) as executor, Programs(executor, SOURCES, "f") as programs:
        assert executor.isolation == "process"
        assert call(programs, "double", 4) == 8
