"""Runs the cells of one submitted notebook in a process of its own, one after the other, and reports on each.

Where tests are cells themselves they run beside the student's code. The process is confined, so that it harms nobody;
but what it says of a cell is no more than what it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from grader.errors import JudgeError
from grader.executors import Executor, Session
from grader.model import Answer, Call, Failure, Submission
from grader.notebooks.magics import python_of
from grader.sandbox.records import dataclass

_SOURCE: Final = "from grader.sandbox.kernel_cells import Cells\n\ndo = Cells().do\n"
_SCIPY: Final = "scipy"
_TEXT_CAP: Final = 25_000
_ENOUGH: Final = 0.5
"""Share of its time for which a cell has the processor on a machine that is not too busy."""

GRACE: Final = 2.0
"""Seconds that a cell has to end after its time, before its process is ended."""


@dataclass(frozen=True)
class ToRun:
    """A cell to run: its name in tracebacks, and its text."""

    title: str
    text: str


@dataclass(frozen=True)
class Beside:
    """What lies beside a notebook: modules that may be imported by name, and files by path."""

    modules: tuple[tuple[str, bytes], ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True)
class Ran:
    """What came of a cell, as its process said.

    Attributes
    ----------
    printed, warned : str
        the two streams.
    error : str
        the traceback and the exception, or empty.
    shown : str
        the value of the last expression as text; empty where there is none.
    number : float or None
        that value, where it is a real number.
    drew : bool
        whether the cell itself used a stand-in for a module that draws.
    unsure : bool
        whether the machine may be to blame: time ran out while the cell had little of the processor.
    over : bool
        whether the process ended with this cell, or before it.
    """

    printed: str = ""
    warned: str = ""
    error: str = ""
    shown: str = ""
    number: float | None = None
    drew: bool = False
    unsure: bool = False
    over: bool = False


def python_text(source: str) -> str:
    """Return the Python in a cell; a cell in which there is none is left as it is, and fails when it is run."""
    try:
        return python_of(source)
    except SyntaxError:
        return source


def run(executor: Executor, cells: Sequence[ToRun], beside: Beside, seconds: float) -> tuple[Ran, ...]:
    """Return what came of each cell.

    Parameters
    ----------
    executor : Executor
        whose limits allow each call a little more than `seconds`.
    cells : sequence of ToRun
        in their order.
    beside : Beside
        what lies beside the notebook.
    seconds : float
        for each cell. What goes on nevertheless is ended with its process, and no cell is run after it.

    Raises
    ------
    JudgeError
        if something fails before the first cell, where nothing of the student's has run.
    """
    source = _SOURCE + (f"# {_SCIPY}\n" if any(_SCIPY in cell.text for cell in cells) else "")
    submission = Submission("notebook_cells", source, "do", beside=beside.modules)
    with executor.open(submission) as session:
        loaded = session.load()
        if loaded.failure or not loaded.found:
            raise JudgeError(f"cells cannot be run: {loaded.failure.message if loaded.failure else loaded.names}")
        _give(session, beside.files)
        found = tuple(_each(session, cells, seconds))
    rest = Ran(error="this was not run: the process had ended in an earlier cell", over=True)
    return found + (rest,) * (len(cells) - len(found))


def _give(session: Session, files: Sequence[tuple[str, bytes]]) -> None:
    for name, content in files:
        answer = session.call(Call(("file", name, np.frombuffer(content, dtype=np.uint8))))
        if answer.failure:
            raise JudgeError(f"the file {name} cannot be laid beside the notebook: {answer.failure.message}")


def _each(session: Session, cells: Sequence[ToRun], seconds: float) -> Iterator[Ran]:
    """Yield what came of each cell, up to the one with which the process ended."""
    for cell in cells:
        ran = _ran(session.call(Call(("cell", cell.title, cell.text, seconds))), seconds)
        yield ran
        if ran.over:
            return


def _ran(answer: Answer, seconds: float) -> Ran:
    if answer.failure:
        return _ended(answer.failure)
    said = answer.value
    if not isinstance(said, Mapping):
        return Ran(error="the process said something that is no answer", over=True)
    if said.get("slow") is True:
        unsure = _number(said.get("processor"), 0.0) < _ENOUGH * seconds
        error = f"this took longer than {seconds:g} s, and was ended"
        return Ran(_text(said, "printed"), _text(said, "warned"), error, unsure=unsure)
    number = said.get("number")
    return Ran(
        _text(said, "printed"),
        _text(said, "warned"),
        _text(said, "error"),
        _text(said, "shown"),
        None if number is None else _number(number, float("nan")),
        said.get("drew") is True,
    )


def _ended(failure: Failure) -> Ran:
    return Ran(error=failure.message, unsure=failure.unsure, over=True)


def _text(said: Mapping[Any, Any], name: str) -> str:
    value = said.get(name)
    return value[:_TEXT_CAP] if isinstance(value, str) else ""


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else otherwise
