"""Grades the test cells of any assignment of nbgrader's, by running each notebook whole.

::

    merged cells, with the tests that nbgrader has on record -> one confined process -> what came of each cell -> scores

The tests run beside the student's code, so a score from here says `trust: in-process`: it cannot harm anybody, and it
can be forged.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from grader import registry
from grader.errors import JudgeError, UsageError
from grader.executors import Closing, Executor
from grader.interop.assignment import Source, is_locked, points_of
from grader.interop.autograded import Shown
from grader.interop.beside import beside
from grader.interop.credit import Credit, credit
from grader.interop.handed_in import Handed
from grader.interop.running_cells import GRACE, Beside, Ran, ToRun, python_text, run
from grader.model import Limits
from grader.notebooks import Cell, Kind
from grader.notebooks.magics import python_of
from grader.sandbox.records import dataclass

TRUST: Final = "in-process"
"""What is written on scores that were made beside a student's code."""

_AUTOTEST: Final = re.compile(r"^\s*#+\s*(?:HASHED\s+)?AUTOTEST\b", re.MULTILINE)
_HARMLESS: Final = re.compile(r"\s*%(?:matplotlib|config|precision|autosave)\b.*|\s*%%time\s*")
CELLS: Final = 20
"""Times of one cell that all cells of a notebook have together."""


@dataclass(frozen=True)
class Rules:
    """How notebooks are run.

    Attributes
    ----------
    isolation : str
        the level.
    limits : Limits
        of which memory and output hold for a notebook.
    hidden : tuple of path
        folders of which no notebook may see anything.
    seconds : float
        for each cell.
    jobs : int
        notebooks at the same time.
    time_factor : callable
        returns what the seconds are multiplied by for a student.
    """

    isolation: str
    limits: Limits
    hidden: tuple[Path, ...]
    seconds: float = 30.0
    jobs: int = 1
    time_factor: Callable[[str], float] = lambda _: 1.0

    def seconds_for(self, student: str) -> float:
        """Return for how long each cell of a student may run."""
        return self.seconds * self.time_factor(student)


@dataclass(frozen=True)
class Judged:
    """What a student's notebook came to.

    Attributes
    ----------
    shown : mapping of str to Shown
        what cells show, by name; with the score, where the cell is a test.
    undecided : mapping of str to str
        tests without a score, each with the reason.
    notes : tuple of str
        what was left out.
    fault : str
        why it could not be judged at all; that is no fault of the student's.
    """

    shown: Mapping[str, Shown]
    undecided: Mapping[str, str]
    notes: tuple[str, ...] = ()
    fault: str = ""


class CellTests(Closing):
    """Runs notebooks, some at a time.

    Parameters
    ----------
    sources : sequence of Source
        the notebooks of the assignment, with the tests as they are on record.
    folder : path
        where the instructor's notebooks lie, with what belongs beside them.
    rules : Rules
        how they are run.

    Raises
    ------
    UsageError
        if there are tests that cannot be run as they are.
    """

    def __init__(self, sources: Sequence[Source], folder: Path, rules: Rules) -> None:
        self._folder = folder
        self._rules = rules
        self._unfit = {source.name: dict(_unfit(source)) for source in sources if source.by_others}
        for source in sources:
            _require_runnable(source)
        self._executors: dict[float, Executor] = {}
        self._pool = ThreadPoolExecutor(rules.jobs)
        self._running: dict[tuple[str, str], Future[Judged]] = {}

    def close(self) -> None:
        """End what is still running."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for executor in self._executors.values():
            executor.close()
        self._pool.shutdown()

    def begin(self, student: str, folder: Path, items: Sequence[Handed]) -> None:
        """Start on those of a student's notebooks that have tests of their own."""
        seconds = self._rules.seconds_for(student)
        for item in items:
            if item.source.by_others and not (item.missing or item.fault):
                if seconds not in self._executors:
                    self._executors[seconds] = self._opened(seconds)
                self._running[student, item.source.name] = self._pool.submit(self._judged, item, folder, seconds)

    def judged(self, student: str, name: str) -> Judged:
        """Return what a student's notebook came to, when it is there; nothing where it has no tests of its own."""
        found = self._running.pop((student, name), None)
        return found.result() if found else Judged({}, {})

    def _opened(self, seconds: float) -> Executor:
        limits = replace(self._rules.limits, call=seconds + GRACE, exercise=CELLS * seconds)
        opened: Executor = registry.load("executors", self._rules.isolation)(limits, None, self._rules.hidden)
        return opened

    def _judged(self, item: Handed, folder: Path, seconds: float) -> Judged:
        there, notes = beside(folder, self._folder, [cell.source for cell in item.cells])
        try:
            ran = self._ran(item, there, seconds)
            if any(one.unsure for one in ran.values()):  # it had little of the processor, and gets one more chance
                ran = self._ran(item, there, seconds)
        except JudgeError as error:
            tests = {name: Shown("this could not be judged; the fault is not yours\n", None) for name in _tests(item)}
            return Judged(tests, {}, notes, str(error))
        unfit = self._unfit[item.source.name]
        credits_ = {name: _credit(item, name, ran, unfit) for name in _tests(item)}
        shown = {name: Shown(_text(one), None) for name, one in ran.items()}
        shown |= {name: Shown(_text(ran.get(name), one), one.score) for name, one in credits_.items()}
        return Judged(shown, {name: one.why for name, one in credits_.items() if one.score is None}, notes)

    def _ran(self, item: Handed, there: Beside, seconds: float) -> dict[str, Ran]:
        """Return what came of the cells that have names."""
        cells = [(place, cell) for place, cell in enumerate(item.cells, start=1) if cell.kind is Kind.CODE]
        ours = {check.grade_id for check in item.source.checks}
        cells = [(place, cell) for place, cell in cells if cell.grade_id not in ours and cell.source.strip()]
        to_run = [ToRun(_title(place, cell), python_text(cell.source)) for place, cell in cells]
        found = run(self._executors[seconds], to_run, there, seconds)
        return {cell.grade_id: ran for (_, cell), ran in zip(cells, found, strict=True) if cell.grade_id}


def marked_in_process(item: Handed) -> Handed:
    """Return a student's notebook with a mark on the cells whose scores were made beside the student's code."""
    others = set(item.source.by_others)
    cells = (replace(cell, ours={"trust": TRUST}) if cell.grade_id in others else cell for cell in item.cells)
    return replace(item, cells=tuple(cells))


def on_record(source: Source, released: Mapping[str, str]) -> Source:
    """Return a notebook with its locked cells as nbgrader has them on record, which are those that count."""
    cells = (
        replace(cell, source=released[cell.grade_id].replace("\r\n", "\n"))
        if cell.grade_id in source.known and cell.grade_id in released and is_locked(cell)
        else cell
        for cell in source.cells
    )
    return replace(source, cells=tuple(cells))


def _require_runnable(source: Source) -> None:
    if not source.by_others:
        return
    kernel = source.metadata.get("kernelspec")
    language = str(kernel.get("language", "python")) if isinstance(kernel, Mapping) else "python"
    if language.lower() not in ("python", "ipython"):
        raise UsageError(f"{source.name}.ipynb is written in {language}, and only Python can be run here")
    for name in source.by_others:
        if _AUTOTEST.search(source.known[name].source):
            raise UsageError(
                f"{source.name}.ipynb, cell {name}: its AUTOTEST lines have not been made into tests yet; run `nbgrader"
                f" generate_assignment` first"
            )


def _unfit(source: Source) -> Iterator[tuple[str, str]]:
    """Yield the tests that would not be run whole: a test that is left out finds no fault."""
    for name in source.by_others:
        cell = source.known[name]
        if cell.kind is not Kind.CODE:
            yield name, "it is a text, which only a person can grade"
        elif changed := left_out(cell.source):
            yield name, f"only IPython understands the line {changed!r}"


def left_out(text: str) -> str:
    """Return a line of a test that cannot be run, or nothing."""
    try:
        rows = zip(text.split("\n"), python_of(text).split("\n"), strict=True)
    except SyntaxError as error:
        return (error.text or str(error)).strip()
    return next((row for row, run_row in rows if row != run_row and not _HARMLESS.fullmatch(row)), "").strip()


def _tests(item: Handed) -> tuple[str, ...]:
    return item.source.by_others


def _title(place: int, cell: Cell) -> str:
    return f"cell {place} ({cell.grade_id})" if cell.grade_id else f"cell {place}"


def _credit(item: Handed, name: str, ran: Mapping[str, Ran], unfit: Mapping[str, str]) -> Credit:
    if name in unfit:
        return Credit(None, unfit[name])
    cell = item.source.known[name]
    if name not in ran and cell.source.strip():
        return Credit(None, "it was not run")
    return credit(ran.get(name, Ran()), points_of(cell))  # an empty test finds no fault, in nbgrader neither


def _text(ran: Ran | None, found: Credit | None = None) -> str:
    """Return what a cell shows in the graded notebook."""
    pieces = [ran.printed, ran.warned, ran.error] if ran else []
    if ran and ran.shown and ran.number is None:
        pieces.append(ran.shown)
    if found and found.why:
        pieces.append(f"no score: {found.why}")
    return "".join(piece if piece.endswith("\n") else f"{piece}\n" for piece in pieces if piece)
