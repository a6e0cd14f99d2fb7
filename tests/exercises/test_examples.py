"""The second course, of examples, keeps its promises; and verification proves each of its exercises, mutants included."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.author_code import feedback_of
from grader.authoring.stubs import stub
from grader.authoring.verification import Status, Verified
from grader.authoring.verification.mutation import EXCUSED_AT_MOST, WANTED
from grader.authoring.verification.verifying import Options, verify
from grader.course import Course
from grader.executors.process import ProcessExecutor
from grader.spec.files import load_course
from tests.courses import exercise, failed, graded, lost

FOLDER = Path(__file__).parents[2] / "examples"
COURSE: Course = load_course(FOLDER)
RIGHT = sorted((FOLDER / "solutions").glob("*/solution.py")) + sorted((FOLDER / "solutions").glob("*/accepted/*.py"))
MISTAKES = sorted((FOLDER / "solutions").glob("*/mistakes/*.py"))


def owner(file: Path) -> str:
    return next(part for part in file.parts[::-1] if part.startswith("exercise-"))


def name_of(file: Path) -> str:
    return f"{owner(file)}-{file.stem}"


@pytest.fixture(scope="module")
def executor() -> Iterator[ProcessExecutor]:
    with ProcessExecutor(COURSE.limits) as executor:
        yield executor


@pytest.mark.parametrize("file", RIGHT, ids=name_of)
def test_right_solutions_get_full_points(file: Path, executor: ProcessExecutor) -> None:
    result = graded(COURSE, file, owner(file), executor)
    assert lost(result) == []
    assert result.score == exercise(COURSE, owner(file)).points
    assert not result.errors


@pytest.mark.parametrize("file", MISTAKES, ids=name_of)
def test_a_mistake_loses_points_and_gets_its_own_feedback(file: Path, executor: ProcessExecutor) -> None:
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


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verified]:
    """Return what verification finds out of every example, in a copy of the course."""
    folder = tmp_path_factory.mktemp("examples") / "course"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__", ".grade"))
    course = load_course(folder)
    return {result.exercise: result for result in verify(course, course.exercises, Options())}


@pytest.mark.slow
def test_every_example_is_proved(proved: dict[str, Verified]) -> None:
    assert proved.keys() == set(COURSE.exercises)
    refuted = {
        (name, line.claim): [line.text, *line.details]
        for name, result in proved.items()
        for line in result.lines
        if line.status is Status.REFUTED
    }
    assert refuted == {}


@pytest.mark.slow
def test_there_are_enough_mutants_and_few_are_excused(proved: dict[str, Verified]) -> None:
    for name, result in proved.items():
        data = next(line.data for line in result.lines if line.claim == "mutants")
        counted = data["killed"] + data["excused"]
        assert counted + data["equivalent"] >= WANTED, name
        assert data["excused"] <= EXCUSED_AT_MOST * counted
        assert data["survived"] == 0


@pytest.mark.slow
def test_the_page_on_tolerances_quotes_what_verification_says(proved: dict[str, Verified]) -> None:
    page = (FOLDER.parent / "docs" / "authors" / "tolerances.md").read_text(encoding="utf-8")
    title, *quoted = page.rpartition("```text\n")[2].partition("```")[0].splitlines()
    said = {f"  ✓ {line.claim:<20} {line.text}" for line in proved[title.split()[0]].lines}
    assert len(quoted) == 3
    assert set(quoted) <= said
