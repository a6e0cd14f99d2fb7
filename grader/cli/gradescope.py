"""`grade gradescope …`: an autograder for Gradescope, and what runs in it."""

import secrets
from pathlib import Path
from typing import Final

import click

from grader.errors import JudgeError, UsageError
from grader.reports._layout import clean, exercise_lines, plain
from grader.spec.files import load_course

_ROOT: Final = "/autograder"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Grade on Gradescope."""


@command.command("build")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.zip")
@click.argument("names", nargs=-1, metavar="[EXERCISE…]")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="N", help="Draw the cases from this seed, not from a new secret one."
)
def build_command(file: Path, names: tuple[str, ...], *, seed: int | None) -> None:
    """Make the zip for an assignment of some exercises, or of all. The solutions are in it: it is for Gradescope alone."""
    from grader.interop.gradescope import build  # what a batch needs takes longer to import than other commands run

    course = load_course(Path.cwd())
    exercises = list(dict.fromkeys(course.find(name) for name in names)) or list(course.exercises)
    content = build(course, exercises, secrets.randbits(128) if seed is None else seed)
    try:
        file.touch(0o600)
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
    listed = ", ".join(exercises) if len(exercises) <= 5 else f"{len(exercises)} exercises"
    click.echo(f"wrote {file} ({listed}; {len(content) / 2**20:.1f} MiB); it holds the solutions and the seed")


@command.command("prepare")
@click.argument("root", default=_ROOT, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
def prepare_command(root: Path) -> None:
    """Compute what can be computed beforehand. Gradescope does this when it builds the image."""
    from grader.interop.gradescope import prepare  # as above

    try:
        click.echo(f"ready; answers will run {prepare(root.resolve())}, if the machine that grades allows as much")
    except JudgeError as error:  # Gradescope grades elsewhere than it builds
        click.echo(f"grade: {error}\nIf this holds where submissions are graded too, none will get a score.", err=True)


@command.command("run")
@click.argument("root", default=_ROOT, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]")
def run_command(root: Path) -> None:
    """Grade one submission. Gradescope does this whenever something is handed in."""
    from grader.interop.gradescope import run  # as above

    graded = run(root.resolve())
    click.echo(f"isolation: {graded.isolation}")
    for remark in graded.remarks:
        click.echo(f"not graded: {clean(remark)}")
    for exercise in graded.exercises:
        click.echo(plain(exercise_lines(exercise, short=False)), nl=False)
