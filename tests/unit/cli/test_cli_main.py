"""The command line as a whole: every command is found, told of in the help, and says what it is for."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import click
import pytest

import grader
from grader.cli.main import status_of
from grader.cli.start import COMMANDS
from grader.errors import AuthoringError, GraderError, JudgeError, SpecError, SubmissionNotFound, UsageError

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

FOLDER = Path(grader.__file__).parent / "cli"
NO_COMMANDS = {"__init__", "main", "start", "check"}


@pytest.mark.parametrize("name", [*COMMANDS, "check"])
def test_every_command_is_the_click_command_of_its_module(name: str) -> None:
    assert isinstance(import_module(f"grader.cli.{name}").command, click.Command)


def test_every_module_is_a_command() -> None:
    modules = {file.stem for file in FOLDER.glob("*.py") if not file.stem.startswith("_") or file.stem == "__init__"}
    parts = {name for name in modules if "_" in name and name not in NO_COMMANDS}
    assert modules - NO_COMMANDS - parts == set(COMMANDS)
    for name in parts:
        group, _, command = name.partition("_")
        found = import_module(f"grader.cli.{group}").command
        assert isinstance(found, click.Group)
        assert found.commands[command] is import_module(f"grader.cli.{name}").command


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_the_help_tells_of_every_command(tmp_path: Path, grade: Grade, flag: str) -> None:
    result = grade(tmp_path, flag)
    assert (result.returncode, result.stderr) == (0, "")
    for name, purpose in COMMANDS.items():
        assert f"  {name} " in result.stdout
        assert " ".join(purpose.split()) in " ".join(result.stdout.split())


@pytest.mark.parametrize("name", [*COMMANDS, "check"])
@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_every_command_has_a_help_of_its_own(tmp_path: Path, grade: Grade, name: str, flag: str) -> None:
    result = grade(tmp_path, name, flag)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(f"Usage: grade {name}")


def test_the_help_of_check_tells_of_every_option_and_exit_status(tmp_path: Path, grade: Grade) -> None:
    text = " ".join(grade(tmp_path, "check", "--help").stdout.split())
    for option in ("--seed", "--case", "--answers", "--format", "--out", "--isolation", "--reveal"):
        assert f"{option} " in text
    assert "0 all points, 1 some points lost, 2 usage, 3 the course or an exercise is wrong, 4 judge error" in text


def test_the_help_of_author_tells_of_its_commands(tmp_path: Path, grade: Grade) -> None:
    assert "stub" in grade(tmp_path, "author", "--help").stdout


def test_the_version_is_the_package_s(tmp_path: Path, grade: Grade) -> None:
    result = grade(tmp_path, "--version")
    assert result.returncode == 0
    assert result.stdout.split()[-1] == grader.__version__


def test_help_after_an_exercise_is_the_help_of_checking(course: Path, grade: Grade) -> None:
    assert grade(course, "exercise-01", "--help").stdout.startswith("Usage: grade check")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("u"), 2),
        (SubmissionNotFound("s"), 2),
        (AuthoringError("a"), 3),
        (SpecError([]), 3),
        (JudgeError("j"), 4),
        (GraderError("another"), 4),
    ],
)
def test_every_error_has_its_exit_status(error: GraderError, status: int) -> None:
    assert status_of(error) == status
