"""The same answers graded by `grade batch` and by `nbgrader autograde`: five functions with ten inputs each a student.

nbgrader gets a notebook a student, with the functions in cells and ten plain asserts in each of five test cells; we get a
file for each function, and each file a process of its own. So nbgrader is measured with notebooks of one function, too.
Inputs and expected values are the same. Both are measured as whole commands, with few and with more submissions, so that
what a command costs once can be told from what a submission costs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from grader.notation import show
from grader.preparing import prepare
from grader.spec.files import load_course, load_exercise

SEED: Final = 7
CASES: Final = 10
CONFIG: Final = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\n"
"""Of nbgrader's course."""

_COURSE: Final = """\
title: A small course
seed: 1
topics:
  - id: all
    title: All of it
    sections: [{title: Arrays, exercises: [exercise-01, exercise-02, exercise-03, exercise-04, exercise-05]}]
"""
_EXERCISE: Final = """\
title: A function called NAME
difficulty: 1
statement: Return it.
function:
  name: NAME
  about: Return it.
  parameters: {PARAMETERS}
  returns: {RETURNS}
inputs: {INPUTS}
checks:
  - {name: some inputs, points: 1, cases: CASES, compare: {allclose: {rtol: 1e-9}}}
"""
_A: Final = ("A: {array: [3, 3], about: a matrix}", "A: {matrix: {shape: [3, 3]}}")
_X: Final = ("x: {array: [4], about: a vector}", "x: {vector: {size: 4}}")
_AX: Final = (f"{_A[0]}, x: {{array: [3], about: a vector}}", f"{_A[1]}, x: {{vector: {{size: 3}}}}")
_NUMBER, _VECTOR, _MATRIX = ("type: float, about: it", "array: [n], about: it", "array: [n, n], about: it")


@dataclass(frozen=True)
class Function:
    """One of the five."""

    name: str
    inputs: tuple[str, str]
    returns: str
    parameters: str
    body: str

    @property
    def source(self) -> str:
        """The right answer."""
        return f"def {self.name}({self.parameters}):\n    return {self.body}\n"


FUNCTIONS: Final[Mapping[str, Function]] = {
    "exercise-01": Function("product", _AX, _VECTOR, "A, x", "A @ x"),
    "exercise-02": Function("norm", _X, _NUMBER, "x", "float(np.sqrt(np.sum(x**2)))"),
    "exercise-03": Function("trace", _A, _NUMBER, "A", "float(np.trace(A))"),
    "exercise-04": Function("gram", _A, _MATRIX, "A", "A.T @ A"),
    "exercise-05": Function("spread", _X, _NUMBER, "x", "float(np.std(x))"),
}


def write_course(folder: Path) -> None:
    """Write the course as we have it."""
    folder.mkdir()
    (folder / "course.yaml").write_text(_COURSE, encoding="utf-8")
    for exercise, function in FUNCTIONS.items():
        parameters, inputs = function.inputs
        text = _EXERCISE.replace("NAME", function.name).replace("PARAMETERS", parameters).replace("INPUTS", inputs)
        text = text.replace("RETURNS", function.returns).replace("CASES", str(CASES))
        for part, name, content in (
            ("exercises", "exercise.yaml", text),
            ("solutions", "solution.py", f"import numpy as np\n\n\n{function.source}"),
        ):
            (folder / part / exercise).mkdir(parents=True)
            (folder / part / exercise / name).write_text(content, encoding="utf-8")


def asserts(folder: Path, exercise: str) -> str:
    """Return the ten cases of an exercise as asserts, with the inputs and the expected values that we use."""
    course = load_course(folder)
    function = FUNCTIONS[exercise]
    space: dict[str, Any] = {}
    exec(f"import numpy as np\n{function.source}", space)
    lines = []
    (check,) = prepare(course, exercise, load_exercise(course, exercise), SEED).checks.values()
    for case in check.cases:
        arguments = ", ".join(map(show, case.call().arguments))
        expected = space[function.name](*case.call().arguments)
        lines.append(f"assert np.allclose({function.name}({arguments}), {show(expected)}, rtol=1e-9, atol=0)")
    return "\n".join(lines)


def notebook(folder: Path, student: str, exercises: Sequence[str]) -> Any:
    """Return a student's notebook: functions, and after each the cell that tests it."""
    from nbformat.v4 import new_code_cell, new_notebook  # nbgrader is an extra

    def cell(source: str, grade_id: str, points: int | None = None) -> Any:
        graded = points is not None
        data = {"schema_version": 3, "grade_id": grade_id, "grade": graded, "locked": graded, "solution": not graded}
        data |= {"task": False, "points": points} if graded else {"task": False}
        return new_code_cell(source, metadata={"nbgrader": data})

    cells = [new_code_cell("import numpy as np")]
    for exercise in exercises:
        function = FUNCTIONS[exercise]
        cells.append(cell(f"# {student}\n{function.source}", f"{exercise}-answer"))
        cells.append(cell(asserts(folder, exercise), f"{exercise}-test", 1))
    return new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})


def run(command: list[str], folder: Path) -> float:
    """Run a command, which must end well, and return the seconds that it took."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    began = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return took


def theirs(home: Path, course: Path, students: list[str], exercises: Sequence[str]) -> float:
    """Return the seconds for which nbgrader grades the notebooks of some students, all of which must get full points."""
    import nbformat  # nbgrader is an extra

    home.mkdir()
    (home / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (home / "source" / "ps1").mkdir(parents=True)
    nbformat.write(notebook(course, "the solution", exercises), home / "source" / "ps1" / "ps1.ipynb")
    program = [sys.executable, "-m", "nbgrader"]
    run([*program, "generate_assignment", "ps1", "--create"], home)
    for student in students:
        folder = home / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        nbformat.write(notebook(course, student, exercises), folder / "ps1.ipynb")
    took = run([*program, "autograde", "ps1", "--create"], home)
    _require_full_points(home, len(students), len(exercises))
    return took


def _require_full_points(home: Path, count: int, points: int) -> None:
    from nbgrader.api import Gradebook  # an extra

    with Gradebook(f"sqlite:///{home}/gradebook.db") as book:
        scores = [submission.score for submission in book.assignment_submissions("ps1")]
    if scores != [points] * count:
        sys.exit(f"nbgrader gave {scores}")


def ours(home: Path, course: Path, students: int, jobs: int) -> float:
    """Return the seconds for which we grade the files of some students, all of which must get full points."""
    for number in range(students):
        folder = home / f"s{number:05}"
        folder.mkdir(parents=True)
        for exercise, function in FUNCTIONS.items():
            source = f"# {folder.name}\nimport numpy as np\n\n\n{function.source}"
            (folder / f"{exercise.replace('-', '_')}.py").write_text(source, encoding="utf-8")
    book = home.with_suffix(".db")
    options = ["--seed", str(SEED), "--jobs", str(jobs), "--gradebook", str(book)]
    took = run([str(Path(sys.executable).with_name("grade")), "batch", str(home), *options], course)
    _require_all(book, students * len(FUNCTIONS))
    return took


def _require_all(book: Path, count: int) -> None:
    from grader.gradebook.book import Gradebook

    with Gradebook(str(book)) as opened:
        verdicts = [str(item.graded.result.verdict) for item in opened.snapshot().standing.values()]
    if verdicts != ["accepted"] * count:
        sys.exit(f"{count} right answers got {sorted(set(verdicts))}")


def compare(*, quick: bool) -> None:
    """Print what a submission costs here and there."""
    if find_spec("nbgrader") is None:
        print("beside nbgrader: not measured; `pip install 'mathematics-for-deep-learning-grader[nbgrader]'` brings it")
        return
    notebooks, many = (2, 20) if quick else (6, 400)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        course = root / "course"
        write_course(course)
        ours(root / "first", course, 1, 1)  # byte code, and what is prepared once
        students = [f"s{number:05}" for number in range(notebooks)]
        all_five = tuple(FUNCTIONS)
        whole = theirs(root / "more", course, students, all_five)
        print(f"nbgrader autograde: {whole:.1f} s for {notebooks} notebooks")
        each = single = 0.0
        if not quick:
            each = (whole - theirs(root / "one", course, students[:1], all_five)) / (notebooks - 1)
            few, more = (theirs(root / f"of{n}", course, students[:n], all_five[:1]) for n in (1, notebooks))
            single = (more - few) / (notebooks - 1)
            print(f"  {1000 * each:.0f} ms for each notebook more, {1000 * single:.0f} ms with one function in it")
        for jobs in (1, 2):
            took = ours(root / f"more{jobs}", course, many, jobs)
            ratio = whole / notebooks / (took / many)
            print(
                f"grade batch --jobs {jobs}: {took:.1f} s for {many} students with {len(FUNCTIONS)} files each;"
                f" whole commands: {ratio:.0f} times faster a student"
            )
            if not quick:
                mine = (took - ours(root / f"one{jobs}", course, 1, jobs)) / (many - 1)
                file = mine / len(FUNCTIONS)
                print(
                    f"  {1000 * mine:.1f} ms for each student more: {each / mine:.0f} times faster;"
                    f" {1000 * file:.1f} ms for each file: {single / file:.0f} times faster than a notebook with one function"
                )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    compare(quick=parser.parse_args().quick)


if __name__ == "__main__":
    main()
