"""`grade hint EXERCISE`: the next hint of the ladder."""

from pathlib import Path

import click

from grader import state
from grader.reports._layout import WIDTH
from grader.spec.files import load_course, load_exercise


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("name", metavar="EXERCISE")
@click.option("--again", is_flag=True, help="Show all hints seen so far, and no new one.")
def command(name: str, *, again: bool) -> None:
    """Show the next hint of an exercise: from a question to nearly the answer."""
    course = load_course(Path.cwd())
    exercise = course.find(name)
    hints = load_exercise(course, exercise).hints
    seen = min(state.read(course).get(exercise, state.Progress()).hints, len(hints))
    if not hints:
        click.echo(f"{exercise} has no hints.")
        return
    if again:
        shown = range(seen)
    elif seen == len(hints):
        click.echo(f"You have seen all {len(hints)} hints of {exercise}; `grade hint {exercise} --again` shows them.")
        return
    else:
        shown = range(seen, seen + 1)
        state.remember_hints(course, exercise, seen + 1)
    for place in shown:
        click.echo(click.wrap_text(f"Hint {place + 1} of {len(hints)}: {hints[place]}", WIDTH))
    if again and not seen:
        click.echo(f"You have seen no hint of {exercise} yet.")
