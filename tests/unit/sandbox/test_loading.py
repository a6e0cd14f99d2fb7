"""Answers and the modules beside them, loaded in a real worker."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.executors import Executor
from grader.model import Answer, Call, Limits, Submission, Verdict
from tests.courses import quickest

Answered = Callable[..., Answer]


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with quickest(Limits(call=20.0, exercise=600.0)) as executor:
        executor.warm(2)
        yield executor


@pytest.fixture
def answered(executor: Executor, tmp_path: Path) -> Answered:
    """Return what calls `f` in a source, with `tmp_path` as the folder of the answer."""

    def call(source: str, *arguments: object) -> Answer:
        with executor.open(Submission("answer", source, "f", str(tmp_path))) as session:
            loaded = session.load()
            executor.warm(1)
            assert loaded.failure is None, loaded.failure
            return session.call(Call(arguments))

    return call


@pytest.fixture(scope="module")
def imported(executor: Executor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answered]:
    """Return what imports a module in one and the same worker, and gives its name and its `value`."""
    folder = tmp_path_factory.mktemp("answers") / "mine"
    (folder / "package").mkdir(parents=True)
    for name in ("package/module.py", "package.module.py", "a b.py", "../secret.py"):
        (folder / name).write_text("value = 1\n", encoding="utf-8")
    source = (
        "import importlib\n"
        "def f(name):\n"
        "    module = importlib.import_module(name)\n"
        "    return module.__name__, getattr(module, 'value', None)\n"
    )
    with executor.open(Submission("answer", source, "f", str(folder))) as session:
        session.load()
        yield lambda name: session.call(Call((name,)))


SIGNATURES = """
def none(): ...
def two(x, y): ...
def default(x, y=1): ...
def positional(x, /, y): ...
def many(x, *rest): ...
def keyword(x, *, y): ...
def optional_keyword(x, *, y=1): ...
def keywords(x, **rest): ...
def anything(*args, **kwargs): ...
short = lambda x, y: x
from functools import partial
bound = partial(two, 1)
class Callable:
    def __call__(self, x, y): ...
an_object = Callable()
length = len
from numpy import sin, linspace
class Odd:
    __signature__ = 3
    def __call__(self): ...
odd = Odd()
"""


@pytest.mark.parametrize(
    ("function", "parameters", "fewest", "most"),
    [
        ("none", "()", 0, 0),
        ("two", "(x, y)", 2, 2),
        ("default", "(x, y)", 1, 2),
        ("positional", "(x, y)", 2, 2),
        ("many", "(x, rest)", 1, None),
        ("keywords", "(x, rest)", 1, 1),
        ("optional_keyword", "(x, y)", 1, 1),
        ("anything", "(args, kwargs)", 0, None),
        ("short", "(x, y)", 2, 2),
        ("an_object", "(x, y)", 2, 2),
        ("Callable", "()", 0, 0),
        ("length", "(obj)", 1, 1),
        ("odd", "(...)", 0, None),
    ],
)
def test_a_function_is_found_with_the_parameters_that_it_takes(
    executor: Executor, function: str, parameters: str, fewest: int, most: int | None
) -> None:
    with executor.open(Submission("answer", SIGNATURES, function)) as session:
        loaded = session.load()
        executor.warm(1)
    assert loaded.found
    assert (loaded.parameters, loaded.fewest, loaded.most) == (parameters, fewest, most)


def test_a_function_that_insists_on_a_keyword_takes_no_number_of_arguments(executor: Executor) -> None:
    with executor.open(Submission("answer", SIGNATURES, "keyword")) as session:
        loaded = session.load()
    assert loaded.most is not None
    assert loaded.fewest > loaded.most


def test_a_function_that_is_missing_is_reported_with_what_there_is(executor: Executor) -> None:
    source = "import numpy as np\nfrom math import sqrt\nx = 3\ndef g(): ...\nclass C: ...\nh = lambda: 0\n"
    with executor.open(Submission("answer", source, "f")) as session:
        loaded = session.load()
    assert (loaded.failure, loaded.found, loaded.names) == (None, False, ("g", "C", "h"))


def test_a_name_that_is_no_function_is_not_found(executor: Executor) -> None:
    with executor.open(Submission("answer", "f = 3", "f")) as session:
        assert not session.load().found


def test_a_function_that_is_not_there_cannot_be_called(executor: Executor) -> None:
    with executor.open(Submission("answer", "g = 3", "f")) as session:
        session.load()
        answer = session.call(Call(()))
    assert answer.failure is not None
    assert answer.failure.verdict is Verdict.RAISED


def test_an_empty_file_is_loaded(executor: Executor) -> None:
    with executor.open(Submission("answer", "", "f")) as session:
        loaded = session.load()
    assert (loaded.failure, loaded.found, loaded.names) == (None, False, ())


@pytest.mark.parametrize(
    ("source", "kind", "line"),
    [
        ("x = 1\n\nraise ValueError('no')\n", "ValueError", 3),
        ("def f(x)\n    return x\n", "SyntaxError", 1),
        ("def f(x):\n    y = (x\n    return y\n", "SyntaxError", 2),
        ("def f(x):\n\treturn x\n        return x\n", "TabError", 3),
        ("def f(x):\nreturn x\n", "IndentationError", 2),
        ("import numpy\nimport nothing_of_this_name\n", "ModuleNotFoundError", 2),
        ("from . import helper\n", "ImportError", 1),
        ("1 / 0\n", "ZeroDivisionError", 1),
    ],
)
def test_a_module_that_cannot_be_loaded_is_reported_with_the_line(
    executor: Executor, source: str, kind: str, line: int
) -> None:
    with executor.open(Submission("answer", source, "f")) as session:
        failure = session.load().failure
    assert failure is not None
    assert (failure.verdict, failure.type) == (Verdict.RAISED, kind)
    assert f'File "answer.py", line {line}' in failure.trace


def test_a_trace_shows_the_line_as_the_student_wrote_it(answered: Answered) -> None:
    failure = answered("def f(x):\n    return x / 0  # mine\n", 1).failure
    assert failure is not None
    assert failure.trace.splitlines()[:2] == ['  File "answer.py", line 2, in f', "    return x / 0  # mine"]


def test_what_is_printed_while_a_module_is_loaded_is_kept(executor: Executor) -> None:
    with executor.open(Submission("answer", "print('loading', end='')\ndef f(): ...", "f")) as session:
        assert session.load().printed == "loading"


def test_the_main_part_of_a_script_is_not_run(answered: Answered) -> None:
    source = "ran = False\ndef f():\n    return ran\nif __name__ == '__main__':\n    ran = True\n"
    assert answered(source).value is False


def test_a_module_has_its_own_name(answered: Answered) -> None:
    assert answered("def f():\n    return __name__, f.__module__\n").value == ("answer", "answer")


def test_a_module_can_be_found_by_what_looks_for_it(answered: Answered) -> None:
    source = (
        "from dataclasses import dataclass\nimport sys\n"
        "@dataclass\nclass P:\n    x: 'int'\n"
        "def f():\n    return sys.modules['answer'].P(3).x\n"
    )
    assert answered(source).value == 3


def test_the_future_of_our_own_modules_is_not_the_students(answered: Answered) -> None:
    assert answered("def f(x: int):\n    return f.__annotations__['x'] is int\n", 1).value is True


@pytest.mark.parametrize("module", ["numpy", "scipy", "math", "dataclasses"])
def test_what_is_installed_can_be_imported(imported: Answered, module: str) -> None:
    assert imported(module).value == (module, None)


def test_a_module_beside_the_answer_can_be_imported(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def twice(x):\n    return 2 * x\n", encoding="utf-8")
    assert answered("import helper\ndef f(x):\n    return helper.twice(x)\n", 4).value == 8


def test_a_module_beside_the_answer_can_be_imported_while_the_answer_runs(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("value = 5\n", encoding="utf-8")
    assert answered("def f():\n    from helper import value\n    return value\n").value == 5


def test_a_module_beside_the_answer_can_import_another(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "first.py").write_text("from second import value\n", encoding="utf-8")
    (tmp_path / "second.py").write_text("value = 6\n", encoding="utf-8")
    assert answered("import first\ndef f():\n    return first.value\n").value == 6


def test_a_module_beside_the_answer_is_run_once(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("print('once')\n", encoding="utf-8")
    answer = answered("def f():\n    import helper\n    import helper as again\n    return helper is again\n")
    assert (answer.value, answer.printed) == (True, "once\n")


def test_a_module_beside_the_answer_that_fails_has_its_lines_in_the_trace(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("def broken():\n    return [][1]\n", encoding="utf-8")
    failure = answered("import helper\ndef f():\n    return helper.broken()\n").failure
    assert failure is not None
    assert [line.strip() for line in failure.trace.splitlines() if "File" in line] == [
        'File "answer.py", line 3, in f',
        'File "helper.py", line 2, in broken',
    ]


@pytest.mark.parametrize("source", [b"\xef\xbb\xbfvalue = 7\n", b"value = 7\r\n", "# é\nvalue = 7".encode()])
def test_a_module_beside_the_answer_may_have_been_written_by_any_editor(
    answered: Answered, tmp_path: Path, source: bytes
) -> None:
    (tmp_path / "helper.py").write_bytes(source)
    assert answered("def f():\n    import helper\n    return helper.value\n").value == 7


def test_a_module_that_is_installed_goes_before_one_beside_the_answer(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "math.py").write_text("pi = 3\n", encoding="utf-8")
    assert answered("import math\ndef f():\n    return math.pi\n").value == pytest.approx(3.14159265)


def missing(answer: Answer) -> bool:
    return answer.failure is not None and answer.failure.type == "ModuleNotFoundError"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_beside_the_answer_is_not_followed(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "secret.py").write_text("value = 1\n", encoding="utf-8")
    (tmp_path / "helper.py").symlink_to(tmp_path / "elsewhere" / "secret.py")
    assert missing(answered("def f():\n    import helper\n"))


@pytest.mark.parametrize("name", ["package.module", "..secret", "../secret", "/etc/passwd", "", "helper.py", "a b"])
def test_a_module_whose_name_is_no_plain_name_is_not_looked_for(imported: Answered, name: str) -> None:
    failure = imported(name).failure
    assert failure is not None
    assert failure.type in ("ModuleNotFoundError", "TypeError", "ValueError")


def test_a_folder_beside_the_answer_is_no_module(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").mkdir()
    assert missing(answered("def f():\n    import helper\n"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_beside_the_answer_is_no_module(answered: Answered, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "helper.py")
    assert missing(answered("def f():\n    import helper\n"))


def test_a_giant_file_beside_the_answer_is_no_module(answered: Answered, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_bytes(b"#" * (2**20 + 1))
    assert missing(answered("def f():\n    import helper\n"))


def test_an_answer_without_a_folder_has_no_modules_beside_it(executor: Executor) -> None:
    with executor.open(Submission("answer", "def f():\n    import helper\n", "f")) as session:
        session.load()
        assert missing(session.call(Call(())))


@pytest.mark.parametrize("name", ["wire", "worker", "encoder", "exercises", "solutions", "conftest"])
def test_the_folders_of_the_grader_are_not_searched(imported: Answered, name: str) -> None:
    assert missing(imported(name))


@pytest.mark.parametrize("word", ["exit", "quit"])
def test_the_words_that_end_a_session_are_there(answered: Answered, word: str) -> None:
    failure = answered(f"def f():\n    {word}()\n").failure
    assert failure is not None
    assert failure.lineage[0] == "SystemExit"
