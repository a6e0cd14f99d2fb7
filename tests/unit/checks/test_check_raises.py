"""`raises`: the exception that the statement asks for, and nothing else."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.author_code import runner
from grader.checks import Conditions, Expected
from grader.checks.raises import Raises
from grader.errors import JudgeError
from grader.model import Answer, Case, Failure, Outcome, Tolerance, Verdict

CASE = Case(0, {"x": -1.0}, ("x",))
CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)


class TooSmallError(ValueError):
    """An exception that a student might derive."""


def judged(check: Raises, function: Callable[[float], object]) -> Outcome:
    answer = runner(function)(CASE.call())
    outcome = check.judge(CASE, Expected(), [answer])
    assert isinstance(outcome, Outcome)
    return outcome


def raising(error: BaseException) -> Callable[[float], object]:
    def function(x: float) -> object:
        raise error

    return function


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ("ValueError", ValueError("negative")),
        ("ValueError", ValueError()),
        ("ValueError", TooSmallError("negative")),
        ("ValueError", np.linalg.LinAlgError("singular")),
        ("LookupError", IndexError("7")),
        ("ArithmeticError", ZeroDivisionError("division by zero")),
        ("Exception", TypeError("no")),
    ],
    ids=repr,
)
def test_the_exception_or_one_derived_from_it_is_accepted(wanted: str, error: Exception) -> None:
    assert judged(Raises(exception=wanted), raising(error)) == Outcome(expected=f"{wanted} is raised")


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ("ValueError", TypeError("negative")),
        ("IndexError", LookupError("general")),
        ("ValueError", Exception("ValueError")),
        ("ZeroDivisionError", FloatingPointError("division by zero")),
    ],
    ids=repr,
)
def test_another_exception_is_refused_and_both_are_named(wanted: str, error: Exception) -> None:
    outcome = judged(Raises(exception=wanted), raising(error))
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message.startswith(f"raised {type(error).__name__}")
    assert outcome.message.endswith(f"where a {wanted} should be raised")
    assert outcome.expected == f"{wanted} is raised"


def test_a_class_that_only_borrows_the_name_is_refused() -> None:
    impostor = type("ValueError", (Exception,), {"__module__": "exercise_04"})
    assert judged(Raises(exception="ValueError"), raising(impostor("negative"))).verdict is Verdict.RAISED


@pytest.mark.parametrize(("value", "shown"), [(None, "None"), (np.nan, "np.nan"), (-1, "-1"), ("ValueError", "'Val")])
def test_a_returned_value_is_refused_and_shown(value: object, shown: str) -> None:
    outcome = judged(Raises(exception="ValueError"), lambda x: value)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith(f"returned {shown}")
    assert outcome.message.endswith("where a ValueError should be raised")


def test_a_returned_exception_is_not_a_raised_one() -> None:
    assert not judged(Raises(exception="ValueError"), lambda x: ValueError("negative")).accepted


@pytest.mark.parametrize("verdict", [Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.CRASHED, Verdict.OUTPUT_LIMIT])
def test_a_limit_is_no_exception(verdict: Verdict) -> None:
    answer = Answer(failure=Failure(verdict, "stopped", "ValueError", ("ValueError",)))
    outcome = Raises(exception="ValueError").judge(CASE, Expected(), [answer])
    assert outcome == Outcome(verdict, "stopped", "ValueError is raised")


# The message.


@pytest.mark.parametrize("pattern", ["square", "^the matrix", "square$", "(?i)MATRIX", r"the \w+ must"])
def test_the_message_is_searched_for_the_pattern(pattern: str) -> None:
    check = Raises(exception="ValueError", match=pattern)
    assert judged(check, raising(ValueError("the matrix must be square"))).accepted


@pytest.mark.parametrize("pattern", ["symmetric", "^must", "the$", "ValueError", "raised", ": "])
def test_a_message_without_the_pattern_is_refused_with_what_it_should_say(pattern: str) -> None:
    check = Raises(exception="ValueError", match=pattern)
    outcome = judged(check, raising(ValueError("the matrix must be square")))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert "the matrix must be square" in outcome.message
    assert outcome.message.endswith(pattern)


def test_an_empty_message_does_not_match_the_name_of_the_exception() -> None:
    assert not judged(Raises(exception="ValueError", match="Value"), raising(ValueError())).accepted


def test_the_type_is_looked_at_before_the_message() -> None:
    check = Raises(exception="ValueError", match="square")
    assert judged(check, raising(TypeError("not square"))).verdict is Verdict.RAISED


def test_an_exception_is_named_once_in_what_is_said_of_it() -> None:
    outcome = judged(Raises(exception="ValueError"), raising(TypeError("negative")))
    assert outcome.message.count("TypeError") == 1


# The author's side.


@pytest.mark.parametrize("name", ["ValueErr", "int", "KeyboardInterrupt", "SystemExit", "print", "", "LinAlgError"])
def test_what_is_not_one_of_pythons_exceptions_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not one of Python's exceptions"):
        Raises(exception=name)


def test_what_is_not_a_regular_expression_is_refused() -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        Raises(exception="ValueError", match="(")


def test_a_reference_that_refuses_the_inputs_is_what_is_needed() -> None:
    expected = Raises(exception="ValueError").prepare(CASE, runner(raising(TooSmallError("no"))), CONDITIONS)
    assert expected == Expected()


@pytest.mark.parametrize(
    "function",
    [lambda x: x, raising(TypeError("no")), raising(ValueError("other"))],
    ids=["returns", "type", "message"],
)
def test_a_reference_that_does_not_refuse_in_the_same_way_is_a_judge_error(function: Callable[[float], object]) -> None:
    with pytest.raises(JudgeError, match="the reference solution does not raise ValueError"):
        Raises(exception="ValueError", match="negative").prepare(CASE, runner(function), CONDITIONS)


def test_who_forgets_to_refuse_has_made_no_particular_mistake() -> None:
    assert not Raises(exception="ValueError").resembles(CASE, Expected(), [Answer(1.0)], [Answer(1.0)])


def test_the_function_is_called_once() -> None:
    assert Raises(exception="ValueError").ask(CASE, Expected()) == (CASE.call(),)
