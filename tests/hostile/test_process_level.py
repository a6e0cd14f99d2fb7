"""Submissions that attack the grader: none may crash it, hang it, or pass off a value that this very call did not return.

A submission owns its process, so at worst it may send a wrong value for the call that it was asked. Every source below
stands beside the outcome that it must have.
"""

import os
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.executors import Session
from grader.executors.process import ProcessExecutor
from grader.model import FAILED_BY_SYSTEM, Answer, Call, Limits, Submission, Verdict
from grader.sandbox.values import FunctionText, Handle, Opaque

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these attacks are written for POSIX")

CALL_SECONDS = 10.0
SHORT_SECONDS = 0.4
GRACE_SECONDS = 10.0
"""How long after a deadline the grader may need on a busy machine; a grader that hangs needs longer."""

TOOLS = """
import json, os, struct, sys, threading, time
import numpy as np

def the_channel():
    frame = sys._getframe()
    while frame is not None:
        found = getattr(frame.f_locals.get("self"), "_channel", None)
        if found is not None:
            return found
        frame = frame.f_back

channel = the_channel()
wire = sys.modules["grader.sandbox.wire"]

def put(data):
    while data:
        data = data[os.write(channel._sink, data):]

def head(header, payload=0, magic=b"GRD1"):
    return magic + struct.pack("<IQ", header, payload)

def forge(kind, payload=b"", **fields):
    put(wire.pack(kind, fields, [payload]))

def answer(value, payload=b"", **fields):
    forge("returned", payload, **{"ticket": channel.ticket, "value": value, "changed": [], "threads": 0} | fields)

"""

Opened = Callable[..., Session]


@pytest.fixture(scope="module")
def executors() -> Iterator[dict[float, ProcessExecutor]]:
    seconds = (CALL_SECONDS, SHORT_SECONDS)
    limits = [Limits(call=each, exercise=600.0, load=20.0, memory=2**32, answer=2**24) for each in seconds]
    found = {each.call: ProcessExecutor(each) for each in limits}
    yield found
    for executor in found.values():
        executor.close()


@pytest.fixture
def opened(executors: dict[float, ProcessExecutor]) -> Iterator[Opened]:
    """Return what opens a session for a hostile source, with the tools above at its disposal."""
    sessions: list[Session] = []

    def open_one(source: str, seconds: float = CALL_SECONDS) -> Session:
        executor = executors[seconds]
        sessions.append(executor.open(Submission("answer", TOOLS + textwrap.dedent(source), "f")))
        executor.warm(1)
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


def crashed(answer: Answer, part: str = "") -> None:
    assert answer.failure is not None, answer
    assert answer.failure.verdict is Verdict.CRASHED, answer.failure
    assert answer.value is None
    assert part in answer.failure.message


# --- forged frames --------------------------------------------------------------------------------------------------

FORGED: dict[str, tuple[str, str]] = {
    # what `f` does before it returns -> what is said of it
    "an answer with a wrong ticket": ("answer(42, ticket=channel.ticket ^ 1)", "another question"),
    "an answer with a ticket that is a text": ("answer(42, ticket=str(channel.ticket))", "whole number"),
    "an answer with a ticket that is true": ("answer(42, ticket=True)", "whole number"),
    "an answer without a ticket": ("forge('returned', value=42, changed=[], threads=0)", "whole number"),
    "a greeting": ("forge('hello', protocol=1)", "whole number"),
    "a loaded answer": ("forge('loaded', ticket=channel.ticket, found=True, names=[])", "'loaded' frame"),
    "a kind that there is not": ("forge('verdict', ticket=channel.ticket, score=1)", "'verdict' frame"),
    "a kind with a very long name": ("forge('k' * 10**6, ticket=channel.ticket)", "kkkk"),
    "a request of the grader's": ("forge('call', ticket=channel.ticket, arguments=[], target=None)", "'call' frame"),
    "an exception without a type": ("forge('raised', ticket=channel.ticket)", "needs a text"),
    "an exception whose lineage is no list": (
        "forge('raised', ticket=channel.ticket, type='E', message='m', trace='', lineage='E')",
        "list of texts",
    ),
    "bytes that are no frame": ("put(b'all tests passed\\n' * 10)", "not a frame"),
    "another magic": ("put(head(2, magic=b'GRD0') + b'{}')", "not a frame"),
    "a header longer than the cap": ("put(head(2**32 - 1))", "longer than the limit"),
    "a payload longer than the cap": ("put(head(2, 2**63))", "longer than the limit"),
    "a payload one byte longer than the cap": ("put(head(2, 2**24 + 1))", "longer than the limit"),
    "a header that is no JSON": ("put(head(4) + b'nope')", "not JSON"),
    "an empty header": ("put(head(0))", "not JSON"),
    "a header nested without end": ("put(head(10**6) + b'[' * 10**6)", "too many items"),
    "half a frame": ("put(head(100) + b'{'); os._exit(5)", ""),
    "half a head": ("put(head(100)[:7]); os._exit(5)", ""),
    "the end of the stream": ("os.close(channel._sink)", ""),
    "all descriptors closed": ("os.closerange(0, 256)", ""),
    "a shape that overflows": ("answer({'array': ['<f8', [2**62]]}, bytes(8))", "too long dimensions"),
    "a shape that is empty and giant": ("answer({'array': ['<f8', [0, 2**62]]})", "too long dimensions"),
    "a shape that reaches beyond the payload": ("answer({'array': ['<f8', [2]]}, bytes(8))", "larger than the payload"),
    "a shape with thousands of dimensions": ("answer({'array': ['|u1', [1] * 10**4]}, b'x')", "too many"),
    "a dtype that holds pointers": ("answer({'array': ['|O', [1]]}, bytes(8))", "not allowed"),
    "a payload left over": ("answer(42, bytes(8))", "belong to no array"),
    "a kind of value that there is not": ("answer({'pickle': 'gASVBQ=='})", "unknown kind of value"),
    "a function that only the grader sends": (
        "answer({'function': {'parameters': ['x'], 'text': 'x', 'constants': {}, 'counted': False}})",
        "cannot hold a FunctionText",
    ),
    "a function with malformed constants": (
        "answer({'function': {'parameters': [], 'text': 'x', 'constants': [], 'counted': True}})",
        "",
    ),
    "a generator that only the grader sends": ("answer({'random': 1})", "cannot hold a RandomState"),
    "an iterator that only the grader sends": ("answer({'once': [1]})", "cannot hold a ItemsOnce"),
    "a value nested too deeply": (
        "node = 1\n    for _ in range(300): node = {'list': [node]}\n    answer(node)",
        "nested too deeply",
    ),
    "a dict with a key that cannot be one": ("answer({'dict': [[{'list': []}, 1]]})", "malformed"),
    "changed arguments that are texts": ("answer(42, changed=['x'])", "changed arguments"),
    "a wish for a function that was not handed out": (
        "forge('wants', ticket=channel.ticket, function=0, arguments=[1.0])",
        "not handed out",
    ),
    "a wish with a wrong ticket": ("forge('wants', ticket=1, module='helper')", "another question"),
    "a wish for a module without a name": ("forge('wants', ticket=channel.ticket, module=3)", "needs a text"),
}


@pytest.mark.parametrize(("attack", "part"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_frame_is_no_answer(opened: Opened, attack: str, part: str) -> None:
    session = opened(f"def f(x):\n    {attack}\n    return 'the value that f returns'\n")
    assert session.load().failure is None
    answer = session.call(Call((1,)))
    if "exit" in attack or "close" in attack or not part:
        assert answer.failure is not None
        assert answer.failure.verdict is Verdict.CRASHED
    else:
        crashed(answer, part)


@pytest.mark.parametrize("ticket", ["0", "2**63", "channel.ticket ^ 1"])
def test_an_answer_before_its_call_is_no_answer(opened: Opened, ticket: str) -> None:
    session = opened(f"answer(42, ticket={ticket})\ndef f(x):\n    return 1\n")
    failure = session.load().failure
    assert failure is not None
    assert failure.verdict is Verdict.CRASHED
    assert "another question" in failure.message


def test_an_answer_with_the_ticket_of_the_loading_is_no_answer_to_a_call(opened: Opened) -> None:
    session = opened(
        """
        ticket = channel.ticket
        def f(x):
            answer(42, ticket=ticket)
            return 1
        """
    )
    assert session.load().failure is None
    crashed(session.call(Call((1,))), "another question")


def test_an_answer_that_waits_in_the_pipe_is_no_answer_to_the_next_call(opened: Opened) -> None:
    session = opened(
        """
        sent = threading.Event()
        def early(ticket):
            while channel.ticket == ticket: time.sleep(0.001)
            answer(42, ticket=ticket)
            sent.set()
        def f(x):
            if x == 1:
                threading.Thread(target=early, args=(channel.ticket,)).start()
            else:
                sent.wait()
            return x
        """
    )
    session.load()
    assert session.call(Call((1,))).value == 1
    crashed(session.call(Call((2,))), "another question")
    assert session.call(Call((1,))).value == 1


def test_an_answer_that_is_sent_twice_counts_once(opened: Opened) -> None:
    session = opened("def f(x):\n    if x == 1: answer(x)\n    return x\n")
    session.load()
    assert session.call(Call((1,))).value == 1
    crashed(session.call(Call((2,))), "another question")
    assert session.call(Call((2,))).value == 2


def test_a_call_that_is_answered_by_a_loading_is_not_answered(opened: Opened) -> None:
    session = opened("forge('returned', ticket=channel.ticket, value=42, changed=[], threads=0)\ndef f(x): return 1\n")
    failure = session.load().failure
    assert failure is not None
    assert failure.verdict is Verdict.CRASHED


def test_a_loading_that_says_it_loaded_twice_is_no_answer_to_the_next_call(opened: Opened) -> None:
    session = opened(
        """
        forge('loaded', ticket=channel.ticket, found=True, names=['f'], parameters='(x)', fewest=1, most=1)
        def f(x): return x
        """
    )
    assert session.load().found
    crashed(session.call(Call((7,))), "another question")


def test_an_exception_that_is_forged_is_at_worst_an_exception(opened: Opened) -> None:
    session = opened(
        """
        def f(x):
            forge('raised', ticket=channel.ticket, type='V' * 10**5, message='m' * 10**5, trace='t' * 10**5,
                  lineage=['MemoryError'] * 10**5)
            return 1
        """
    )
    session.load()
    failure = session.call(Call((1,))).failure
    assert failure is not None
    assert failure.verdict is Verdict.MEMORY_LIMIT
    assert sum(map(len, (failure.type, failure.message, failure.trace, *failure.lineage))) < 50_000


def test_a_handle_that_nobody_gave_out_is_at_worst_a_function_that_fails(opened: Opened) -> None:
    session = opened("def f(x):\n    answer({'handle': 10**30})\n    while True: time.sleep(1)\n")
    session.load()
    handle = session.call(Call((1,))).value
    assert isinstance(handle, Handle)
    session.close()
    assert session.call(Call((1,), target=handle)).failure is not None


def test_a_dict_whose_keys_collide_does_not_hold_the_grader(opened: Opened) -> None:
    session = opened("def f(x):\n    answer({'dict': [[i * (2**61 - 1), 0] for i in range(30_000)]})\n    return 1\n")
    session.load()
    began = time.process_time()
    session.call(Call((1,)))
    assert time.process_time() - began < 2.0


def test_a_wish_for_a_module_with_any_name_gets_none(opened: Opened) -> None:
    names = ["../secret", "/etc/passwd", "a.b", "", "a" * 10**5, "\0", "\ud800", "é\n"]
    session = opened("def f(names):\n    return [channel.ask({'module': name}).kind for name in names]\n")
    session.load()
    assert session.call(Call((names,))).value == ["no module"] * len(names)


SQUARE = FunctionText(("x",), "x**2", counted=True)


@pytest.mark.parametrize(
    "arguments",
    ["None", "[[]]", "[{'random': 1}]", "[{'array': ['<f8', [2**62]]}]"],
)
def test_a_malformed_wish_for_a_value_is_refused(opened: Opened, arguments: str) -> None:
    session = opened(
        f"def f(g):\n    forge('wants', ticket=channel.ticket, function=0, arguments={arguments})\n    return 1\n"
    )
    session.load()
    crashed(session.call(Call((SQUARE,))))


@pytest.mark.parametrize("function", ["1", "2**70", "'0'", "True"])
def test_a_wish_for_a_function_of_another_number_is_refused(opened: Opened, function: str) -> None:
    session = opened(
        f"def f(g):\n    forge('wants', ticket=channel.ticket, function={function}, arguments=[1])\n    return 1\n"
    )
    session.load()
    crashed(session.call(Call((SQUARE,))))


# --- time -----------------------------------------------------------------------------------------------------------

ENDLESS = {
    "an answer one byte at a time": (
        "data = wire.pack('returned', {'ticket': channel.ticket, 'value': 42, 'changed': [], 'threads': 0})\n"
        "    for byte in data:\n"
        "        put(bytes([byte]))\n"
        "        time.sleep(0.05)"
    ),
    "a payload that never ends": 'put(head(18, 2**24) + b\'{"kind":"printed"}x\'); time.sleep(60)',
    "a loop that swallows every exception": (
        "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    ),
    "all signals ignored": (
        "import signal\n    for number in range(1, 65):\n        try: signal.signal(number, signal.SIG_IGN)\n"
        "        except (OSError, ValueError): pass\n    while True: time.sleep(1)"
    ),
    "a process that stops itself": "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "a group that stops itself": "import signal; os.killpg(0, signal.SIGSTOP)",
    "empty output without end": "while True: forge('printed')",
    "the lock of the channel never given back": (
        "channel._lock.acquire()\n    thread = threading.Thread(target=print, args=('x',)); thread.start(); thread.join()"
    ),
    "wishes without end": "while True: channel.ask({'module': 'helper'})",
    "a repr that never ends": (
        "class Odd(Exception):\n        def __str__(self):\n            while True: pass\n    raise Odd"
    ),
    "a list that never ends": (
        "class Odd(list):\n        def __iter__(self):\n            while True: time.sleep(0.01); yield 1\n"
        "    return Odd([1])"
    ),
    "a flush that never ends": (
        "class Odd:\n        def write(self, _): pass\n        def flush(self):\n            while True: pass\n"
        "    sys.stdout = Odd(); return 1"
    ),
    "a trace function that never ends": (
        "def trace(*_):\n        while True: pass\n    sys.setprofile(trace); return 1"
    ),
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS.keys())
def test_what_never_ends_is_ended_at_its_deadline(opened: Opened, body: str) -> None:
    session = opened(f"def f(x):\n    {body}\n", SHORT_SECONDS)
    assert session.load().failure is None
    began = time.monotonic()
    failure = session.call(Call((1,))).failure
    assert failure is not None
    assert failure.verdict is Verdict.TIME_LIMIT
    assert time.monotonic() - began < SHORT_SECONDS + GRACE_SECONDS


def test_wishes_that_keep_the_grader_busy_do_not_move_the_deadline(opened: Opened) -> None:
    session = opened(
        """
        def drain():
            while True: os.read(channel._source, 2**20)
        def f(g):
            threading.Thread(target=drain, daemon=True).start()
            wish = {'ticket': channel.ticket, 'function': 0, 'arguments': [{'array': ['<f8', [3000]]}]}
            data = wire.pack('wants', wish, [bytes(24_000)])
            end = time.monotonic() + 5
            while time.monotonic() < end: put(data)
        """,
        SHORT_SECONDS,
    )
    session.load()
    began = time.monotonic()
    answer = session.call(Call((FunctionText(("x",), "sum(outer(x, x))", counted=True),)))
    assert time.monotonic() - began < 4.0
    assert answer.failure is not None
    assert answer.failure.verdict is Verdict.TIME_LIMIT


def test_a_child_that_left_the_group_and_goes_on_writing_does_not_hold_the_grader(opened: Opened) -> None:
    session = opened(
        """
        def f(x):
            ready, ended = os.pipe()
            if os.fork() == 0:
                os.setsid()
                os.write(ended, b"x")
                data = wire.pack("printed", {})
                end = time.monotonic() + 5
                try:
                    while time.monotonic() < end: put(data)
                finally:
                    os._exit(0)
            os.read(ready, 1)
            return x
        """
    )
    session.load()
    session.call(Call((1,)))
    began = time.monotonic()
    session.close()
    assert time.monotonic() - began < 4.0


def test_a_child_that_left_the_group_and_keeps_the_wire_open_does_not_hold_the_grader(opened: Opened) -> None:
    session = opened(
        """
        def f(x):
            if os.fork() == 0:
                os.setsid()
                time.sleep(5)
                os._exit(0)
            os._exit(0)
        """,
        SHORT_SECONDS,
    )
    session.load()
    began = time.monotonic()
    answer = session.call(Call((1,)))
    session.close()
    assert time.monotonic() - began < 4.5
    assert answer.failure is not None
    assert answer.failure.verdict in (Verdict.TIME_LIMIT, Verdict.CRASHED)


# --- output ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "while True: print('x' * 1000)",
        "threading.Thread(target=lambda: [print('x' * 1000) for _ in iter(int, 1)], daemon=True).start(); time.sleep(60)",
        "while True: sys.stderr.write('x')",
        "forge('printed', b'x' * 2**20); time.sleep(60)",
        "while True: forge('printed', b'x' * 1000, anything=[1] * 100)",
    ],
    ids=["print", "a thread", "letters", "one giant piece", "forged pieces"],
)
def test_output_without_end_is_ended_at_its_limit(opened: Opened, body: str) -> None:
    session = opened(f"def f(x):\n    {body}\n")
    session.load()
    answer = session.call(Call((1,)))
    assert answer.failure is not None
    assert answer.failure.verdict is Verdict.OUTPUT_LIMIT
    assert len(answer.printed) < 5_000


def test_a_thread_that_goes_on_printing_ends_with_the_next_call(opened: Opened) -> None:
    session = opened(
        """
        def noise(ticket):
            while channel.ticket == ticket: time.sleep(0.001)
            while True: print('x' * 1000)
        def f(x):
            if x == 1: threading.Thread(target=noise, args=(channel.ticket,), daemon=True).start()
            else: time.sleep(60)
            return x
        """
    )
    session.load()
    assert session.call(Call((1,))).value == 1
    failure = session.call(Call((2,))).failure
    assert failure is not None
    assert failure.verdict is Verdict.OUTPUT_LIMIT


# --- objects that lie -------------------------------------------------------------------------------------------------

HOSTILE_OBJECT = """
class Odd:
    def refuse(self, *_): raise RuntimeError("no")
    __str__ = __repr__ = __eq__ = __ne__ = __bool__ = __len__ = __iter__ = __format__ = __hash__ = refuse
    __array__ = __float__ = __int__ = __index__ = __complex__ = __getitem__ = __contains__ = __reduce__ = refuse
"""


@pytest.mark.parametrize("value", ["Odd()", "[Odd()]", "(1, {'a': Odd()})"])
def test_an_object_all_of_whose_methods_raise_is_described(opened: Opened, value: str) -> None:
    session = opened(f"{HOSTILE_OBJECT}\ndef f(x):\n    return {value}\n")
    session.load()
    answer = session.call(Call((1,)))
    odd = Opaque("Odd", "an object of type answer.Odd")
    assert answer.value in (odd, [odd], (1, {"a": odd}))


def test_an_object_that_says_it_equals_everything_is_still_an_object(opened: Opened) -> None:
    session = opened(
        """
        class Odd:
            def __eq__(self, _): return True
            def __array__(self, *_, **__): return np.array([1.0])
            def __float__(self): return 1.0
        def f(x): return Odd()
        """
    )
    session.load()
    assert isinstance(session.call(Call((1,))).value, Opaque)


LIES = {
    "an array that says it equals everything": (
        "class Odd(np.ndarray):\n    def __eq__(self, _): return np.array(True)\n",
        "np.array([1.0, 2.0]).view(Odd)",
        [1.0, 2.0],
    ),
    "an array with another opinion of itself": (
        (
            "class Odd(np.ndarray):\n    shape = property(lambda self: (7, 7)); dtype = property(lambda self: 'x')\n"
            "    def tobytes(self, *_): return b''\n    def __array__(self, *_, **__): return np.ones(9)\n"
        ),
        "np.array([1.0, 2.0]).view(Odd)",
        [1.0, 2.0],
    ),
    "an array that refuses its functions": (
        (
            "class Odd(np.ndarray):\n    def __array_function__(self, *_): raise ValueError\n"
            "    def __array_ufunc__(self, *_, **__): raise ValueError\n"
        ),
        "np.array([1.0, 2.0]).view(Odd)",
        [1.0, 2.0],
    ),
    "a number with two values": (
        "class Odd(float):\n    def __eq__(self, _): return True\n    def __repr__(self): return '7'\n",
        "Odd(1.5)",
        1.5,
    ),
    "a list with two contents": (
        "class Odd(list):\n    def __len__(self): return 10**9\n    def __getitem__(self, _): return 7\n",
        "Odd([1.0, 2.0])",
        [1.0, 2.0],
    ),
    "a text that is more": ("class Odd(str):\n    def encode(self, *_): return b'x'\n", "Odd('text')", "text"),
}


@pytest.mark.parametrize(("kind", "value", "expected"), LIES.values(), ids=LIES.keys())
def test_a_value_that_lies_about_itself_is_one_plain_value(
    opened: Opened, kind: str, value: str, expected: object
) -> None:
    session = opened(f"{kind}\ndef f(x):\n    return {value}\n")
    session.load()
    found = session.call(Call((1,))).value
    if isinstance(found, np.ndarray):
        assert type(found) is np.ndarray
        found = found.tolist()
    assert type(found) is type(expected)
    assert found == expected


AWKWARD = {
    "an array whose attributes raise": "class Odd(np.ndarray):\n    def __dir__(self): raise ValueError\n"
    "def f(x): return np.ones(2).view(Odd)",
    "an object that says it is an array": "class Odd:\n    __class__ = property(lambda self: np.ndarray)\n"
    "def f(x): return Odd()",
    "an object that says it is a number": "class Odd:\n    __class__ = property(lambda self: int)\n"
    "def f(x): return Odd()",
    "an object whose class raises": "class Odd:\n    __class__ = property(lambda self: 1 / 0)\ndef f(x): return Odd()",
    "an object whose attributes raise": "class Odd:\n    def __getattr__(self, name): raise ValueError\n"
    "def f(x): return Odd()",
    "a class without a name": "class Kind(type):\n    __name__ = property(lambda self: 3)\n"
    "class Odd(metaclass=Kind): pass\ndef f(x): return Odd()",
    "a class with a name that is half a letter": "Odd = type('\\ud800', (), {})\ndef f(x): return Odd()",
    "a class with a very long name": "Odd = type('O' * 10**6, (), {})\ndef f(x): return Odd()",
    "a text that is half a letter": "def f(x): return '\\ud800'",
    "a text that stays itself": "class Odd(str):\n    def __str__(self): return self\ndef f(x): return Odd('x')",
    "a list that is changed while it is read": "class Odd:\n    pass\n"
    "def f(x):\n    items = []\n    class Adds(float):\n        def __float__(self):\n"
    "            if len(items) < 1000: items.append(Adds(1))\n            return 1.0\n    items.append(Adds(1))\n    return items",
    "a million numbers": "def f(x): return list(range(10**6))",
    "a giant integer": "def f(x): return 1 << 10**6",
    "an array with forty dimensions": "def f(x): return np.ones((1,) * 40)",
    "an array that is empty and giant": "def f(x): return np.empty((0, 2**50))",
    "an exception whose text raises": "class Odd(Exception):\n    def __str__(self): raise ValueError\n"
    "def f(x): raise Odd",
    "an exception whose text leaves": "class Odd(Exception):\n    def __str__(self): sys.exit()\ndef f(x): raise Odd",
    "an exception whose text is very long": "def f(x): raise ValueError('x' * 10**7)",
    "an exception whose text is half a letter": "def f(x): raise ValueError('\\ud800')",
    "an exception whose text is no text": "class Text(str):\n    def __getitem__(self, _): return object()\n"
    "class Odd(Exception):\n    def __str__(self): return Text('x')\ndef f(x): raise Odd",
    "an exception whose class lies": "class Kind(type):\n    __module__ = property(lambda self: 1 / 0)\n"
    "class Odd(Exception, metaclass=Kind): pass\ndef f(x): raise Odd",
    "an exception with a very long lineage": "kind = Exception\nfor i in range(500): kind = type(f'K{i}', (kind,), {})\n"
    "def f(x): raise kind",
    "an exception that holds itself": "def f(x):\n    error = ValueError()\n    error.__cause__ = error\n    raise error",
    "a number that is raised": "def f(x): raise 3",
    "no function but a class": "class f:\n    def __init__(self, x): raise SystemExit",
    "a destructor that raises": "class Odd:\n    def __del__(self): raise ValueError\ndef f(x):\n    Odd()\n    return 1",
}


@pytest.mark.parametrize("source", AWKWARD.values(), ids=AWKWARD.keys())
def test_an_awkward_answer_is_a_value_or_an_exception(opened: Opened, source: str) -> None:
    session = opened(source)
    failure = session.load().failure or session.call(Call((1,))).failure
    assert failure is None or failure.verdict is Verdict.RAISED, failure


def test_a_destructor_that_prints_prints(opened: Opened) -> None:
    session = opened("class Odd:\n    def __del__(self): print('gone')\ndef f(x):\n    Odd()\n    return x\n")
    session.load()
    answer = session.call(Call((5,)))
    assert (answer.value, answer.printed) == (5, "gone\n")


def test_a_destructor_that_prints_while_an_answer_is_sent_does_not_break_it(opened: Opened) -> None:
    session = opened(
        """
        import gc
        class Odd:
            def __del__(self): print('x' * 100)
        def f(x):
            for _ in range(100):
                odd = Odd(); odd.me = odd
            gc.set_threshold(1)
            return [[float(i)] for i in range(2000)]
        """
    )
    session.load()
    assert [session.call(Call((1,))).value for _ in range(2)] == [[[float(i)] for i in range(2000)]] * 2


# --- the worker turned against itself -----------------------------------------------------------------------------------

TURNED = {
    "another standard output": "import io\ndef f(x):\n    sys.stdout = io.StringIO()\n    print('hidden')\n    return x",
    "no standard output": "def f(x):\n    sys.stdout = sys.stderr = None\n    return x",
    "a closed standard output": "def f(x):\n    sys.stdout.close()\n    return x",
    "standard output detached": "def f(x):\n    sys.stdout.detach()\n    return x",
    "struct replaced": "def f(x):\n    struct.pack = struct.Struct = None\n    return x",
    "json.loads replaced": "def f(x):\n    json.loads = lambda *_: {'kind': 'nothing'}\n    return x",
    "modules hidden": "def f(x):\n    for name in ('json', 'struct', 'numpy', 'io'): sys.modules[name] = None\n    return x",
    "our modules hidden": "def f(x):\n    for name in [*sys.modules]:\n"
    "        if name.startswith('grader'): del sys.modules[name]\n    return x",
    "a module of ours replaced": "def f(x):\n    sys.modules['grader.sandbox.wire'] = sys\n    return x",
    "imports that raise": "import builtins\ndef f(x):\n    builtins.__import__ = None\n    return x",
    "finders removed": "def f(x):\n    sys.meta_path.clear(); sys.path.clear()\n    return x",
    "no recursion": "def f(x):\n    sys.setrecursionlimit(60)\n    return x",
    "no collector": "import gc\ndef f(x):\n    gc.disable(); gc.set_threshold(0)\n    return x",
    "numpy made to raise": "def f(x):\n    np.seterr(all='raise')\n    return x",
    "another folder": "def f(x):\n    os.chdir('/tmp')\n    return x",
    "a handler at exit": "import atexit\ndef f(x):\n    atexit.register(print, 'late')\n    return x",
    "the standard descriptors closed": "def f(x):\n    os.closerange(0, 3)\n    return x",
    "a thread that never ends": "def f(x):\n    threading.Thread(target=threading.Event().wait).start()\n    return x",
}


@pytest.mark.parametrize("source", TURNED.values(), ids=TURNED.keys())
def test_a_worker_that_was_tampered_with_still_gives_the_value(opened: Opened, source: str) -> None:
    session = opened(source)
    session.load()
    answer = session.call(Call((7,)))
    assert (answer.failure, answer.value) == (None, 7)


BROKEN = {
    "json.dumps that forges": 'def f(x):\n    json.dumps = lambda *_, **__: \'{"kind": "accepted"}\'\n    return 7',
    "json.dumps that raises": "def f(x):\n    json.dumps = None\n    return 7",
    "json.dumps that gives no text": "def f(x):\n    json.dumps = lambda *_, **__: 3\n    return 7",
    "wire.pack that forges": "def f(x):\n    wire.pack = lambda *_: b'GRD1' * 100\n    return 7",
    "an encoder that lies": "def f(x):\n    sys.modules['grader.sandbox.encoder'].Encoder.node = lambda *_: [1]\n    return 7",
    "a function of NumPy that raises": "def f(x):\n    np.asarray = np.ascontiguousarray = None\n    return np.ones(2)",
    "builtins that raise": "import builtins\ndef f(x):\n    builtins.isinstance = builtins.len = None\n    return 7",
    "os.write that raises": "def f(x):\n    os.write = None\n    return 7",
    "the channel taken away": "def f(x):\n    channel.send = None\n    return 7",
    "our own frames cleared": "def f(x):\n    frame = sys._getframe().f_back\n    frame.f_globals.clear()\n    return 7",
    "a ticket that is changed": "def f(x):\n    worker = sys._getframe(3)\n    channel.ticket = 3\n    answer(7)\n    return 7",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN.keys())
def test_a_worker_that_was_broken_gives_no_other_value_and_is_replaced(opened: Opened, source: str) -> None:
    session = opened(f"{source}\ncalled = f\ndef f(x):\n    return called(x) if x else 'whole'\n", CALL_SECONDS)
    session.load()
    answer = session.call(Call((1,)))
    assert answer.failure is not None or np.array_equal(np.asarray(answer.value), 7)
    session.close()
    assert session.call(Call((0,))).value == "whole"


def test_a_recursion_without_a_limit_is_ended(opened: Opened) -> None:
    session = opened("def f(x):\n    sys.setrecursionlimit(10**9)\n    return f(x)\n", SHORT_SECONDS)
    session.load()
    failure = session.call(Call((1,))).failure
    assert failure is not None
    assert failure.verdict in FAILED_BY_SYSTEM


def test_the_seed_is_not_in_the_environment(
    executors: dict[float, ProcessExecutor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADE_SEED", "31415926")
    source = "import os\ndef f():\n    return repr(dict(os.environ)), os.environ.get('GRADE_SEED')\n"
    with ProcessExecutor(Limits(call=CALL_SECONDS)) as executor:
        session = executor.open(Submission("answer", source, "f"))
        session.load()
        found = session.call(Call(())).value
    assert isinstance(found, tuple)
    assert found[1] is None
    assert "31415926" not in found[0]
    assert "GRADE" not in found[0]


def test_nothing_expected_is_on_the_stack_of_a_call(opened: Opened) -> None:
    session = opened(
        """
        def f(x):
            names, frame = set(), sys._getframe()
            while frame:
                names |= {*frame.f_locals, *frame.f_globals}
                frame = frame.f_back
            return [name for name in names for word in ('expect', 'solution', 'tolerance', 'seed') if word in name]
        """
    )
    session.load()
    assert session.call(Call((1,))).value == []


def test_nothing_that_judges_is_loaded_beside_an_answer(opened: Opened) -> None:
    session = opened("def f(x):\n    return [name for name in sys.modules if name.split('.')[0] == 'grader']\n")
    session.load()
    loaded = session.call(Call((1,))).value
    assert isinstance(loaded, list)
    assert [name for name in loaded if name != "grader" and not name.startswith("grader.sandbox")] == []


def test_what_was_registered_for_the_end_is_not_run(opened: Opened, tmp_path: Path) -> None:
    file = tmp_path / "late"
    register = f"atexit.register(lambda: open({str(file)!r}, 'x').close())"
    session = opened(f"import atexit\n{register}\ndef f(x):\n    return x\n")
    session.load()
    assert session.call(Call((1,))).value == 1
    session.close()
    assert not file.exists()


def test_the_hostile_leave_no_threads_behind() -> None:
    known = set(threading.enumerate())
    for body in ("put(b'junk' * 100)", "os._exit(0)", "return 1", "os.closerange(0, 256)", "while True: print()"):
        source = f"{TOOLS}\ndef f(x):\n    {body}\n"
        with ProcessExecutor(Limits(call=0.5)) as executor, executor.open(Submission("answer", source, "f")) as session:
            session.load()
            session.call(Call((1,)))
    left = set(threading.enumerate()) - known
    for thread in left:
        thread.join(GRACE_SECONDS)
    assert not any(thread.is_alive() for thread in left)


@pytest.mark.parametrize("seconds", [CALL_SECONDS, SHORT_SECONDS])
def test_an_honest_answer_beside_the_hostile_is_heard(opened: Opened, seconds: float) -> None:
    hostile = opened("def f(x):\n    put(b'junk' * 10_000)\n    return 42\n", seconds)
    honest = opened("def f(x):\n    return x + 1\n")
    for session in (hostile, honest):
        session.load()
    assert hostile.call(Call((1,))).failure is not None
    assert honest.call(Call((1,))).value == 2
