"""The patterns on the pages for authors judge as the pages say."""

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader import registry
from grader.author_code import feedback_of, load_function
from grader.checks import Check
from grader.course import Course
from grader.executors import Executor
from grader.model import Verdict
from tests.courses import exercise, failed, graded, lost, quickest
from tests.docs.pages import AUTHORS, WRONG, patterns, write_course

PAGES = ("gallery", "tolerances")
FOUND = [(page, place, item) for page in PAGES for place, item in enumerate(patterns(AUTHORS / f"{page}.md"))]
PLACES = [(page, place) for page, place, _ in FOUND]
GRADED = [
    pytest.param(page, place, marks=[pytest.mark.slow] if re.search("coverage|estimator", item.description) else [])
    for page, place, item in FOUND
]
"""Places of the patterns; where thousands of samples are asked for, grading takes seconds."""


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Course]:
    """Return for every page the course that its patterns make."""
    return {
        page: write_course(tmp_path_factory.mktemp("courses") / page, patterns(AUTHORS / f"{page}.md"))
        for page in PAGES
    }


@pytest.fixture(scope="module")
def executor(courses: dict[str, Course]) -> Iterator[Executor]:
    with quickest(courses["gallery"].limits) as executor:
        yield executor


def rules(rule: Check) -> Iterator[str]:
    yield rule.kind
    for _, part in rule.parts():
        yield from rules(part)


def name_of(place: int) -> str:
    return f"exercise-{place + 1:02d}"


@pytest.mark.parametrize(("page", "place"), GRADED)
def test_right_answers_get_full_points_and_the_wrong_one_its_own_feedback(
    page: str, place: int, courses: dict[str, Course], executor: Executor
) -> None:
    course, name = courses[page], name_of(place)
    folder = course.solution_folder(name)
    for file in [folder / "solution.py", *sorted((folder / "accepted").glob("*.py"))]:
        assert lost(graded(course, file, name, executor)) == []
    (wrong,) = (folder / "mistakes").glob("*.py")
    checks = failed(graded(course, wrong, name, executor))
    assert all(check.verdict in (Verdict.WRONG_ANSWER, Verdict.PARTIAL, Verdict.SKIPPED) for check in checks)
    assert any(check.feedback == feedback_of(wrong) for check in checks)


@pytest.mark.parametrize(("page", "place"), PLACES)
def test_the_worked_example_is_what_the_reference_gives(page: str, place: int, courses: dict[str, Course]) -> None:
    course, name = courses[page], name_of(place)
    description = exercise(course, name)
    function = description.function.name
    blocks = re.findall(r"```python\n(.*?)```", description.statement, re.DOTALL)
    names = {"np": np, function: load_function(course.solution_folder(name) / "solution.py", function)}
    found = doctest.DocTestParser().get_doctest("\n".join(blocks), names, name, None, 0)
    said: list[str] = []
    doctest.DocTestRunner().run(found, out=said.append)
    assert found.examples
    assert not said


def test_every_kind_of_check_has_a_pattern_that_uses_it(courses: dict[str, Course]) -> None:
    found = {pattern.heading.strip("`"): name_of(i) for i, pattern in enumerate(patterns(AUTHORS / "gallery.md"))}
    for kind in registry.names("checks"):
        checks = exercise(courses["gallery"], found[kind]).checks
        assert kind in {name for check in checks for name in rules(check.rule)}


def test_every_pattern_has_one_wrong_answer() -> None:
    assert all(len(pattern.programs[WRONG]) == 1 for page in PAGES for pattern in patterns(AUTHORS / f"{page}.md"))
    assert len(PLACES) > len(registry.names("checks"))


def test_every_row_of_the_table_of_kinds_leads_somewhere() -> None:
    text = Path(AUTHORS / "gallery.md").read_text(encoding="utf-8")
    table = text.partition("| the answer is |")[2].partition("At the end stand")[0]
    assert set(re.findall(r"\[`(\w+)`\]", table)) == set(registry.names("checks"))
