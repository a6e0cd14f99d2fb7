"""An overview with one of everything that can come of a submission."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest

from grader.gradebook.records import Adjustment, HandedIn, Snapshot, Standing
from grader.gradebook.scores import Overview
from grader.gradebook.totals import concealed, everyone, overview
from grader.model import Verdict
from grader.roster import Student
from grader.spec.course import Dropped, Late, Section
from tests.unit.gradebook.samples import COURSE, START, make_check, make_graded, make_handed_in

ROSTER = (
    Student("ada", "Lovelace, Ada", "ada@example.org", {"canvas_id": "17"}),
    Student("学生", "学生 甲"),
    Student("=1+1", "Zoë"),
)
POINTS = {"exercise-01": Fraction(4), "exercise-02": Fraction(4), "exercise-03": Fraction(10)}


def _course() -> Any:
    algebra, calculus = COURSE.file.topics
    section = Section(title="Matrices", due="2027-02-28", exercises=("exercise-01", "exercise-02"))
    fields: dict[str, Any] = {
        "topics": (replace(algebra, sections=(section,), weight=Fraction(3)), calculus),
        "timezone": "Europe/Zurich",
        "late": Late(per_day=Fraction(1, 10), at_most=Fraction(1, 2)),
        "dropped": (Dropped(exercise="exercise-02", check="small", why="wrong tolerance"),),
    }
    return replace(COURSE, file=replace(COURSE.file, **fields))


def _snapshot() -> Snapshot:
    handed_in: dict[tuple[str, str], HandedIn] = {}
    standing: dict[tuple[str, str], Standing] = {}

    def add(student: str, exercise: str, days: int, **result: Any) -> None:
        handed_in[student, exercise] = make_handed_in(student, exercise, at=START + timedelta(days=days))
        if result:
            graded = make_graded(student, f"{student} {exercise}", exercise=exercise, **result)
            standing[student, exercise] = Standing(graded, 1)

    add("ada", "exercise-01", 0, score=0)  # a day late
    add("ada", "exercise-02", -1, score=0)  # in time, and its wrong check is dropped
    thirds = (make_check("thirds", 2, 3),)
    add("ada", "exercise-03", 0, checks=thirds, score=None, verdict=Verdict.PARTIAL, points=Fraction(10))
    standing["ada", "exercise-03"] = _scored(standing["ada", "exercise-03"], Fraction(1, 3))
    add("=1+1", "exercise-01", -1, score=None, errors=("exercise-01: expected 42",))
    add("=1+1", "exercise-02", -1)  # not graded yet
    add("stranger", "exercise-01", -1, score=2)
    made = Adjustment("学生", "exercise-01", Fraction(5, 2), "oral exam", "me", START)
    people = tuple(Student(name) for name in ("ada", "stranger", "=1+1"))
    return Snapshot(people, handed_in, standing, {("学生", "exercise-01"): made})


def _scored(item: Standing, score: Fraction) -> Standing:
    return replace(item, graded=replace(item.graded, result=replace(item.graded.result, score=score)))


@pytest.fixture(scope="session")
def scores() -> Overview:
    """Return the overview as students may see it."""
    gradebook = _snapshot()
    return concealed(overview(_course(), gradebook, everyone(ROSTER, gradebook.students), POINTS))


@pytest.fixture(scope="session")
def of(scores: Overview) -> Callable[..., Overview]:
    """Return what gives the overview of some students alone."""

    def of(*names: str) -> Overview:
        return replace(scores, students=tuple(one for one in scores.students if one.student.id in names))

    return of
