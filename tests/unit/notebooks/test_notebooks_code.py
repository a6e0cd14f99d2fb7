"""Cells as Python: magics blanked, broken cells set apart, lines kept."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.notebooks import Code, NotANotebook, code, code_of
from grader.notebooks.code import titled
from grader.notebooks.magics import python_of
from grader.notebooks.reading import read
from tests.unit.notebooks.files import notebook, text


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("x = 1\n!pip install numpy\ny = 2", "x = 1\npass\ny = 2"),
        ("?np.dot\nnp.dot?\nnp.dot??\nx = 1", "pass\npass\npass\nx = 1"),
        ("if x:\n    %time f(x)\n    !ls\n", "if x:\n    f(x)\n    pass\n"),
        ("files = !ls\nx = 1", "pass\nx = 1"),
        ("%time y = f(x)", "y = f(x)"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\n%matplotlib inline\nx = 1", "\n\npass\nx = 1"),
        ("%%bash\nrm -rf /\necho hello", "\n\n"),
        ("%%writefile answer.py\nx = 1", "\n"),
        ("x = (7\n  % 4)", "x = (7\n  % 4)"),
        ('x = """\n%matplotlib inline\n!ls\n"""', 'x = """\n%matplotlib inline\n!ls\n"""'),
        ('%pylab\nx = """\n%s of it\n"""', 'pass\nx = """\n%s of it\n"""'),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
    ],
)
def test_what_is_no_python_is_blanked(cell: str, python: str) -> None:
    assert python_of(cell) == python
    assert python.count("\n") == cell.count("\n")


@pytest.mark.parametrize(
    "cell", ["def f(:", "x = 1 +", "while True", "x = '\0'", "(" * 300, "-" * 100_000 + "1", "x = 1 \\"]
)
def test_what_is_no_python_at_all_is_told(cell: str) -> None:
    with pytest.raises(SyntaxError):
        python_of(cell)


def test_a_broken_cell_raises_in_its_place_and_takes_no_other_with_it() -> None:
    found = code_of(read(notebook("x = 1", text("# no code"), "def f(:\n    pass", "", "y = 2\nz = 3")).cells)
    assert found.cells == (("cell 1", 1), ("cell 3", 1), ("cell 5", 2))
    rows = found.source.split("\n")
    assert rows[0] == "x = 1"
    assert rows[1].startswith("raise SyntaxError(")
    assert rows[2:] == ["y = 2", "z = 3"]


def test_more_code_than_can_be_run_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code, "CODE_CAP", 10)
    with pytest.raises(NotANotebook, match="keep data out"):
        titled([("cell 1", "x = 12345678")])


def test_no_cells_are_no_code() -> None:
    assert titled([]) == Code("", ())


pieces = st.sampled_from(
    [
        "x = 1",
        "%time f()",
        "!ls",
        "f?",
        "def f():",
        "    return 1",
        "'''",
        '"',
        "(",
        ")",
        "\\",
        "%%time",
        "%%bash",
        "\x0c",
        "\0",
        "é",
    ]
)


@given(st.lists(st.lists(pieces, max_size=6).map("\n".join), max_size=6))
def test_whatever_is_in_the_cells_the_whole_is_python_with_the_lines_that_it_says(cells: list[str]) -> None:
    found = titled((f"cell {place}", cell) for place, cell in enumerate(cells, start=1))
    assert sum(count for _, count in found.cells) == (found.source.count("\n") + 1 if found.cells else 0)
    ast.parse(found.source)
