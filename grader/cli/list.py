"""`grade list`: the course at a glance."""

import os
import sys
from fractions import Fraction
from pathlib import Path

import click

from grader import state
from grader.errors import AuthoringError
from grader.reports._layout import number
from grader.spec.files import load_course, load_exercise


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> int:
    """List topics, sections and exercises, with the score of the last check of each."""
    course = load_course(Path.cwd())
    progress = state.read(course)
    faults: list[AuthoringError] = []
    bold = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    click.echo(click.style(course.file.title, bold=True) if bold else course.file.title)
    for topic in course.file.topics:
        click.echo(f"\n{click.style(topic.title, bold=True) if bold else topic.title}")
        for section in topic.sections:
            click.echo(f"  {section.title}")
            for name in section.exercises:
                try:
                    exercise = load_exercise(course, name)
                except AuthoringError as error:
                    faults.append(error)
                    click.echo(f"    ! {name:<14}the description is wrong, see below")
                    continue
                mark, words = _state(progress.get(name, state.Progress()), exercise.public_points)
                click.echo(f"    {mark} {name:<14}{exercise.title:<52}{words}")
    for fault in faults:
        click.echo(f"grade: {fault}", err=True)
    return 3 if faults else 0


def _state(progress: state.Progress, points: Fraction) -> tuple[str, str]:
    """Return a mark and the score of the last check, or what the exercise is worth."""
    if not progress.verdict:
        return "·", f"     {number(points):>3} points"
    mark = "✓" if progress.verdict == "accepted" else "◐" if Fraction(progress.score) else "✗"
    return mark, f"{number(Fraction(progress.score)):>3} of {number(Fraction(progress.points)):>2} points"
