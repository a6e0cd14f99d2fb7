"""`grade author verify [EXERCISE…]`: proves exercises before students see them."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from grader.course import Course
from grader.errors import UsageError
from grader.spec.files import load_course

if TYPE_CHECKING:
    from grader.authoring.verification import Verified
    from grader.reports._layout import Line as Row

_WRONG = 3


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[EXERCISE]…")
@click.option("--format", "form", default="text", metavar="FORMAT", help="text (default) or json.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the result to a file.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, help="Worker processes; 2 by default.")
@click.option(
    "--seeds", type=click.IntRange(min=2), help="Seeds beside the public one; 200 (20 where answers are random)."
)
@click.option("--fresh", is_flag=True, help="Prove again what has not changed, too.")
def command(names: tuple[str, ...], *, form: str, out: Path | None, jobs: int, seeds: int | None, fresh: bool) -> int:
    """Prove exercises: description, reference, stub, accepted solutions, mistakes, mutants, tolerances.

    Exit status: 0 if all claims hold, 3 if one does not.
    """
    # Imported here, because `grade author stub` needs none of it.
    from grader.authoring.verification import wording
    from grader.authoring.verification.verifying import Options, verify

    if form not in ("text", "json"):
        raise UsageError(f"there is no format {form!r} here; there is: json, text")
    course = load_course(Path.cwd())
    wanted = [course.find(name) for name in names] or list(course.exercises)
    began = time.perf_counter()
    results: list[Verified] = []
    shows = form == "text" and out is None
    with _Progress(len(wanted), shows=sys.stderr.isatty()) as progress:
        for verified in verify(course, wanted, Options(jobs=jobs, others=seeds, fresh=fresh), progress.part):
            progress.exercise(verified)
            results.append(verified)
            if shows:
                progress.clear()
                _show(list(wording.rows(verified)))
    seconds = time.perf_counter() - began
    results.sort(key=lambda result: wanted.index(result.exercise))
    if shows:
        _show([wording.summary(results, seconds)])
    else:
        _write(course, results, seconds, form, out)
    return 0 if all(result.holds for result in results) else _WRONG


def _show(rows: "Sequence[Row]") -> None:
    import os

    from grader.authoring.verification import wording

    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        from rich.console import Console

        from grader.reports import _terminal

        _terminal.show(rows, Console(highlight=False))
    else:
        click.echo(wording.text(iter(rows)), nl=False)


def _write(course: Course, results: "Sequence[Verified]", seconds: float, form: str, out: Path | None) -> None:
    from grader.authoring.verification import wording

    if form == "json":
        text = wording.as_json(course.file.title, results, seconds)
    else:
        rows = [row for result in results for row in wording.rows(result)]
        text = wording.text(iter([*rows, wording.summary(results, seconds)]))
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--out {out}: cannot be written: {error.strerror}") from None


class _Progress:
    """One line on a terminal that says what is being done; elsewhere nothing, because the results themselves come one by one."""

    def __init__(self, exercises: int, *, shows: bool) -> None:
        self._exercises, self._shows, self._done = exercises, shows, 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def part(self, exercise: str, done: int, parts: int) -> None:
        """Say how far an exercise is."""
        if self._shows:
            filled = "█" * (20 * done // max(parts, 1))
            text = (
                f"\r\x1b[K{filled:<20} {exercise}: {done} of {parts} parts; {self._done} of {self._exercises} exercises"
            )
            sys.stderr.write(text)
            sys.stderr.flush()

    def exercise(self, verified: "Verified") -> None:
        """Count an exercise that is done."""
        self._done += 1

    def clear(self) -> None:
        """Take the line away."""
        if self._shows:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
