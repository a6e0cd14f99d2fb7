"""The reference between nbgrader's markers, whatever it is made of."""

import textwrap
from typing import Any

import pytest

from grader.errors import AuthoringError
from grader.interop.answer_cells import BEGIN, END, answer_cell

STUB = '''\
"""Twice a number.

grade exercise-01
"""

import numpy as np


def double(x):
    """Return twice a number."""
    raise NotImplementedError("write your answer here, in place of this line")
'''
CLASS = '''\
"""A counter."""

import numpy as np


class Counter:
    """Counts."""

    def __init__(self, start):
        raise NotImplementedError("write your answer here, in place of this line")

    def count(self):
        """Return the next number."""
        raise NotImplementedError("write your answer here, in place of this line")
'''


def handed_out(cell: str) -> str:
    """Return what nbgrader leaves of a cell."""
    rows, inside = [], False
    for row in cell.split("\n"):
        if BEGIN in row:
            inside = True
            rows += [row.replace(BEGIN, "# YOUR CODE HERE"), row.replace(BEGIN, "raise NotImplementedError()")]
        elif END in row:
            inside = False
        elif not inside:
            rows.append(row)
    return "\n".join(rows)


def names_of(cell: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(cell, names)
    return names


@pytest.mark.parametrize(
    "reference",
    [
        "import numpy as np\n\n\ndef double(x):\n    return 2 * x\n",
        '"""Doc."""\n\ndef double(x):\n    """Doc."""\n    y = x\n    return y + x\n',
        "def double(x): return 2 * x\n",
        "TWO = 2\n\n\ndef double(x):\n    return TWO * x\n",
        "import math\nfrom functools import lru_cache\n\n\n@lru_cache\ndef helper(x):\n    return x\n\n\ndef double(x):\n    return helper(x) + math.floor(x)\n",
        "from functools import lru_cache\n\n\n@lru_cache\ndef double(x):\n    return 2 * x\n",
        "def double(y):\n    return 2 * y\n",
        "def double(x, times=2):\n    return times * x\n",
        'def double(x):\n    text = """\na\n  b\n"""\n    assert text == "\\na\\n  b\\n"\n    return 2 * x\n',
        'TEXT = """\na\n  b\n"""\n\n\ndef double(x):\n    assert TEXT == "\\na\\n  b\\n"\n    return 2 * x\n',
        "def double(x):\n  if x:\n    return 2 * x\n  return 0\n",
        "def double(x):\n    return double(x - 1) + 2 if x else 0\n",
    ],
)
def test_a_function_answers_as_the_reference_and_is_handed_out_as_the_stub(reference: str) -> None:
    cell = answer_cell("double", STUB, reference)
    assert names_of(cell)["double"](3) == 6
    assert handed_out(cell) == textwrap.dedent('''\
        import numpy as np


        def double(x):
            """Return twice a number."""
            # YOUR CODE HERE
            raise NotImplementedError()''')


METHODS = '''\
class Counter:
    def __init__(self, start):
        self.value = start

    def count(self):
        """Doc."""
        self.value += 1
        return self.value
'''


def test_a_class_has_a_region_in_each_method() -> None:
    cell = answer_cell("Counter", CLASS, METHODS)
    assert names_of(cell)["Counter"](3).count() == 4
    assert cell.count(BEGIN) == 2
    assert "def count(self):" in handed_out(cell)
    assert "self.value" not in handed_out(cell)


def test_a_class_with_more_than_the_stub_has_one_region() -> None:
    reference = METHODS.replace("self.value += 1", "self.value = more(self.value)").replace(
        "    def count", "    def other(self):\n        return 0\n\n    def count"
    )
    cell = answer_cell("Counter", CLASS, f"def more(x):\n    return x + 1\n\n\n{reference}")
    assert names_of(cell)["Counter"](3).count() == 4
    assert "more" not in handed_out(cell)
    assert "class Counter" in handed_out(cell)


@pytest.mark.parametrize("reference", ["def other(x):\n    return x", "class double:\n    pass", "def double(:"])
def test_a_reference_of_another_kind_is_refused(reference: str) -> None:
    with pytest.raises(AuthoringError, match="the reference"):
        answer_cell("double", STUB, reference)
