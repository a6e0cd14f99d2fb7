"""What grading an assignment came to, in words; what needs a person's eyes comes last."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from grader.batch.progress import counted, duration, listed, worded
from grader.batch.telling import section
from grader.interop.assignment import Source, points_of
from grader.interop.cell_tests import TRUST
from grader.interop.marked import Marked

_NAMED: Final = 5


def lines(marked: Marked, level: str) -> Iterator[str]:
    """Yield the lines on what was graded, and on what was not.

    Parameters
    ----------
    marked : Marked
        what it came to.
    level : str
        at which submissions ran.
    """
    yield from section("notes", marked.notes)
    yield from section("exercises with a fault", (f"{name}: {text}" for name, text in marked.faults.items()))
    not_read = (f"{student}, {name}.ipynb: {why}" for (student, name), why in marked.not_read.items())
    yield from section("notebooks that cannot be read, so that a person has to look", not_read)
    yield from section("tests that gave no score, so that a person has to look", _gathered(marked.undecided))
    errors = (f"{student}, {exercise}: {why}" for (student, exercise), why in marked.judge_errors.items())
    yield from section("not judged, and tried again by the same command", errors)
    verdicts = listed({worded(verdict): count for verdict, count in marked.verdicts.items()})
    exercises = f"{counted(marked.verdicts.total(), 'exercise')} graded ({verdicts})" if verdicts else "graded"
    yield f"{counted(marked.students, 'student')}: {exercises}"
    if marked.in_process:
        cells = counted(marked.in_process, "cell")
        yield f"{cells} scored by tests that run beside the student's code, and so can be forged (trust: {TRUST})"
    if marked.late:
        yield f"{counted(marked.late, 'student')} handed in late; what that costs by course.yaml is in nbgrader's gradebook"
    yield f"{duration(marked.seconds)}; isolation: {level}; the scores are in nbgrader's gradebook"


def _gathered(undecided: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Yield each test and reason once: a test that cannot be right is so for a whole course."""
    students: dict[str, list[str]] = {}
    for (student, place), why in undecided.items():
        students.setdefault(f"{place}: {why}", []).append(student)
    for text, names in students.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        yield f"{text} ({', '.join(names[:_NAMED])}{more})"


def json_lines(marked: Marked, sources: Sequence[Source], level: str) -> Iterator[str]:
    """Yield a line of JSON for each cell that was scored, which says where the score was made.

    Parameters
    ----------
    marked : Marked
        what it came to.
    sources : sequence of Source
        the notebooks of the assignment.
    level : str
        at which submissions ran.
    """
    known = {source.name: source for source in sources}
    for student in marked.scores:
        for notebook in student.notebooks:
            source = known[notebook.name]
            for cell, score in notebook.scores.items():
                row = {"student": student.student, "notebook": notebook.name, "cell": cell, "score": score}
                trust = TRUST if cell in source.by_others else level
                yield json.dumps(
                    row | {"points": float(points_of(source.known[cell])), "trust": trust}, ensure_ascii=False
                )
