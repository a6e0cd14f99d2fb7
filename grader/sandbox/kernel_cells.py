"""Runs the cells of a notebook as a kernel does: in one namespace, one by one, each with what it prints and shows.

For tests that are themselves cells, and so run beside a student's code: what this says can be forged by that code.
"""

import ast
import io
import numbers
import os
import sys
import time
import tokenize
from types import CodeType, ModuleType
from typing import Any, Final

import numpy as np

from grader.sandbox import faults, pictures
from grader.sandbox.cell_running import FUTURE, OutOfTime, at_most, keep_lines, streams
from grader.sandbox.held_files import HeldFiles

_SHOWN: Final = 20_000
"""Characters that are kept of what a cell prints."""

_TEXT: Final = 1_000
_ENVIRONMENT: Final = {"NBGRADER_EXECUTION": "autograde"}
"""What nbgrader sets for a kernel that grades."""

_PASSED_OVER: Final = (tokenize.ENDMARKER, tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT)


class Output(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self._kept: list[str] = []
        self._room = _SHOWN

    def writable(self) -> bool:
        """Return true: this is an output."""
        return True

    def write(self, text: str) -> int:
        """Take a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._room > 0:
            self._kept.append(text[: self._room])
        self._room -= len(text)
        return len(text)

    def text(self) -> str:
        """Return what was kept."""
        return "".join(self._kept) + ("\n…\n" if self._room < 0 else "")


class Cells:
    """A namespace in which cells are run."""

    def __init__(self) -> None:
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        self._namespace: dict[str, Any] = module.__dict__
        self._namespace |= {"display": _display, "get_ipython": pictures.NOTHING}
        self._files = HeldFiles()
        self._titles: set[str] = set()
        self._flags = 0
        os.environ |= _ENVIRONMENT
        pictures.draw_nowhere()

    def do(self, what: str, *arguments: Any) -> dict[str, Any]:
        """Do what the grader asks for: `file` takes a file that lies beside the notebook, `cell` runs a cell."""
        if what == "file":
            name, content = arguments
            self._files.add(name, np.asarray(content).tobytes())
            return {}
        return self.run(*arguments)

    def run(self, title: str, text: str, seconds: float) -> dict[str, Any]:
        """Run a cell up to its first statement that fails.

        Parameters
        ----------
        title : str
            its name in tracebacks.
        text : str
            Python.
        seconds : float
            that it may take.

        Returns
        -------
        dict
            `printed` and `warned` (the two streams), `error` (the traceback, or empty), `slow` (whether time ran out),
            `processor` (seconds that it had), `shown` (the last expression's value as text, empty where there is
            none), `number` (that value, if it is a real number) and `drew` (whether this cell's own code used a
            stand-in for a module that draws).
        """
        self._titles.add(title)
        keep_lines(title, text)
        pictures.ASKERS.discard(title)
        printed, warned = Output(), Output()
        began = time.process_time()
        error, slow, value = "", False, None
        with streams(printed, warned):
            try:
                with at_most(seconds):
                    value = self._value(title, text)
            except OutOfTime:
                slow = True
            except BaseException as raised:  # whatever a cell raises is a fact about the cell
                error = _traceback(raised, frozenset(self._titles))
            shown, number = _shown(value)
        return {
            "printed": printed.text(),
            "warned": warned.text(),
            "error": error,
            "slow": slow,
            "processor": time.process_time() - began,
            "shown": shown,
            "number": number,
            "drew": title in pictures.ASKERS,
        }

    def _value(self, title: str, text: str) -> Any:
        """Run the statements of a cell one after the other; return the value of the last, if that is an expression."""
        tree = compile(text, title, "exec", self._flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        last = tree.body[-1] if tree.body else None
        for statement in tree.body if not isinstance(last, ast.Expr) else tree.body[:-1]:
            exec(self._code(ast.Module([statement], []), title, "exec"), self._namespace)  # noqa: S102 - this is its task
        if not isinstance(last, ast.Expr):
            return None
        value = eval(self._code(ast.Expression(last.value), title, "eval"), self._namespace)  # noqa: S307 - as above
        return None if _is_quiet(text) else value

    def _code(self, tree: ast.Module | ast.Expression, title: str, mode: str) -> CodeType:
        code = compile(tree, title, mode, self._flags, dont_inherit=True)
        assert isinstance(code, CodeType)
        self._flags |= code.co_flags & FUTURE
        return code


def _is_quiet(text: str) -> bool:
    """Return whether a cell ends with a semicolon, after which its value is not shown."""
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    last = next((token for token in reversed(tokens) if token.type not in _PASSED_OVER), None)
    return last is not None and last.string == ";"


def _shown(value: Any) -> tuple[str, float | None]:
    """Return a value as text, and as a number if it is one; a truth value is none."""
    if value is None:
        return "", None
    try:
        text = repr(value)[:_TEXT] or " "
        is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
        return text, float(value) if is_number else None
    except BaseException as error:  # the value may be of the student's making
        return f"a value that cannot be shown ({type(error).__name__})", None


def _display(*values: object, **_: object) -> None:
    """Print what a notebook would show."""
    for value in values:
        print(repr(value))  # noqa: T201 - this is the notebook's own output


def _traceback(error: BaseException, files: frozenset[str]) -> str:
    said = faults.describe(error, files)
    return f"{said['trace']}{said['type']}: {said['message']}"
