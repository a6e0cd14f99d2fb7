"""The second course, of examples, keeps its promises; and verification proves each of its exercises, mutants included."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.author_code import feedback_of
from grader.authoring.stubs import stub
from grader.authoring.verification import Status, Verified
from grader.authoring.verification.mutation import EXCUSED_AT_MOST, WANTED
from grader.course import Course
from grader.executors import Executor
from grader.spec.files import load_course
from tests.courses import exercise, failed, graded, lost, proved, quickest

FOLDER = Path(__file__).parents[2] / "examples"
COURSE: Course = load_course(FOLDER)
RIGHT = sorted((FOLDER / "solutions").glob("*/solution.py")) + sorted((FOLDER / "solutions").glob("*/accepted/*.py"))
MISTAKES = sorted((FOLDER / "solutions").glob("*/mistakes/*.py"))


def owner(file: Path) -> str:
    return next(part for part in file.parts[::-1] if part.startswith("exercise-"))


def name_of(file: Path) -> str:
    return f"{owner(file)}-{file.stem}"


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with quickest(COURSE.limits) as executor:
        yield executor


@pytest.mark.parametrize("file", RIGHT, ids=name_of)
def test_right_solutions_get_full_points(file: Path, executor: Executor) -> None:
    result = graded(COURSE, file, owner(file), executor)
    assert lost(result) == []
    assert result.score == exercise(COURSE, owner(file)).points
    assert not result.errors


@pytest.mark.parametrize("file", MISTAKES, ids=name_of)
def test_a_mistake_loses_points_and_gets_its_own_feedback(file: Path, executor: Executor) -> None:
    checks = failed(graded(COURSE, file, owner(file), executor))
    assert {check.mistake for check in checks} - {None} == {file.stem}
    assert any(check.feedback == feedback_of(file) for check in checks)


@pytest.mark.parametrize("name", COURSE.exercises)
def test_an_example_has_what_an_exercise_needs(name: str) -> None:
    assert COURSE.answer_file(name).read_text(encoding="utf-8") == stub(name, exercise(COURSE, name))
    assert len(exercise(COURSE, name).hints) >= 3
    assert len([file for file in MISTAKES if owner(file) == name]) >= 2
    assert len([file for file in RIGHT if owner(file) == name]) >= 2


def test_there_are_ten_of_them() -> None:
    assert len(COURSE.exercises) == 10
    assert {folder.name for folder in (FOLDER / "exercises").iterdir()} == set(COURSE.exercises)


@pytest.mark.long
@pytest.mark.slow
def test_every_example_is_proved_with_enough_mutants_as_the_page_on_tolerances_says(tmp_path: Path) -> None:
    copy = Path(shutil.copytree(FOLDER, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__", ".grade")))
    results = proved(load_course(copy))
    assert results.keys() == set(COURSE.exercises)
    assert {name: refuted for name, result in results.items() if (refuted := refuted_lines(result))} == {}
    for name, result in results.items():
        require_mutants(name, result)
    page = (FOLDER.parent / "docs" / "authors" / "tolerances.md").read_text(encoding="utf-8")
    title, *quoted = page.rpartition("```text\n")[2].partition("```")[0].splitlines()
    said = {f"  ✓ {line.claim:<20} {line.text}" for line in results[title.split()[0]].lines}
    assert len(quoted) == 3
    assert set(quoted) <= said


def refuted_lines(result: Verified) -> list[str]:
    return [
        text
        for line in result.lines
        if line.status is Status.REFUTED
        for text in (line.claim, line.text, *line.details)
    ]


def require_mutants(name: str, result: Verified) -> None:
    data = next(line.data for line in result.lines if line.claim == "mutants")
    counted = data["killed"] + data["excused"]
    assert counted + data["equivalent"] >= WANTED, name
    assert data["excused"] <= EXCUSED_AT_MOST * counted
    assert data["survived"] == 0
