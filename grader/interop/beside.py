"""What lies beside a submitted notebook when it is run: the student's files, and over them the instructor's."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from grader.batch.intake.content import modules_for
from grader.batch.intake.sources import OnDisk, Source, TooLarge, read_source
from grader.errors import SubmissionNotFound
from grader.interop.autograded import STAMP
from grader.interop.running_cells import Beside

_FILES_CAP: Final = 100
_BYTES_CAP: Final = 16 * 2**20
_LISTED_CAP: Final = 2_000
_MODULE: Final = ".py"


def beside(submitted: Path, source: Path, texts: Sequence[str]) -> tuple[Beside, tuple[str, ...]]:
    """Return what lies beside a notebook, and what is left out.

    Parameters
    ----------
    submitted, source : path
        the folders of the student's and the instructor's notebooks; of two files with one name the instructor's counts.
    texts : sequence of str
        the cells, which decide on the modules that are looked at.
    """
    found = {name: file for folder in (submitted, source) for name, file in _listed(folder)}
    modules = {name.removesuffix(_MODULE): file for name, file in found.items() if name.endswith(_MODULE)}
    notes: list[str] = []
    try:
        imported = tuple(sorted(modules_for("\n".join(texts).encode(), modules)))
    except SubmissionNotFound as error:
        imported = ()
        notes.append(f"the modules beside it cannot be imported: {error}")
    files = tuple(_read({name: file for name, file in found.items() if not name.endswith(_MODULE)}, notes))
    return Beside(imported, files), tuple(notes)


def _listed(folder: Path) -> Iterator[tuple[str, Source]]:
    """Yield the files in a folder that may be used, by their paths from there; links are not followed."""
    count = 0
    for above, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(".") or name == STAMP or name.endswith(".ipynb"):
                continue
            parts = (*Path(above).relative_to(folder).parts, name)
            yield "/".join(parts), OnDisk(str(folder), parts)
            count += 1
            if count == _LISTED_CAP:
                return


def _read(files: dict[str, Source], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    left = _BYTES_CAP
    for count, (name, file) in enumerate(sorted(files.items())):
        try:
            if count == _FILES_CAP:
                raise TooLarge(f"there are more than {_FILES_CAP} files")
            content = read_source(file, left)
        except SubmissionNotFound as error:
            notes.append(f"{name} does not lie beside it when it is run: {error}")
            if count == _FILES_CAP:
                return
        else:
            left -= len(content)
            yield name, content
