"""A small course of three tiny exercises, and ways to run the command line on it."""

import contextlib
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from grader.cli.main import run

ROOT = Path(__file__).parents[3]

COURSE = """\
title: A small course
seed: 7
limits: {call: 2 s, exercise: 20 s, load: 10 s, memory: 2 GiB, answer: 1 MiB, output: 16 KiB}
topics:
  - id: numbers
    title: Numbers
    sections:
      - title: Doubling
        exercises: [exercise-01]
      - title: Signs
        exercises: [exercise-02]
  - id: arrays
    title: Arrays
    sections:
      - title: Sums
        exercises: [exercise-03]
"""

DOUBLE = """\
title: Twice a number
difficulty: 1
statement: |
  Return $2 x$, and refuse what is no number with a `TypeError`.
function:
  name: double
  about: Return twice a number.
  parameters:
    x: {type: int, about: any whole number}
  returns: {type: int, about: twice the number}
hints:
  - What is 1 + 1?
  - Adding a number to itself doubles it.
  - "Write `return 2 * x`, after the texts are refused."
inputs:
  x: {choice: [1, 2, 3, 4]}
checks:
  - name: small numbers
    points: 2
    cases: 4
    compare: exact
    feedback: Twice 3 is 6.
  - name: negative numbers
    points: 1
    cases: 2
    inputs: {x: {choice: [-1, -2]}}
    compare: exact
  - name: refuses a text
    points: 1
    inputs: {x: {literal: word}}
    raises: TypeError
  - name: nothing at all
    points: 1
    visibility: hidden
    needs: [small numbers]
    inputs: {x: 0}
    compare: exact
    feedback: Twice nothing is nothing.
"""

SIGN = """\
title: The sign of a number
difficulty: 2
statement: Return -1, 0 or 1.
function:
  name: sign
  about: Return the sign of a number.
  parameters:
    x: {type: int, about: any whole number}
  returns: {type: int, about: its sign}
inputs:
  x: {choice: [-2, 3, 5]}
checks:
  - name: nothing at all
    points: 0.25
    visibility: hidden
    inputs: {x: 0}
    compare: exact
  - name: both signs
    points: 0.3
    cases: 3
    credit: proportional
    compare: exact
"""

TOTAL = """\
title: The sum of a vector
difficulty: 3
statement: Add up the entries.
function:
  name: total
  about: Return the sum of the entries.
  parameters:
    values: {array: [n], about: numbers}
  returns: {type: float, about: their sum}
hints:
  - NumPy has a function for it.
inputs:
  n: {integer: {low: 1, high: 5}}
  values: {vector: {size: n}}
checks:
  - name: short vectors
    points: 0.1
    cases: 3
    compare: {allclose: {scale: unit}}
  - name: long vectors
    points: 0.2
    cases: 2
    inputs: {n: 50}
    compare: {allclose: {scale: unit}}
"""

REFERENCES = {
    "exercise-01": (
        "def double(x):\n    if isinstance(x, str):\n        raise TypeError('not a number')\n    return 2 * x\n"
    ),
    "exercise-02": "def sign(x):\n    return (x > 0) - (x < 0)\n",
    "exercise-03": "import numpy as np\n\n\ndef total(values):\n    return float(np.sum(values))\n",
}

SQUARED = (
    '"""This is the square; twice a number is the number added to itself."""\n\n\ndef double(x):\n    return x * x\n'
)

MAIN = """\
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from grader.cli.start import main
main()
"""


@pytest.fixture(scope="session")
def grade() -> Callable[..., CompletedProcess[str]]:
    """Return what runs a command line in a folder and inside this process."""

    def in_folder(folder: Path, *arguments: str) -> CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = run(arguments, [])
        return CompletedProcess(list(arguments), status, out.getvalue(), err.getvalue())

    return in_folder


@pytest.fixture(scope="session")
def command() -> list[str]:
    """Return the beginning of a command line that starts `grade` in a process of its own."""
    return [sys.executable, "-c", MAIN]


@pytest.fixture(scope="session")
def console(command: list[str]) -> Callable[..., CompletedProcess[str]]:
    """Return what runs a command line in a folder and in a process of its own."""

    def in_folder(folder: Path, *arguments: str, **variables: str) -> CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        return subprocess.run(
            [*command, *arguments],
            cwd=folder,
            env=inherited | variables,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    return in_folder


@pytest.fixture(scope="session")
def references() -> dict[str, str]:
    """Return a right answer to each exercise of the small course."""
    return REFERENCES


def write_course(folder: Path) -> Path:
    """Write the course, whose answers are absent, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    for name, description in {"exercise-01": DOUBLE, "exercise-02": SIGN, "exercise-03": TOTAL}.items():
        for part in ("exercises", "solutions"):
            (folder / part / name).mkdir(parents=True)
        (folder / "exercises" / name / "exercise.yaml").write_text(description, encoding="utf-8")
        (folder / "solutions" / name / "solution.py").write_text(REFERENCES[name], encoding="utf-8")
    (folder / "solutions" / "exercise-01" / "mistakes").mkdir()
    (folder / "solutions" / "exercise-01" / "mistakes" / "squared.py").write_text(SQUARED, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, grade: Callable[..., CompletedProcess[str]]) -> Path:
    """Return the small course with its stubs; it is copied and never changed."""
    folder = tmp_path_factory.mktemp("template")
    write_course(folder)
    assert grade(folder, "author", "stub", *REFERENCES, "--write").returncode == 0
    return folder


@pytest.fixture
def course(template: Path, tmp_path: Path) -> Path:
    """Return the folder of a fresh copy of the small course."""
    return Path(shutil.copytree(template, tmp_path / "course"))


@pytest.fixture
def solved(course: Path) -> Path:
    """Return the folder of a copy of the small course in which all answers are right."""
    for name, source in REFERENCES.items():
        (course / "exercises" / name / f"{name.replace('-', '_')}.py").write_text(source, encoding="utf-8")
    return course


@pytest.fixture(scope="session")
def own_template(tmp_path_factory: pytest.TempPathFactory, grade: Callable[..., CompletedProcess[str]]) -> Path:
    """Return a copy of the course of this repository; it is never changed."""
    folder = tmp_path_factory.mktemp("own")
    shutil.copy(ROOT / "course.yaml", folder)
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    grade(folder, "exercise-04")  # from now on the prepared data lie in the copy's own cache
    return folder


@pytest.fixture
def own_course(own_template: Path, tmp_path: Path) -> Path:
    """Return the folder of a fresh copy of the course of this repository."""
    return Path(shutil.copytree(own_template, tmp_path / "own"))
