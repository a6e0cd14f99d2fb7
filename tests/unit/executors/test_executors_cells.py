"""A notebook's cells in a worker: what fails does not matter, what is called does, and tracebacks name cells."""

from collections.abc import Iterator

import pytest

from grader.executors import Executor, Loaded
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Call, Limits, Submission, Verdict
from grader.notebooks.code import titled

LIMITS = Limits(call=5.0, exercise=20.0, load=20.0)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with ProcessExecutor(LIMITS) as made:
        yield made


def submission(*cells: str, function: str = "f", forbidden: tuple[tuple[str, str], ...] = ()) -> Submission:
    code = titled((f"cell {place}", cell) for place, cell in enumerate(cells, start=1))
    return Submission("exercise_01", code.source, function, forbidden=forbidden, cells=code.cells)


def asked(executor: Executor, found: Submission) -> tuple[Loaded, Answer]:
    with executor.open(found) as session:
        return session.load(), session.call(Call((3,)))


def test_helpers_and_imports_of_other_cells_are_there(executor: Executor) -> None:
    cells = ["%matplotlib inline\nimport math", "def helper(x):\n    return math.floor(x)", "1 / 0\nprint('x' * 10**6)"]
    loaded, answer = asked(executor, submission(*cells, "def f(x):\n    return helper(x) + 1"))
    assert loaded.failure is None
    assert loaded.found
    assert loaded.names == ("helper", "f")
    assert loaded.printed == "cell 3, line 1: ZeroDivisionError: division by zero\n"
    assert answer.value == 4


def test_a_traceback_names_the_cell_and_shows_the_line(executor: Executor) -> None:
    found = asked(executor, submission("x = 1", "\ndef f(x):\n    return 1 / 0"))[1].failure
    assert found is not None
    assert found.trace == '  File "cell 2", line 3, in f\n    return 1 / 0\n           ~~^~~\n'


def test_what_is_forbidden_is_refused_at_its_place(executor: Executor) -> None:
    cells = ["import numpy as np", "def f(x):\n    return getattr(np.linalg, 'd' + 'et')(np.eye(2))"]
    found = asked(executor, submission(*cells, forbidden=(("numpy.linalg.det", ""),)))[1].failure
    assert found is not None
    assert found.verdict is Verdict.WRONG_ANSWER
    assert found.message.startswith("line 2 of cell 2 calls `numpy.linalg.det`")


def test_the_graders_own_calls_are_nothing_in_a_worker(executor: Executor) -> None:
    cells = [
        "import grader\ngrader.check('exercise-01')\nx = grader.score('exercise-01', 'y')",
        "def f(y):\n    return x is None",
    ]
    loaded, answer = asked(executor, submission(*cells))
    assert (loaded.printed, answer.value) == ("", True)


def test_a_missing_function_comes_with_what_failed(executor: Executor) -> None:
    loaded, _ = asked(executor, submission("def f(x:\n    return x", "def g(x):\n    return x"))
    assert not loaded.found
    assert loaded.names == ("g",)
    assert "cell 1, line 1: SyntaxError: " in loaded.printed


def test_a_line_of_the_whole_is_known_by_its_cell() -> None:
    found = submission("a = 1\nb = 2", "", "c = 3")
    assert [found.place(line) for line in (1, 2, 3, 4)] == [
        "line 1 of cell 1",
        "line 2 of cell 1",
        "line 1 of cell 3",
        "line 4",
    ]
    assert Submission("m", "x", "f").place(7) == "line 7"
