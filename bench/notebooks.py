"""The same notebooks graded by `grade notebook grade` and by `nbgrader autograde`, at equal scores.

A notebook has five functions and after each a cell with a test. nbgrader runs the notebook in a kernel, and the test cell's
ten plain asserts with it; we take the functions out and judge them by the exercise's check, with the same ten inputs and the
same expected values. Some answers are wrong, some notebooks have a cell that is no Python. Both are measured as whole commands,
with one and with more notebooks, so that what a command costs once can be told from what a notebook costs:

    python -m bench.notebooks [--quick]
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.beside_nbgrader import FUNCTIONS, SEED, asserts, run, write_course
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
    broken = {
        "cell_type": "code",
        "id": "own",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": _BROKEN,
    }
    return {**raw, "cells": [*cells, broken] if number % _WRONG_EVERY == 1 else cells}


def write(root: Path, raw: Mapping[str, Any], numbers: Sequence[int]) -> None:
    """Write nbgrader's course with the notebooks of some students."""
    folders = [root / "source" / ASSIGNMENT, *(root / "submitted" / _name(number) / ASSIGNMENT for number in numbers)]
    notebooks = [raw, *(handed_in(raw, number) for number in numbers)]
    for folder, notebook in zip(folders, notebooks, strict=True):
        folder.mkdir(parents=True)
        (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n", encoding="utf-8"
    )


def _name(number: int) -> str:
    return f"s{number:05}"


def theirs(root: Path, raw: Mapping[str, Any], numbers: Sequence[int]) -> float:
    """Return the seconds for which nbgrader grades the notebooks of some students."""
    write(root, raw, numbers)
    run([*_NBGRADER, "generate_assignment", ASSIGNMENT, "--create"], root)
    return run([*_NBGRADER, "autograde", ASSIGNMENT, "--create"], root)


def ours(root: Path, course: Path, raw: Mapping[str, Any], numbers: Sequence[int], jobs: int) -> float:
    """Return the seconds for which we grade the notebooks of some students."""
    write(root, raw, numbers)
    program = str(Path(sys.executable).with_name("grade"))
    options = ["--seed", str(SEED), "--jobs", str(jobs)]
    return run([program, "notebook", "grade", str(root), ASSIGNMENT, *options], course)


def scores(root: Path, numbers: Sequence[int]) -> dict[str, dict[str, float]]:
    """Return the score of every cell of some students."""
    from nbgrader.api import Gradebook  # an extra

    with Gradebook(f"sqlite:///{root}/gradebook.db", "bench") as book:
        found = {_name(number): book.find_submission(ASSIGNMENT, _name(number)).notebooks[0] for number in numbers}
        return {name: {grade.name: grade.auto_score for grade in item.grades} for name, item in found.items()}


def compare(*, quick: bool) -> None:
    """Print what a notebook costs here and there."""
    if find_spec("nbgrader") is None:
        print("notebooks: not measured; `pip install 'mathematics-for-deep-learning-grader[nbgrader]'` brings nbgrader")
        return
    few, many, rounds = (3, 30, 1) if quick else (11, 301, 3)
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        course = home / "course"
        write_course(course)
        raw = source(course)
        ours(home / "first", course, raw, [0], 1)  # byte code, and what is prepared once
        took: dict[str, list[float]] = defaultdict(list)
        for number in range(rounds):  # one after the other, so that a machine that is busy for a while disturbs both
            folder = home / f"round-{number}"
            took["nbgrader"].append(theirs(folder / "theirs", raw, range(few)))
            took["nbgrader, one"].append(theirs(folder / "theirs-one", raw, [0]))
            given = scores(folder / "theirs", range(few))
            for jobs in _JOBS:
                root = folder / f"ours-{jobs}"
                took[f"{jobs}"].append(ours(root, course, raw, range(many), jobs))
                took[f"{jobs}, one"].append(ours(folder / f"ours-{jobs}-one", course, raw, [0], jobs))
                if scores(root, range(few)) != given:
                    sys.exit(f"the scores differ: {scores(root, range(few))} and {given}")
        tell({name: median(seconds) for name, seconds in took.items()}, few, many)


def tell(took: Mapping[str, float], few: int, many: int) -> None:
    """Print the medians, and how many times faster we are."""
    whole = took["nbgrader"]
    each = (whole - took["nbgrader, one"]) / (few - 1)
    print(f"nbgrader autograde: {whole:.1f} s for {few} notebooks, {1000 * each:.0f} ms for each notebook more")
    for jobs in _JOBS:
        mine = (took[f"{jobs}"] - took[f"{jobs}, one"]) / (many - 1)
        print(
            f"grade notebook grade --jobs {jobs}: {took[f'{jobs}']:.1f} s for {many} notebooks, {1000 * mine:.1f} ms for each"
            f" notebook more, at equal scores"
        )
        print(
            f"  whole commands: {whole / few / (took[f'{jobs}'] / many):.0f} times faster a notebook;"
            f" each notebook more: {each / mine:.0f} times (aim: {_AIM})"
        )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true")
    compare(quick=parser.parse_args().quick)


if __name__ == "__main__":
    main()
