"""Cells of a notebook, run statement by statement."""

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from grader.sandbox import pictures
from grader.sandbox.cells import Cell, run, split


@pytest.fixture(autouse=True)
def finders() -> Iterator[None]:
    before, modules = list(sys.meta_path), set(sys.modules)
    yield
    sys.meta_path[:] = before
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def space(*texts: str, seconds: float = 5.0) -> tuple[dict[str, Any], list[str]]:
    names: dict[str, Any] = {}
    told = run([Cell(f"cell {place}", text) for place, text in enumerate(texts, start=1)], names, seconds)
    return names, told.splitlines()


def test_a_source_is_split_into_the_cells_that_it_was_made_of() -> None:
    assert split("a\nb\n\nc", [("cell 1", 2), ("cell 4", 1), ("cell 5", 1)]) == [
        Cell("cell 1", "a\nb\n"),
        Cell("cell 4", "\n"),
        Cell("cell 5", "c\n"),
    ]


def test_a_statement_that_fails_takes_no_other_with_it() -> None:
    names, told = space("x = 1\n1 / 0\ny = 2", "raise SystemExit\nz = 3", "import there_is_no_such_module\nw = 4")
    assert [names[name] for name in "xyzw"] == [1, 2, 3, 4]
    assert told == [
        "cell 1, line 2: ZeroDivisionError: division by zero",
        "cell 2, line 1: SystemExit: ",
        "cell 3, line 1: ModuleNotFoundError: No module named 'there_is_no_such_module'",
    ]


@pytest.mark.parametrize(
    "broken", ["return 1", "def f():\n    nonlocal x", "def f(:", "x = '\0'", "break", "from __future__ import nothing"]
)
def test_what_does_not_compile_takes_no_other_with_it(broken: str) -> None:
    names, told = space("x = 1", broken, "y = 2")
    assert (names["x"], names["y"]) == (1, 2)
    assert len(told) == 1
    assert told[0].startswith("cell 2, line ")


def test_an_endless_loop_is_ended_and_what_follows_is_run() -> None:
    began = time.monotonic()
    names, told = space("x = 1\nwhile True:\n    pass\ny = 2", seconds=0.5)
    assert time.monotonic() - began < 5
    assert names["y"] == 2
    assert told == ["cell 1, line 2: took too long, and was ended"]


def test_two_endless_loops_leave_time_for_what_follows() -> None:
    names, told = space("while True:\n    pass", "while True:\n    pass", "y = 2", seconds=0.5)
    assert names["y"] == 2
    assert len(told) == 2


def test_nobody_answers_input(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/null", encoding="utf-8") as nothing:  # noqa: PTH123 - as a worker has it
        monkeypatch.setattr(sys, "stdin", nothing)
        names, told = space("name = input('your name? ')", "y = 2")
    assert names["y"] == 2
    assert told == ["cell 1, line 1: EOFError: EOF when reading a line"]


def test_prints_go_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    space("import sys\nprint('x' * 10**6)\nsys.stderr.write('y')\nsys.stdout = None")
    assert capsys.readouterr() == ("", "")
    sys.stdout.write("still here\n")
    assert capsys.readouterr().out == "still here\n"


def test_annotations_of_the_future_hold_from_then_on() -> None:
    names, told = space("from __future__ import annotations", "def f(x: there_is_no_such_name): return x")
    assert told == []
    assert names["f"].__annotations__ == {"x": "there_is_no_such_name"}


def test_only_some_faults_are_told() -> None:
    told = space(*["1 / 0"] * 30)[1]
    assert len(told) == 21
    assert told[-1] == "and 10 more"


def test_a_fault_that_cannot_be_shown_is_told_all_the_same() -> None:
    told = space("class E(Exception):\n    def __str__(self): raise SystemExit\nraise E")[1]
    assert told == ["cell 1, line 3: E: "]


def test_pictures_are_drawn_nowhere_whether_or_not_there_is_what_draws_them() -> None:
    names, told = space(
        "import matplotlib\nimport matplotlib.pyplot as plt\nfrom mpl_toolkits.mplot3d import Axes3D\nimport seaborn as sns",
        "from IPython.display import display, HTML\nfrom ipywidgets import interact\nget_ipython().run_line_magic('ls', '')",
        "fig, ax = plt.subplots()\nline, = ax.plot([1, 2])\nax.set(title='x')\nplt.show()\ndisplay(fig)",
        "fig, (left, right) = plt.subplots(1, 2)\nn, bins, patches = plt.hist([1])\nwith plt.style.context('x'): plt.figure()",
        "fig, axes = plt.subplots(2, 3)\nfor row in axes:\n    for ax in row: ax.plot([1])\naxes[0, 1].plot([1])\naxes[0] = 1",
        "@interact\ndef f(x): return x\n@interact(x=(0, 1))\ndef g(x): return x",
        "assert len(axes) == 2 and len(plt.gca()) == 0",
    )
    assert told == []
    assert names["f"](1) == names["g"](1) == 1


def test_a_stand_in_has_none_of_the_names_that_python_asks_for() -> None:
    for stand_in in (pictures.NOTHING, pictures.Drawing("x")):
        with pytest.raises(AttributeError):
            stand_in.__array__  # noqa: B018 - to see that there is none
