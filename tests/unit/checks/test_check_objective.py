"""`objective`: judged by the value that is reached, on both sides of every bound."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions, Expected
from grader.checks.objective import Objective
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value

INSIDE, OUTSIDE = 0.999, 1.001
M = np.array([1.0, -2.0])
BOWL = parse("mean((answer - m)**2) + 3")  # the minimum is 3, at m
UNIT = 1 + 3.0


def prepared(check: Objective, reference: Value, **inputs: Value) -> tuple[Case, Expected]:
    case = Case(1, {"m": M, **inputs}, ("m",))
    return case, check.prepare(case, lambda call: Answer(reference), Conditions(Tolerance(), 0, lambda *_: 0))


def judged(check: Objective, reference: Value, answer: Value, **inputs: Value) -> Outcome:
    case, expected = prepared(check, reference, **inputs)
    return check.judge(case, expected, [Answer(normal_form(answer))])


def at(excess: float) -> NDArray[np.float64]:
    """Return a point whose value is the minimum plus `excess`."""
    return np.array([M[0] + np.sqrt(2 * excess), M[1]])


def test_the_value_may_lie_a_millionth_above_what_the_reference_reaches() -> None:
    check = Objective(value=BOWL)
    assert judged(check, M, at(1e-6 * UNIT * INSIDE)).accepted
    assert not judged(check, M, at(1e-6 * UNIT * OUTSIDE)).accepted


def test_how_much_worse_an_answer_may_be_can_be_set() -> None:
    check = Objective(value=BOWL, max=1e-2)
    assert judged(check, M, at(1e-2 * UNIT * INSIDE)).accepted
    assert not judged(check, M, at(1e-2 * UNIT * OUTSIDE)).accepted


def test_another_point_of_the_same_value_is_as_good() -> None:
    check = Objective(value=parse("abs(sum(answer) - 1)"))
    assert judged(check, np.array([1.0, 0.0]), np.array([-5.0, 6.0])).accepted


def test_a_refusal_says_what_is_reached_and_what_can_be() -> None:
    outcome = judged(Objective(value=BOWL), M, at(0.5))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "the objective is 3.5 there, and 3 can be reached"
    assert outcome.error == pytest.approx(0.5)
    assert outcome.allowed == pytest.approx(4e-6)
    assert outcome.expected == "np.array([1.0, -2.0])"


def test_an_answer_that_is_slightly_better_than_the_reference_is_accepted() -> None:
    reference = at(1e-6 * UNIT * INSIDE)
    assert judged(Objective(value=BOWL), reference, M).accepted


def test_an_answer_that_is_clearly_better_than_the_reference_is_a_judge_error() -> None:
    reference = at(1e-6 * (UNIT + 4e-6) * OUTSIDE)
    with pytest.raises(JudgeError, match="better than the reference solution"):
        judged(Objective(value=BOWL), reference, M)


def test_how_much_better_an_answer_may_be_can_be_set() -> None:
    check = Objective(value=BOWL, below=1e-2)
    assert judged(check, at(4e-2 * INSIDE), M).accepted
    with pytest.raises(JudgeError):
        judged(check, at(1e-2 * (UNIT + 0.05)), M)


@pytest.mark.parametrize("offset", [1e6, -1e6])
def test_the_bound_grows_with_the_size_of_the_optimum(offset: float) -> None:
    check = Objective(value=parse(f"sum((answer - m)**2) + {offset}"))
    assert judged(check, M, M + np.array([0.99, 0.0])).accepted
    assert not judged(check, M, M + np.array([1.01, 0.0])).accepted


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_the_gradient_has_a_bound_of_its_own(sign: float) -> None:
    check = Objective(value=BOWL, max=1.0, gradient=parse("answer - m"), stationarity=1e-3)
    assert judged(check, M, M + np.array([0.0, sign * 1e-3 * UNIT * INSIDE])).accepted
    outcome = judged(check, M, M + np.array([0.0, sign * 1e-3 * UNIT * OUTSIDE]))
    assert outcome.message == "the gradient is not zero there"
    assert outcome.error == pytest.approx(1e-3 * UNIT * OUTSIDE)
    assert outcome.allowed == pytest.approx(1e-3 * UNIT)


def test_without_a_gradient_nothing_is_asked_of_it() -> None:
    assert judged(Objective(value=parse("answer**3")), 0.0, 1e-3).accepted


def test_a_gradient_that_is_not_finite_is_refused_quietly() -> None:
    check = Objective(value=parse("0 * sum(answer)"), gradient=parse("0 * answer / abs(answer)"))
    outcome = judged(check, np.ones(2), np.zeros(2))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error is None


def test_a_point_without_a_value_is_refused() -> None:
    outcome = judged(Objective(value=parse("sum(answer - log(answer))")), np.ones(2), np.array([1.0, -1.0]))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "the objective is nan there, and 2 can be reached"
    assert outcome.error is None


def test_a_point_of_infinite_value_is_refused() -> None:
    outcome = judged(Objective(value=parse("sum(1 / answer + answer)")), np.ones(2), np.array([1.0, 0.0]))
    assert outcome.message == "the objective is inf there, and 4 can be reached"
    assert outcome.error is None


@pytest.mark.parametrize(
    "point",
    [np.array([16, 16], dtype=np.uint8), np.array([2**32, 0]), np.array([3 * 2**30, 2**31])],
    ids=repr,
)
def test_the_objective_of_integers_does_not_wrap_around(point: Value) -> None:
    assert judged(Objective(value=parse("sum(answer**2)")), np.zeros(2), point).verdict is Verdict.WRONG_ANSWER


def test_integers_at_the_minimum_are_accepted() -> None:
    assert judged(Objective(value=BOWL), M, [1, -2]).accepted


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        (1.0, "returned a single number"),
        (M[:, np.newaxis], "shape (2, 1)"),
        (np.array([1.0, np.nan]), "entry [1] is nan"),
        ("m", "a text"),
        (np.array([1.0, -2.0 + 1j]), "complex"),
    ],
    ids=repr,
)
def test_the_point_must_be_of_the_references_form(answer: object, words: str) -> None:
    assert words in judged(Objective(value=BOWL), M, answer).message


def test_a_note_on_the_point_is_kept() -> None:
    assert "complex" in judged(Objective(value=BOWL), M, M + 0j).notes[0]
    check = Objective(value=BOWL, gradient=parse("answer - m"))
    assert "complex" in judged(check, M, M + 0j).notes[0]


def test_the_objective_may_be_a_function_among_the_inputs() -> None:
    f = FunctionText(("x",), "sum((x - c)**2)", {"c": np.array([2.0, 2.0])})
    check = Objective(value=parse("f(answer)"), max=1e-4)
    assert judged(check, [2.0, 2.0], [2.0, 2.0 + 0.0099], f=f).accepted
    assert not judged(check, [2.0, 2.0], [2.0, 2.0 + 0.0101], f=f).accepted


@pytest.mark.parametrize(
    ("formula", "reference"),
    [
        ("sum(answer)", None),
        ("sum(answer)", [np.nan, 0.0]),
        ("sum(answer)", "m"),
        ("log(sum(answer))", [0.0, 0.0]),
        ("sqrt(sum(answer))", [-1.0, 0.0]),
        ("answer - m", [0.0, 0.0]),
        ("answer @ nothing", [0.0, 0.0]),
        ("det(answer)", [0.0, 0.0]),
        ("1j * sum(answer)", [0.0, 0.0]),
    ],
)
def test_a_reference_without_a_finite_value_is_a_judge_error(formula: str, reference: Value) -> None:
    with pytest.raises(JudgeError):
        prepared(Objective(value=parse(formula)), reference)


# What the answer must satisfy beside.

LINE = Objective(value=parse("mean((answer - m)**2)"), feasible=(parse("sum(answer) - 3"),), max=1.0)
NEAREST = np.array([3.0, 0.0])  # of the points whose sum is 3


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_a_constraint_is_met_up_to_the_size_of_the_minimiser(sign: float) -> None:
    allowed = 1e-8 * (1 + 3.0)
    assert judged(LINE, NEAREST, NEAREST + np.array([sign * allowed * INSIDE, 0.0])).accepted
    outcome = judged(LINE, NEAREST, NEAREST + np.array([sign * allowed * OUTSIDE, 0.0]))
    assert outcome.message == "not feasible: sum(answer) - 3 should be 0, and is off by 4e-08; allowed 4e-08"
    assert outcome.error == pytest.approx(allowed * OUTSIDE)
    assert outcome.allowed == allowed


def test_an_answer_that_is_not_allowed_is_refused_though_its_value_is_better() -> None:
    assert judged(LINE, NEAREST, M).verdict is Verdict.WRONG_ANSWER
    with pytest.raises(JudgeError, match="better than the reference"):
        judged(Objective(value=parse("mean((answer - m)**2)")), NEAREST, M)


def test_an_inequality_is_written_with_minimum_or_maximum() -> None:
    check = Objective(value=parse("sum(answer)"), max=10.0, feasible=(parse("minimum(answer, 0)"),), feasibility=1e-3)
    assert judged(check, np.zeros(2), np.array([5.0, -0.0009])).accepted
    outcome = judged(check, np.zeros(2), np.array([5.0, -0.0011]))
    assert outcome.message.startswith("not feasible: minimum(answer, 0) should be 0, and is off by 0.0011 at [1]")


def test_every_constraint_must_be_met() -> None:
    check = Objective(value=parse("0"), feasible=(parse("answer[0]"), parse("answer[1]")))
    assert judged(check, np.zeros(2), np.zeros(2)).accepted
    assert "answer[0]" in judged(check, np.zeros(2), np.array([1.0, 0.0])).message
    assert "answer[1]" in judged(check, np.zeros(2), np.array([0.0, 1.0])).message


@pytest.mark.parametrize("feasible", ["log(answer)", "1 / answer", "inv(answer)", "0 * log(answer)"])
def test_a_constraint_that_has_no_value_there_is_not_met(feasible: str) -> None:
    check = Objective(value=parse("sum(answer)"), feasible=(parse(feasible),), feasibility=1.0, max=100.0)
    outcome = judged(check, np.eye(1), np.zeros((1, 1)))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error is None


def test_a_reference_that_is_not_feasible_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="not feasible"):
        prepared(LINE, M)


@pytest.mark.parametrize(
    "more", [{"feasible": (parse("answer @ transpose([answer])[1:]"),)}, {"gradient": parse("det(answer)")}]
)
def test_another_formula_that_cannot_be_evaluated_is_a_judge_error(more: dict[str, Any]) -> None:
    with pytest.raises(JudgeError, match="cannot be evaluated"):
        prepared(Objective(value=BOWL, **more), M)


@pytest.mark.parametrize("field", ["value", "gradient"])
def test_a_formula_that_cannot_be_evaluated_for_an_answer_refuses_it(field: str) -> None:
    formulas: dict[str, Any] = {"value": parse("0"), field: parse("sum(inv(answer)) * 0")}
    outcome = judged(Objective(**formulas), np.eye(2), np.ones((2, 2)))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert "cannot be evaluated" in outcome.message


# Maximisation.


def test_the_objective_may_be_as_large_as_possible() -> None:
    check = Objective(value=parse("-mean((answer - m)**2) - 3"), maximise=True)
    assert judged(check, M, at(1e-6 * UNIT * INSIDE)).accepted
    outcome = judged(check, M, at(1e-6 * UNIT * OUTSIDE))
    assert not outcome.accepted
    assert outcome.allowed == pytest.approx(1e-6 * UNIT)
    assert judged(check, M, at(0.5)).message == "the objective is -3.5 there, and -3 can be reached"
    with pytest.raises(JudgeError, match="better than the reference"):
        judged(check, at(0.5), M)


@pytest.mark.parametrize(("maximise", "formula"), [(False, "log(answer)"), (True, "-log(answer)")])
def test_a_value_beyond_all_numbers_is_no_better_one(maximise: bool, formula: str) -> None:
    outcome = judged(Objective(value=parse(formula), maximise=maximise), 1.0, 0.0)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert "inf there, and" in outcome.message


def test_formulas_may_name_the_answer() -> None:
    check = Objective(value=BOWL, gradient=parse("answer - m"))
    assert check.own_names() == {"answer"}
    assert {(path, formula.names) for path, formula in check.own_formulas()} == {
        (("value",), frozenset({"answer", "m"})),
        (("gradient",), frozenset({"answer", "m"})),
    }


@given(point=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), smaller=st.floats(0, 10), more=st.floats(0, 10))
def test_an_accepted_point_stays_accepted_as_the_bound_grows(point: list[float], smaller: float, more: float) -> None:
    def accepted(bound: float) -> bool:
        return judged(Objective(value=BOWL, max=bound), M, point).accepted

    assert accepted(smaller) <= accepted(smaller + more)


@given(point=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_the_references_own_point_is_always_accepted(point: list[float]) -> None:
    assert judged(Objective(value=BOWL, max=0.0, below=0.0), point, point).accepted
