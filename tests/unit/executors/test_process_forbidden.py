"""Forbidden functions in a real worker: what a roundabout call comes to, and what goes on working."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.executors import Session
from grader.executors.process import ProcessExecutor
from grader.model import Answer, Call, Limits, Submission, Verdict

FORBIDDEN = (("numpy.linalg.det", "eliminate"), ("numpy.linalg.eig*", ""), ("numpy.matmul", ""), ("scipy.special", ""))
A = np.array([[2.0, 1.0], [1.0, 3.0]])

Opened = Callable[..., Session]


@pytest.fixture(scope="module")
def executor() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(Limits(call=20.0, exercise=600.0, load=20.0)) as executor:
        yield executor


@pytest.fixture
def opened(executor: ProcessExecutor, tmp_path: Path) -> Iterator[Opened]:
    """Return what opens a session for a source, with `tmp_path` as the folder of the answer."""
    sessions: list[Session] = []

    def open_one(source: str, forbidden: tuple[tuple[str, str], ...] = FORBIDDEN) -> Session:
        submission = Submission("answer", textwrap.dedent(source), "f", str(tmp_path), forbidden)
        sessions.append(executor.open(submission))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


def sentence(answer: Answer) -> str:
    assert answer.failure is not None, answer
    assert answer.failure.verdict is Verdict.WRONG_ANSWER
    assert answer.failure.type == "ForbiddenCall"
    return answer.failure.message


def test_calls_in_a_roundabout_way_are_wrong_answers(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text(
        "import numpy as np\nfind = lambda: getattr(np.linalg, 'd' + 'et')\ndef call(A):\n    return find()(A)\n"
    )
    session = opened(
        """
        import numpy as np
        def f(way, A):
            try:
                return WAYS[way](A)
            except Exception:
                return 0.0
        def by_helper(A):
            import helper
            return helper.call(A)
        WAYS = {
            "text": lambda A: eval("np.linalg.d" + "et(A)"),
            "map": lambda A: list(map(vars(np.linalg)["eig" + "vals"], [A])),
            "ufunc": lambda A: getattr(np, "mat" + "mul")(A, A),
            "helper": by_helper,
        }
        """
    )  # fmt: skip
    assert session.load().failure is None
    rest = "which this exercise asks you to do without;"
    said = {way: sentence(session.call(Call((way, A)))) for way in ("text", "map", "ufunc", "helper")}
    assert said == {
        "text": f"line 12 calls `numpy.linalg.det`, {rest} eliminate",
        "map": f"line 13 calls `numpy.linalg.eigvals`, {rest} write that step yourself",
        "ufunc": f"line 14 calls `numpy.matmul`, {rest} write that step yourself",
        "helper": f"line 4 of helper.py calls `numpy.linalg.det`, {rest} eliminate",
    }


def test_the_traceback_ends_in_the_students_line(opened: Opened) -> None:
    session = opened("import numpy as np\ndef f(A):\n    return np.linalg.det(A)\n")
    session.load()
    failure = session.call(Call((A,))).failure
    assert failure is not None
    assert "line 3, in f" in failure.trace
    assert "forbidding" not in failure.trace


def test_what_numpy_needs_for_itself_goes_on_working(opened: Opened) -> None:
    source = """
        import numpy as np
        def f(A):
            power = np.linalg.matrix_power(A, 3)
            return [A @ A, np.linalg.cond(A), np.linalg.multi_dot([A, A, A]), np.roots([1, -3, 2]), power]
        """
    allowed, plain = opened(source), opened(source, ())
    values = []
    for session in (allowed, plain):
        assert session.load().failure is None
        answer = session.call(Call((A,)))
        assert answer.failure is None, answer.failure
        values.append(repr(answer.value))
    assert values[0] == values[1]


def test_a_call_while_the_answer_is_loaded_is_found(opened: Opened) -> None:
    failure = opened("import numpy as np\nx = np.linalg.det(np.eye(2))\ndef f(A):\n    return x\n").load().failure
    assert failure is not None
    assert failure.verdict is Verdict.WRONG_ANSWER
    assert failure.message.startswith("line 2 calls `numpy.linalg.det`")


def test_a_module_that_is_imported_during_a_call_is_looked_after_from_the_next_call_on(opened: Opened) -> None:
    session = opened("import importlib\ndef f(x):\n    return importlib.import_module('scipy.special').erf(x)\n")
    session.load()
    assert session.call(Call((0.0,))).failure is None
    assert sentence(session.call(Call((0.0,)))).startswith("line 3 calls `scipy.special.erf`")


def test_without_a_list_nothing_is_forbidden(opened: Opened) -> None:
    session = opened("import numpy as np\ndef f(A):\n    return np.linalg.det(A)\n", ())
    session.load()
    assert session.call(Call((A,))).value == pytest.approx(5.0)


def test_an_exception_of_that_name_is_a_students_own_where_nothing_is_forbidden(opened: Opened) -> None:
    source = "class ForbiddenCall(BaseException):\n    __module__ = 'grader.sandbox.forbidding'\ndef f():\n    raise ForbiddenCall('x')\n"
    plain, forged = opened(source, ()), opened(source)
    verdicts = []
    for session in (plain, forged):
        session.load()
        failure = session.call(Call(())).failure
        assert failure is not None
        verdicts.append((failure.verdict, failure.message.split(",")[0]))
    assert verdicts == [
        (Verdict.RAISED, "raised ForbiddenCall: x"),
        (Verdict.WRONG_ANSWER, "the answer calls something"),
    ]


def test_the_list_goes_to_every_worker_of_a_session(opened: Opened) -> None:
    session = opened("import numpy as np, os\ndef f(A):\n    return np.linalg.det(A) if A.size else os._exit(3)\n")
    session.load()
    assert session.call(Call((np.ones((0, 0)),))).failure
    assert sentence(session.call(Call((A,)))).startswith("line 3 calls `numpy.linalg.det`")
