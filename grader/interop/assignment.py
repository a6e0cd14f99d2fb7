"""An assignment as the instructor has it: its notebooks, and which of their cells is worth what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from grader import notebooks
from grader.course import Course
from grader.errors import UsageError
from grader.notebooks import Cell
from grader.sandbox.records import dataclass
from grader.spec.files import load_exercise


@dataclass(frozen=True)
class CheckCell:
    """A cell that stands for a check.

    Attributes
    ----------
    grade_id : str
        what nbgrader calls it.
    exercise, check : str
        the check.
    points : Fraction
        what the cell is worth, which the instructor may have changed.
    """

    grade_id: str
    exercise: str
    check: str
    points: Fraction


@dataclass(frozen=True)
class Source:
    """A notebook of an assignment, as the instructor has it.

    Attributes
    ----------
    name : str
        of the file, without its ending.
    cells : tuple of Cell
        in their order.
    metadata : mapping
        of the notebook.
    """

    name: str
    cells: tuple[Cell, ...]
    metadata: Mapping[str, object]

    @cached_property
    def known(self) -> Mapping[str, Cell]:
        """The cells that nbgrader knows, by their names."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id and is_known(cell)}

    @cached_property
    def checks(self) -> tuple[CheckCell, ...]:
        """The cells that stand for checks."""
        return tuple(_checks(self.known))

    @cached_property
    def exercises(self) -> tuple[str, ...]:
        """Names of the exercises that its checks belong to."""
        return tuple(dict.fromkeys(check.exercise for check in self.checks))

    @cached_property
    def by_others(self) -> tuple[str, ...]:
        """Names of the cells with tests that are not ours."""
        ours = {check.grade_id for check in self.checks}
        return tuple(name for name, cell in self.known.items() if is_test(cell) and name not in ours)


def exercises_of(cells: Iterable[Cell], course: Course) -> dict[str, str]:
    """Return the exercise of each cell that was made from one, graded automatically or not, by the names of the cells."""
    exercises = {cell.grade_id: str(cell.ours.get("exercise", "")) for cell in cells if cell.grade_id}
    return {name: exercise for name, exercise in exercises.items() if exercise in course.exercises}


def is_test(cell: Cell) -> bool:
    """Return whether a cell is graded automatically."""
    return bool(cell.nbgrader.get("grade")) and not is_solution(cell)


def is_solution(cell: Cell) -> bool:
    """Return whether a student writes in the cell."""
    return bool(cell.nbgrader.get("solution"))


def is_by_hand(cell: Cell) -> bool:
    """Return whether a person grades what a student writes in the cell."""
    return bool(cell.nbgrader.get("grade")) and is_solution(cell)


def is_task(cell: Cell) -> bool:
    """Return whether the cell describes a task that a person grades."""
    return bool(cell.nbgrader.get("task"))


def is_locked(cell: Cell) -> bool:
    """Return whether students must leave the cell as it is."""
    return not is_solution(cell) and bool(cell.nbgrader.get("grade") or cell.nbgrader.get("locked"))


def is_known(cell: Cell) -> bool:
    """Return whether nbgrader keeps the cell in its gradebook."""
    return is_test(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)


def read_assignment(folder: Path, course: Course) -> tuple[Source, ...]:
    """Return the notebooks of an assignment, sorted by name.

    Raises
    ------
    UsageError
        if there are none, one cannot be read, or a cell names a check that the course has not.
    """
    files = sorted(folder.glob("*.ipynb"))
    if not files:
        raise UsageError(f"there is no notebook in {folder}; `grade notebook build` makes one from exercises")
    sources = tuple(map(_read, files))
    homes: dict[str, str] = {}
    for source in sources:
        for exercise in source.exercises:
            if homes.setdefault(exercise, source.name) != source.name:
                raise UsageError(f"{folder}: {exercise} is in two notebooks, {homes[exercise]} and {source.name}")
        _require_checks(folder, source, course)
    return sources


def _read(file: Path) -> Source:
    try:
        notebook = notebooks.read(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    except notebooks.NotANotebook as error:
        raise UsageError(f"{file}: {error}") from None
    twice = {cell.grade_id for cell in notebook.cells if is_known(cell) and cell.grade_id}
    if len(twice) != sum(bool(is_known(cell) and cell.grade_id) for cell in notebook.cells):
        raise UsageError(f"{file}: two cells have one grade_id; rename one of them")
    return Source(file.stem, notebook.cells, notebook.metadata)


def _checks(known: Mapping[str, Cell]) -> Iterator[CheckCell]:
    for name, cell in known.items():
        exercise, check = cell.ours.get("exercise"), cell.ours.get("check")
        if is_test(cell) and isinstance(exercise, str) and isinstance(check, str):
            yield CheckCell(name, exercise, check, points_of(cell))


def points_of(cell: Cell) -> Fraction:
    """Return what a cell is worth; nothing where it does not say."""
    points = cell.nbgrader.get("points", 0)
    try:
        return max(Fraction(0), Fraction(str(points)))
    except ValueError:
        return Fraction(0)


def _require_checks(folder: Path, source: Source, course: Course) -> None:
    for exercise in source.exercises:
        if exercise not in course.exercises:
            raise UsageError(f"{folder / source.name}.ipynb: the course has no {exercise}")
        there: Sequence[str] = [check.name for check in load_exercise(course, exercise).checks]
        for cell in source.checks:
            if cell.exercise == exercise and cell.check not in there:
                raise UsageError(
                    f"{folder / source.name}.ipynb, cell {cell.grade_id}: {exercise} has no check {cell.check!r}; build"
                    f" the assignment again, or rename the check"
                )
