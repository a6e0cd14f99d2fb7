"""`grade author schema`: JSON Schemas of the two kinds of YAML files, for editors."""

import json
from pathlib import Path

import click

from grader.course import find_course_folder


@click.command("schema")
@click.option("--write", is_flag=True, help="Write them into `schema/` of the course, over what is there.")
def command(*, write: bool) -> None:
    """Show the JSON Schemas of `exercise.yaml` and `course.yaml`, or write them to their place.

    An editor that knows the YAML language server (VS Code with the extension “YAML”) reads them through the first line
    of each file, completes what is typed, explains every key, and marks what is wrong.
    """
    from grader.authoring import schema  # it imports every kind of input and check

    if not write:
        click.echo(json.dumps(schema.schemas(), indent=2, ensure_ascii=False))
        return
    folder = find_course_folder(Path.cwd())
    for file in schema.write(folder):
        click.echo(f"wrote {file.relative_to(folder).as_posix()}")
