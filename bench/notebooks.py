"""The same notebooks graded by `grade notebook grade` and by `nbgrader autograde`, at equal scores.

A notebook has five functions and after each a cell with a test. nbgrader runs the notebook in a kernel, and the test cell's
ten plain asserts with it; we take the functions out and judge them by the exercise's check, with the same ten inputs and the
same expected values. Some answers are wrong, some notebooks have a cell that is no Python. Both are measured as whole commands,
with one and with more notebooks, so that what a command costs once can be told from what a notebook costs:

    python -m bench.notebooks [--quick]
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.beside_nbgrader import CONFIG, FUNCTIONS, SEED, asserts, run, write_course
from grader.interop.building import source_notebook
from grader.spec.files import load_course

ASSIGNMENT: Final = "ps1"
_WRONG_EVERY: Final = 3
"""Every third student answers one exercise wrongly."""

_BROKEN: Final = "def nothing(:"
_NBGRADER: Final = (sys.executable, "-m", "nbgrader")
_AIM: Final = 50
_JOBS: Final = (1, 2)


def source(course: Path) -> dict[str, Any]:
    """Return the source notebook, its tests as nbgrader's users write them."""
    found = load_course(course)
    raw: dict[str, Any] = json.loads(source_notebook(found, ASSIGNMENT, list(FUNCTIONS), by_hand=None))
    tests = {exercise: asserts(course, exercise) for exercise in FUNCTIONS}
    for cell in raw["cells"]:
        part = cell["metadata"].get("grader", {})
        if part.get("part") == "check":
            cell["source"] = tests[part["exercise"]]
    return raw


def handed_in(raw: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return a student's notebook: the answers with a line of the student's own, some of them wrong."""
    cells = []
    for place, cell in enumerate(raw["cells"]):
        part = cell["metadata"].get("grader", {})
        text = cell["source"]
        if part.get("part") == "answer":
            function = FUNCTIONS[part["exercise"]]
            wrong = number % _WRONG_EVERY == 0 and place % 5 == number % 5
            body = "1e9 * len('wrong')" if wrong else function.body
            text = f"# student {number}\nimport numpy as np\n\n\ndef {function.name}({function.parameters}):\n    return {body}"
        cells.append(cell | {"source": text})
    broken: dict[str, Any] = {
        "cell_type": "code",
        "id": "own",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": _BROKEN,
    }
    return {**raw, "cells": [*cells, broken] if number % _WRONG_EVERY == 1 else cells}


def begin(root: Path, raw: Mapping[str, Any]) -> Path:
    """Make nbgrader's course as it is before a student hands in: the assignment released, the gradebook there."""
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(raw), encoding="utf-8")
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    run([*_NBGRADER, "generate_assignment", ASSIGNMENT, "--create"], root)
    return root


def hand_in(root: Path, begun: Path, raw: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Copy nbgrader's course, and write the notebooks of some students."""
    shutil.copytree(begun, root)
    for number in numbers:
        folder = root / "submitted" / _name(number) / ASSIGNMENT
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(handed_in(raw, number)), encoding="utf-8")


def _name(number: int) -> str:
    return f"s{number:05}"


@dataclass(frozen=True)
class Setup:
    """What is the same for all commands that are measured."""

    home: Path
    course: Path
    begun: Path
    raw: Mapping[str, Any]

    def theirs(self, name: str, numbers: Sequence[int]) -> float:
        """Return the seconds for which nbgrader grades the notebooks of some students."""
        hand_in(self.home / name, self.begun, self.raw, numbers)
        return run([*_NBGRADER, "autograde", ASSIGNMENT, "--create"], self.home / name)

    def ours(self, name: str, numbers: Sequence[int], jobs: int) -> float:
        """Return the seconds for which we grade the notebooks of some students."""
        hand_in(self.home / name, self.begun, self.raw, numbers)
        program = str(Path(sys.executable).with_name("grade"))
        options = ["--seed", str(SEED), "--jobs", str(jobs)]
        return run([program, "notebook", "grade", str(self.home / name), ASSIGNMENT, *options], self.course)

    def scores(self, name: str, numbers: Sequence[int]) -> dict[str, dict[str, float]]:
        """Return the score of every cell of some students."""
        from nbgrader.api import Gradebook  # an extra

        with Gradebook(f"sqlite:///{self.home / name}/gradebook.db", "bench") as book:
            found = {_name(number): book.find_submission(ASSIGNMENT, _name(number)).notebooks[0] for number in numbers}
            return {name: {grade.name: grade.auto_score for grade in item.grades} for name, item in found.items()}


def compare(*, quick: bool) -> None:
    """Print what a notebook costs here and there."""
    if find_spec("nbgrader") is None:
        print("notebooks: not measured; `pip install 'mathematics-for-deep-learning-grader[nbgrader]'` brings nbgrader")
        return
    few, many, rounds = (3, 41, 1) if quick else (11, 201, 3)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_course(home / "course")
        raw = source(home / "course")
        setup = Setup(home, home / "course", begin(home / "begun", raw), raw)
        setup.ours("first", [0], 1)  # byte code, and what is prepared once
        took: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds):  # one after the other, so that a machine that is busy for a while disturbs both
            for command, seconds in one_round(setup, str(number), few, many).items():
                took[command].append(seconds)
            if rounds > 1:
                print(f"round {number + 1}:", ", ".join(f"{name}: {times[-1]:.1f} s" for name, times in took.items()))
        tell({name: median(seconds) for name, seconds in took.items()}, few, many)


def one_round(setup: Setup, number: str, few: int, many: int) -> dict[str, float]:
    """Return the seconds each command takes, the scores compared."""
    took = {
        "nbgrader": setup.theirs(f"theirs-{number}", range(few)),
        "nbgrader, one": setup.theirs(f"theirs-one-{number}", [0]),
    }
    given = setup.scores(f"theirs-{number}", range(few))
    for jobs in _JOBS:
        name = f"ours-{jobs}-{number}"
        took[f"{jobs}"] = setup.ours(name, range(many), jobs)
        took[f"{jobs}, one"] = setup.ours(f"ours-{jobs}-one-{number}", [0], jobs)
        if (found := setup.scores(name, range(few))) != given:
            sys.exit(f"the scores differ: {found} and {given}")
    return took


def tell(took: Mapping[str, float], few: int, many: int) -> None:
    """Print the medians, and how many times faster we are."""
    whole = took["nbgrader"]
    each = (whole - took["nbgrader, one"]) / (few - 1)
    print(
        f"nbgrader autograde: {whole:.1f} s for {few} notebooks ({took['nbgrader, one']:.1f} s for one),"
        f" {1000 * each:.0f} ms for each notebook more"
    )
    for jobs in _JOBS:
        mine = (took[f"{jobs}"] - took[f"{jobs}, one"]) / (many - 1)
        print(
            f"grade notebook grade --jobs {jobs}: {took[f'{jobs}']:.1f} s for {many} notebooks"
            f" ({took[f'{jobs}, one']:.1f} s for one), {1000 * mine:.1f} ms for each notebook more, at equal scores\n"
            f"  each notebook more: {each / mine:.0f} times faster (aim: {_AIM})"
        )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    compare(quick=parser.parse_args().quick)


if __name__ == "__main__":
    main()
