"""`grade show EXERCISE`: the statement, readable in a terminal."""

import os
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import click

from grader import bundle
from grader.authoring.stubs import kind_of
from grader.mathematics import readable
from grader.reports._layout import WIDTH, number
from grader.spec.exercise import Exercise, ValueDescription
from grader.spec.files import load_course, load_exercise


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="EXERCISE")
def command(name: str) -> None:
    """Show the statement of an exercise, the function to write, and what its checks are worth."""
    course = load_course(Path.cwd())
    exercise_id = course.find(name)
    exercise = load_exercise(course, exercise_id)
    topic, section = course.place(exercise_id)
    head = f"{exercise_id}: {exercise.title}"
    where = f"{topic.title} · {section.title} · difficulty {'●' * exercise.difficulty}{'○' * (5 - exercise.difficulty)}"
    file = course.answer_file(exercise_id).relative_to(course.folder).as_posix()
    checks = _checks(exercise, bundle.withheld(course, exercise_id))
    in_colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    statement = readable(exercise.statement, escaped=in_colour).strip()
    body = "\n".join([statement, "", *_function(exercise), "", *checks])
    if in_colour:
        _in_colour(head, where, body, file)
        return
    click.echo(f"{head}\n{where}\n\n{body}\n\nYour answer goes into {file}")


def _function(exercise: Exercise) -> list[str]:
    function = exercise.function
    rows = list(_signature(function.name, function.parameters, function.returns))
    for name, method in function.methods.items():
        rows += ["", *_signature(f"{function.name}.{name}", method.parameters, method.returns)]
        rows.append(f"        {method.about}")
    return rows


def _signature(
    name: str, parameters: Mapping[str, ValueDescription], returned: ValueDescription | None
) -> Iterator[str]:
    yield f"    {name}({', '.join(parameters)})" + (f" -> {kind_of(returned)}" if returned else "")
    width = max(map(len, parameters), default=0)
    for parameter, value in parameters.items():
        yield f"        {parameter:<{width}}  {kind_of(value)}: {value.about}"


def _checks(exercise: Exercise, withheld: Fraction) -> list[str]:
    """Return the lines on checks; `withheld` is what those are worth that are not in this students' bundle."""
    public = [check for check in exercise.checks if check.visibility == "public"]
    hidden = exercise.points - exercise.public_points + withheld
    rows = [f"- {check.name} ({number(check.points)})" for check in public]
    return ["Checks, and the points for each:", "", *rows, *([f"- hidden checks ({number(hidden)})"] if hidden else [])]


def _in_colour(head: str, where: str, body: str, file: str) -> None:
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.text import Text

    console = Console(width=min(WIDTH, Console().width), highlight=False)
    console.print(Text(head, style="bold"), Text(where, style="dim"), "", sep="\n")
    console.print(Markdown(body))
    console.print(Text.assemble("\nYour answer goes into ", (file, "cyan")))
