"""`grade` in a process of its own: exit statuses, terminals, pipes, and Ctrl-C."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess
from typing import TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]
OnTerminal: TypeAlias = Callable[..., str]

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs signals and terminals of POSIX")
LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")


def answer(course: Path, exercise: str, source: str) -> None:
    file = course / "exercises" / exercise / f"{exercise.replace('-', '_')}.py"
    file.write_text(source, encoding="utf-8")


def processes_with(variable: str) -> list[int]:
    """Return the ids of the processes that have `NAME=value` in their environment; zombies have none."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if variable.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


# --- exit statuses


def test_all_points_end_with_0(solved: Path, console: Grade) -> None:
    result = console(solved, "3")
    assert (result.returncode, result.stderr) == (0, "")
    assert "0.30 of 0.30 points" in result.stdout


def test_a_lost_point_ends_with_1(course: Path, console: Grade) -> None:
    assert console(course, "3").returncode == 1


def test_an_unknown_exercise_ends_with_2(course: Path, console: Grade) -> None:
    result = console(course, "excercise-03")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        "grade: the course has no exercise 'excercise-03'; did you mean exercise-03? (`grade list` shows all)\n"
    )


def test_a_wrong_description_ends_with_3(course: Path, console: Grade) -> None:
    (course / "exercises" / "exercise-03" / "exercise.yaml").write_text("title: 1", encoding="utf-8")
    assert console(course, "3").returncode == 3


def test_a_judge_error_ends_with_4(solved: Path, console: Grade) -> None:
    file = solved / "solutions" / "exercise-03" / "solution.py"
    file.write_text("def total(values):\n    raise RuntimeError\n", encoding="utf-8")
    assert console(solved, "3").returncode == 4


@pytest.mark.parametrize("arguments", [["--version"], ["list"], ["author", "stub", "3"]])
def test_what_runs_no_answer_ends_with_0(course: Path, console: Grade, arguments: list[str]) -> None:
    result = console(course, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout


def test_the_report_is_json_and_nothing_else(course: Path, console: Grade) -> None:
    answer(course, "exercise-03", "print('loaded')\n\n\ndef total(values):\n    print('called')\n    return 0.5\n")
    assert json.loads(console(course, "3", "--format", "json").stdout)["format"] == "grader/report/1"


# --- streams


def test_a_terminal_with_few_characters_shows_the_rest_of_the_report(course: Path, console: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    result = console(course, "3", PYTHONIOENCODING="latin-1")
    assert (result.returncode, result.stderr) == (1, "")
    assert "? short vectors" in result.stdout


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_that_is_no_unicode_does_not_lose_the_report(course: Path, console: Grade, form: str) -> None:
    answer(course, "exercise-03", "def total(values):\n    raise ValueError('half a pair: \\ud800')\n")
    result = console(course, "3", "--format", form)
    assert (result.returncode, result.stderr) == (1, "")
    assert "half a pair" in result.stdout


@POSIX
@pytest.mark.parametrize("arguments", [["list"], ["3"]], ids=" ".join)
def test_a_reader_that_goes_away_gets_no_traceback(course: Path, command: list[str], arguments: list[str]) -> None:
    source, sink = os.pipe()
    os.close(source)
    try:
        result = subprocess.run([*command, *arguments], cwd=course, stdout=sink, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(sink)
    assert b"Traceback" not in result.stderr
    assert b"Exception" not in result.stderr


@LINUX
@pytest.mark.parametrize("arguments", [["excercise-03"], []], ids=" ".join)
def test_no_worker_is_left(course: Path, tmp_path: Path, console: Grade, arguments: list[str]) -> None:
    console(course, *arguments, TMPDIR=str(tmp_path))
    assert processes_with(f"TMPDIR={tmp_path}") == []


# --- terminals


@pytest.fixture
def on_terminal(command: list[str]) -> OnTerminal:
    """Return what runs a command line on a terminal and gives what is written there."""
    pty = pytest.importorskip("pty")

    def run(folder: Path, *arguments: str, **variables: str) -> str:
        own, its = pty.openpty()
        inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=inherited | {"TERM": "xterm-256color"} | variables,
            stdin=its,
            stdout=its,
            stderr=its,
        )
        os.close(its)
        parts = []
        with suppress(OSError):  # the other side of a terminal is closed with an error
            while part := os.read(own, 2**16):
                parts.append(part)
        os.close(own)
        process.wait(60)
        return b"".join(parts).decode()

    return run


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n")


@POSIX
@pytest.mark.parametrize("arguments", [["3"], ["show", "3"], ["list"]], ids=" ".join)
def test_on_a_terminal_there_are_colours(course: Path, on_terminal: OnTerminal, arguments: list[str]) -> None:
    assert "\x1b[" in on_terminal(course, *arguments)


@POSIX
@pytest.mark.parametrize("arguments", [["3"], ["show", "3"], ["list"]], ids=" ".join)
def test_no_color_is_honoured(course: Path, on_terminal: OnTerminal, arguments: list[str]) -> None:
    assert "\x1b" not in on_terminal(course, *arguments, NO_COLOR="1")


@POSIX
def test_without_its_colours_a_terminal_shows_the_same_report(
    course: Path, on_terminal: OnTerminal, console: Grade
) -> None:
    answer(course, "exercise-03", "def total(values):\n    return values[:9].sum()\n")
    shown = plain(on_terminal(course, "3"))
    assert [line.rstrip() for line in shown.splitlines()] == console(course, "3").stdout.splitlines()


@POSIX
def test_escapes_printed_by_an_answer_do_not_reach_the_terminal(course: Path, on_terminal: OnTerminal) -> None:
    answer(course, "exercise-03", "def total(values):\n    print('\\x1b]0;title\\x07\\x1b[2J')\n    return 0.5\n")
    shown = on_terminal(course, "3")
    assert "\\x1b]0;title\\x07\\x1b[2J" in plain(shown)
    assert "\x07" not in shown
    assert "\x1b[2J" not in shown


@POSIX
def test_brackets_in_a_title_are_shown_on_a_terminal(course: Path, on_terminal: OnTerminal) -> None:
    file = course / "exercises" / "exercise-03" / "exercise.yaml"
    text = file.read_text(encoding="utf-8").replace("The sum of a vector", "Bisection on [a, b]")
    file.write_text(text, encoding="utf-8")
    assert "Bisection on [a, b]" in plain(on_terminal(course, "show", "3"))
    assert "Bisection on [a, b]" in plain(on_terminal(course, "3"))


# --- Ctrl-C


LOOPING = """
import os

def {name}({parameter}):
    sink = os.open({marker!r}, os.O_WRONLY)
    os.write(sink, b"here")
    while True:
        pass
"""


@pytest.fixture
def interrupted(command: list[str], tmp_path: Path) -> Callable[..., CompletedProcess[str]]:
    """Return what runs a command line, waits for an answer to write to `marker`, and presses Ctrl-C."""

    def run(folder: Path, *arguments: str) -> CompletedProcess[str]:
        limits = (folder / "course.yaml").read_text(encoding="utf-8")
        long = limits.replace("call: 2 s, exercise: 20 s", "call: 60 s, exercise: 60 s")
        (folder / "course.yaml").write_text(long, encoding="utf-8")
        os.mkfifo(tmp_path / "marker")
        marker = os.open(tmp_path / "marker", os.O_RDONLY | os.O_NONBLOCK)
        (tmp_path / "tmp").mkdir()
        process = subprocess.Popen(
            [*command, *arguments],
            cwd=folder,
            env=os.environ | {"TMPDIR": str(tmp_path / "tmp")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert select.select([marker], [], [], 30.0)[0], "no answer was called"
        os.close(marker)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
        return CompletedProcess(list(arguments), process.returncode, out, err)

    return run


def loop(course: Path, tmp_path: Path, exercise: str) -> None:
    name, parameter = {
        "exercise-01": ("double", "x"),
        "exercise-02": ("sign", "x"),
        "exercise-03": ("total", "values"),
    }[exercise]
    marker = str(tmp_path / "marker")
    answer(course, exercise, LOOPING.format(name=name, parameter=parameter, marker=marker))


@POSIX
def test_ctrl_c_while_an_answer_loops_ends_with_130(solved: Path, tmp_path: Path, interrupted: Grade) -> None:
    loop(solved, tmp_path, "exercise-03")
    result = interrupted(solved, "3")
    assert (result.returncode, result.stdout, result.stderr.strip()) == (130, "", "interrupted")


@POSIX
def test_after_ctrl_c_what_was_finished_is_reported(solved: Path, tmp_path: Path, interrupted: Grade) -> None:
    answer(solved, "exercise-01", "def double(x):\n    while True:\n        pass\n")
    loop(solved, tmp_path, "exercise-03")
    result = interrupted(solved, "2", "1", "3", "--format", "json")  # two at a time: 3 begins when 2 is finished
    assert result.returncode == 130
    assert [exercise["id"] for exercise in json.loads(result.stdout)["exercises"]] == ["exercise-02"]


@POSIX
def test_after_ctrl_c_what_was_finished_behind_an_endless_answer_is_reported(
    solved: Path, tmp_path: Path, interrupted: Grade
) -> None:
    answer(solved, "exercise-01", "def double(x):\n    while True:\n        pass\n")
    loop(solved, tmp_path, "exercise-03")
    result = interrupted(solved, "1", "2", "3", "--format", "json")
    assert result.returncode == 130
    assert [exercise["id"] for exercise in json.loads(result.stdout)["exercises"]] == ["exercise-02"]


@POSIX
def test_after_ctrl_c_what_was_finished_is_remembered(solved: Path, tmp_path: Path, interrupted: Grade) -> None:
    answer(solved, "exercise-01", "def double(x):\n    while True:\n        pass\n")
    loop(solved, tmp_path, "exercise-03")
    interrupted(solved, "2", "1", "3")
    assert "exercise-02" in json.loads((solved / ".grade" / "state.json").read_text(encoding="utf-8"))


@LINUX
@pytest.mark.parametrize("arguments", [["3"], ["3", "1"]], ids=" ".join)
def test_after_ctrl_c_no_worker_is_left(solved: Path, tmp_path: Path, interrupted: Grade, arguments: list[str]) -> None:
    loop(solved, tmp_path, "exercise-03")
    if "1" in arguments:
        answer(solved, "exercise-01", "def double(x):\n    while True:\n        pass\n")
    interrupted(solved, *arguments)
    for process in processes_with(f"TMPDIR={tmp_path / 'tmp'}"):
        with suppress(ProcessLookupError):
            ended = select.select([os.pidfd_open(process)], [], [], 2.0)[0]
            assert ended, f"process {process} is left"
