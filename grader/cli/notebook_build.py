"""`grade notebook build ASSIGNMENT`: a source notebook for nbgrader, made from exercises."""

from fractions import Fraction
from pathlib import Path

import click

from grader.errors import UsageError
from grader.spec.files import load_course


@click.command("build", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("assignment", metavar="ASSIGNMENT")
@click.option(
    "--exercise", "names", multiple=True, required=True, metavar="EXERCISE", help="What is in it; may be repeated."
)
@click.option(
    "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="nbgrader's folder `source`."
)
@click.option(
    "--manual",
    metavar="POINTS",
    help="Ask for an explanation of each answer, graded by hand for so much.",
)
@click.option("--force", is_flag=True, help="Write over a notebook that is there.")
def command(assignment: str, *, names: tuple[str, ...], out: Path, manual: str | None, force: bool) -> None:
    """Write the notebook DIR/ASSIGNMENT/ASSIGNMENT.ipynb: statements, cells to answer in, and a cell for each check.

    `nbgrader generate_assignment ASSIGNMENT` makes the students' version of it, without the solutions.
    """
    from grader.interop.building import source_notebook  # not for the other commands to wait for

    course = load_course(Path.cwd())
    exercises = [course.find(name) for name in names]
    text = source_notebook(course, assignment, exercises, by_hand=_points(manual))
    file = out / assignment / f"{assignment}.ipynb"
    if file.exists() and not force:
        raise UsageError(f"{file} is there already; --force writes over it")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"wrote {file}")


def _points(text: str | None) -> Fraction | None:
    """Return points, exactly."""
    if text is None:
        return None
    try:
        points = Fraction(text)
    except (ValueError, ZeroDivisionError):
        points = Fraction(-1)
    if points < 0:
        raise UsageError(f"--manual {text}: points are a number that is not negative")
    return points
