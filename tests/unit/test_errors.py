"""The tree of exceptions, and how a fault in a description is written."""

import pytest

from grader.errors import (
    AuthoringError,
    GradebookError,
    GraderError,
    JudgeError,
    NotAGradebook,
    Problem,
    SpecError,
    SubmissionNotFound,
    UsageError,
)


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (UsageError, GraderError),
        (SubmissionNotFound, UsageError),
        (AuthoringError, GraderError),
        (SpecError, AuthoringError),
        (JudgeError, GraderError),
        (NotAGradebook, UsageError),
        (GradebookError, GraderError),
    ],
)
def test_every_error_has_its_place_in_the_tree(kind: type[Exception], parent: type[Exception]) -> None:
    assert kind.__bases__ == (parent,)


@pytest.mark.parametrize(("one", "other"), [(UsageError, AuthoringError), (AuthoringError, JudgeError)])
def test_errors_with_different_exits_are_not_mixed(one: type[Exception], other: type[Exception]) -> None:
    assert not issubclass(one, other)
    assert not issubclass(other, one)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a.yaml", 3, 7, "checks[1]", "wrong", "mend it"), "a.yaml:3:7: checks[1]: wrong\n    hint: mend it"),
        (Problem("a.yaml", 3, 7, "checks[1]", "wrong"), "a.yaml:3:7: checks[1]: wrong"),
        (Problem("a.yaml", 3, 7, "", "wrong"), "a.yaml:3:7: wrong"),
        (Problem("a.yaml", 0, 0, "", "cannot be read"), "a.yaml: cannot be read"),
    ],
)
def test_a_problem_is_written_with_place_part_and_hint(problem: Problem, text: str) -> None:
    assert str(problem) == text


def test_problems_are_in_the_order_of_the_files() -> None:
    places = [("b", 1, 1), ("a", 10, 1), ("a", 9, 20), ("a", 9, 3), ("a", 0, 0)]
    error = SpecError([Problem(file, line, column, "", "wrong") for file, line, column in places])
    assert [(problem.file, problem.line, problem.column) for problem in error.problems] == sorted(places)


def test_problems_at_one_place_keep_their_order() -> None:
    error = SpecError([Problem("a", 1, 1, "", "second"), Problem("a", 1, 1, "", "first")])
    assert [problem.message for problem in error.problems] == ["second", "first"]


def test_the_text_of_the_error_holds_every_problem() -> None:
    error = SpecError([Problem("a", 2, 1, "", "two", "mend"), Problem("a", 1, 1, "", "one")])
    assert str(error) == "a:1:1: one\na:2:1: two\n    hint: mend"


def test_a_problem_cannot_be_changed() -> None:
    problem = Problem("a", 1, 1, "", "wrong")
    with pytest.raises(AttributeError):
        problem.line = 2  # type: ignore[misc] # frozen
