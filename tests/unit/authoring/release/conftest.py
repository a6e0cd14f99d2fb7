"""A course with things to keep at home, and its bundle."""

import shutil
from pathlib import Path

import pytest

from grader.authoring.release.contents import Bundle, contents
from grader.authoring.release.writing import write
from grader.authoring.stubs import stub
from grader.course import Course
from grader.spec.files import load_course, load_exercise
from tests.unit.authoring.release.withheld import FILES


def written(folder: Path) -> Path:
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    course = load_course(folder)
    for name in course.exercises:
        course.answer_file(name).write_text(stub(name, load_exercise(course, name)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def secrets_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the course; it is never changed."""
    return written(tmp_path_factory.mktemp("secrets") / "course")


@pytest.fixture
def secrets(secrets_template: Path, tmp_path: Path) -> Course:
    """Return a fresh copy of the course."""
    return load_course(shutil.copytree(secrets_template, tmp_path / "course"))


@pytest.fixture(scope="session")
def made(secrets_template: Path) -> Bundle:
    """Return the bundle of the course, not written yet."""
    return contents(load_course(secrets_template))


@pytest.fixture
def bundle(made: Bundle, tmp_path: Path) -> Course:
    """Return the bundle of the course, in a folder of its own."""
    write(made, tmp_path / "bundle", replace=False)
    return load_course(tmp_path / "bundle")
