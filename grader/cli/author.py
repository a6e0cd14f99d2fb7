"""`grade author …`: commands for those who write exercises."""

from pathlib import Path

import click

from grader.authoring.stubs import stub
from grader.cli import author_init, author_new, author_preview, author_release, author_schema, author_verify
from grader.errors import UsageError
from grader.spec.files import load_course, load_exercise


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Write exercises."""


@command.command("stub")
@click.argument("names", nargs=-1, required=True, metavar="EXERCISE…")
@click.option("--write", is_flag=True, help="Write the stub files of the exercises, over what is there.")
def stub_command(names: tuple[str, ...], *, write: bool) -> None:
    """Show the stub that an exercise's description gives, or write it to its place."""
    course = load_course(Path.cwd())
    for name in [course.find(name) for name in names]:
        text = stub(name, load_exercise(course, name))
        if write:
            file = course.answer_file(name)
            shown = file.relative_to(course.folder)
            try:
                file.write_text(text, encoding="utf-8")
            except OSError as error:
                raise UsageError(f"{shown} cannot be written: {error.strerror}") from None
            click.echo(f"wrote {shown}")
        else:
            click.echo(text, nl=False)


for part in (author_init, author_new, author_preview, author_release, author_schema, author_verify):
    command.add_command(part.command)
