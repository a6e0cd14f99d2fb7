"""What the course's folder remembers of a student between two commands: hints seen, and the last score of each exercise.

It lies in `.grade/state.json`, is never graded, and can be deleted at any time.
"""

import json
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path

from grader.course import Course
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.sandbox.records import dataclass
from grader.spec.store import write


@dataclass(frozen=True)
class Progress:
    """What is remembered of one exercise.

    Attributes
    ----------
    hints : int
        how many hints have been shown.
    verdict, score, points : str
        of the last run; empty if there was none. Points are exact fractions.
    """

    hints: int = 0
    verdict: str = ""
    score: str = ""
    points: str = ""


def read(course: Course) -> dict[str, Progress]:
    """Return what is remembered, by exercise; nothing where there is no memory or it is damaged."""
    try:
        data = json.loads(_file(course).read_bytes())
        return {name: _progress(fields) for name, fields in data.items()}
    except (OSError, ValueError, ArithmeticError, TypeError, AttributeError, RecursionError):
        return {}


def _progress(fields: dict[str, object]) -> Progress:
    """Return what is remembered of one exercise.

    Raises
    ------
    ValueError, ArithmeticError, TypeError
        if the data are not what `_save` writes.
    """
    progress = Progress(**fields)  # type: ignore[arg-type] # looked at below
    if type(progress.hints) is not int or progress.hints < 0:
        raise ValueError("hints are counted")
    if not all(isinstance(text, str) for text in (progress.verdict, progress.score, progress.points)):
        raise TypeError("verdict and points are texts")
    if progress.verdict:
        for read, text in ((Verdict, progress.verdict), (Fraction, progress.score), (Fraction, progress.points)):
            read(text)
    return progress


def remember_hints(course: Course, exercise: str, count: int) -> None:
    """Remember how many hints of an exercise have been shown."""
    progress = read(course)
    progress[exercise] = replace(progress.get(exercise, Progress()), hints=count)
    _save(course, progress)


def remember_results(course: Course, results: tuple[ExerciseResult, ...]) -> None:
    """Remember the scores of a run; an exercise without a score keeps the one before."""
    before = read(course)
    progress = dict(before)
    for result in results:
        if result.score is not None:
            hints = progress.get(result.id, Progress()).hints
            progress[result.id] = Progress(hints, str(result.verdict), str(result.score), str(result.points))
    if progress != before:
        _save(course, progress)


def _save(course: Course, progress: dict[str, Progress]) -> None:
    write(_file(course), json.dumps({name: asdict(item) for name, item in progress.items()}, indent=1).encode())


def _file(course: Course) -> Path:
    return course.state_folder / "state.json"
