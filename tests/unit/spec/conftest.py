"""A small course on disk, its one exercise, and faults whose places are marked in the text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import Problem, SpecError
from grader.spec.course import CourseFile, Section, Topic
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise

MARK = "§"
MINIMAL = """\
title: Eigenvalues
difficulty: 2
statement: Find them.
function:
  name: eigenvalues
  about: Return them.
  parameters:
    A: {array: [n, n], about: a matrix}
  returns: {array: [n], about: in ascending order}
inputs:
  n: {integer: {low: 1, high: 8}}
  A: {symmetric: {size: n}}
checks:
  - name: random matrices
    points: 3
    compare: {allclose: {rtol: 1e-9}}
"""


@pytest.fixture(scope="session")
def minimal() -> str:
    """A right description, as short as one can be."""
    return MINIMAL


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of one exercise in a folder of its own."""
    section = Section(title="Matrices", exercises=("exercise-01",))
    topic = Topic(id="algebra", title="Algebra", sections=(section,))
    (tmp_path / "exercises" / "exercise-01").mkdir(parents=True)
    return Course(tmp_path, CourseFile(title="Course", seed=1, topics=(topic,)))


@pytest.fixture
def read(course: Course) -> Callable[[str], Exercise]:
    """Read a text as the description of the course's exercise."""

    def read(text: str) -> Exercise:
        course.description_file("exercise-01").write_text(text, encoding="utf-8")
        return load_exercise(course, "exercise-01")

    return read


@pytest.fixture
def edited(read: Callable[[str], Exercise]) -> Callable[[str, str], Exercise]:
    """Read the minimal description after one replacement in it."""

    def edited(old: str, new: str) -> Exercise:
        assert MINIMAL.count(old) == 1
        return read(MINIMAL.replace(old, new))

    return edited


@pytest.fixture
def faults_of(read: Callable[[str], Exercise]) -> Callable[[str], tuple[Problem, ...]]:
    """Return all faults of a text, in which a mark stands at the place of each: no more, no fewer, nowhere else."""

    def faults_of(marked: str) -> tuple[Problem, ...]:
        places = []
        text = ""
        for part in marked.split(MARK)[:-1]:
            text += part
            places.append((text.count("\n") + 1, len(text) - text.rfind("\n")))
        with pytest.raises(SpecError) as caught:
            read(marked.replace(MARK, ""))
        assert [(problem.line, problem.column) for problem in caught.value.problems] == places, str(caught.value)
        return caught.value.problems

    return faults_of


@pytest.fixture
def fault(faults_of: Callable[[str], tuple[Problem, ...]]) -> Callable[[str, str], Problem]:
    """Return the only fault of the minimal description after one replacement, which marks the place of the fault."""

    def fault(old: str, new: str) -> Problem:
        assert MINIMAL.count(old) == 1
        (problem,) = faults_of(MINIMAL.replace(old, new))
        return problem

    return fault
