"""The sound exercises of `tests/exercises/broken`, with their stubs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.stubs import stub
from grader.authoring.verification.subject import Subject
from grader.spec.files import load_course, load_exercise

SOUND = Path(__file__).parents[3] / "exercises" / "broken" / "sound"


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the sound course; it is not changed."""
    folder = Path(shutil.copytree(SOUND, tmp_path_factory.mktemp("sound") / "course"))
    course = load_course(folder)
    for name in course.exercises:
        course.answer_file(name).write_text(stub(name, load_exercise(course, name)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def subject(sound: Path) -> Callable[[str], Subject]:
    """Return what gives a sound exercise by its name."""
    course = load_course(sound)
    return lambda name: Subject(course, name)


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """Return a fresh copy of the sound course."""
    return Path(shutil.copytree(sound, tmp_path / "course"))
