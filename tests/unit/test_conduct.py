"""The rules that stand beside every check: arguments stay as they were, handed-out functions are not called too often."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks import Expected
from grader.checks.exact import Exact
from grader.conduct import judge_case
from grader.errors import JudgeError
from grader.generators.expression import ExpressionInput
from grader.generators.integer import Integer
from grader.model import Answer, Case, Evaluations, Outcome, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle
from grader.spec.exercise import CheckItem, Exercise, Function, Method, ValueDescription

ANY = ValueDescription(type="any")
CASE = Case(1, {"n": 3, "f": FunctionText(("x",), "x**2", counted=True)}, ("f", "n"))


def outcome(answer: Answer, *, budget: str = "", methods: bool = False, no_mutation: bool = True) -> Outcome:
    check = CheckItem(name="a", points=Fraction(1), compare=Exact(), budget={"f": parse(budget)} if budget else {})
    parameters = {"f": ANY, "n": ANY}
    function = Function(
        name="g",
        about="",
        parameters=parameters,
        returns=None if methods else ANY,
        methods={"update": Method(about="")} if methods else {},
    )
    inputs = {"f": ExpressionInput(text=parse("x**2"), counted=True), "n": Integer()}
    exercise = Exercise(
        title="T",
        difficulty=1,
        statement="S",
        function=function,
        inputs=inputs,
        checks=(check,),
        no_mutation=no_mutation,
    )
    return judge_case(exercise, check, CASE, Expected(7), lambda _: answer)[0]


def test_a_right_answer_of_good_conduct_is_accepted() -> None:
    assert outcome(Answer(7, evaluations=(Evaluations(0, 3, 3),)), budget="n") == Outcome(expected="7")


@pytest.mark.parametrize(("calls", "accepted"), [(0, True), (6, True), (7, False), (100, False)])
def test_a_budget_holds_for_every_call_of_the_students_function(calls: int, accepted: bool) -> None:
    judged = outcome(Answer(7, evaluations=(Evaluations(0, calls, calls),)), budget="2 * n")
    assert judged.accepted is accepted
    if not accepted:
        assert judged.message == f"`f` was called {calls} times, where 6 are enough"
        assert (judged.error, judged.allowed) == (calls, 6.0)


def test_a_wrong_value_is_told_before_the_budget() -> None:
    judged = outcome(Answer(8, evaluations=(Evaluations(0, 99, 99),)), budget="n")
    assert judged.message == "returned 8, expected 7"


def test_without_a_budget_calls_are_free() -> None:
    assert outcome(Answer(7, evaluations=(Evaluations(0, 10**6, 10**6),))).accepted


def test_a_budget_that_is_no_number_is_a_judge_error() -> None:
    with pytest.raises(JudgeError):
        outcome(Answer(7, evaluations=(Evaluations(0, 1, 1),)), budget="ones(n)")


def test_a_changed_argument_is_named() -> None:
    judged = outcome(Answer(7, changed=(1,)))
    assert judged.verdict is Verdict.WRONG_ANSWER
    assert "changed its argument `n`" in judged.message


@pytest.mark.parametrize("place", [-1, 2, 99])
def test_an_argument_that_does_not_exist_was_not_changed(place: int) -> None:
    assert outcome(Answer(7, changed=(place,))).accepted


def test_an_exercise_may_allow_changes() -> None:
    assert outcome(Answer(7, changed=(0,)), no_mutation=False).accepted


def test_the_arguments_of_a_method_have_no_name_here() -> None:
    assert outcome(Answer(7, changed=(0,)), methods=True).message == "one of the arguments was changed; work on a copy"


def test_the_arguments_of_a_returned_function_have_no_name_here() -> None:
    check = CheckItem(name="a", points=Fraction(1), compare=Exact())
    function = Function(name="g", about="", parameters={"n": ANY}, returns=ANY)
    exercise = Exercise(
        title="T", difficulty=1, statement="S", function=function, inputs={"n": Integer()}, checks=(check,)
    )
    answers = iter([Answer(7), Answer(7, changed=(0,))])
    case = Case(0, {"n": np.float64(1)}, ("n",))
    judged, _ = judge_case(exercise, check, case, Expected(7), lambda _: next(answers))
    assert "argument `n`" in judged.message
    answers = iter([Answer(Handle(1), changed=(0,))])
    assert not judge_case(exercise, check, Case(1, {"n": 1}, ("n",)), Expected(7), lambda _: next(answers))[0].accepted


def test_threads_that_are_left_are_noted() -> None:
    assert outcome(Answer(7, threads=2)).notes == ("left 2 threads running, which ended with the check",)
