"""What lateness costs: by the course's dates for its exercises, by nbgrader's for all else, and the same from both commands."""

from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cli import notebook_grade
from grader.cli.main import run
from grader.interop.lateness import Lateness
from grader.interop.nbgrader_course import folders
from grader.spec.files import load_course
from tests.unit.interop.office import ANSWERS, ASSIGNMENT, OneDesk, office

COURSE = """\
title: A small course
seed: 7
timezone: Europe/Berlin
late: {per_day: 10 %, grace_days: 1, at_most: 50 %}
topics:
  - id: numbers
    title: Numbers
    sections:
      - {title: Squares, due: 2027-03-01 23:59, exercises: [exercise-01]}
      - {title: Cubes, due: 2027-03-03, exercises: [exercise-02]}
      - {title: Roots, exercises: [exercise-03]}
extensions:
  - {student: ada, exercises: [exercise-01], until: 2027-03-04 23:59}
"""
HOMES = {("ps1", "one"): "exercise-01", ("ps1", "two"): "exercise-02", ("ps1", "three"): "exercise-03"}
POINTS = {"one": 4.0, "two": 2.0, "three": 1.0, "theirs": 3.0}
DAY = 86_400.0


@pytest.fixture(scope="module")
def lateness(tmp_path_factory: pytest.TempPathFactory) -> Lateness:
    folder = tmp_path_factory.mktemp("course")
    (folder / "course.yaml").write_text(COURSE, encoding="utf-8")
    return Lateness(load_course(folder), HOMES)


@pytest.mark.parametrize(
    ("student", "at", "seconds", "cost"),
    [
        ("bob", "2027-03-01T22:59", 0.0, 0.0),  # a minute to midnight in Berlin
        ("bob", "2027-03-02T12:00", 0.0, 0.0),  # a day of grace
        ("bob", "2027-03-03T12:00", 0.0, 0.1 * 4),
        ("bob", "2027-03-05T12:00", 0.0, 0.3 * 4 + 0.1 * 2),
        ("bob", "2027-05-01T12:00", 0.0, 0.5 * 4 + 0.5 * 2),  # no more than half; without a due date nothing is late
        ("ada", "2027-03-05T12:00", 0.0, 0.1 * 2),  # an extension for the first, which leaves a day of grace
        ("bob", "2027-03-01T12:00", 2.5 * DAY, 0.2 * 3),  # late by nbgrader's date alone
        ("bob", None, 0.0, 0.0),
    ],
)
def test_each_cell_has_the_date_of_its_exercise(
    lateness: Lateness, student: str, at: str | None, seconds: float, cost: float
) -> None:
    handed_in = datetime.fromisoformat(at) if at else None
    assert lateness.cost(student, "ps1", POINTS, handed_in, seconds) == pytest.approx(cost)


def test_a_cell_of_one_name_in_another_notebook_is_not_the_exercises(lateness: Lateness) -> None:
    assert lateness.cost("bob", "ps2", POINTS, datetime(2027, 5, 1), 0.0) == 0.0  # noqa: DTZ001 - as nbgrader keeps it


@given(days=st.floats(0, 100), points=st.dictionaries(st.sampled_from([*POINTS]), st.floats(0, 100)))
def test_lateness_costs_from_nothing_to_its_cap(lateness: Lateness, days: float, points: dict[str, float]) -> None:
    cost = lateness.cost("bob", "ps1", points, datetime(2027, 5, 1), days * DAY)  # noqa: DTZ001 - as nbgrader keeps it
    assert 0.0 <= cost <= 0.5 * sum(points.values()) + 1e-9


LATE = "late: {per_day: 10 %, at_most: 50 %}\n"
DUE = "exercises: [exercise-01, exercise-02], due: 2027-03-01 23:59}"


@pytest.mark.skipif(not find_spec("nbgrader"), reason="nbgrader is an extra")
def test_what_lateness_costs_goes_on_record_with_the_scores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = office(tmp_path)
    file = made.course.folder / "course.yaml"
    text = file.read_text(encoding="utf-8").replace("exercises: [exercise-01, exercise-02]}", DUE)
    for student, stamp in (("ada", "2027-03-01 23:00 UTC"), ("bob", "2027-03-04 12:00 UTC")):
        made.hand_in(student, made.answered(ANSWERS), stamp)
    monkeypatch.setattr(notebook_grade, "level", lambda *_: "sealed")
    monkeypatch.setattr(notebook_grade, "_crew", lambda *_: OneDesk(load_course(made.course.folder)))
    monkeypatch.setenv("GRADE_COURSE", str(made.course.folder))
    monkeypatch.chdir(made.course.folder)
    arguments = ["notebook", "grade", str(made.root), ASSIGNMENT]

    file.write_text(text + LATE, encoding="utf-8")
    assert run(arguments, []) == 0
    assert "1 student handed in late" in capsys.readouterr().out
    assert penalties(made.root) == {"ada": None, "bob": pytest.approx(0.3 * 4.5)}

    file.write_text(text, encoding="utf-8")  # without a rule, what is on record stays
    assert run(arguments, []) == 0
    assert "late" not in capsys.readouterr().out
    assert penalties(made.root) == {"ada": None, "bob": pytest.approx(0.3 * 4.5)}

    change(made.root, extension=timedelta(days=9))  # nbgrader's own, which moves none of the course's dates
    file.write_text(text + LATE + "extensions: [{student: bob, until: 2027-03-05 23:59}]\n", encoding="utf-8")
    assert run(arguments, []) == 0
    assert penalties(made.root) == {"ada": None, "bob": None}


def penalties(root: Path) -> dict[str, float | None]:
    from nbgrader.api import Gradebook

    with Gradebook(folders(root).db_url) as book:
        found = book.assignment_submissions(ASSIGNMENT)
        return {item.student.id: item.notebooks[0].late_submission_penalty for item in found}


def change(root: Path, extension: timedelta) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(folders(root).db_url) as book:
        book.find_submission(ASSIGNMENT, "bob").extension = extension
        book.db.commit()
