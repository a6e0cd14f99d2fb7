"""`grade notebook …`: assignments of nbgrader made from exercises, and scores for the notebooks that were handed in."""

import click

from grader.cli import notebook_build, notebook_grade


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """Work with nbgrader: build assignments from exercises, and grade submitted notebooks without a kernel."""


command.add_command(notebook_build.command)
command.add_command(notebook_grade.command)
