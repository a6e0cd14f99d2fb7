"""`ConfinedExecute` in the place of `Execute` in `Autograde.autograde_preprocessors`: cells run without a kernel, confined."""

import atexit
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from nbformat.v4 import new_output
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution
from traitlets import Float, Unicode

from grader import registry
from grader.errors import JudgeError
from grader.executors import Executor
from grader.interop.beside import beside
from grader.interop.cell_tests import CELLS, TRUST, left_out
from grader.interop.credit import credit
from grader.interop.nbgrader_plugins._homes import course_directory, course_for
from grader.interop.running_cells import GRACE, Ran, ToRun, python_text, run
from grader.model import Limits

LEVELS: Final = ("sealed", "confined")
_NO_SCORE: Final = "NoScore"


class ConfinedExecute(NbGraderPreprocessor):  # type: ignore[misc] # nbgrader has no types
    """Runs the cells of a notebook in one confined process, and writes what they show for nbgrader to score.

    A value of a test that is no score becomes an error, for which nbgrader gives 0 points; by itself it would give all.
    Notebooks with checks of the course are refused: those are judged outside the student's process.
    """

    timeout = Float(30.0, help="Seconds that a cell may take.").tag(config=True)
    isolation = Unicode("", help="sealed, confined or process; by default the stronger of the first two.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Run the cells, and put what they show into the notebook."""
        if ours := [cell for cell in nb.cells if "check" in cell.metadata.get("grader", {})]:
            name = ours[0].metadata.get("nbgrader", {}).get("grade_id", "")
            raise RuntimeError(
                f"cell {name} stands for a check of the course: such notebooks go to `grade notebook grade`"
            )
        folder = Path(resources["metadata"]["path"])
        course = course_for(self)
        hidden = (str(course.folder), str(Path(course_directory(self).root).resolve()))
        seconds = self.timeout * course.longest_time_factor(resources["nbgrader"].get("student", ""))
        limits = replace(course.limits, call=seconds + GRACE, exercise=CELLS * seconds)
        places = [place for place, cell in enumerate(nb.cells, start=1) if cell.cell_type == "code" and cell.source]
        cells = [nb.cells[place - 1] for place in places]
        there, notes = beside(folder, folder, [cell.source for cell in cells])
        for note in notes:
            self.log.warning("%s", note)
        to_run = [
            ToRun(_title(place, nb.cells[place - 1]), python_text(nb.cells[place - 1].source)) for place in places
        ]
        executor = _executor(limits, hidden, self.isolation)
        for cell, ran in zip(cells, run(executor, to_run, there, seconds), strict=True):
            cell.outputs = list(_outputs(cell, ran))
            cell.metadata["grader"] = {**cell.metadata.get("grader", {}), "trust": TRUST}
        return nb, resources


def _title(place: int, cell: Any) -> str:
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return f"cell {place} ({name})" if name else f"cell {place}"


def _outputs(cell: Any, ran: Ran) -> Iterator[Any]:
    """Yield what a cell shows, such that nbgrader scores it as we would."""
    if ran.printed:
        yield new_output("stream", name="stdout", text=ran.printed)
    if ran.warned:
        yield new_output("stream", name="stderr", text=ran.warned)
    if ran.error:
        yield _error("CellFailed", ran.error)
    is_test = is_grade(cell) and not is_solution(cell)
    if not is_test:
        if ran.shown:
            yield _value(ran.shown)
        return
    line = left_out(cell.source)
    points = float(cell.metadata.nbgrader["points"])
    found = credit(ran, points)
    if line or found.score is None:
        yield _error(_NO_SCORE, found.why or f"only IPython understands the line {line!r}")
    elif ran.shown and not (ran.error or ran.warned):
        yield _value(repr(found.score))


def _value(text: str) -> Any:
    return new_output("execute_result", {"text/plain": text}, execution_count=None)


def _error(name: str, text: str) -> Any:
    return new_output("error", ename=name, evalue=text.strip().rpartition("\n")[2], traceback=text.splitlines())


@lru_cache(maxsize=4)  # nbgrader makes a new preprocessor for every notebook
def _executor(limits: Limits, hidden: Sequence[str], wanted: str) -> Executor:
    """Return the executor of the level that is wanted, or of the strongest that can be had; it ends with the command.

    Raises
    ------
    JudgeError
        if none can be had.
    """
    reasons = []
    for name in [wanted] if wanted else LEVELS:
        try:
            found: Executor = registry.load("executors", name)(limits, None, [Path(folder) for folder in hidden])
        except JudgeError as error:
            reasons.append(str(error))
        else:
            atexit.register(found.close)
            return found
    raise JudgeError("\n".join(reasons))
