"""`grade reset EXERCISE`: the stub again, with the old answer kept beside it."""

from pathlib import Path

import click

from grader.authoring.stubs import stub
from grader.errors import UsageError
from grader.spec.files import load_course, load_exercise


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="EXERCISE")
def command(name: str) -> None:
    """Put the stub of an exercise back. The old answer is kept beside it, with a number."""
    course = load_course(Path.cwd())
    exercise = course.find(name)
    file = course.answer_file(exercise)
    text = stub(exercise, load_exercise(course, exercise))
    shown = file.relative_to(course.folder)
    try:
        old = file.read_bytes() if file.exists() else None
        if old == text.encode():
            click.echo(f"{shown} is the stub already")
            return
        if old is not None:
            kept = _free_name(file)
            file.replace(kept)
            click.echo(f"kept your answer as {kept.relative_to(course.folder)}")
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{shown} cannot be replaced: {error.strerror}") from None
    click.echo(f"{shown} is the stub again")


def _free_name(file: Path) -> Path:
    """Return a name beside `file` that no file has, and that is no answer's name."""
    number = 1
    while (kept := file.with_name(f"{file.stem}.old-{number}{file.suffix}")).exists():
        number += 1
    return kept
