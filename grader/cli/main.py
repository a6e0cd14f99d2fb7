"""`grade`: finds the command, and turns exceptions into messages and exit statuses.

What is not a command is an exercise or an answer file, and is checked: `grade exercise-04` is `grade check exercise-04`.
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Final

import click

import grader
from grader.cli.start import COMMANDS
from grader.errors import AuthoringError, GraderError, JudgeError, UsageError
from grader.workers import Worker

_CHECK: Final = "check"
_USAGE, _WRONG_COURSE, _JUDGE, _INTERRUPTED = 2, 3, 4, 130


class Grade(click.Group):
    """Loads the one command that was named, and takes everything else for something to check."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in (*COMMANDS, _CHECK):
            return None
        command = getattr(import_module(f"grader.cli.{cmd_name}"), "command")  # noqa: B009 - one name in every module
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the command for checking in front of what is no command."""
        if not (args and args[0] in (*COMMANDS, _CHECK, "-h", "--help", "--version")):
            args = [_CHECK, *args]
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Checking answers"):
            formatter.write_dl([("grade [EXERCISE…]", "check answers: all, or those named (`grade check --help`)")])
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Grade, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=False)
@click.version_option(grader.__version__, prog_name="grade")
def grade() -> None:
    """Check answers to exercises in numerical mathematics.

    `grade exercise-04` checks one answer, `grade` checks them all.
    """


def run(arguments: Sequence[str], started: list[Worker]) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str
        without the program's name.
    started : list of Worker
        processes started ahead; those that are used are taken out.
    """
    try:
        return int(grade.main(args=list(arguments), obj=started, prog_name="grade", standalone_mode=False) or 0)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return _USAGE
    except GraderError as error:
        click.echo(f"grade: {error}", err=True)
        return status_of(error)


def status_of(error: GraderError) -> int:
    """Return the exit status of an error."""
    match error:
        case UsageError():
            return _USAGE
        case AuthoringError():
            return _WRONG_COURSE
        case JudgeError():
            return _JUDGE
    return _JUDGE
