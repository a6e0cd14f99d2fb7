"""Exercises and an auto-grader for numerical mathematics.

The package is a chain of functions from frozen data to frozen data; `grader.grading.grade` is that chain. Nothing is
imported here, because this file is also loaded by the process that runs a student's code; `check` and `score`, which are
for notebooks, look for theirs when they are called.
"""

from collections.abc import Callable
from typing import Any

__version__ = "0.1.0"
__all__ = ["check", "score"]


def check(exercise: str, answer: Callable[..., object] | None = None, *, case: str = "") -> None:
    """Show, in a notebook, the report that `grade EXERCISE` gives: `grader.check("exercise-04", eigenvalues)`.

    Parameters
    ----------
    exercise : str
        `exercise-04`, or 4 as a text.
    answer : callable, optional
        the function; if left out, the one that the exercise asks for. Its name is what counts: it is looked for in the
        cells that were run, which another process loads.
    case : str
        the one case to replay, as a report names it.

    Raises
    ------
    GraderError
        if there is no such exercise, or no course around the notebook; the variable GRADE_COURSE may name its folder.
    """
    _kernel().check(exercise, answer, case=case)


def score(exercise: str, check: str, points: float = 1) -> float:
    """Return what one check of an exercise earned, and show what there is to say of it; for nbgrader's cells with tests.

    Parameters
    ----------
    exercise, check : str
        which check.
    points : float
        what the cell is worth.

    Returns
    -------
    float
        between 0 and `points`.

    Raises
    ------
    GraderError
        if there is no such check, or it could not be judged.
    """
    earned: float = _kernel().score(exercise, check, points)
    return earned


def _kernel() -> Any:
    # By name: it stands above everything that needs this file, and nobody but a notebook has a use for it.
    from importlib import import_module

    return import_module("grader.interop.kernel")
