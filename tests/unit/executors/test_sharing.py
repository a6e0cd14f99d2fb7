"""One worker for the exercises of a notebook: its cells are run once, and what breaks is not passed on."""

from collections.abc import Iterator

import pytest

from grader.executors import Executor
from grader.executors._sharing import OneWorker
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Call, Limits, Submission, Verdict
from grader.notebooks.code import titled
from grader.sandbox.values import FunctionText

LIMITS = Limits(call=1.0, exercise=20.0, load=20.0)


class Counting(ProcessExecutor):
    """Counts the workers that it hands out and those that were ended."""

    taken = ended = 0

    def take(self, submission: Submission):  # type: ignore[no-untyped-def]
        self.taken += 1
        return super().take(submission)

    def end(self, worker):  # type: ignore[no-untyped-def]
        self.ended += 1
        return super().end(worker)


@pytest.fixture
def inner() -> Iterator[Counting]:
    with Counting(LIMITS) as made:
        yield made


@pytest.fixture
def shared(inner: Counting) -> Iterator[OneWorker]:
    with OneWorker(lambda: inner, LIMITS) as made:
        yield made


LEAVING = """\
import sys

def forgets(x):
    sys.modules["grader.sandbox.loading"].AnswerModule.find = None
    return len(runs)

def fills(x):
    runs.append("full")
    return len(runs)

def needs_room(x):
    if "full" in runs:
        raise MemoryError
    return len(runs)

def needs_health(x):
    if "full" in runs:
        os._exit(3)
    return len(runs)
"""
CELLS = titled(
    [
        ("cell 1", "runs = []\nruns.append(1)"),
        ("cell 2", "def f(x):\n    runs.append(x)\n    return len(runs)\n\n\ndef g(x):\n    return x + len(runs)"),
        ("cell 3", "import os\n\n\ndef dies(x):\n    os._exit(3)\n\n\ndef hangs(x):\n    while True:\n        pass"),
        ("cell 4", "def asks(function):\n    return function(2.0) + len(runs)"),
        ("cell 5", LEAVING),
    ]
)


def submission(function: str, forbidden: tuple[tuple[str, str], ...] = ()) -> Submission:
    return Submission("exercise_01", CELLS.source, function, forbidden=forbidden, cells=CELLS.cells)


def asked(executor: Executor, function: str, argument: object = 3) -> Answer:
    with executor.open(submission(function)) as session:
        loaded = session.load()
        assert loaded.failure is None
        assert loaded.found
        return session.call(Call((argument,)))


def test_cells_are_run_once_for_all_functions(inner: Counting, shared: OneWorker) -> None:
    assert [asked(shared, name).value for name in ("f", "g", "f")] == [2, 5, 3]
    assert (inner.taken, inner.ended) == (1, 0)
    shared.close()
    assert inner.ended == 1


def test_parameters_are_those_of_each_function(shared: OneWorker) -> None:
    with shared.open(submission("f")) as session:
        assert session.load().parameters == "(x)"
    with shared.open(submission("asks")) as session:
        assert session.load().parameters == "(function)"
    with shared.open(submission("there_is_none")) as session:
        assert not session.load().found


def test_functions_that_are_handed_out_are_counted_anew_for_each(shared: OneWorker) -> None:
    square = FunctionText(("x",), "x**2", counted=True)
    cube = FunctionText(("x",), "x**3", counted=True)
    assert asked(shared, "asks", square).value == 5.0
    second = asked(shared, "asks", cube)
    assert second.value == 9.0
    assert [item.calls for item in second.evaluations] == [1]


@pytest.mark.parametrize(
    ("function", "verdict", "workers"),
    [("dies", Verdict.CRASHED, 3), ("hangs", Verdict.TIME_LIMIT, 2)],  # one that died may have been unwell before
)
def test_a_worker_that_failed_is_not_passed_on(
    inner: Counting, shared: OneWorker, function: str, verdict: Verdict, workers: int
) -> None:
    assert asked(shared, "f").value == 2
    failure = asked(shared, function).failure
    assert failure is not None
    assert failure.verdict is verdict
    assert asked(shared, "f").value == 2
    assert inner.taken == workers


@pytest.mark.parametrize(
    ("first", "then"), [("forgets", "needs_room"), ("fills", "needs_room"), ("fills", "needs_health")]
)
def test_what_one_function_leaves_behind_is_not_the_end_of_the_next(
    inner: Counting, shared: OneWorker, first: str, then: str
) -> None:
    asked(shared, first)
    assert [asked(shared, name).value for name in (then, then)] == [1, 1]
    assert (inner.taken, inner.ended) == (2, 1)


def test_a_worker_that_has_worked_for_long_is_not_passed_on(
    inner: Counting, shared: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.executors._sharing._LONG", 0.0)  # each has had the processor, while it started
    assert [asked(shared, "f").value for _ in range(2)] == [2, 2]
    assert (inner.taken, inner.ended) == (2, 2)


def test_what_an_exercise_forbids_is_looked_after_in_a_worker_of_its_own(inner: Counting, shared: OneWorker) -> None:
    assert asked(shared, "f").value == 2
    with shared.open(submission("f", (("numpy.linalg.det", ""),))) as session:
        session.load()
        assert session.call(Call((1,))).value == 2
    assert asked(shared, "g").value == 5
    assert inner.taken == 2


def test_answers_that_were_announced_and_not_fetched_are_not_left_for_the_next(shared: OneWorker) -> None:
    with shared.open(submission("f")) as session:
        session.load()
        calls = [Call((number,)) for number in range(5)]
        session.expect(calls)
        session.call(calls[0])
    assert asked(shared, "g").value in (4, 5)


def test_an_answer_file_gets_a_worker_of_its_own(inner: Counting, shared: OneWorker) -> None:
    plain = Submission("exercise_01", "def f(x):\n    return x", "f")
    for _ in range(2):
        with shared.open(plain) as session:
            assert session.load().found
    assert (inner.taken, inner.ended) == (2, 2)
