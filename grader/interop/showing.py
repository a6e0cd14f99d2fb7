"""What the cells of a student's notebook show and earned, once its results are there."""

from collections.abc import Mapping

from grader.interop.assignment import CheckCell, is_task
from grader.interop.autograded import Shown
from grader.interop.handed_in import Handed
from grader.interop.wording import check_text, share
from grader.results import ExerciseResult


def shown_check(cell: CheckCell, item: Handed, results: Mapping[str, ExerciseResult]) -> Shown:
    """Return what the cell of a check shows."""
    if item.missing:
        return Shown("this notebook was not handed in\n", 0.0)
    if item.fault:
        return Shown(f"this notebook could not be read: {item.fault}\n", None)
    result = results.get(cell.exercise)
    if result is None:
        return Shown("this could not be judged; the fault is not yours\n", None)
    return Shown(check_text(result, cell.check), share(result, cell.check, cell.points))


def unread(item: Handed) -> dict[str, Shown]:
    """Return what the tests of others show in a notebook that cannot be read."""
    text = f"this notebook could not be read: {item.fault}\n"
    return {name: Shown(text, None) for name in item.source.by_others} if item.fault else {}


def all_of(item: Handed, earned: Mapping[str, float | None]) -> Mapping[str, float | None]:
    """Return the scores of a notebook; of one that was not handed in all are 0, as in nbgrader."""
    if not item.missing:
        return earned
    return {name: 0.0 for name, cell in item.source.known.items() if cell.nbgrader.get("grade") or is_task(cell)}
