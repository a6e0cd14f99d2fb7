"""`grade doctor`: what this machine offers."""

import platform
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

import grader
from grader import registry
from grader.errors import GraderError, JudgeError
from grader.executors import Executor
from grader.model import Call, Limits, Submission, Verdict
from grader.spec.files import load_course

_PACKAGES = ("numpy", "scipy", "pyyaml", "pydantic", "click", "rich")
_LEVELS = {
    "sealed": "for other people's submissions",
    "confined": "for other people's submissions, where namespaces cannot be had",
    "process": "for code that you would run yourself: it can read files and use the network",
}
"""From the strongest to the weakest, and what each is for."""

_PROBES = {
    "a deadline ends an endless loop": ("def probe():\n    while True:\n        pass\n", Verdict.TIME_LIMIT),
    "a flood of output is stopped": (
        "def probe():\n    while True:\n        print('x' * 1000)\n",
        Verdict.OUTPUT_LIMIT,
    ),
    "a crash ends the worker alone": ("import os\ndef probe():\n    os.abort()\n", Verdict.CRASHED),
}
_MEMORY_PROBE = ("too much memory is refused", "def probe():\n    return bytearray(2**34)\n", Verdict.MEMORY_LIMIT)
_LIMITS = Limits(call=1.0, exercise=5.0, memory=2 * 2**30)
_TESTED = "Linux with Python 3.11, 3.12 and 3.13"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> int:
    """Show Python, packages and the isolation that answers get here, each level and limit tried and not guessed."""
    click.echo(f"grader   {grader.__version__}")
    click.echo(f"Python   {platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})")
    for package in _PACKAGES:
        click.echo(f"{package:<9}{_version(package)}")
    hidden: list[Path] = []
    try:
        course = load_course(Path.cwd())
        hidden.append(course.folder)
        click.echo(f"course   {course.file.title}, {len(course.exercises)} exercises, in {course.folder}")
    except GraderError as error:
        click.echo(f"course   {error}")
    click.echo("\nisolation, from the strongest level to the weakest")
    levels = [level for level in _LEVELS if _offered(level, hidden)]
    click.echo(f"\nlimits, at the level {levels[0]}")
    with _opened(levels[0], hidden) as executor:
        kept = [_probe(executor, *probe) for probe in _limits()]
    if sys.platform != "linux":
        click.echo("  ✗ memory is not limited on this system")
    click.echo(f"  tested on {_TESTED}; written for macOS and Windows too, and not tried there yet")
    return 0 if all(kept) else 1


def _limits() -> Iterator[tuple[str, str, Verdict]]:
    """Yield what is tried: in words, the answer that tries it, and what has to come of it."""
    for what, (source, verdict) in _PROBES.items():
        yield what, source, verdict
    if sys.platform == "linux":  # elsewhere nothing would stop the probe
        yield _MEMORY_PROBE


@contextmanager
def _opened(level: str, hidden: list[Path]) -> Iterator[Executor]:
    with registry.load("executors", level)(_LIMITS, None, hidden) as executor:
        yield executor


def _offered(level: str, hidden: list[Path]) -> bool:
    """Say whether a level can be had here, and what would help if not."""
    try:
        with _opened(level, hidden) as executor:
            made_of = f" ({executor.made_of})" if executor.made_of else ""
            click.echo(f"  ✓ {level}{made_of}: {_LEVELS[level]}")
            return True
    except JudgeError as error:
        click.echo(f"  ✗ {error}")
        return False


def _probe(executor: Executor, what: str, source: str, expected: Verdict) -> bool:
    """Try one limit with an answer that breaks it."""
    began = time.monotonic()
    with executor.open(Submission("probe", source, "probe")) as session:
        session.load()
        failure = session.call(Call(())).failure
    seconds = time.monotonic() - began
    kept = failure is not None and failure.verdict is expected
    click.echo(f"  {'✓' if kept else '✗'} {what} ({seconds:.1f} s)")
    return kept


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing: pip install " + package
