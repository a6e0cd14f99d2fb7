"""Reads what a student handed in for an assignment: notebooks merged with the instructor's, and the code to run."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from grader import notebooks
from grader.batch.intake.content import modules_for
from grader.batch.intake.sources import OnDisk, Source, TooLarge, read_source
from grader.errors import SubmissionNotFound
from grader.interop.assignment import Source as SourceNotebook
from grader.interop.autograded import STAMP
from grader.interop.merging import merged, runnable
from grader.notebooks import Cell, Code
from grader.sandbox.records import dataclass

_STAMP_CAP: Final = 1000
_NONE: Final = Code("", ())


@dataclass(frozen=True)
class Handed:
    """A student's version of one notebook.

    Attributes
    ----------
    source : SourceNotebook
        the instructor's.
    cells : tuple of Cell
        the student's, merged with the instructor's.
    code : Code
        what is run.
    beside : tuple of pairs of str and bytes
        modules that may be imported.
    fault : str
        why it cannot be read, or empty.
    missing : bool
        whether there is no such file.
    notes : tuple of str
        what was wrong with it and could be mended.
    """

    source: SourceNotebook
    cells: tuple[Cell, ...]
    code: Code = _NONE
    beside: tuple[tuple[str, bytes], ...] = ()
    fault: str = ""
    missing: bool = False
    notes: tuple[str, ...] = ()


def handed(folder: Path, sources: Sequence[SourceNotebook]) -> Iterator[Handed]:
    """Yield a student's version of every notebook of an assignment."""
    for source in sources:
        file = OnDisk(str(folder), (f"{source.name}.ipynb",))
        if not (folder / file.parts[-1]).exists():
            yield Handed(source, merged(source, ()), missing=True)
            continue
        try:
            found = notebooks.read(read_source(file, notebooks.FILE_CAP))
            cells = merged(source, found.cells)
            code = notebooks.code_of(runnable(cells))
        except TooLarge:
            size = f"larger than {notebooks.FILE_CAP // 2**20} MiB"
            yield Handed(source, merged(source, ()), fault=f"it is {size}: clear its outputs and save it again")
        except (notebooks.NotANotebook, SubmissionNotFound) as error:
            yield Handed(source, merged(source, ()), fault=str(error))
        else:
            beside, notes = _beside(folder, code)
            yield Handed(source, cells, code, beside, notes=(*found.notes, *notes))


def _beside(folder: Path, code: Code) -> tuple[tuple[tuple[str, bytes], ...], tuple[str, ...]]:
    """Return the modules that the code may import, or why there are none."""
    files: dict[str, Source] = {
        file.stem: OnDisk(str(folder), (file.name,)) for file in sorted(folder.glob("*.py")) if file.stem.isidentifier()
    }
    try:
        return tuple(sorted(modules_for(code.source.encode(), files))), ()
    except SubmissionNotFound as error:
        return (), (f"the modules beside it cannot be imported: {error}",)


def stamp(folder: Path) -> bytes | None:
    """Return the content of `timestamp.txt` beside what was handed in, if it can be read."""
    try:
        return read_source(OnDisk(str(folder), (STAMP,)), _STAMP_CAP)
    except SubmissionNotFound:
        return None
