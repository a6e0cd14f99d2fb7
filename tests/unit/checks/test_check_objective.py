"""`objective`: judged by the value that is reached, on both sides of every bound."""

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
    check = Objective(value=parse("sum(abs(answer))"), gradient=parse("answer / abs(answer)"))
    outcome = judged(check, np.zeros(2), np.zeros(2))
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


def test_formulas_may_name_the_answer() -> None:
    check = Objective(value=BOWL, gradient=parse("answer - m"))
    assert check.own_names() == {"answer"}
    assert {(name, formula.names) for name, formula in check.formulas()} == {
        ("value", frozenset({"answer", "m"})),
        ("gradient", frozenset({"answer", "m"})),
    }


@given(point=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2), smaller=st.floats(0, 10), more=st.floats(0, 10))
def test_an_accepted_point_stays_accepted_as_the_bound_grows(point: list[float], smaller: float, more: float) -> None:
    def accepted(bound: float) -> bool:
        return judged(Objective(value=BOWL, max=bound), M, point).accepted

    assert accepted(smaller) <= accepted(smaller + more)


@given(point=st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=2))
def test_the_references_own_point_is_always_accepted(point: list[float]) -> None:
    assert judged(Objective(value=BOWL, max=0.0, below=0.0), point, point).accepted
