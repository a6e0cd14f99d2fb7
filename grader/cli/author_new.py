"""`grade author new EXERCISE`: an exercise that works, to be changed into what its author has in mind."""

import sys
from pathlib import Path

import click

from grader.course import Course, spelled_out
from grader.errors import UsageError
from grader.spec.files import load_course


@click.command("new")
@click.argument("name", metavar="[EXERCISE]", default="")
@click.option("--topic", default="", metavar="ID", help="The topic that it belongs to.")
@click.option("--section", default="", metavar="TITLE", help="A section of the topic; the last one by default.")
@click.option("--title", default="", help="A few words, shown in lists and reports.")
@click.option("--function", default="", metavar="NAME", help="What students write; by default made from the title.")
def command(name: str, *, topic: str, section: str, title: str, function: str) -> None:
    """Add an exercise to the course; on a terminal, what was not said is asked.

    It comes with stub, reference, an accepted solution, a mistake, and a description in which every field is
    explained. It can be verified at once.
    """
    # Imported here, because they import every kind of input and check.
    from grader.authoring import schema
    from grader.authoring.beginning import TITLE, Sketch, begin_exercise, find_place, function_name

    course = load_course(Path.cwd())
    asks = sys.stdin.isatty() and not (name and topic)
    name = name or _name(course, asks=asks)
    topic = topic or _topic(course, asks=asks)
    place = find_place(course, topic, section)
    title = title or (click.prompt("title", default=TITLE) if asks else TITLE)
    usual = function_name(title)
    function = function or (click.prompt("function", default=usual) if asks else usual)
    sketch = Sketch(name=spelled_out(name), title=title, function=function)
    for file in begin_exercise(course, sketch, *place):
        done = "wrote" if file.name != "course.yaml" else "added the exercise to"
        click.echo(f"{done} {file.relative_to(course.folder).as_posix()}")
    if not (course.folder / schema.FOLDER).is_dir():
        click.echo("`grade author schema --write` makes editors complete and explain what you type")
    click.echo(f"next: change the description and the solutions, and prove them: `grade author verify {sketch.name}`")


def _name(course: Course, *, asks: bool) -> str:
    """Return the name that is asked on a terminal: by default with the first number after all others."""
    if not asks:
        raise UsageError("which exercise? Write `grade author new exercise-73 --topic ID`")
    numbers = [int(number) for name in course.exercises if (number := name.rpartition("-")[2]).isdecimal()]
    return str(click.prompt("exercise", default=f"exercise-{max(numbers, default=0) + 1:02}"))


def _topic(course: Course, *, asks: bool) -> str:
    """Return the topic that is asked on a terminal; elsewhere the only one."""
    topics = [item.id for item in course.file.topics]
    if asks:
        return str(click.prompt(f"topic ({', '.join(topics)})", default=topics[0] if len(topics) == 1 else None))
    if len(topics) == 1:
        return topics[0]
    raise UsageError(f"which topic? Write `--topic ID`; there are: {', '.join(topics)}")
