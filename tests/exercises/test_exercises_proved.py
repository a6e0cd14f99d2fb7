"""`grade author verify` proves every exercise of the course."""

import shutil
from pathlib import Path

import pytest

from grader.authoring.verification import Status
from grader.spec.files import load_course
from tests.courses import proved

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the course, which verification keeps what it found in."""
    copy = tmp_path_factory.mktemp("proved") / "course"
    for part in ("exercises", "solutions"):
        shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "course.yaml", copy)
    return copy


@pytest.mark.long
@pytest.mark.slow
def test_every_exercise_is_proved(folder: Path) -> None:
    course = load_course(folder)
    results = proved(course)
    assert results.keys() == set(course.exercises)
    refuted = {
        (name, line.claim): [line.text, *line.details]
        for name, result in results.items()
        for line in result.lines
        if line.status is Status.REFUTED
    }
    assert refuted == {}
    assert all(result.holds for result in results.values())
