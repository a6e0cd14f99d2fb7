"""`grade doctor`: what this machine offers."""

import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import click

import grader
from grader.errors import GraderError
from grader.executors.process import ProcessExecutor
from grader.model import Call, Limits, Submission, Verdict
from grader.spec.files import load_course

_PACKAGES = ("numpy", "scipy", "pyyaml", "pydantic", "click", "rich")
_PROBES = {
    "a deadline ends an endless loop": ("def probe():\n    while True:\n        pass\n", Verdict.TIME_LIMIT),
    "a flood of output is stopped": (
        "def probe():\n    while True:\n        print('x' * 1000)\n",
        Verdict.OUTPUT_LIMIT,
    ),
    "a crash ends the worker alone": ("import os\ndef probe():\n    os.abort()\n", Verdict.CRASHED),
}
_MEMORY_PROBE = ("too much memory is refused", "def probe():\n    return bytearray(2**34)\n", Verdict.MEMORY_LIMIT)
_TESTED = "Linux with Python 3.11, 3.12 and 3.13"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
def command() -> int:
    """Show Python, packages and the isolation that answers get here, each limit tried and not guessed."""
    click.echo(f"grader   {grader.__version__}")
    click.echo(f"Python   {platform.python_version()} on {platform.system()} {platform.machine()} ({sys.executable})")
    for package in _PACKAGES:
        click.echo(f"{package:<9}{_version(package)}")
    try:
        course = load_course(Path.cwd())
        click.echo(f"course   {course.file.title}, {len(course.exercises)} exercises, in {course.folder}")
    except GraderError as error:
        click.echo(f"course   {error}")
    click.echo("\nisolation: process (an own process for every answer; only values cross)")
    limits = Limits(call=1.0, exercise=5.0, memory=2 * 2**30)
    probes = [(what, source, verdict) for what, (source, verdict) in _PROBES.items()]
    if sys.platform == "linux":  # elsewhere nothing would stop the probe
        probes.append(_MEMORY_PROBE)
    kept = [_probe(*probe, limits) for probe in probes]
    if sys.platform != "linux":
        click.echo("  ✗ memory is not limited on this system")
    click.echo(f"  tested on {_TESTED}; written for macOS and Windows too, and not tried there yet")
    click.echo("  not kept at this level: reading files and using the network; run only code that you trust")
    return 0 if all(kept) else 1


def _probe(what: str, source: str, expected: Verdict, limits: Limits) -> bool:
    """Try one limit with an answer that breaks it."""
    began = time.monotonic()
    with ProcessExecutor(limits) as executor, executor.open(Submission("probe", source, "probe")) as session:
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
