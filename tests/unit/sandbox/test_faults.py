"""Exceptions of a student's code as data."""

import io
import json
import sys
import threading
from collections.abc import Callable

import pytest

from grader.sandbox import faults

FILES = frozenset({"answer.py", "helper.py"})


def raised(source: str, file: str = "answer.py", **names: object) -> BaseException:
    """Return what running `source` as the file of that name raises."""
    try:
        exec(compile(source, file, "exec"), {"__name__": "answer", **names})
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def described(source: str, file: str = "answer.py") -> dict[str, object]:
    return faults.describe(raised(source, file), FILES)


def trace(source: str, file: str = "answer.py") -> str:
    found = described(source, file)["trace"]
    assert isinstance(found, str)
    return found


def test_an_exception_has_the_name_of_its_type_and_a_message() -> None:
    found = described("raise ValueError('not square')")
    assert (found["type"], found["message"]) == ("ValueError", "not square")


def test_the_lineage_of_an_exception_goes_from_special_to_general() -> None:
    assert described("raise ZeroDivisionError")["lineage"] == [
        "ZeroDivisionError",
        "ArithmeticError",
        "Exception",
        "BaseException",
        "object",
    ]


def test_exceptions_that_are_not_builtin_are_named_with_their_module() -> None:
    assert described("class Odd(LookupError): pass\nraise Odd")["lineage"][:2] == [  # type: ignore[index]
        "answer.Odd",
        "LookupError",
    ]


def test_an_error_of_linear_algebra_is_named_as_numpy_names_it() -> None:
    found = described("import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))")["lineage"]
    assert found[:2] == ["numpy.linalg.LinAlgError", "ValueError"]  # type: ignore[index]


def test_a_long_message_is_cut() -> None:
    assert described("raise ValueError('x' * 10_000)")["message"] == "x" * 2_000


@pytest.mark.parametrize(
    "body",
    ["raise ValueError", "return 3", "return None", "raise SystemExit", "raise KeyboardInterrupt", "return self[0]"],
)
def test_a_message_that_cannot_be_made_is_empty(body: str) -> None:
    source = f"class Odd(Exception):\n    def __str__(self):\n        {body}\nraise Odd('x')"
    assert described(source)["message"] == ""


def test_the_trace_has_the_lines_that_are_the_students() -> None:
    source = "def outer():\n    inner()\ndef inner():\n    raise ValueError\nouter()"
    assert [line.strip() for line in trace(source).splitlines() if "File" in line] == [
        'File "answer.py", line 5, in <module>',
        'File "answer.py", line 2, in outer',
        'File "answer.py", line 4, in inner',
    ]


def test_the_trace_has_none_of_our_frames() -> None:
    assert "test_faults" not in trace("raise ValueError")


def test_the_trace_has_none_of_numpys_frames() -> None:
    assert trace("import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))").count("File") == 1


def test_an_exception_from_elsewhere_has_no_trace() -> None:
    assert trace("raise ValueError", file="elsewhere.py") == ""


def test_a_syntax_error_shows_its_line() -> None:
    found = trace("x = 1\ny = (2,\nz = 3\n")
    assert 'File "answer.py", line 2' in found
    assert "y = (2," in found


def test_a_syntax_error_has_its_message_only_once() -> None:
    found = described("def f(:\n    pass")
    assert found["message"] == "invalid syntax (answer.py, line 1)"
    assert "SyntaxError" not in str(found["trace"])


def test_a_long_trace_is_cut_in_the_middle() -> None:
    steps = "\n".join(f"def step{i}():\n    step{i + 1}()" for i in range(300))
    found = trace(f"{steps}\ndef step300():\n    raise ValueError\nstep0()")
    assert len(found) == 8_003
    assert "in step0\n" in found
    assert "in step300\n" in found
    assert "\n…\n" in found


def test_a_recursion_without_end_has_a_short_trace() -> None:
    found = described("def f():\n    f()\nf()")
    assert found["type"] == "RecursionError"
    assert len(str(found["trace"])) < 1_000


@pytest.mark.parametrize(
    "source",
    [
        "raise SystemExit(3)",
        "raise KeyboardInterrupt",
        "raise ExceptionGroup('several', [ValueError()])",
        "class Odd(Exception):\n    __module__ = 3\nraise Odd",
        "class Odd(Exception):\n    __name__ = 3\nraise Odd",
        "class Odd(Exception):\n    def __getattribute__(self, name):\n        raise ValueError\nraise Odd",
        "class Odd(Exception):\n    __class__ = property(lambda self: SyntaxError)\nraise Odd",
        "raise SyntaxError('x', ('answer.py', 'one', None, 3))",
        "raise SyntaxError(1, 2, 3)",
        "raise UnicodeDecodeError('utf-8', b'x', 0, 1, '\\ud800')",
        "raise type('\\ud800', (Exception,), {})",
        "raise type('x' * 100_000, (Exception,), {})",
    ],
)
def test_what_is_said_of_an_exception_can_always_be_sent(source: str) -> None:
    assert len(json.dumps(described(source))) < 300_000


@pytest.mark.parametrize(
    "source",
    [
        (
            "class Text(str):\n    def __getitem__(self, _): return object()\n"
            "class Odd(Exception):\n    def __str__(self): return Text('x')\nraise Odd"
        ),
        (
            "class Kind(type):\n    __module__ = property(lambda self: 1 / 0)\n"
            "class Odd(Exception, metaclass=Kind): pass\nraise Odd"
        ),
        (
            "class Kind(type):\n    __name__ = property(lambda self: 3)\n"
            "class Odd(Exception, metaclass=Kind): pass\nraise Odd"
        ),
    ],
    ids=["a message that is no text", "a module that raises", "a name that is no text"],
)
def test_what_is_said_of_a_hostile_exception_can_be_sent(source: str) -> None:
    assert json.dumps(described(source))


def a_closed_stream() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("make", [a_closed_stream, object, lambda: None], ids=["closed", "no stream", "None"])
def test_a_stream_that_cannot_be_flushed_does_no_harm(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], object]
) -> None:
    other = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", make())
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(other, write_through=False))
    sys.stderr.write("kept")
    faults.flush()
    assert other.getvalue() == b"kept"


def test_threads_that_were_left_are_counted() -> None:
    before = faults.threads_left()
    over = threading.Event()
    threads = [threading.Thread(target=over.wait) for _ in range(2)]
    for thread in threads:
        thread.start()
    during = faults.threads_left()
    over.set()
    for thread in threads:
        thread.join()
    assert (during, faults.threads_left()) == (before + 2, before)
