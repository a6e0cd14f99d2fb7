"""`grade author init DIR`: a course that works at once."""

from datetime import date
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--title", default="A new course", help="The name of the course.")
@click.option("--seed", type=click.IntRange(min=0), help="The public seed; the date of today by default, as 20300131.")
def command(folder: Path, *, title: str, seed: int | None) -> None:
    """Make a course in a new or empty folder: a commented `course.yaml` and one exercise, complete and proved."""
    from grader.authoring.beginning import begin_course  # it imports every kind of input and check

    today = date.today()  # noqa: DTZ011 - the day on the author's own calendar
    for file in begin_course(folder, title, int(f"{today:%Y%m%d}") if seed is None else seed):
        click.echo(f"wrote {file}")
    click.echo(
        f"`cd {folder}`, then `grade list`, `grade author verify`, `grade author new exercise-02 --topic basics`"
    )
