"""What commands that grade other people's submissions have in common: the level, how many at a time, and an orderly end."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

import click

from grader import registry
from grader.course import Course
from grader.errors import JudgeError, UsageError

LEVELS: Final = ("sealed", "confined")
"""Where other people's submissions may run, the strongest first."""

SEED_VARIABLE: Final = "GRADE_SEED"

_Command = TypeVar("_Command", bound=Callable[..., object])


def sealing_options(what: str, keeper: str) -> Callable[[_Command], _Command]:
    """Return what gives a command the options `--seed`, `--jobs` and `--isolation`.

    Parameters
    ----------
    what : str
        what is graded, as the plural that begins a sentence.
    keeper : str
        what keeps the secret seed.
    """
    seed = click.option(
        "--seed",
        type=click.IntRange(min=0),
        metavar="N",
        envvar=SEED_VARIABLE,
        help=f"Draw the cases from this seed, or from {SEED_VARIABLE}; by default from a secret one that {keeper} keeps.",
    )
    jobs = click.option(
        "--jobs",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"{what} graded at the same time; as many as there are processors by default.",
    )
    isolation = click.option(
        "--isolation",
        metavar="LEVEL",
        help="sealed, confined or process; by default the strongest of the first two that can be had.",
    )
    return lambda command: seed(jobs(isolation(command)))


def level(course: Course, hidden: Sequence[Path], wanted: str | None, *, elsewhere: bool = False) -> str:
    """Return the level at which submissions will run: the one that is wanted, or the strongest that can be had.

    Parameters
    ----------
    course : Course
        whose limits hold.
    hidden : sequence of path
        folders of which no submission may see anything.
    wanted : str or None
        the level that was asked for, if one was.
    elsewhere : bool
        whether submissions run on other machines, which find out for themselves.

    Raises
    ------
    UsageError
        if there is no level of that name.
    JudgeError
        if none can be had; a batch never runs below `confined` unless it is told to.
    """
    reasons = []
    for name in [wanted] if wanted else LEVELS:
        try:
            kind = registry.load("executors", name)
        except registry.UnknownKind as error:
            there_are = ", ".join(registry.names("executors"))
            raise UsageError(f"there is no isolation level {name!r}; there is: {there_are}") from error
        if elsewhere:
            return name  # every worker tries it for itself, and refuses to grade if it cannot be had there
        try:
            with kind(course.limits, None, hidden) as executor:
                return str(executor.isolation)
        except JudgeError as error:
            reasons.append(str(error))
    advice = "" if wanted else "\n`--isolation process` grades without: only for code that you would run yourself"
    raise JudgeError("\n".join(reasons) + advice)


def processors() -> int:
    """Return how many processors this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def ended_in_order(goes_on: str = "the same command goes on from here") -> Iterator[None]:
    """Let whoever ends the process, such as a cluster whose time is up, end it as Ctrl-C does; say what that means."""
    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler) if here else None
    try:
        yield
    except KeyboardInterrupt:
        click.echo(f"\nwhat was graded is kept, and {goes_on}", err=True)
        raise click.Abort from None
    finally:
        if here:
            signal.signal(signal.SIGTERM, before)


def note(text: str) -> None:
    """Say something to whoever watches."""
    click.echo(text, err=True)
