"""Submissions at every level of isolation that this machine offers, with few executors for many tests."""

import textwrap
from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader import registry
from grader.errors import JudgeError
from grader.executors import Session
from grader.executors._forking import ForkingExecutor
from grader.executors._session import WorkerSession
from grader.executors.process import ProcessExecutor
from grader.model import Call, Limits, Submission
from tests.unit.executors.sessions import AMPLE, Executors, Opened, Run

LEVELS = ("process", "confined", "sealed")
RUN = "def f(source, *arguments):\n    names = {}\n    exec(source, names)\n    return names['f'](*arguments)\n"


@pytest.fixture(scope="session")
def executors() -> Iterator[Executors]:
    """Return what finds the executor of a level that the tests share; its zygotes know only the limit on memory."""
    found: dict[tuple[str, int], ProcessExecutor | ForkingExecutor] = {}

    def find(level: str, memory: int = AMPLE.memory) -> ProcessExecutor | ForkingExecutor:
        if (level, memory) not in found:
            try:
                found[level, memory] = registry.load("executors", level)(replace(AMPLE, memory=memory))
            except JudgeError as error:
                pytest.skip(str(error))
        return found[level, memory]

    yield find
    for executor in found.values():
        executor.close()


@pytest.fixture(scope="session", params=LEVELS)
def level(request: pytest.FixtureRequest) -> str:
    """Return the level that a test is about; a file about one level has a fixture of this name."""
    return str(request.param)


@pytest.fixture(scope="module")
def shared(level: str, executors: Executors) -> Iterator[Session]:
    """Yield a session whose function runs the source that it is given, for tests that need no worker of their own."""
    with executors(level).open(Submission("answer", RUN, "f")) as session:
        session.load()
        yield session


@pytest.fixture
def run(shared: Session) -> Run:
    """Return what calls `f` of a source with arguments, in the worker that the tests of a file share."""
    return lambda source, *arguments: shared.call(Call((textwrap.dedent(source), *arguments)))


@pytest.fixture
def opened(level: str, executors: Executors) -> Iterator[Opened]:
    """Return what loads a source in a worker of its own."""
    sessions: list[WorkerSession] = []

    def open_one(source: str, limits: Limits = AMPLE) -> Session:
        pool = executors(level, limits.memory)
        sessions.append(WorkerSession(pool, Submission("answer", textwrap.dedent(source), "f"), limits))
        sessions[-1].load()
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()
