"""`grade author preview [EXERCISE…]`: pages for authors, with what students read and what they are told."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.course import Course
from grader.errors import GraderError, SpecError, UsageError
from grader.spec.files import load_course

if TYPE_CHECKING:
    from grader.authoring.preview import Entry
    from grader.executors import Executor

_PAGE = ".html"


@click.command("preview")
@click.argument("names", nargs=-1, metavar="[EXERCISE]…")
@click.option(
    "--output",
    "--out",
    "out",
    type=click.Path(path_type=Path),
    help="A folder for the pages, or the file of a single one; `.grade/preview` by default.",
)
@click.option("--format", "form", default="html", metavar="FORMAT", help="html (default).")
def command(names: tuple[str, ...], *, out: Path | None, form: str) -> int:
    """Write a page for each exercise, all of them if none is named: statement, checks, feedback for each mistake.

    Exit status: 0 if all pages were made, 3 the course or an exercise is wrong, 4 judge error.
    """
    if form != "html":
        raise UsageError(f"there is no format {form!r} here; there is: html")
    course = load_course(Path.cwd())
    wanted = list(dict.fromkeys(course.find(name) for name in names)) or list(course.exercises)
    folder, single = _places(course, wanted, out)
    faults = _write_all(course, wanted, folder, single)
    for fault in faults:
        click.echo(f"grade: {fault}", err=True)
    return _status(faults)


def _places(course: Course, wanted: Sequence[str], out: Path | None) -> tuple[Path, str]:
    """Return the folder of the pages, which is there afterwards, and the name of the file if that was chosen."""
    folder, single = (course.state_folder / "preview" if out is None else out), ""
    if out is not None and out.suffix == _PAGE and not out.is_dir():
        if len(wanted) != 1:
            raise UsageError(f"--output {out}: {len(wanted)} pages do not go into one file; name a folder")
        folder, single = out.parent, out.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--output {folder}: cannot be made: {error.strerror}") from None
    return folder, single


def _write_all(course: Course, wanted: Sequence[str], folder: Path, single: str) -> list[GraderError]:
    """Write all pages, and one that leads to them if there are several; return what was wrong on the way."""
    from grader import registry
    from grader.authoring.preview import index  # templates, Markdown, colours: nothing else needs them

    faults: list[GraderError] = []
    entries: list[Entry] = []
    with registry.load("executors", "process")(course.limits) as executor:
        for name in wanted:
            entry, found = _write_one(course, name, executor, folder / (single or f"{name}{_PAGE}"))
            entries.append(entry)
            faults += found
    if len(wanted) > 1:
        _write(folder / f"index{_PAGE}", index(course.file.title, entries))
    return faults


def _write_one(course: Course, name: str, executor: "Executor", file: Path) -> "tuple[Entry, list[GraderError]]":
    """Write the page of an exercise; return its line of the index, and what was wrong."""
    from grader.authoring.preview import Entry, entry, gather, page

    try:
        preview = gather(course, name, executor)
    except GraderError as error:  # one bad exercise loses no other's page
        return Entry(name, name, course.place(name)[0].title, fault=str(error).partition("\n")[0]), [error]
    html, problems = page(preview)
    _write(file, html)
    faults = [*preview.faults, *([SpecError(problems)] if problems else [])]
    return entry(preview, file.name), faults


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--output {file}: cannot be written: {error.strerror}") from None
    click.echo(f"wrote {_relative(file)}")


def _relative(file: Path) -> str:
    try:
        return file.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def _status(faults: Sequence[GraderError]) -> int:
    from grader.cli.main import status_of

    statuses = {status_of(fault) for fault in faults}
    return next((status for status in (2, 3, 4) if status in statuses), 0)
