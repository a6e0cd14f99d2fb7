"""`sentinel`: the very value, in whatever form it comes, and nothing that only looks like it."""

import numpy as np
import pytest

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.sentinel import Sentinel
from grader.errors import JudgeError
from grader.model import Answer, Case, Failure, Outcome, Tolerance, Verdict
from grader.sandbox.values import Handle, Opaque, Value
from grader.spec.store import freeze, thaw

CASE = Case(1, {"x": 3.0}, ("x",))
CONDITIONS = Conditions(Tolerance(), 0, lambda *_: 0)
NAN = float("nan")


def judged(sentinel: Value, answer: object, reference: object = ...) -> Outcome:
    check = Sentinel(value=sentinel)
    theirs = Answer(normal_form(sentinel if reference is ... else reference))
    expected = check.prepare(CASE, lambda call: theirs, CONDITIONS)
    given = answer if isinstance(answer, Handle | Opaque) else normal_form(answer)
    return check.judge(CASE, expected, [Answer(given)])


SAME = [
    (-1, -1),
    (-1, -1.0),
    (-1, np.int8(-1)),
    (-1, np.float32(-1)),
    (-1, np.array(-1)),
    (-1, -1 + 0j),
    (-1.0, -1),
    (0.5, 0.5),
    (10**400, 10**400),
    (None, None),
    (True, True),
    (True, np.bool_(True)),
    (False, np.array(False)),
    (NAN, NAN),
    (NAN, np.array(np.nan)),
    (NAN, complex(NAN, 0)),
    (float("inf"), np.float64(np.inf)),
    ("none", "none"),
    ([], []),
    ([], ()),
    ([], np.array([])),
    ([], np.zeros((0, 3))),
    ([1, 2.5], (1.0, np.float64(2.5))),
    ([1, 2.5], np.array([1, 2.5])),
    ([[1], [2]], np.array([[1], [2]])),
    ([NAN, 1], [1.0 * NAN, 1]),
    ({}, {}),
    ({"a": [1]}, {"a": (1.0,)}),
]
OTHER: list[tuple[Value, object]] = [
    (-1, 1),
    (-1, -1.0000000000000002),
    (-1, None),
    (-1, NAN),
    (-1, [-1]),
    (-1, np.array([-1])),
    (-1, "-1"),
    (-1, complex(-1, 1e-300)),
    (1, True),
    (True, 1),
    (0, False),
    (False, 0.0),
    (None, 0),
    (None, False),
    (None, []),
    (None, "None"),
    (NAN, 0.0),
    (NAN, None),
    (float("inf"), float("-inf")),
    ("none", "None"),
    ([], None),
    ([], [[]]),
    ([], [0]),
    ([], {}),
    ([], np.zeros((2, 0))),
    ([], ""),
    ([1, 2], [2, 1]),
    ([1, 2], [1]),
    ([1], [True]),
    ({}, []),
    ({"a": 1}, {"a": 2}),
    ({"a": 1}, {"b": 1}),
    (-1, Handle(0)),
    (None, Opaque("set", "an object of type builtins.set")),
]


@pytest.mark.parametrize(("sentinel", "answer"), SAME, ids=repr)
def test_the_value_is_accepted_in_every_form(sentinel: Value, answer: object) -> None:
    assert judged(sentinel, answer).accepted
    assert judged(sentinel, sentinel, reference=answer).accepted


@pytest.mark.parametrize(("sentinel", "answer"), OTHER, ids=repr)
def test_another_value_is_refused(sentinel: Value, answer: object) -> None:
    assert judged(sentinel, answer).verdict is Verdict.WRONG_ANSWER


@pytest.mark.parametrize(("sentinel", "answer"), OTHER, ids=repr)
def test_a_reference_that_returns_another_value_is_a_judge_error(sentinel: Value, answer: object) -> None:
    if not isinstance(answer, Handle | Opaque):
        with pytest.raises(JudgeError, match="the reference solution returned"):
            judged(sentinel, sentinel, reference=answer)


@pytest.mark.parametrize(
    ("sentinel", "answer", "message"),
    [
        (-1, None, "returned None: is a `return` missing?"),
        (-1, 3.5, "returned 3.5, expected -1 for these inputs"),
        (-1, [1, 2], "returned a list of 2, expected -1 for these inputs"),
        (None, np.zeros(3), "returned an array of numbers of shape (3,), expected None for these inputs"),
        ([], [0.0], "returned a list of 1, expected [] for these inputs"),
        (NAN, 0, "returned 0, expected np.nan for these inputs"),
        (1, True, "returned True, expected 1 for these inputs"),
    ],
)
def test_a_refusal_says_what_came_and_what_was_expected(sentinel: Value, answer: object, message: str) -> None:
    assert judged(sentinel, answer).message == message


def test_the_value_is_shown_as_it_was_written() -> None:
    assert judged([], [1], reference=np.array([])).expected == "[]"


def test_an_exception_is_not_the_value() -> None:
    check = Sentinel(value=-1)
    expected = check.prepare(CASE, lambda call: Answer(-1), CONDITIONS)
    failure = Failure(Verdict.RAISED, "raised ValueError: no", "ValueError", ("ValueError",))
    outcome = check.judge(CASE, expected, [Answer(failure=failure)])
    assert (outcome.verdict, outcome.message) == (Verdict.RAISED, "raised ValueError: no")


def test_a_known_mistake_is_recognised_by_its_value() -> None:
    check = Sentinel(value=-1)
    expected = check.prepare(CASE, lambda call: Answer(-1), CONDITIONS)
    assert check.resembles(CASE, expected, [Answer(None)], [Answer(None)])
    assert check.resembles(CASE, expected, [Answer(0)], [Answer(0.0)])
    assert not check.resembles(CASE, expected, [Answer(0)], [Answer(None)])


@pytest.mark.parametrize("value", [sentinel for sentinel, _ in SAME], ids=repr)
def test_it_can_be_stored(value: Value) -> None:
    assert repr(thaw(freeze(Sentinel(value=value)))) == repr(Sentinel(value=value))


def test_it_has_a_key_of_its_own() -> None:
    assert Sentinel.standalone
    assert Sentinel.bare == "value"
