"""Opens nbgrader's gradebook with care: what is none is refused before nbgrader adds its tables to it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from grader.errors import GradebookError, UsageError
from grader.interop.assignment import is_known
from grader.interop.nbgrader_course import Folders
from grader.notebooks import NotANotebook, read

if TYPE_CHECKING:
    from nbgrader import api

_WAIT_SECONDS: Final = 30
_OURS: Final = "standing"
"""A table that our own gradebook has and nbgrader's has not."""


def register(book: "api.Gradebook", folders: Folders, assignment: str, url: str) -> None:
    """Put an assignment and its cells on record where they are not, with nbgrader's own means.

    Raises
    ------
    UsageError
        if a notebook cannot be put there as it is.
    """
    book.update_or_create_assignment(assignment)
    for file in sorted(folders.source(assignment).glob("*.ipynb")):
        if not _is_there(book, file, assignment):
            _save_cells(file, assignment, url)
    book.db.expire_all()


def _is_there(book: "api.Gradebook", file: Path, assignment: str) -> bool:
    """Return whether a notebook is on record with all its cells.

    nbgrader writes each of them in a transaction of its own, so that some are missing where the gradebook was locked in
    between. It makes such a notebook anew, if nothing has been handed in yet.
    """
    from nbgrader.api import MissingEntry  # an extra

    try:
        found = book.find_notebook(file.stem, assignment)
    except MissingEntry:
        return False
    there = {cell.name for cell in found.source_cells}  # nbgrader writes these last
    missing = [name for name in _names(file) if name not in there]
    if missing and found.submissions:
        raise UsageError(
            f"{file}: nbgrader's gradebook does not know the cells {', '.join(missing)}, and takes no new ones once"
            f" something has been graded: take them out, or give them to another assignment"
        )
    return not missing


def _names(file: Path) -> list[str]:
    """Return the names of the cells that nbgrader keeps; none where that cannot be read, of which nbgrader tells itself."""
    try:
        return [cell.grade_id for cell in read(file.read_bytes()).cells if cell.grade_id and is_known(cell)]
    except (OSError, NotANotebook):
        return []


def _save_cells(file: Path, assignment: str, url: str) -> None:
    """Do what `nbgrader generate_assignment` does to a notebook up to its place in the gradebook; no file is written."""
    from nbgrader import nbgraderformat  # an extra
    from nbgrader import preprocessors as nb
    from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError

    resources: dict[str, Any] = {"nbgrader": {"notebook": file.stem, "assignment": assignment, "db_url": patient(url)}}
    try:
        notebook = nbgraderformat.read(str(file), as_version=4)
        for step in (
            nb.LockCells,
            nb.ClearSolutions,
            nb.ClearOutput,
            nb.CheckCellMetadata,
            nb.ComputeChecksums,
            nb.SaveCells,
        ):
            notebook, resources = step().preprocess(notebook, resources)
    except (SchemaTooNewError, SchemaTooOldError) as error:
        advice = "make a copy of the course, then run `nbgrader update .` in it"
        raise UsageError(f"{file}: its nbgrader metadata are of another version ({error}): {advice}") from error
    except Exception as error:  # nbgrader has a type of its own for hardly any fault of a notebook
        if _of_database(error):
            raise
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise UsageError(f"{file}: nbgrader cannot take it: {said}") from error


def require_usable(url: str) -> None:
    """Refuse what is no gradebook of this nbgrader before nbgrader adds its tables to it.

    Raises
    ------
    UsageError
        saying what it is.
    GradebookError
        if it cannot be looked at now.
    """
    from sqlalchemy import create_engine, inspect, text  # only where nbgrader is
    from sqlalchemy.exc import ArgumentError, DatabaseError, SQLAlchemyError

    try:
        engine = create_engine(patient(url))
        try:
            tables = inspect(engine).get_table_names()
            with engine.connect() as open_book:
                versions = (
                    open_book.execute(text("SELECT version_num FROM alembic_version"))
                    if "alembic_version" in tables
                    else ()
                )
                version = next((str(row[0]) for row in versions), "")
        finally:
            engine.dispose()
    except ArgumentError as error:
        raise UsageError(f"{url} is no address of a database: {error}") from error
    except SQLAlchemyError as error:
        kind = UsageError if isinstance(error, DatabaseError) and "not a database" in str(error) else GradebookError
        raise kind(f"nbgrader's gradebook {url}: {reason(error)}") from error
    if _OURS in tables:
        raise UsageError(
            f"{url} is the gradebook of `grade batch`, and nbgrader needs one of its own: keep nbgrader's course in another"
            f" folder, or set c.CourseDirectory.db_url in nbgrader_config.py"
        )
    if tables and version != (wanted := _newest_version()):
        raise UsageError(
            f"{url} is of another version of nbgrader ({version or 'none that is known'} instead of {wanted}): make a copy"
            f" of it, then run `nbgrader db upgrade`"
        )


def _newest_version() -> str:
    import nbgrader  # an extra
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(nbgrader.__file__).parent / "alembic").replace("%", "%%"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def patient(url: str) -> str:
    """Return the address with which SQLite waits for whoever is writing."""
    return f"{url}?timeout={_WAIT_SECONDS}" if url.startswith("sqlite") and "?" not in url else url


@contextmanager
def alembic_found() -> Iterator[None]:
    """Let nbgrader find `alembic` beside Python: it calls it by name, and leaves a half-made database where it is not found."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join(filter(None, [str(Path(sys.executable).parent), before]))
    try:
        yield
    finally:
        os.environ["PATH"] = before


def reason(error: Exception) -> str:
    """Return what a database says, in one line, and what to do about it."""
    found = _of_database(error) or error
    text = str(getattr(found, "orig", None) or found).splitlines()[0]
    if "locked" in text:
        return f"{text}: another program is writing to it; end that, and run the same command again"
    return text


def _of_database(error: Exception) -> Exception | None:
    """Return what the database has raised: the error itself, or the one that nbgrader made an error of its own of."""
    from sqlalchemy.exc import SQLAlchemyError  # only where nbgrader is

    return next((found for found in (error, error.__context__) if isinstance(found, SQLAlchemyError)), None)
