"""Cells run as a kernel runs them, and say what they printed, showed and raised."""

import builtins
import io
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.sandbox.kernel_cells import Cells

Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return what runs a cell, in this process, which is as it was before in the end."""
    for module, name in ((builtins, "open"), (io, "open"), (os.path, "exists"), (os.path, "isfile")):
        monkeypatch.setattr(module, name, getattr(module, name))
    openers = np.lib._datasource._file_openers  # type: ignore[attr-defined]
    openers._load()
    monkeypatch.setitem(openers._file_openers, None, openers._file_openers[None])
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setenv("NBGRADER_EXECUTION", "")
    cells = Cells()

    def run_cell(text: str, seconds: float = 5.0, title: str = "cell 1") -> dict[str, Any]:
        return cells.do("cell", title, text, seconds)

    run_cell.files = lambda name, text: cells.do("file", name, np.frombuffer(text.encode(), dtype=np.uint8))  # type: ignore[attr-defined]
    return run_cell


def test_cells_share_a_namespace(run: Run) -> None:
    assert run("a = 2")["shown"] == ""
    found = run("print('two'); a * 21")
    assert (found["shown"], found["number"], found["printed"], found["error"]) == ("42", 42.0, "two\n", "")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.5", 0.5),
        ("-1", -1.0),
        ("import numpy as np; np.float64(0.25)", 0.25),
        ("import numpy as np; np.int32(3)", 3.0),
        ("from fractions import Fraction; Fraction(1, 2)", 0.5),
    ],
)
def test_a_real_number_is_a_number_whatever_it_shows(run: Run, text: str, number: float) -> None:
    assert run(text)["number"] == number


@pytest.mark.parametrize("text", ["True", "1 == 2", "'0.5'", "[1]", "1j", "import numpy as np; np.bool_(True)"])
def test_other_values_are_no_numbers(run: Run, text: str) -> None:
    found = run(text)
    assert found["number"] is None
    assert found["shown"]


@pytest.mark.parametrize(
    "text", ["None", "x = 1", "", "5;", "5;  # all of it", "def f():\n    return 5", "for _ in [1]: 5"]
)
def test_these_show_nothing(run: Run, text: str) -> None:
    assert run(text)["shown"] == ""


def test_a_cell_stops_where_it_fails_and_the_next_one_runs(run: Run) -> None:
    found = run("b = 1\nc = 1 / 0\nb = 2", title="cell 7 (tests)")
    assert found["error"].splitlines()[0] == '  File "cell 7 (tests)", line 2, in <module>'
    assert found["error"].splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert run("b")["number"] == 1.0


def test_a_cell_that_is_no_python_runs_not_at_all(run: Run) -> None:
    found = run("d = 1\nif:")
    assert "SyntaxError" in found["error"]
    assert "NameError" in run("d")["error"]


def test_what_goes_to_standard_error_is_told_apart(run: Run) -> None:
    found = run("import sys\nprint('careful', file=sys.stderr)\nprint('out')")
    assert found["warned"] == "careful\n"
    assert found["printed"] == "out\n"


@pytest.mark.parametrize("text", ["import sys; sys.exit()", "raise KeyboardInterrupt", "input()", "exit()"])
def test_nothing_ends_the_process(run: Run, text: str) -> None:
    assert run(text)["error"]
    assert run("1")["number"] == 1.0


@pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="there is no clock that could ring")
def test_a_cell_has_its_time(run: Run) -> None:
    found = run("e = 1\nwhile True:\n    try:\n        pass\n    except Exception:\n        pass", seconds=0.1)
    assert found["slow"]
    assert found["processor"] > 0
    assert run("e")["number"] == 1.0


def test_output_without_end_is_cut(run: Run) -> None:
    assert len(run("for i in range(100_000): print(i)")["printed"]) < 21_000


def test_annotations_stay_texts_in_the_cells_that_follow(run: Run) -> None:
    run("from __future__ import annotations")
    assert run("def f(x: unknown): return 1\nf(0)")["number"] == 1.0


def test_a_cell_sees_that_it_is_graded(run: Run) -> None:
    assert run("import os\nlen(os.environ['NBGRADER_EXECUTION'])")["number"] == 9.0
    assert run("1 if __name__ == '__main__' else 0")["number"] == 1.0


def test_pictures_are_not_drawn_and_who_looks_at_them_is_known(run: Run) -> None:
    drawing = "import matplotlib.pyplot as plt\nimport numpy as np\ndef f(x):\n    plt.plot(x)\n    return 3"
    assert not run(drawing, title="cell 1")["error"]
    assert not run("assert f([1]) == 3", title="cell 2")["drew"]
    assert run("assert len(plt.gca().lines) == 0", title="cell 3")["drew"]


def test_files_beside_are_read_and_written_in_memory(run: Run) -> None:
    run.files("data.txt", "1 2\n3 4\n")  # type: ignore[attr-defined]
    run.files("more/words.txt", "äöü")  # type: ignore[attr-defined]
    found = run(
        "import numpy as np\nfrom pathlib import Path\nlen(open('./data.txt').read().split()) + np.loadtxt('data.txt').sum()"
    )
    assert (found["number"], found["error"]) == (14.0, "")
    assert run("Path('more/words.txt').read_text(encoding='utf-8')")["shown"] == "'äöü'"
    assert run("import os\nos.path.exists('data.txt') * 1 + os.path.isfile('none.txt')")["number"] == 1.0
    written = "with open('new.txt', 'w') as f: f.write('one\\n')\nwith open('new.txt', 'a') as f: f.write('two')\nopen('new.txt').read()"
    assert run(written)["shown"] == "'one\\ntwo'"
    assert "FileExistsError" in run("open('new.txt', 'x')")["error"]
    assert "FileNotFoundError" in run("open('never.txt')")["error"]
    assert "UnsupportedOperation" in run("open('data.txt', 'rb').write(b'x')")["error"]
    assert not os.path.lexists("new.txt")
