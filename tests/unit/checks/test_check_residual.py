"""`residual`: an equation is satisfied, to the last entry, and not by nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.residual import Residual
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, Opaque, Value

INSIDE, OUTSIDE = 0.999, 1.001
A = np.array([[2.0, 0.0], [0.0, 4.0]])
B = np.array([2.0, 8.0])
X = np.array([1.0, 2.0])
P = np.array([[0.9, 0.1], [0.3, 0.7]])


def equation(*texts: str, scale: str = "", bound: float = 1e-10, trivial: bool = False) -> Residual:
    formulas = tuple(map(parse, texts or ("A @ answer - b",)))
    return Residual(value=formulas, scale=parse(scale) if scale else None, max=bound, trivial=trivial)


def judged(check: Residual, expected: Value, answer: object, **inputs: Value) -> Outcome:
    case = Case(1, {"A": A, "b": B, "P": P, **inputs}, ("A",))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


def second(step: float) -> NDArray[np.float64]:
    """Return the solution with a step in its second entry; the second residual is four times as large."""
    return np.array([X[0], X[1] + step])


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_every_entry_of_the_residual_has_a_bound(sign: float) -> None:
    assert judged(equation(), X, second(sign * 0.25e-10 * 0.99)).accepted
    assert not judged(equation(), X, second(sign * 0.25e-10 * 1.01)).accepted
    loose = equation(bound=1e-3)
    assert judged(loose, X, second(sign * 0.25e-3 * INSIDE)).accepted
    assert not judged(loose, X, second(sign * 0.25e-3 * OUTSIDE)).accepted


@pytest.mark.parametrize("scale", ["norm(A) * norm(answer) + norm(b)", "1000"])
def test_the_bound_is_relative_to_the_scale(scale: str) -> None:
    check = equation(scale=scale, bound=1e-6)
    size = 1e-6 * (1000 if scale == "1000" else np.linalg.norm(A) * np.linalg.norm(X) + np.linalg.norm(B))
    assert judged(check, X, second(float(0.25 * size * INSIDE))).accepted
    assert not judged(check, X, second(float(0.25 * size * OUTSIDE))).accepted


def test_another_solution_is_as_good() -> None:
    check = equation("sum(answer) - 3")
    assert judged(check, X, [5.0, -2.0]).accepted
    assert judged(equation("answer**2 - 4"), 2.0, -2).accepted


def test_a_refusal_names_the_equation_and_the_entry() -> None:
    outcome = judged(equation(), X, [1.0, 2.5])
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "A @ answer - b should be 0, and its size is 2 at [1]; allowed 1e-10"
    assert (outcome.error, outcome.allowed) == (2.0, 1e-10)
    assert judged(equation("sum(answer) - 3"), X, [1.0, 2.5]).message.startswith(
        "sum(answer) - 3 should be 0, and its size is 0.5; "
    )


def test_a_complex_residual_is_measured_by_its_size() -> None:
    check = equation("answer**2 + 1")
    assert judged(check, 1j, -1j).accepted
    assert judged(check, 1j, 1 + 0j).error == 2.0


def test_an_array_without_entries_is_accepted() -> None:
    assert judged(equation("answer"), np.zeros((3, 0)), np.zeros((3, 0))).accepted
    assert judged(equation("answer", scale="norm(answer)"), np.zeros(0), []).accepted


# Homogeneous equations.

STATIONARY = equation("answer @ P - answer", "sum(answer) - 1")
PI = np.array([0.75, 0.25])


def test_a_normalisation_is_a_second_residual() -> None:
    assert judged(STATIONARY, PI, PI).accepted
    assert judged(STATIONARY, PI, 2 * PI).message.startswith("sum(answer) - 1 should be 0")
    assert judged(STATIONARY, PI, [0.5, 0.5]).message.startswith("answer @ P - answer should be 0")


@pytest.mark.parametrize("answer", [[0.0, 0.0], PI * 0.999e-6, [1e-100, 0.0]])
@pytest.mark.parametrize("scale", ["", "norm(answer)"])
def test_the_trivial_answer_is_refused(answer: Value, scale: str) -> None:
    outcome = judged(equation("answer @ P - answer", scale=scale, bound=1.0), PI, answer)
    assert outcome.message == "the answer is as good as 0, which solves this too; another solution was asked for"


def test_any_other_multiple_solves_a_homogeneous_equation() -> None:
    for factor in (1.001e-6, -1.0, 1e6):
        assert judged(equation("answer @ P - answer", scale="norm(answer)"), PI, factor * PI).accepted


def test_a_small_vector_that_is_no_solution_does_not_pass() -> None:
    assert not judged(equation("answer @ P - answer"), PI, [1.1e-6, 0.0]).accepted


def test_the_trivial_answer_may_be_allowed() -> None:
    check = equation("answer**2 - answer", trivial=True)
    assert judged(check, 1.0, 0.0).accepted
    assert not judged(equation("answer**2 - answer"), 1.0, 0.0).accepted


def test_where_the_reference_is_zero_so_may_be_the_answer() -> None:
    assert judged(equation("answer @ P - answer"), np.zeros(2), np.zeros(2)).accepted


def test_zero_where_it_is_no_solution_is_told_so() -> None:
    assert judged(equation(), X, [0.0, 0.0]).message.startswith("A @ answer - b should be 0")


# What cannot be put into the equation.


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        (1.0, "returned a single number"),
        (X[:, np.newaxis], "shape (2, 1)"),
        ([1.0, np.nan], "entry [1] is nan"),
        ([1.0, np.inf], "entry [1] is inf"),
        ("x", "a text"),
        ({"x": 1.0}, "a dict"),
        (X + 1j, "complex"),
        (object(), "an object"),
    ],
)
def test_the_answer_must_be_of_the_references_form(answer: object, words: str) -> None:
    assert words in judged(equation(), X, answer).message


@pytest.mark.parametrize("scale", ["", "norm(A) * norm(answer) + norm(b)"])
@pytest.mark.parametrize("size", [1e200, 1.7e308])
def test_an_answer_beyond_measure_is_refused_quietly(scale: str, size: float) -> None:
    for answer in ([size, size], [size, -size]):
        assert judged(equation(scale=scale), X, answer).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize("text", ["inv(answer) - inv(A)", "log(det(answer)) - log(det(A))", "1 / answer[0, 0] - 0.5"])
def test_an_answer_for_which_the_equation_has_no_value_is_refused(text: str) -> None:
    assert judged(equation(text), A, A).accepted
    outcome = judged(equation(text), A, np.zeros((2, 2)))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.error is None


@pytest.mark.parametrize("scale", ["1 / norm(answer)", "sum(inv(answer))", "log(norm(answer))"])
def test_an_answer_for_which_the_scale_has_no_value_is_refused(scale: str) -> None:
    assert judged(equation("0 * answer", scale=scale), A, A).accepted
    assert judged(equation("0 * answer", scale=scale), A, 0 * A).verdict is Verdict.WRONG_ANSWER


def test_single_precision_counts_where_the_inputs_have_it() -> None:
    answer = (X * (1 + 2e-6)).astype(np.float32)
    assert not judged(equation(), X, answer).accepted
    assert judged(equation(scale="8"), X, answer, A=A.astype(np.float32)).notes
    assert not judged(equation(scale="8"), X, answer * np.float32(1.0001), A=A.astype(np.float32)).accepted


def test_a_note_on_the_form_is_kept() -> None:
    assert "complex" in judged(equation(), X, X + 0j).notes[0]


# References.


@pytest.mark.parametrize("value", [None, "x", [1.0, np.nan], {}, True, Handle(0), Opaque("x", "x")], ids=repr)
def test_a_reference_that_gives_no_finite_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="finite numbers"):
        judged(equation(), value, X)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (equation("A @ answer - b", "sum(answer)"), r"own value is refused: sum\(answer\) should be 0"),
        (equation("A @ answer - b", "A @ [answer, 1]"), "cannot be evaluated"),
        (equation("[answer, 1]"), "not made of numbers"),
        (equation("answer > 0"), "not made of numbers"),
        (equation(scale="answer"), r"'answer' has shape \(2,\), where one number is needed"),
        (equation(scale="0 * sum(answer) + inf"), "the scale of the residual is inf"),
        (equation(scale="log(0 * sum(answer)) * 0"), "the scale of the residual is nan"),
        (equation(scale="answer @ nothing"), "'nothing' is not defined"),
    ],
)
def test_an_equation_that_the_reference_cannot_be_put_into_is_a_judge_error(check: Residual, words: str) -> None:
    with pytest.raises(JudgeError, match=words):
        judged(check, X, X)


def test_its_formulas_may_name_the_answer() -> None:
    check = equation("answer - b", "sum(answer)", scale="norm(b)")
    assert check.own_names() == {"answer"}
    assert [(path, formula.text) for path, formula in check.own_formulas()] == [
        (("value", 0), "answer - b"),
        (("value", 1), "sum(answer)"),
        (("scale",), "norm(b)"),
    ]


@given(
    answer=st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=2), bound=st.floats(0, 1e3), more=st.floats(0, 1e3)
)
def test_an_accepted_answer_stays_accepted_as_the_bound_grows(answer: list[float], bound: float, more: float) -> None:
    accepted = judged(equation(bound=bound), X, answer).accepted
    assert accepted <= judged(equation(bound=bound + more), X, answer).accepted
