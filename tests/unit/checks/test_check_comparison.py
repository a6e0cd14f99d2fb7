"""What all comparisons share: asking twice, failures, notes, and answers that resemble a mistake's."""

import numpy as np
import pytest

from grader.author_code import normal_form
from grader.checks import Check, Comparison, Conditions, Expected
from grader.checks.allclose import AllClose
from grader.checks.determinant import Determinant
from grader.checks.exact import Exact
from grader.checks.objective import Objective
from grader.checks.returns import Returns
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Failure, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle, RandomState, Value

CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)
X = np.array([3.0, 4.0])
CASE = Case(0, {"x": X}, ("x",))
RAISED = Failure(Verdict.RAISED, "raised ValueError: no", "ValueError", ("ValueError", "Exception"))
TOO_LONG = Failure(Verdict.TIME_LIMIT, "took longer than 2 s")


def prepared(check: Check, value: Value, case: Case = CASE) -> Expected:
    return check.prepare(case, lambda call: Answer(value), CONDITIONS)


def test_the_first_case_is_asked_twice_and_others_once() -> None:
    expected = prepared(AllClose(), 1.0)
    assert AllClose().ask(CASE, expected) == (CASE.call(), CASE.call())
    assert len(AllClose().ask(Case(1, {"x": X}, ("x",)), expected)) == 1


def test_a_function_with_a_random_generator_is_asked_once() -> None:
    case = Case(0, {"rng": RandomState(1)}, ("rng",))
    assert AllClose().ask(case, Expected(1.0)) == (Call((RandomState(1),)),)


def test_only_arguments_are_handed_over_and_in_their_order() -> None:
    case = Case(1, {"helper": 9, "b": 2, "a": 1}, ("a", "b"))
    assert AllClose().ask(case, Expected(1.0)) == (Call((1, 2)),)


def test_two_equal_answers_are_accepted() -> None:
    assert AllClose().judge(CASE, prepared(AllClose(), 1.0), [Answer(1.0), Answer(1.0)]).accepted


@pytest.mark.parametrize("second", [Answer(2.0), Answer(None), Answer(failure=RAISED)], ids=["value", "none", "raised"])
def test_another_answer_to_the_same_inputs_is_refused(second: Answer) -> None:
    outcome = AllClose().judge(CASE, prepared(AllClose(), 1.0), [Answer(1.0), second])
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith("called again with the same inputs, the function gave another answer")
    assert outcome.expected == "1.0"


def test_a_wrong_first_answer_is_judged_for_what_it_is() -> None:
    outcome = AllClose().judge(CASE, prepared(AllClose(), 1.0), [Answer(2.0), Answer(1.0)])
    assert outcome.message.startswith("off by 1")


@pytest.mark.parametrize("failure", [RAISED, TOO_LONG])
def test_a_failure_keeps_its_verdict_and_shows_what_was_expected(failure: Failure) -> None:
    outcome = AllClose().judge(CASE, prepared(AllClose(), X), [Answer(failure=failure)])
    assert outcome == Outcome(failure.verdict, failure.message, "np.array([3.0, 4.0])")


def test_expected_is_shown_with_an_accepted_answer_too() -> None:
    assert Exact().judge(CASE, prepared(Exact(), 3), [Answer(3)]) == Outcome(expected="3")


@pytest.mark.parametrize(
    ("check", "value", "inputs"),
    [
        (AllClose(), 1.0, {}),
        (Exact(), 1, {}),
        (Determinant(matrix="A"), 1.0, {"A": np.eye(2)}),
        (Objective(value=parse("answer**2")), 0.0, {}),
        (Returns(fields={"a": AllClose(), "b": Exact()}), (1.0, 1), {}),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_a_reference_that_fails_is_a_judge_error_of_every_comparison(
    check: Comparison, value: Value, inputs: dict[str, Value]
) -> None:
    case = Case(0, inputs, tuple(inputs))
    assert check.judge(case, prepared(check, value, case), [Answer(value)]).accepted
    with pytest.raises(JudgeError, match="raised ValueError: no"):
        check.prepare(case, lambda call: Answer(failure=RAISED), CONDITIONS)


@pytest.mark.parametrize(
    "check",
    [
        AllClose(),
        Exact(),
        Determinant(matrix="A"),
        Objective(value=parse("answer**2")),
        Returns(fields={"a": AllClose(), "b": Exact()}),
    ],
    ids=lambda check: check.kind,
)
@pytest.mark.parametrize("value", [Handle(0), float("nan"), [1.0, np.nan]], ids=["function", "nan", "list with nan"])
def test_a_reference_without_a_comparable_value_is_a_judge_error_of_every_comparison(
    check: Comparison, value: Value
) -> None:
    case = Case(0, {"A": np.eye(2)}, ("A",))
    with pytest.raises(JudgeError):
        prepared(check, value, case)


@pytest.mark.parametrize(
    "check",
    [AllClose(), Determinant(matrix="A"), Objective(value=parse("answer**2")), Returns(fields={"a": Exact()})],
    ids=lambda check: check.kind,
)
def test_a_reference_that_returns_nothing_is_a_judge_error(check: Comparison) -> None:
    case = Case(0, {"A": np.eye(2)}, ("A",))
    with pytest.raises(JudgeError):
        prepared(check, None, case)


# Formulas.


def test_a_formula_finds_inputs_that_are_functions() -> None:
    case = Case(0, {"f": FunctionText(("t",), "2 * t"), "x": 3.0}, ("x",))
    check = AllClose(rtol=0.0, atol=1e-3, scale=parse("f(x)"))
    assert prepared(check, 0.0, case).facts["scale"] == 6.0


def test_a_formula_that_cannot_be_evaluated_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="cannot be evaluated"):
        prepared(AllClose(scale=parse("det(x)")), 0.0)


@pytest.mark.parametrize("name", ["e", "pi", "mean", "size", "std"])
def test_an_input_named_like_a_word_of_the_language_is_the_input(name: str) -> None:
    case = Case(0, {name: 7.0}, (name,))
    assert prepared(AllClose(scale=parse(f"2 * {name}")), 0.0, case).facts["scale"] == 14.0


# Which wrong answers are alike.


def resembles(check: Comparison, value: Value, mine: Value, theirs: Value, case: Case = CASE) -> bool:
    answers = [Answer(normal_form(mine))], [Answer(normal_form(theirs))]
    return check.resembles(case, prepared(check, value, case), *answers)


@pytest.mark.parametrize(
    ("check", "value", "other"),
    [
        (AllClose(), X, X + 1),
        (AllClose(), X, X[:, np.newaxis]),
        (AllClose(), X, np.array([np.nan, 1.0])),
        (AllClose(), 1.0, (1.0, 2.0)),
        (Exact(), [1, 2], [2, 1]),
        (Exact(), 1, 2.0),
        (Determinant(matrix="A"), 6.0, -6.0),
        (Objective(value=parse("sum((answer - x)**2)")), X, X + 1),
        (Returns(fields={"a": AllClose(), "b": AllClose()}), (1.0, 2.0), (2.0, 1.0)),
        (Returns(fields={"a": AllClose(), "b": AllClose()}), (1.0, 2.0), 1.0),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Comparison) else str(value),
)
def test_the_same_wrong_answer_resembles_itself(check: Comparison, value: Value, other: Value) -> None:
    case = Case(0, {"x": X, "A": np.diag([2.0, 3.0])}, ("x",))
    assert resembles(check, value, other, other, case)


@pytest.mark.parametrize(
    ("check", "value", "mine", "theirs"),
    [
        (AllClose(), X, X + 1, X + 2),
        (AllClose(), X, X + 1, X[:, np.newaxis]),
        (AllClose(), X, np.full(2, 9.0), np.full((1, 2), 9.0)),
        (AllClose(), X, np.full(2, 9.0), 9.0),
        (AllClose(), X, np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
        (AllClose(), X, np.array([np.nan, 1.0]), np.array([0.0, 1.0])),
        (Exact(), [1, 2], [2, 1], [2, 2]),
        (Exact(), "a", "b", "c"),
        (Determinant(matrix="A"), 6.0, -6.0, 5.0),
        (Returns(fields={"a": AllClose(), "b": AllClose()}), (1.0, 2.0), (2.0, 1.0), (2.0, 2.0)),
        (Returns(fields={"a": AllClose(), "b": AllClose()}), (1.0, 2.0), 1.0, (1.0, 3.0)),
    ],
    ids=str,
)
def test_two_different_wrong_answers_do_not_resemble_each_other(
    check: Comparison, value: Value, mine: Value, theirs: Value
) -> None:
    case = Case(0, {"x": X, "A": np.diag([2.0, 3.0])}, ("x",))
    assert not resembles(check, value, mine, theirs, case)
    assert not resembles(check, value, theirs, mine, case)


def test_two_points_with_other_values_of_the_objective_do_not_resemble_each_other() -> None:
    check = Objective(value=parse("sum((answer - x)**2)"))
    assert not resembles(check, X, X + 1, X + 2)


def test_answers_within_the_tolerance_of_each_other_are_alike() -> None:
    check = AllClose(rtol=1e-6, atol=0.0)
    assert resembles(check, 1.0, 2.0 + 1e-6, 2.0)
    assert not resembles(check, 1.0, 2.0 + 1e-5, 2.0)


def test_two_failures_are_alike_if_they_are_of_the_same_type() -> None:
    check, expected = AllClose(), prepared(AllClose(), 1.0)
    other = Failure(Verdict.RAISED, "raised TypeError: no", "TypeError", ("TypeError", "Exception"))
    assert check.resembles(CASE, expected, [Answer(failure=RAISED)], [Answer(failure=RAISED)])
    assert not check.resembles(CASE, expected, [Answer(failure=RAISED)], [Answer(failure=other)])
    assert not check.resembles(CASE, expected, [Answer(failure=RAISED)], [Answer(failure=TOO_LONG)])
    assert not check.resembles(CASE, expected, [Answer(failure=RAISED)], [Answer(2.0)])
    assert not check.resembles(CASE, expected, [Answer(2.0)], [Answer(failure=RAISED)])
