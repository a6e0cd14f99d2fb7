"""Submissions in workers of every level: values, faults, limits, and a fresh worker after a death."""

import os
import re
import sys
import time

import numpy as np
import pytest

from grader.executors import Session
from grader.model import Call, Limits, Verdict
from grader.sandbox.values import FunctionText, Handle, ItemsOnce, Opaque, RandomState
from tests.unit.executors.sessions import Executors, Opened, Run, failed, given

POSIX = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system does not keep this limit")

# --- values and functions -------------------------------------------------------------------------------------------


def test_the_value_of_a_call_comes_back(run: Run) -> None:
    assert given(run("def f(x, y):\n    return x - y", 5, 2)) == 3


def test_an_array_comes_back_to_the_last_bit(run: Run) -> None:
    value = np.array([[0.1, np.nan], [-0.0, 5e-324]], dtype=np.float64)
    found = given(run("def f(x):\n    return x", value))
    assert isinstance(found, np.ndarray)
    assert (found.dtype, found.shape, found.tobytes()) == (value.dtype, value.shape, value.tobytes())


def test_what_cannot_be_sent_is_described(run: Run) -> None:
    assert given(run("def f():\n    return {1}")) == Opaque("set", "an object of type builtins.set")


def test_a_function_is_handed_over_as_an_expression(run: Run) -> None:
    function = FunctionText(("x",), "a * x**2", {"a": 3.0})
    assert given(run("def f(g):\n    return g(2.0) + g(1.0)", function)) == 15.0


def test_a_function_takes_whole_arrays(run: Run) -> None:
    found = given(run("import numpy as np\ndef f(g):\n    return g(np.arange(3.0))", FunctionText(("x",), "x + 1")))
    np.testing.assert_array_equal(np.asarray(found), [1.0, 2.0, 3.0])


def test_an_iterator_can_be_read_once(run: Run) -> None:
    found = run("def f(items):\n    return list(items), list(items)", ItemsOnce((1, 2, 3)))
    assert given(found) == ([1, 2, 3], [])


def test_a_generator_gives_the_numbers_of_its_key(run: Run) -> None:
    found = given(run("def f(rng):\n    return rng.random(5)", RandomState(2**100 + 7)))
    np.testing.assert_array_equal(np.asarray(found), np.random.default_rng(2**100 + 7).random(5))


def test_a_generator_begins_anew_in_every_call(run: Run) -> None:
    source = "def f(rng):\n    return rng.random()"
    assert given(run(source, RandomState(3))) == given(run(source, RandomState(3)))


def test_a_returned_function_is_called_later(shared: Session, run: Run) -> None:
    handle = given(run("def f(a):\n    return lambda x, y: a * x + y", 10))
    assert isinstance(handle, Handle)
    assert given(shared.call(Call((4, 2), target=handle))) == 42


def test_several_returned_functions_are_told_apart(shared: Session, run: Run) -> None:
    handles = given(run("def f():\n    return [lambda x: x + 1, lambda x: x + 2]"))
    assert isinstance(handles, list)
    assert [given(shared.call(Call((0,), target=handle))) for handle in reversed(handles)] == [2, 1]


def test_a_returned_function_that_raises_is_a_failure(shared: Session, run: Run) -> None:
    handle = given(run("def f():\n    return lambda x: 1 / x"))
    assert isinstance(handle, Handle)
    assert failed(shared.call(Call((0,), target=handle))).type == "ZeroDivisionError"


def test_a_function_that_nobody_returned_cannot_be_called(opened: Opened) -> None:
    session = opened("def f(): return 1")
    failed(session.call(Call((), target=Handle(2**100))))
    assert given(session.call(Call(()))) == 1


def test_a_returned_function_does_not_outlive_its_worker(opened: Opened) -> None:
    session = opened("import os\ndef f(x):\n    return (lambda: x) if x else os._exit(1)")
    first = given(session.call(Call((1,))))
    failed(session.call(Call((0,))))
    second = given(session.call(Call((2,))))
    assert isinstance(first, Handle)
    assert isinstance(second, Handle)
    assert given(session.call(Call((), target=second))) == 2
    failed(session.call(Call((), target=first)))


# --- functions whose calls are counted --------------------------------------------------------------------------------


LIAR = """
import sys
expressions = sys.modules["grader.sandbox.expressions"]
expressions.function = lambda *_: lambda *_: -1.0
def f(g, x):
    return g(x)
"""


@pytest.mark.parametrize(("counted", "value"), [(True, 49.0), (False, -1.0)], ids=["counted", "not counted"])
def test_only_a_counted_function_is_evaluated_by_the_grader(opened: Opened, counted: bool, value: float) -> None:
    assert given(opened(LIAR).call(Call((FunctionText(("x",), "x**2", counted=counted), 7.0)))) == value


def test_counted_functions_are_told_apart_wherever_they_stand(run: Run) -> None:
    functions = [FunctionText(("x",), f"x + {number}", counted=True) for number in range(4)]
    source = "def f(a, b, c):\n    return c['k'](0), b[0](0), b[1][0](0), a(0)"
    nested = [functions[1], (functions[2],)]
    assert given(run(source, functions[0], nested, {"k": functions[3]})) == (3, 1, 2, 0)


def test_a_counted_function_takes_and_gives_arrays(run: Run) -> None:
    found = given(run("def f(g, x):\n    return g(x)", FunctionText(("x",), "2 * x", counted=True), np.ones(3)))
    np.testing.assert_array_equal(np.asarray(found), [2.0, 2.0, 2.0])


def test_a_counted_function_can_be_called_many_times(run: Run) -> None:
    source = "def f(g):\n    return sum(g(i) for i in range(200))"
    assert given(run(source, FunctionText(("x",), "x", counted=True))) == 19900


def test_a_counted_function_refuses_what_is_no_number(run: Run) -> None:
    source = "def f(g):\n    try:\n        return g('text')\n    except ValueError:\n        return 'refused'"
    assert given(run(source, FunctionText(("x",), "sin(x)", counted=True))) == "refused"


def test_a_counted_function_takes_as_many_arguments_as_it_has_parameters(run: Run) -> None:
    answer = run("def f(g):\n    return g(1, 2)", FunctionText(("x",), "x", counted=True))
    assert failed(answer).type == "ValueError"


def test_a_counted_function_outside_its_domain_gives_what_numpy_gives(run: Run) -> None:
    found = given(run("def f(g):\n    return g(-1.0)", FunctionText(("x",), "log(x)", counted=True)))
    assert isinstance(found, np.float64)
    assert np.isnan(found)


def test_a_returned_function_may_go_on_using_a_counted_one(shared: Session, run: Run) -> None:
    square = FunctionText(("x",), "x**2", counted=True)
    handle = given(run("def f(g):\n    return lambda x: (g(x + 1) - g(x - 1)) / 2", square))
    assert isinstance(handle, Handle)
    assert given(shared.call(Call((3.0,), target=handle))) == 6.0


def test_the_deadline_holds_for_what_the_grader_computes_for_an_answer(opened: Opened) -> None:
    session = opened("def f(g):\n    return g(1_500_000)", Limits(call=0.3))
    began = time.monotonic()
    session.call(Call((FunctionText(("x",), "x**x", counted=True),)))
    assert time.monotonic() - began < 3.0


# --- exceptions -------------------------------------------------------------------------------------------------------


def test_an_exception_is_a_verdict_with_its_type_and_message(run: Run) -> None:
    failure = failed(run("def f():\n    raise ValueError('not square')"))
    assert failure.verdict is Verdict.RAISED
    assert failure.type == "ValueError"
    assert failure.message == "raised ValueError: not square"
    assert failure.lineage[:3] == ("ValueError", "Exception", "BaseException")


def test_the_trace_of_an_exception_has_only_the_students_frames(opened: Opened) -> None:
    session = opened(
        """\
        import numpy as np
        def f(A):
            return helper(A)
        def helper(A):
            return np.linalg.inv(A)
        """
    )
    trace = failed(session.call(Call((np.zeros((2, 2)),)))).trace
    assert [line.strip() for line in trace.splitlines() if "^" not in line] == [
        'File "answer.py", line 3, in f',
        "return helper(A)",
        'File "answer.py", line 5, in helper',
        "return np.linalg.inv(A)",
    ]


def test_a_syntax_error_is_reported_with_its_line(opened: Opened) -> None:
    failure = opened("def f(x):\n    return x +\n").load().failure
    assert failure is not None
    assert (failure.verdict, failure.type) == (Verdict.RAISED, "SyntaxError")
    assert 'File "answer.py", line 2' in failure.trace
    assert "return x +" in failure.trace


@pytest.mark.parametrize("leave", ["sys.exit()", "sys.exit(3)", "exit()", "quit()", "raise SystemExit"])
def test_leaving_the_program_is_an_exception_like_any_other(run: Run, leave: str) -> None:
    failure = failed(run(f"import sys\ndef f():\n    {leave}"))
    assert failure.verdict is Verdict.RAISED
    assert "sys.exit" in failure.message


@pytest.mark.parametrize("name", ["KeyboardInterrupt", "GeneratorExit", "StopIteration", "BaseException"])
def test_any_exception_is_a_verdict(run: Run, name: str) -> None:
    assert failed(run(f"def f():\n    raise {name}")).type == name


def test_a_recursion_without_end_is_an_exception(run: Run) -> None:
    assert failed(run("def f():\n    return f()")).type == "RecursionError"


def test_the_same_worker_goes_on_after_an_exception(opened: Opened) -> None:
    session = opened("calls = []\ndef f(x):\n    calls.append(x)\n    return len(calls) if x else 1 / 0")
    answers = [session.call(Call((x,))) for x in (1, 0, 1)]
    assert [answer.value for answer in answers] == [1, None, 3]


# --- the end of a process -----------------------------------------------------------------------------------------------


def test_a_fresh_worker_takes_over_after_a_death(opened: Opened) -> None:
    session = opened(
        "import os\ncalls = []\ndef f(x):\n    calls.append(x)\n    return len(calls) if x else os._exit(0)"
    )
    answers = [session.call(Call((x,))) for x in (1, 1, 0, 1)]
    assert [answer.value for answer in answers] == [1, 2, None, 1]


@pytest.mark.parametrize("status", [0, 3])
def test_a_process_that_ends_itself_has_crashed(opened: Opened, status: int) -> None:
    failure = failed(opened(f"import os\ndef f():\n    os._exit({status})").call(Call(())))
    assert failure.verdict is Verdict.CRASHED
    assert failure.message == f"the process ended itself (exit status {status}) before it gave an answer"


@POSIX
@pytest.mark.parametrize(
    ("source", "signal"),
    [
        ("import ctypes\ndef f():\n    ctypes.string_at(0)", "SIGSEGV"),
        ("import os\ndef f():\n    os.abort()", "SIGABRT"),
        ("import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
    ],
)
def test_a_process_that_a_signal_ends_has_crashed(opened: Opened, source: str, signal: str) -> None:
    failure = failed(opened(source).call(Call(())))
    assert failure.verdict is Verdict.CRASHED
    assert f"ended by {signal}" in failure.message


def test_a_process_that_ends_itself_while_loading_has_crashed(opened: Opened) -> None:
    assert failed(opened("import os\nos._exit(4)").call(Call(()))).verdict is Verdict.CRASHED


def test_a_session_can_be_closed_twice(opened: Opened) -> None:
    session = opened("def f(): return 1")
    session.close()
    session.close()
    assert given(session.call(Call(()))) == 1


# --- limits -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "import time; time.sleep(60)",
        "import threading; threading.Event().wait()",
        "import numpy as np; np.linalg.svd(np.ones((3000, 3000)))",
    ],
)
def test_a_call_ends_at_its_deadline(opened: Opened, body: str) -> None:
    session = opened(f"def f():\n    {body}\n", Limits(call=0.2))
    began = time.monotonic()
    failure = failed(session.call(Call(())))
    assert failure.verdict is Verdict.TIME_LIMIT
    assert failure.message == "no answer after 0.2 s: does a loop never end?"
    assert 0.2 <= time.monotonic() - began < 10.0


def test_loading_ends_at_its_deadline(opened: Opened) -> None:
    failure = opened("while True: pass", Limits(load=0.2)).load().failure
    assert failure is not None
    assert failure.verdict is Verdict.TIME_LIMIT


def test_a_call_may_be_made_after_one_that_took_too_long(opened: Opened) -> None:
    session = opened("def f(forever):\n    while forever: pass\n    return 1", Limits(call=0.5))
    assert failed(session.call(Call((True,)))).verdict is Verdict.TIME_LIMIT
    assert given(session.call(Call((False,)))) == 1


def test_all_calls_together_end_at_the_deadline_of_the_exercise(opened: Opened) -> None:
    session = opened("def f():\n    while True: pass", Limits(call=20.0, exercise=0.2))
    failures = [failed(session.call(Call(()))) for _ in range(2)]
    assert {failure.verdict for failure in failures} == {Verdict.TIME_LIMIT}
    assert {failure.message for failure in failures} == {"the time for the whole exercise, 0.2 s, is used up"}


def test_loading_again_after_a_death_takes_of_the_time_of_the_exercise(opened: Opened) -> None:
    source = "import os, time\ntime.sleep(0.3)\ndef f():\n    os._exit(1)"
    session = opened(source, Limits(call=20.0, exercise=1.0))
    verdicts = [failed(session.call(Call(()))).verdict for _ in range(6)]
    assert verdicts[0] is Verdict.CRASHED
    assert verdicts[-1] is Verdict.TIME_LIMIT


def test_no_worker_is_started_for_a_call_for_which_no_time_is_left(
    opened: Opened, level: str, executors: Executors, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened("def f():\n    while True: pass", Limits(call=20.0, exercise=0.2))
    session.call(Call(()))
    monkeypatch.setattr(executors(level), "take", lambda _: pytest.fail("a worker was started"))
    assert failed(session.call(Call(()))).verdict is Verdict.TIME_LIMIT


def test_what_is_printed_before_the_deadline_is_kept(opened: Opened) -> None:
    session = opened("def f():\n    print('so far')\n    while True: pass", Limits(call=0.5))
    assert session.call(Call(())).printed == "so far\n"


def test_printing_ends_at_its_limit(opened: Opened) -> None:
    session = opened("def f():\n    while True: print('x' * 99)", Limits(call=20.0, output=2**16))
    answer = session.call(Call(()))
    assert failed(answer).verdict is Verdict.OUTPUT_LIMIT
    assert failed(answer).message == "printed more than 64 KiB in one call"
    assert answer.printed.startswith("x" * 99 + "\n" + "x" * 99)
    assert len(answer.printed) < 5_000


def test_the_limit_on_printing_is_that_of_one_call(opened: Opened) -> None:
    session = opened("def f():\n    print('x' * 40_000)\n    return 1", Limits(call=20.0, output=2**16))
    assert [given(session.call(Call(()))) for _ in range(3)] == [1, 1, 1]


def test_an_answer_larger_than_allowed_is_refused(opened: Opened) -> None:
    session = opened("import numpy as np\ndef f(n):\n    return np.zeros(n)", Limits(call=20.0, answer=2**20))
    assert "longer than the limit" in failed(session.call(Call((2**17 + 1,)))).message
    assert isinstance(given(session.call(Call((2**17,)))), np.ndarray)


@LINUX
@pytest.mark.parametrize("body", ["bytearray(2**32)", "np.ones(2**29)", "'x' * 2**32", "[0] * 2**30"])
def test_an_answer_that_needs_too_much_memory_is_ended(run: Run, body: str) -> None:
    assert failed(run(f"import numpy as np\ndef f():\n    return {body}")).verdict is Verdict.MEMORY_LIMIT


@LINUX
def test_how_much_memory_was_held_is_measured_by_the_grader(opened: Opened) -> None:
    session = opened("import numpy as np\nheld = np.ones(25 * 2**20)\ndef f():\n    return bytearray(2**32)")
    message = failed(session.call(Call(()))).message
    found = re.search(r"; the process held up to (\d+) MiB$", message)
    assert found, message
    assert 200 < int(found[1]) < 400


@LINUX
def test_the_limit_on_memory_is_that_of_the_course(opened: Opened) -> None:
    session = opened("def f(n):\n    return len(bytearray(n))", Limits(call=20.0, memory=2**30))
    assert failed(session.call(Call((2**30,)))).verdict is Verdict.MEMORY_LIMIT
    assert given(session.call(Call((2**20,)))) == 2**20


@LINUX
def test_the_limit_on_memory_cannot_be_raised(run: Run) -> None:
    source = "import resource\ndef f():\n    resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))"
    assert failed(run(source)).type in ("ValueError", "PermissionError")


# --- what an answer prints, reads, changes and leaves behind --------------------------------------------------------------


def test_what_is_printed_is_kept_in_order(run: Run) -> None:
    source = """
        import sys, warnings
        def f():
            print("a")
            print("b", file=sys.stderr)
            sys.stdout.write("c")
            print("d", end="")
        """
    assert run(source).printed == "a\nb\ncd"


def test_what_is_printed_belongs_to_its_call(run: Run) -> None:
    source = "def f(x):\n    print(x, end='')"
    assert [run(source, word).printed for word in ("one", "two")] == ["one", "two"]


def test_what_is_printed_before_an_exception_is_kept(run: Run) -> None:
    assert run("def f():\n    print('before', end='')\n    1 / 0").printed == "before"


def test_what_is_no_text_in_utf8_is_printed_all_the_same(run: Run) -> None:
    assert run("def f():\n    print('é\\ud800')").printed == "é\\ud800\n"


def test_a_warning_is_printed(run: Run) -> None:
    assert "UserWarning: careful" in run("import warnings\ndef f():\n    warnings.warn('careful')").printed


@pytest.mark.parametrize("descriptor", [1, 2])
def test_what_is_written_to_a_descriptor_goes_nowhere(run: Run, descriptor: int) -> None:
    answer = run("import os\ndef f(number):\n    return os.write(number, b'GRD1 forged')", descriptor)
    assert (answer.value, answer.printed) == (11, "")


def test_nothing_can_be_read_from_the_input(run: Run) -> None:
    assert given(run("import sys\ndef f():\n    return sys.stdin.read()")) == ""


def test_asking_for_input_raises(run: Run) -> None:
    assert failed(run("def f():\n    return input('your name? ')")).type == "EOFError"


@pytest.mark.parametrize(
    ("change", "argument"),
    [
        ("x[0] = 5.0", np.zeros(2)),
        ("x += 1", np.zeros(2)),
        ("x.sort()", np.array([2.0, 1.0])),
        ("x.shape = (4,)", np.zeros((2, 2))),
        ("x.fill(np.nan)", np.zeros(2)),
        ("x.append(1)", [1]),
        ("x.reverse()", [1, 2]),
        ("x[0][0] = 3", [[1]]),
        ("x[0] = 1.0", [1]),
        ("x[0] = True", [1]),
        ("x.clear()", {"a": 1}),
        ("x['a'][0] = 1.0", {"a": np.zeros(1)}),
        ("x[0][0] = 1.0", (np.zeros(1),)),
    ],
    ids=str,
)
def test_a_changed_argument_is_noticed(run: Run, change: str, argument: object) -> None:
    source = f"import numpy as np\ndef f(y, x):\n    {change}\n    return 1"
    assert run(source, 0, argument).changed == (2,)


@pytest.mark.parametrize(
    ("use", "argument"),
    [
        ("x.copy().sort()", np.array([2.0, 1.0])),
        ("x = x + 1", np.zeros(2)),
        ("sorted(x)", [2, 1]),
        ("x.random()", RandomState(1)),
        ("list(x)", ItemsOnce((1, 2))),
        ("x(1)", FunctionText(("x",), "x")),
        ("x.sum()", np.array([np.nan, 1.0])),
        ("return x", np.array([1.0])),
    ],
    ids=str,
)
def test_an_argument_that_is_only_used_is_unchanged(run: Run, use: str, argument: object) -> None:
    assert run(f"def f(x):\n    {use}\n    return 1", argument).changed == ()


def test_all_changed_arguments_are_named(run: Run) -> None:
    source = "def f(x, y, z):\n    x[0] = z[0] = 9.0"
    assert run(source, *(np.zeros(1) for _ in range(3))).changed == (1, 3)


def test_the_graders_own_argument_never_changes(run: Run) -> None:
    mine = np.zeros(2)
    run("def f(x):\n    x[:] = 7", mine)
    assert mine.tolist() == [0.0, 0.0]


def test_an_argument_is_whole_again_in_the_next_call(run: Run) -> None:
    source, argument = "def f(x):\n    x[0] += 1\n    return x[0]", np.zeros(1)
    assert [given(run(source, argument)) for _ in range(2)] == [1.0, 1.0]


def test_no_arguments_of_the_command_line_are_left(run: Run) -> None:
    assert given(run("import sys\ndef f():\n    return len(sys.argv)")) == 1
