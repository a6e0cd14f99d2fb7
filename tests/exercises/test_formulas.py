"""Every formula of the course can be set on a page, and read in a terminal."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.author_code import feedback_of
from grader.mathematics import readable
from grader.pages import prose
from grader.spec.exercise import Exercise, ValueDescription
from grader.spec.files import load_course, load_exercise

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)
CODE = re.compile(r"<code[ >].*?</code>", re.DOTALL)
FORMULA = re.compile(r"\$\$.+?\$\$|\$.+?\$", re.DOTALL)
TERMINAL_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def texts(name: str, exercise: Exercise) -> Iterator[str]:
    """Yield all that students read of an exercise."""
    function = exercise.function
    yield exercise.statement
    yield from exercise.hints
    yield from (check.feedback for check in exercise.checks)
    yield function.about
    methods = function.methods.values()
    parameters = [
        value for one in (function.parameters, *(method.parameters for method in methods)) for value in one.values()
    ]
    for value in (*parameters, function.returns, *(method.returns for method in methods)):
        yield from abouts(value) if value else ()
    yield from (method.about for method in methods)
    for file in sorted((COURSE.solution_folder(name) / "mistakes").glob("*.py")):
        yield feedback_of(file)


def abouts(value: ValueDescription) -> Iterator[str]:
    yield value.about
    for part in (*(value.tuple or {}).values(), *(value.dict or {}).values()):
        yield from abouts(part)


@pytest.mark.parametrize("name", COURSE.exercises)
def test_no_latex_is_left_on_a_page(name: str) -> None:
    exercise = load_exercise(COURSE, name)
    formulas = 0
    for text in texts(name, exercise):
        found = prose.page(text)
        assert found.faults == ()
        plain = CODE.sub("", found.html)
        assert not set(plain) & {"\\", "$"}, text
        assert "merror" not in plain
        formulas += plain.count("<math")
    assert formulas >= len(FORMULA.findall(TERMINAL_CODE.sub("", exercise.statement))) > 0


@pytest.mark.parametrize("name", COURSE.exercises)
def test_no_latex_is_left_in_a_terminal(name: str) -> None:
    text = TERMINAL_CODE.sub("", readable(load_exercise(COURSE, name).statement))
    assert not set(text) & {"\\", "$"}
    assert text.count("(") == text.count(")") or re.search(r"\[[^\]]*\)", text)  # a half-open interval has one of each


@pytest.mark.parametrize("name", COURSE.exercises)
def test_only_the_statement_has_formulas_because_the_rest_is_told_in_a_terminal_as_it_is(name: str) -> None:
    exercise = load_exercise(COURSE, name)
    assert not [text for text in texts(name, exercise) if text is not exercise.statement and "$" in text]
