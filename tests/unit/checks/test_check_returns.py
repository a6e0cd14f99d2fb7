"""`returns`: tuples field by field and dicts key by key."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.allclose import AllClose
from grader.checks.determinant import Determinant
from grader.checks.exact import Exact
from grader.checks.objective import Objective
from grader.checks.returns import Returns
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

BOTH = Returns(fields={"mean": AllClose(rtol=1e-3, atol=0.0), "count": Exact()})
MOMENTS = namedtuple("MOMENTS", ["mean", "count"])  # noqa: PYI024 - students write untyped ones


def judged(check: Returns, expected: Value, answer: Value, **inputs: Value) -> Outcome:
    case = Case(1, inputs, ())
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


@pytest.mark.parametrize(
    "answer",
    [
        (2.0, 5),
        [2.0, 5],
        (np.float64(2.0), np.int64(5)),
        (np.array(2.0), np.array(5)),
        MOMENTS(2.0, 5),
    ],
    ids=repr,
)
def test_a_tuple_is_compared_field_by_field(answer: Value) -> None:
    assert judged(BOTH, (2.0, 5), answer) == Outcome(expected="(2.0, 5)")


def test_each_field_has_its_own_tolerance() -> None:
    check = Returns(fields={"loose": AllClose(rtol=1e-1, atol=0.0), "tight": AllClose(rtol=1e-3, atol=0.0)})
    assert judged(check, (1.0, 1.0), (1.099, 1.00099)).accepted
    assert judged(check, (1.0, 1.0), (1.101, 1.0)).message.startswith("loose: off by 0.1")
    assert judged(check, (1.0, 1.0), (1.0, 1.00101)).message.startswith("tight: off by 0.001")


def test_the_first_wrong_field_is_named() -> None:
    outcome = judged(BOTH, (2.0, 5), (3.0, 6))
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message.startswith("mean: off by 1")
    assert outcome.error == 1.0
    assert outcome.allowed == pytest.approx(2e-3)
    assert outcome.expected == "(2.0, 5)"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((2.0, 6), "count: returned 6, expected 5"),
        ((2.0, None), "count: returned None: is a `return` missing?"),
        (([2.0], 5), "mean: returned shape (1,), expected a single number"),
        ((np.nan, 5), "mean: the answer is nan, expected a finite number"),
        ((2.0, "5"), "count: returned a text, expected a number"),
    ],
    ids=repr,
)
def test_what_is_wrong_with_a_field_is_said_as_of_any_value(answer: Value, message: str) -> None:
    assert judged(BOTH, (2.0, 5), answer).message.startswith(message)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ((2.0,), "a tuple of 1"),
        ((2.0, 5, 7), "a tuple of 3"),
        ((), "a tuple of 0"),
        ([2.0], "a list of 1"),
        (2.0, "a number"),
        ("25", "a text"),
        (np.array([2.0, 5.0]), "an array of numbers of shape (2,)"),
        (iter((2.0, 5)), "a generator or iterator, which can be read only once"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_another_number_of_values_is_refused_with_the_names(answer: object, found: str) -> None:
    assert judged(BOTH, (2.0, 5), answer).message == f"returned {found}, expected 2 values: mean, count"


def test_none_is_named_first() -> None:
    assert judged(BOTH, (2.0, 5), None).message == "returned None: is a `return` missing?"
    assert judged(BOTH, {"mean": 2.0, "count": 5}, None).message == "returned None: is a `return` missing?"


@pytest.mark.parametrize(
    "answer", [{"mean": 2.0, "count": 5}, {"count": 5, "mean": 2.001}, OrderedDict(count=5, mean=2.0)], ids=repr
)
def test_a_dict_is_compared_key_by_key(answer: dict[str, object]) -> None:
    assert judged(BOTH, {"mean": 2.0, "count": 5}, answer).accepted


def test_a_wrong_key_is_named() -> None:
    outcome = judged(BOTH, {"mean": 2.0, "count": 5}, {"mean": 2.0, "number": 5})
    assert outcome.message == "returned a dict with the keys 'mean', 'number', expected 'mean', 'count'"


@pytest.mark.parametrize("answer", [{"mean": 2.0}, {"mean": 2.0, "count": 5, "more": 1}, {}, {1: 2.0, 2: 5}], ids=repr)
def test_other_keys_are_refused(answer: dict[object, object]) -> None:
    assert judged(BOTH, {"mean": 2.0, "count": 5}, answer).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(
    ("expected", "answer", "message"),
    [
        ((2.0, 5), {"mean": 2.0, "count": 5}, "returned a dict of 2, expected a tuple of 2"),
        ({"mean": 2.0, "count": 5}, (2.0, 5), "returned a tuple of 2, expected a dict of 2"),
    ],
)
def test_a_tuple_and_a_dict_are_not_the_same(expected: Value, answer: Value, message: str) -> None:
    assert judged(BOTH, expected, answer).message == message


def test_notes_name_their_field() -> None:
    outcome = judged(BOTH, (2.0, 5), (2.0 + 0j, 5))
    assert outcome.accepted
    assert outcome.notes == ("mean: returned complex numbers whose imaginary part is zero; they were read as real",)


@pytest.mark.parametrize("number", [np.longdouble(2), np.array(2, dtype=np.longdouble)], ids=["scalar", "array"])
def test_a_field_may_come_in_an_unusual_form_that_is_noted(number: Value) -> None:
    outcome = judged(BOTH, (2.0, 5), (number, 5))
    assert outcome.accepted
    assert "long double" in outcome.notes[0]


def test_a_field_may_be_a_matrix_of_numpy() -> None:
    check = Returns(fields={"q": AllClose(), "r": AllClose()})
    outcome = judged(check, (np.eye(2), np.eye(2)), (np.eye(2).view(np.matrix), np.eye(2)))
    assert outcome.accepted
    assert "numpy.matrix" in outcome.notes[0]


@pytest.mark.parametrize(
    "value",
    [None, 2.0, (2.0,), (2.0, 5, 6), {"mean": 2.0}, (np.nan, 5), (2.0, 5.5), {"mean": None, "count": 5}],
    ids=repr,
)
def test_a_reference_of_another_form_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="the reference solution"):
        judged(BOTH, value, (2.0, 5))


def test_fields_may_themselves_be_tuples() -> None:
    check = Returns(fields={"outer": BOTH, "flag": Exact()})
    assert judged(check, ((2.0, 5), True), ((2.0, 5), True)).accepted
    assert judged(check, ((2.0, 5), True), ((2.0, 6), True)).message == "outer: count: returned 6, expected 5"


def test_the_comparisons_of_the_fields_are_told_to_the_rules() -> None:
    check = Returns(fields={"x": AllClose(scale=parse("norm(b)")), "d": Determinant(matrix="A")})
    assert list(check.parts()) == [(("x",), check.fields["x"]), (("d",), check.fields["d"])]
    assert not list(check.own_formulas())
    assert not list(check.own_inputs())
    assert check.mentioned() == {"norm", "b", "A"}


def test_a_field_may_be_an_objective_whose_formula_names_the_answer() -> None:
    check = Returns(fields={"x": Objective(value=parse("(answer - 1)**2")), "steps": Exact()})
    assert judged(check, (1.0, 3), (1.0005, 3)).accepted
    assert judged(check, (1.0, 3), (1.005, 3)).message.startswith("x: the objective is")
    assert not check.own_names()
    assert [part.own_names() for _, part in check.parts()] == [{"answer"}, frozenset()]


def test_a_scale_may_use_the_inputs() -> None:
    check = Returns(fields={"x": AllClose(rtol=0.0, atol=1e-3, scale=parse("norm(b)"))})
    b = np.array([3.0, 4.0])
    assert judged(check, ([0.0],), ([4.9e-3],), b=b).accepted
    assert not judged(check, ([0.0],), ([5.1e-3],), b=b).accepted


def test_an_exercise_with_a_single_field_expects_a_tuple_of_one() -> None:
    check = Returns(fields={"x": Exact()})
    assert judged(check, (1,), (1,)).accepted
    assert judged(check, (1,), 1).message == "returned a number, expected 1 values: x"
