"""Calls that are announced and sent before they are made: the same answers as one by one, in the same order."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from grader.connections import Connection
from grader.errors import JudgeError
from grader.executors import Session
from grader.model import Answer, Call, Limits, Submission, Verdict
from grader.sandbox.values import FunctionText, Handle, Value
from tests.unit.executors.sessions import Executors, Opened, failed, given

ECHO = "def f(x):\n    return x"
KEEPS_COUNT = "import os\nseen = []\ndef f(x):\n    seen.append(x)\n    return [os.getpid(), len(seen)]"


def calls(*arguments: Value) -> list[Call]:
    return [Call((argument,)) for argument in arguments]


def answers(session: Session, announced: Sequence[Call]) -> list[Answer]:
    session.expect(announced)
    return [session.call(call) for call in announced]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of all that is sent and taken from now on, in order."""
    found: list[str] = []
    send, receive = Connection.send, Connection.receive

    def noted(self: Connection, kind: str, *rest: object, **named: object) -> None:
        found.append(kind)
        send(self, kind, *rest, **named)  # type: ignore[arg-type]

    def received(self: Connection, deadline: float) -> object:
        frame = receive(self, deadline)
        found.append(frame.kind)
        return frame

    monkeypatch.setattr(Connection, "send", noted)
    monkeypatch.setattr(Connection, "receive", received)
    return found


# --- at every level ---------------------------------------------------------------------------------------------------


def test_answers_come_in_the_order_of_the_calls(opened: Opened) -> None:
    session = opened("import time\ndef f(x):\n    time.sleep(0.005 * (x % 3 == 0))\n    return x * x")
    assert [given(answer) for answer in answers(session, calls(*range(40)))] == [x * x for x in range(40)]


def test_calls_that_were_announced_can_be_followed_by_others(opened: Opened) -> None:
    session = opened(ECHO)
    assert [given(answer) for answer in answers(session, calls(1, 2))] == [1, 2]
    assert given(session.call(Call((3,)))) == 3
    assert [given(answer) for answer in answers(session, calls(4, 5))] == [4, 5]


def test_what_is_printed_belongs_to_its_call(opened: Opened) -> None:
    session = opened("def f(x):\n    print('begin', x)\n    print('end', x, end='')\n    return x")
    found = answers(session, calls(*range(20)))
    assert [answer.printed for answer in found] == [f"begin {x}\nend {x}" for x in range(20)]


def test_an_exception_belongs_to_its_call(opened: Opened) -> None:
    session = opened("def f(x):\n    return 1 / x")
    found = answers(session, calls(1, 0, 2, 0, 4))
    assert [answer.value for answer in found] == [1.0, None, 0.5, None, 0.25]
    assert failed(found[1]).type == failed(found[3]).type == "ZeroDivisionError"


def test_changed_arguments_belong_to_their_call(opened: Opened) -> None:
    session = opened("def f(x):\n    x[0] += x[1]\n    return x[0]")
    arrays = [np.array([1.0, float(step)]) for step in (0, 1, 0, 2)]
    found = answers(session, calls(*arrays))
    assert [answer.changed for answer in found] == [(), (0,), (), (0,)]
    assert [given(answer) for answer in found] == [1.0, 2.0, 1.0, 3.0]


def test_a_crash_costs_only_the_call_that_crashed(opened: Opened) -> None:
    session = opened("import os\nseen = []\ndef f(x):\n    seen.append(x)\n    return len(seen) if x else os._exit(3)")
    found = answers(session, calls(1, 1, 0, 1, 1))
    assert [answer.value for answer in found] == [1, 2, None, 1, 2]
    assert failed(found[2]).message == "the process ended itself (exit status 3) before it gave an answer"


def test_a_call_that_took_too_long_costs_no_other(opened: Opened) -> None:
    session = opened("def f(x):\n    while not x: pass\n    return x", Limits(call=0.5))
    found = answers(session, calls(1, 0, 2, 3))
    assert [answer.value for answer in found] == [1, None, 2, 3]
    assert failed(found[1]).verdict is Verdict.TIME_LIMIT


def test_the_deadline_is_that_of_each_call(opened: Opened) -> None:
    session = opened("import time\ndef f(x):\n    time.sleep(x)\n    return x", Limits(call=0.7))
    assert [given(answer) for answer in answers(session, calls(*[0.2] * 4))] == [0.2] * 4


def test_all_calls_together_end_at_the_deadline_of_the_exercise(opened: Opened) -> None:
    session = opened("import time\ndef f(x):\n    time.sleep(x)\n    return x", Limits(call=20.0, exercise=0.3))
    began = time.monotonic()
    found = answers(session, calls(*[0.1] * 20))
    assert time.monotonic() - began < 5.0
    assert given(found[0]) == 0.1
    assert failed(found[-1]).message == "the time for the whole exercise, 0.3 s, is used up"


def test_the_limit_on_printing_is_that_of_each_call(opened: Opened) -> None:
    session = opened("def f(x):\n    print('x' * x)\n    return x", Limits(call=20.0, output=2**14))
    found = answers(session, calls(10_000, 10_000, 20_000, 10_000))
    assert [answer.value for answer in found] == [10_000, 10_000, None, 10_000]
    assert failed(found[2]).verdict is Verdict.OUTPUT_LIMIT


def test_large_arrays_ahead_both_ways_do_not_wait_for_each_other(opened: Opened) -> None:
    session = opened("def f(x):\n    return x + 1", Limits(call=20.0, exercise=60.0))
    arrays = [np.full(2**18, float(number)) for number in range(20)]  # 2 MiB each, more than sockets hold
    found = answers(session, calls(*arrays))
    for number, answer in enumerate(found):
        np.testing.assert_array_equal(np.asarray(given(answer)), np.full(2**18, number + 1.0))


def test_counted_functions_are_counted_in_their_own_call(opened: Opened) -> None:
    session = opened("def f(g):\n    return sum(g(x) for x in range(int(g(0))))")
    functions = [FunctionText(("x",), f"x + {number}", counted=True) for number in range(4)]
    found = answers(session, calls(*functions))
    assert [given(answer) for answer in found] == [sum(x + n for x in range(n)) for n in range(4)]
    assert [answer.evaluations[0].calls for answer in found] == [1, 2, 3, 4]


def test_a_module_beside_the_answer_is_found_while_calls_wait(level: str, executors: Executors, tmp_path: Path) -> None:
    for number in range(6):
        (tmp_path / f"helper{number}.py").write_text(f"value = {number}\n", encoding="utf-8")
    source = "import importlib\ndef f(x):\n    return importlib.import_module(f'helper{x}').value"
    with executors(level).open(Submission("answer", source, "f", str(tmp_path))) as session:
        session.load()
        assert [given(answer) for answer in answers(session, calls(*range(6)))] == list(range(6))


# --- where calls are sent ahead ---------------------------------------------------------------------------------------

AHEAD = pytest.mark.parametrize("level", ["confined", "sealed"])


@AHEAD
def test_calls_are_sent_before_the_first_answer_has_come(opened: Opened, sent: list[str]) -> None:
    session = opened(ECHO)
    sent.clear()
    answers(session, calls(*range(40)))
    assert sent[:18] == ["call"] * 16 + ["returned", "call"]
    assert sent.count("call") == sent.count("returned") == 40


@pytest.mark.parametrize("level", ["process"])
def test_where_no_calls_are_sent_ahead_any_call_may_be_made(opened: Opened) -> None:
    session = opened(KEEPS_COUNT)
    session.expect(calls(1, 2, 3))
    found = np.array([given(session.call(Call((4,)))), given(session.call(Call((1,))))])
    assert found[:, 1].tolist() == [1, 2]


@AHEAD
def test_functions_whose_calls_are_counted_are_not_sent_ahead(opened: Opened, sent: list[str]) -> None:
    session = opened("def f(g):\n    return g(1) if callable(g) else g")
    counted = FunctionText(("x",), "x", counted=True)
    sent.clear()
    found = answers(session, [*calls(1, 2), *calls(counted, 3)])
    assert [given(answer) for answer in found] == [1, 2, 1, 3]
    assert sent == ["call", "call", "returned", "returned", "call", "wants", "value", "returned", "call", "returned"]


@AHEAD
@pytest.mark.parametrize("other", [Call((9,)), Call((1,), method="m"), Call((1,), keep=True), Call(()), Call((1, 1))])
def test_a_call_that_is_not_the_next_announced_is_a_judge_error(opened: Opened, other: Call) -> None:
    session = opened(ECHO)
    session.expect(calls(1, 2))
    with pytest.raises(JudgeError, match="not the next one of those announced"):
        session.call(other)


@AHEAD
def test_the_order_of_announced_calls_must_be_kept(opened: Opened) -> None:
    session = opened(ECHO)
    first, second = calls("a", "b")
    session.expect([first, second])
    with pytest.raises(JudgeError, match="not the next one of those announced"):
        session.call(second)


@AHEAD
def test_an_equal_call_that_is_another_is_not_the_announced_one(opened: Opened) -> None:
    session = opened(ECHO)
    session.expect(calls(np.zeros(2)))
    with pytest.raises(JudgeError, match="not the next one of those announced"):
        session.call(Call((np.zeros(2),)))


@AHEAD
def test_announced_calls_may_be_made_of_the_same_objects_again(opened: Opened) -> None:
    session = opened(ECHO)
    argument = np.ones(2)
    session.expect([Call((argument,)), Call((argument,))])
    for _ in range(2):
        np.testing.assert_array_equal(np.asarray(given(session.call(Call((argument,))))), argument)


@AHEAD
def test_announced_calls_that_were_not_made_are_followed_by_a_fresh_worker(opened: Opened) -> None:
    session = opened(KEEPS_COUNT)
    session.expect(calls(1, 2, 3, 4))
    first = np.array(given(session.call(Call((1,)))))
    second = np.array([given(answer) for answer in answers(session, calls(5, 6))])
    assert first[1] == 1
    assert second[:, 1].tolist() == [1, 2]
    assert first[0] not in second[:, 0]


@AHEAD
def test_announced_calls_of_which_none_was_sent_are_forgotten(opened: Opened) -> None:
    session = opened(KEEPS_COUNT)
    session.expect(calls(1, 2, 3))
    found = np.array([given(answer) for answer in answers(session, calls(4, 5))])
    assert found[:, 1].tolist() == [1, 2]


@AHEAD
def test_nothing_is_sent_ahead_to_a_submission_that_is_not_loaded(opened: Opened, sent: list[str]) -> None:
    session = opened(ECHO)
    session.close()
    sent.clear()
    assert [given(answer) for answer in answers(session, calls(1, 2))] == [1, 2]
    assert sent == ["hello", "load", "loaded", "call", "returned", "call", "returned"]


@AHEAD
def test_a_session_can_be_closed_while_calls_are_on_their_way(opened: Opened) -> None:
    session = opened("def f(x):\n    while x: pass\n    return x")
    session.expect(calls(0, 1, 1))
    assert given(session.call(Call((0,)))) == 0
    session.close()
    assert given(session.call(Call((0,)))) == 0


@AHEAD
def test_a_returned_function_can_be_called_ahead(opened: Opened) -> None:
    session = opened("def f(a):\n    return lambda x: a * x")
    handle = given(session.call(Call((10,))))
    assert isinstance(handle, Handle)
    announced = [Call((x,), target=handle) for x in range(5)]
    assert [given(answer) for answer in answers(session, announced)] == [0, 10, 20, 30, 40]


@AHEAD
def test_a_counted_function_of_an_earlier_call_is_evaluated_while_calls_wait(opened: Opened) -> None:
    session = opened("def f(g):\n    return lambda x: g(x) + 1")
    handle = given(session.call(Call((FunctionText(("x",), "x**2", counted=True),))))
    assert isinstance(handle, Handle)
    announced = [Call((x,), target=handle) for x in range(30)]
    found = answers(session, announced)
    assert [given(answer) for answer in found] == [x * x + 1 for x in range(30)]
    assert all(answer.evaluations == () for answer in found)


@AHEAD
def test_an_answer_that_is_sent_early_is_no_answer(opened: Opened) -> None:
    """A submission that reads the requests sent ahead may answer them early, which gains it nothing but a crash."""
    session = opened(
        """
        import sys
        def the_channel():
            frame = sys._getframe()
            while frame is not None:
                found = getattr(frame.f_locals.get("self"), "_channel", None)
                if found is not None:
                    return found
                frame = frame.f_back
        def f(x):
            if x == 1:
                channel = the_channel()
                ahead = channel.read()
                channel.send("returned", {"ticket": ahead.fields["ticket"], "value": 2, "changed": [], "threads": 0})
            return x
        """
    )
    session.expect(calls(1, 2, 3))
    found = [session.call(call) for call in calls(1, 2, 3)]
    assert failed(found[0]).verdict is Verdict.CRASHED
    assert [given(answer) for answer in found[1:]] == [2, 3]
