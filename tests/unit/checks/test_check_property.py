"""`property`: relations between values of one function, asked for in as many rounds as they are nested."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.author_code import normal_form, runner
from grader.checks import Conditions, Expected, Need, judged
from grader.checks._own_calls import plan
from grader.checks.property import Property
from grader.errors import JudgeError
from grader.model import Answer, Call, Case, Failure, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Handle, Opaque, RandomState, Value
from grader.spec.store import freeze, thaw

INSIDE, OUTSIDE = 0.999, 1.001
A = np.array([[1.0, 2.0], [3.0, 5.0]])
B = np.array([[2.0, 1.0], [1.0, 1.0]])
Z = np.array([1.0, 2.0, 0.5])
Function = Callable[..., Any]


def prop(*texts: str, scale: str = "", **fields: Any) -> Property:
    return Property(holds=tuple(map(parse, texts)), scale=parse(scale) if scale else None, **fields)


def prepared(
    check: Property, reference: Function, inputs: dict[str, Value], arguments: Sequence[str], name: str
) -> tuple[Case, Expected]:
    case = Case(1, inputs, tuple(arguments))
    return case, check.prepare(case, runner(reference), Conditions(Tolerance(), 0, lambda *_: 0, name))


def tried(
    check: Property, reference: Function, student: Function, name: str = "f", arguments: str = "x", **inputs: Value
) -> Outcome:
    case, expected = prepared(check, reference, inputs, arguments.split(), name)
    return judged(check, case, expected, runner(student))[0]


def softmax(x: Any) -> Any:
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)


def det(x: Any) -> Any:
    return np.linalg.det(x)


# Metamorphic facts.


def test_a_function_is_compared_with_itself_on_other_inputs() -> None:
    check = prop("det(x @ B) == det(x) * det(B)")
    assert tried(check, det, lambda x: x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0], "det", x=A, B=B).accepted
    outcome = tried(check, det, lambda x: x[0, 0] * x[1, 1], "det", x=A, B=B)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "det(x @ B) is 32 and det(x) * det(B) is 10: they should be equal"
    assert outcome.error == 22.0
    assert outcome.allowed == pytest.approx(32e-6 + 1e-9)
    assert outcome.expected == "det(x @ B) == det(x) * det(B)"
    assert outcome.got.startswith("det(x @ B) = 32.0; det(x) = 5.0; det(B) = 2.0 with B = np.array([[2.0, 1.0]")


def test_the_answer_is_the_value_on_the_cases_own_inputs() -> None:
    check = prop("f(x + 1000) == answer")
    assert tried(check, softmax, softmax, x=Z).accepted
    outcome = tried(check, softmax, lambda x: np.abs(x) / np.sum(np.abs(x)), x=Z)
    assert outcome.message == "f(x + 1000) is 0.333611 at [1] and answer is 0.571429: they should be equal"


@pytest.mark.parametrize(("text", "count"), [("f(z) == answer", 2), ("f(x) == answer", 2), ("f(z) == f(z)", 1)])
def test_equal_calls_are_made_once(text: str, count: int) -> None:
    check = prop(text)
    case, expected = prepared(check, lambda x: x, {"x": 2.0, "z": 2.0}, ["x"], "f")
    assert check.ask(case, expected) == (Call((2.0,)),) * count


def test_the_function_may_be_called_like_the_answer_or_like_a_word_of_the_language() -> None:
    check = prop("answer(2 * x) == 2 * answer")
    assert tried(check, lambda x: 3 * x, lambda x: 3 * x, "answer", x=2.0).accepted
    assert not tried(check, lambda x: 3 * x, lambda x: x + 1, "answer", x=2.0).accepted
    check = prop("rank(2 * x) == rank(x)")
    assert tried(check, lambda x: 1, lambda x: 1, "rank", x=A).accepted
    assert not tried(check, lambda x: 1, lambda x: int(x[0, 0]), "rank", x=A).accepted


def test_only_inputs_that_are_arguments_are_handed_over() -> None:
    check = prop("f(x, 2 * y) == 2 * answer")
    case, expected = prepared(check, lambda x, y: x * y, {"y": 3.0, "x": 2.0, "more": 1.0}, ["x", "y"], "f")
    assert check.ask(case, expected) == (Call((2.0, 3.0)), Call((2.0, 6.0)))


def test_inputs_that_are_no_numbers_are_handed_over_as_they_are() -> None:
    f = FunctionText(("t",), "t**2")
    check = prop("integral(g, b, a) == -answer", "integral(g, 0, 2) == 8 / 3", atol=1e-2)

    def midpoints(g: Function, a: float, b: float) -> float:
        points = a + (b - a) * (np.arange(100) + 0.5) / 100
        return float((b - a) * np.mean([g(t) for t in points]))

    case, expected = prepared(check, midpoints, {"g": f, "a": 0.0, "b": 1.5}, ["g", "a", "b"], "integral")
    assert check.ask(case, expected)[1].arguments == (f, 1.5, 0.0)
    assert judged(check, case, expected, runner(midpoints))[0].accepted
    assert not judged(check, case, expected, runner(lambda g, a, b: midpoints(g, min(a, b), max(a, b))))[0].accepted


def test_a_generator_starts_anew_in_every_call() -> None:
    check = prop("sample(n, rng) == answer", "sample(2 * n, rng)[:n] == answer")
    outcome = tried(
        check,
        lambda n, rng: rng.random(n),
        lambda n, rng: rng.random(n),
        "sample",
        "n rng",
        n=3,
        rng=RandomState(5),
    )
    assert outcome.accepted


@pytest.mark.parametrize(
    ("text", "argument"), [("f(sum(k))", 3), ("f(k[0] + 1)", 2), ("f(all(k > 0))", True), ("f(mean(k))", 1.5)]
)
def test_single_numbers_are_handed_over_as_pythons(text: str, argument: Value) -> None:
    check = prop(f"{text} == 0")
    case, expected = prepared(check, lambda x: 0.0, {"k": np.array([1, 2])}, [], "f")
    (call,) = check.ask(case, expected)
    assert call.arguments == (argument,)
    assert type(call.arguments[0]) is type(argument)


# Rounds.


def test_calls_inside_calls_take_a_round_each() -> None:
    check = prop("f(f(f(x))) == x + 3", "f(answer) == x + 2")
    case, expected = prepared(check, lambda x: x + 1, {"x": 1.0}, ["x"], "f")
    first = check.ask(case, expected)
    assert first == (Call((1.0,)), Call((1.0,)))
    second = check.judge(case, expected, [Answer(2.0), Answer(2.5)])
    assert second == Need((Call((2.5,)), Call((2.0,))))
    answers = [Answer(2.0), Answer(2.5), Answer(3.5), Answer(3.0)]
    assert check.judge(case, expected, answers) == Need((Call((3.5,)),))
    outcome = check.judge(case, expected, [*answers, Answer(4.0)])
    assert isinstance(outcome, Outcome)
    assert outcome.accepted


def test_a_value_is_handed_on_as_it_came() -> None:
    check = prop("f(answer) == answer + 1", "f(answer + 1) == answer + 2")
    case, expected = prepared(check, lambda x: x + 1, {"x": 1}, ["x"], "f")
    need = check.judge(case, expected, [Answer(2)])
    assert need == Need((Call((2,)), Call((3.0,))))
    assert isinstance(need, Need)
    assert type(need.calls[0].arguments[0]) is int


@pytest.mark.parametrize(
    "text", ["f(f(f(f(x)))) == x", "f(f(f(answer))) == x", "f(g(f(f(x)))) == x", "1 + f(sin(f(f(answer)))) > 0"]
)
def test_deeper_calls_are_refused_when_the_description_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="more than 3 deep"):
        prop(text)


def test_deeper_calls_of_a_function_named_like_a_word_are_refused_later() -> None:
    with pytest.raises(JudgeError, match="more than three deep"):
        prepared(prop("rank(rank(rank(rank(x)))) == x"), lambda x: x, {"x": 1.0}, ["x"], "rank")


def test_arguments_by_name_are_refused() -> None:
    with pytest.raises(ValueError, match="given in order, without names"):
        prop("f(x, axis=0) == 1")
    with pytest.raises(JudgeError, match="given in their order, without names"):
        prepared(prop("rank(x, axis=0) == 1"), lambda x: x, {"x": 1.0}, ["x"], "rank")
    assert prop("sum(x, axis=0) == answer").holds


@pytest.mark.parametrize("text", ["x == x", "all(x > 0)", "sum(x) == 3"])
def test_a_property_that_says_nothing_of_the_function_is_a_judge_error(text: str) -> None:
    with pytest.raises(JudgeError, match="neither `answer` nor a call"):
        prepared(prop(text), lambda x: x, {"x": Z}, ["x"], "f")


# Relations and their tolerance.


def number(check: Property, right: float, answer: float) -> Outcome:
    return tried(check, lambda x: right, lambda x: answer, x=0.0)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_two_sides_are_equal_up_to_both_tolerances(sign: float) -> None:
    check = prop("answer == 4", rtol=1e-3, atol=0.0)
    assert number(check, 4.0, 4.0 + sign * 4e-3 * INSIDE).accepted
    assert not number(check, 4.0, 4.0 + sign * 4.02e-3).accepted
    check = prop("answer == 0", rtol=0.0)
    assert number(check, 0.0, sign * 1e-9 * INSIDE).accepted
    assert not number(check, 0.0, sign * 1e-9 * OUTSIDE).accepted
    check = prop("answer == 0", rtol=0.0, atol=1e-3, scale="norm(y)")
    inputs = {"x": 0.0, "y": np.array([3.0, 4.0])}
    assert tried(check, lambda x: 0.0, lambda x: sign * 5e-3 * INSIDE, **inputs).accepted  # type: ignore[arg-type]
    assert not tried(check, lambda x: 0.0, lambda x: sign * 5e-3 * OUTSIDE, **inputs).accepted  # type: ignore[arg-type]


def test_the_scale_may_use_the_answer() -> None:
    check = prop("answer[0] == answer[1]", rtol=0.0, atol=1e-2, scale="norm(answer)")
    assert tried(check, lambda x: [1.0, 1.0], lambda x: [300.0, 304.0], x=0.0).accepted
    assert not tried(check, lambda x: [1.0, 1.0], lambda x: [300.0, 305.0], x=0.0).accepted


def test_the_largest_entry_of_either_side_counts() -> None:
    check = prop("answer == y", rtol=1e-3, atol=0.0)
    y = np.array([0.0, 1000.0])
    assert tried(check, lambda x: y, lambda x: [0.999, 1000.0], x=0.0, y=y).accepted
    assert not tried(check, lambda x: y, lambda x: [1.001, 1000.0], x=0.0, y=y).accepted


@pytest.mark.parametrize("operator", ["<=", "<"])
def test_an_inequality_may_be_missed_by_the_tolerance(operator: str) -> None:
    for text in (f"answer {operator} 2", f"{2} {'>=' if operator == '<=' else '>'} answer"):
        check = prop(text, rtol=1e-3, atol=1e-3)
        allowed = 3e-3
        assert number(check, 1.0, 2 + allowed * INSIDE).accepted
        assert number(check, 1.0, -100.0).accepted
        assert not number(check, 1.0, 2 + allowed * 1.01).accepted


@pytest.mark.parametrize(
    ("text", "value", "message"),
    [
        ("answer >= -1", -3.0, "answer is -3: it should be at least -1"),
        ("answer > 0", -3.0, "answer is -3: it should be above 0"),
        ("answer < 2", 3.0, "answer is 3: it should be below 2"),
        ("0 <= answer <= 1", 3.0, "answer is 3: it should be at most 1"),
        ("0 <= answer <= 1", -3.0, "answer is -3: it should be at least 0"),
        ("0 == answer - 1", 3.0, "answer - 1 is 2: it should be equal to 0"),
        ("answer <= y", 9.0, "answer is 9 and y is 5: the first should be at most the second"),
        ("y >= answer", 9.0, "y is 5 and answer is 9: the first should be at least the second"),
        ("answer == 1 and answer**2 == 1", 2.0, "answer is 2: it should be equal to 1"),
        ("answer**2 == 1 and answer == 1", -1.0, "answer is -1: it should be equal to 1"),
        ("abs(answer) != 3", 3.0, "it should hold that abs(answer) != 3, and it does not"),
        ("answer == 1 or answer == 0", 3.0, "it should hold that answer == 1 or answer == 0, and it does not"),
        ("all(answer <= 1)", 1 + 1e-15, "it should hold that all(answer <= 1), and it does not"),
        ("0 < answer != 3", 3.0, "it should hold that 0 < answer != 3, and it does not"),
        ("not answer > 2", 3.0, "it should hold that not answer > 2, and it does not"),
        ("answer == cos(0)", 3.0, "answer is 3: it should be equal to cos(0)"),
        ("answer == y - 4", 1.00001, "answer is 1.00001 and y - 4 is 1: they should be equal"),
        ("answer == y - 4", 1.00000001, "answer is 1.00000001 and y - 4 is 1.0: they should be equal"),
    ],
)
def test_what_does_not_hold_is_said_in_words(text: str, value: float, message: str) -> None:
    check = prop(text, rtol=1e-9)
    assert tried(check, lambda x: 1.0, lambda x: 1.0, x=0.0, y=5.0).accepted
    assert tried(check, lambda x: 1.0, lambda x: value, x=0.0, y=5.0).message == message


def test_the_entry_that_is_furthest_off_is_named() -> None:
    check = prop("answer >= 0")
    outcome = tried(check, lambda x: A, lambda x: [[1.0, -2.0], [-3.0, 4.0]], x=0.0)
    assert outcome.message == "answer is -3 at [1, 0]: it should be at least 0"
    assert outcome.got == ""


def test_the_first_fact_that_does_not_hold_is_named() -> None:
    check = prop("sum(answer) == 1", "answer >= 0")
    assert (
        tried(check, softmax, lambda x: [2.0, -1.0, 0.0], x=Z).message == "answer is -1 at [1]: it should be at least 0"
    )
    assert tried(check, softmax, lambda x: [2.0, -1.0, 1.0], x=Z).message.startswith("sum(answer) is 2")
    assert tried(check, softmax, lambda x: [2.0, -1.0, 1.0], x=Z).expected == "sum(answer) == 1; answer >= 0"


def test_truth_values_are_equal_or_not() -> None:
    check = prop("f(2 * x) == answer")
    assert tried(check, lambda x: bool(x > 0), lambda x: np.bool_(x > 0), x=1.0).accepted
    outcome = tried(check, lambda x: bool(x > 0), lambda x: bool(x < 2), x=1.0)
    assert outcome.message == "f(2 * x) is False and answer is True: they should be equal"
    assert tried(check, lambda x: True, lambda x: 1, x=1.0).message == "returned a number, expected a truth value"
    assert tried(check, lambda x: True, lambda x: None, x=1.0).message == "returned None: is a `return` missing?"
    assert "expected an array of truth values" in tried(check, lambda x: x > 0, lambda x: True, x=Z).message


def test_complex_numbers_are_equal_by_their_distance() -> None:
    check = prop("answer == 1j", rtol=0.0, atol=1e-3)
    assert tried(check, lambda x: 1j, lambda x: 1j + 6e-4 + 6e-4j, x=0.0).accepted
    assert not tried(check, lambda x: 1j, lambda x: 1j + 8e-4 + 8e-4j, x=0.0).accepted
    with pytest.raises(JudgeError, match="complex numbers have no order"):
        tried(prop("answer <= 2"), lambda x: 1j, lambda x: 1j, x=0.0)


def test_infinite_values_are_equal_to_themselves_and_have_an_order() -> None:
    assert tried(prop("answer == x"), lambda x: x, lambda x: x, x=np.array([np.inf, -np.inf])).accepted
    assert tried(prop("answer >= 0"), lambda x: np.inf, lambda x: np.inf, x=0.0).accepted
    assert tried(prop("answer <= x"), lambda x: np.inf, lambda x: 3.0, x=np.inf).accepted
    assert not tried(prop("answer == x"), lambda x: x, lambda x: -x, x=np.inf).accepted
    assert not tried(prop("answer >= 0"), lambda x: np.inf, lambda x: np.nan, x=0.0).accepted
    assert not tried(prop("answer >= 0"), lambda x: np.inf, lambda x: -np.inf, x=0.0).accepted
    with pytest.raises(JudgeError, match="answer is nan and x is nan"):
        tried(prop("answer == x"), lambda x: x, lambda x: x, x=np.nan)


def test_integers_do_not_wrap_around() -> None:
    check = prop("answer + answer == 400", "answer * y == answer * y")
    assert tried(check, lambda x: 200, lambda x: np.uint8(200), x=0.0, y=3.0).accepted
    assert not tried(prop("2 ** answer < 10"), lambda x: 3, lambda x: 2**60, x=0.0).accepted


def test_arrays_without_entries_have_every_property() -> None:
    assert tried(prop("answer == 3", "answer > 0"), lambda x: np.zeros(0), lambda x: [], x=0.0).accepted


# Tuples.


def test_the_parts_of_a_tuple_are_numbered() -> None:
    check = prop("answer[0] <= x <= answer[1]", "f(2 * x)[1] == 2 * answer[1]")
    assert tried(check, lambda x: (x - 1, 2 * x), lambda x: [0.5 * x, np.float64(2 * x)], x=3.0).accepted
    outcome = tried(check, lambda x: (x - 1, 2 * x), lambda x: (x + 1, 2 * x), x=3.0)
    assert outcome.message == "answer[0] is 4 and x is 3: the first should be at most the second"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "returned None: is a `return` missing?"),
        (3.0, "returned a number, expected a tuple of 2"),
        ((1.0,), "returned a tuple of 1, expected a tuple of 2"),
        ((1.0, [1.0]), "part 1: returned shape (1,), expected shape (2,): the number of dimensions differs"),
        ((np.nan, [1.0, 2.0]), "part 0: the answer is nan, expected a finite number"),
        ((1.0, "x"), "part 1: returned a text"),
    ],
    ids=repr,
)
def test_a_tuple_has_the_references_form(value: Value, message: str) -> None:
    outcome = tried(prop("answer[0] == 1"), lambda x: (1.0, [1.0, 2.0]), lambda x: value, x=0.0)
    assert outcome.message.startswith(message.split(": the number", maxsplit=1)[0])


def test_notes_on_the_parts_are_kept() -> None:
    outcome = tried(prop("answer[0] == 1"), lambda x: (1.0, 2.0), lambda x: (1.0 + 0j, np.longdouble(2.0)), x=0.0)
    assert outcome.accepted
    assert [("complex" in note, "long double" in note) for note in outcome.notes] == [(False, True), (True, False)]


# Calls that give nothing of use.


@pytest.mark.parametrize(
    ("value", "words", "aspect"),
    [
        (None, "returned None", "type"),
        ("x", "a text", "type"),
        ({"x": 1}, "a dict", "type"),
        (0.5, "returned a single number, expected shape (3,)", "shape"),
        (np.full((3, 1), 0.3), "shape (3, 1)", "shape"),
        ([0.1, np.nan, 0.9], "entry [1] is nan", "finiteness"),
        ([0.1, 1j, 0.9], "complex", "type"),
        (object(), "an object", "type"),
        ((x for x in Z), "a generator", "type"),
    ],
)
@pytest.mark.parametrize("only_when_moved", [False, True])
def test_a_value_of_another_form_is_refused_and_its_call_named(
    value: object, words: str, aspect: str, only_when_moved: bool
) -> None:
    check = prop("f(x + 1000) == answer")
    case, expected = prepared(check, softmax, {"x": Z}, ["x"], "f")
    odd, usual = Answer(normal_form(value)), Answer(softmax(Z))
    outcome = check.judge(case, expected, [usual, odd] if only_when_moved else [odd, usual])
    assert isinstance(outcome, Outcome)
    assert words in outcome.message
    assert (outcome.verdict, outcome.aspect) == (Verdict.WRONG_ANSWER, aspect)
    assert outcome.message.startswith("f(x + 1000): ") is only_when_moved
    assert (outcome.call is not None) is only_when_moved
    if outcome.call:
        np.testing.assert_array_equal(outcome.call.arguments[0], Z + 1000)


def test_a_call_that_fails_is_named_with_its_arguments() -> None:
    check = prop("f(-x) == -answer")

    def student(x: float) -> float:
        if x < 0:
            raise ZeroDivisionError("no way")
        return x

    outcome = tried(check, lambda x: x, student, x=2.0)
    assert outcome.verdict is Verdict.RAISED
    assert outcome.message == "f(-x): raised ZeroDivisionError: no way"
    assert outcome.got == "raised ZeroDivisionError: no way"
    assert outcome.call == Call((-2.0,))
    assert outcome.expected == "f(-x) == -answer"


@pytest.mark.parametrize("verdict", [Verdict.TIME_LIMIT, Verdict.CRASHED, Verdict.MEMORY_LIMIT])
def test_a_failure_keeps_its_verdict(verdict: Verdict) -> None:
    check = prop("answer == 2")
    case, expected = prepared(check, lambda x: x, {"x": 2.0}, ["x"], "f")
    outcome = check.judge(case, expected, [Answer(failure=Failure(verdict, "so it ended"))])
    assert isinstance(outcome, Outcome)
    assert (outcome.verdict, outcome.message, outcome.call) == (verdict, "so it ended", None)


def test_an_answer_for_which_a_side_has_no_value_is_refused() -> None:
    check = prop("inv(f(x)) == f(inv(x))")
    outcome = tried(check, lambda x: 2 * x @ np.diag([1.0, 1.0]) / 2, lambda x: 0 * x, x=A)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert "'inv(f(x))' cannot be evaluated: LinAlgError" in outcome.message


def test_an_answer_for_which_an_argument_has_no_value_is_refused() -> None:
    check = prop("f(inv(answer)) == inv(x)")
    assert tried(check, lambda x: x, lambda x: x, x=A).accepted
    outcome = tried(check, lambda x: x, lambda x: 0 * x, x=A)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert "'inv(answer)' cannot be evaluated" in outcome.message


@pytest.mark.parametrize(
    "text", ["answer == answer * 1e300 * 1e300", "answer * answer == 1", "answer - 2 * answer == -1"]
)
def test_values_at_the_ends_of_what_floats_hold_are_judged_quietly(text: str) -> None:
    check = prop(text) if "1e300" not in text else prop(text, rtol=0.0, atol=1.0)
    reference = 0.0 if "1e300" in text else 1.0
    for value in (1.7e308, -1.7e308, np.array(1.7e308)):
        assert number(check, reference, value).verdict is Verdict.WRONG_ANSWER  # type: ignore[arg-type]


def test_a_scale_that_has_no_value_for_an_answer_refuses_it() -> None:
    check = prop("answer == answer", scale="1 / answer")
    assert number(check, 1.0, 2.0).accepted
    assert number(check, 1.0, 0.0).verdict is Verdict.WRONG_ANSWER


# References.


@pytest.mark.parametrize("value", [None, "x", {"x": 1}, [1.0, "x"], [[1.0], [1.0, 2.0]], (1.0, None), set()], ids=repr)
def test_a_reference_that_gives_no_numbers_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="of which no property can be judged"):
        prepared(prop("f(2 * x) == 1"), lambda x: value, {"x": 1.0}, ["x"], "f")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("answer == 3", r"does not have the property: answer is \[?2"),
        ("f(2 * x) == 2 * answer and f(-x) == 5", r"f\(-x\) is -2: it should be equal to 5"),
        ("answer == [1, 2]", None),
        ("answer + y == [1, 2, 3]", r"has shape \(2,\), and \[1, 2, 3\] has shape \(3,\)"),
        ("inv(f(x)) == 1", r"'inv\(f\(x\)\)' cannot be evaluated"),
        ("f(inv(x)) == 1", r"'inv\(x\)' cannot be evaluated"),
        ("f(g) == 1", r"in f\(g\)\): raised TypeError"),
        ("f(x, x) == 1", r"in f\(x, x\)\): raised TypeError"),
        ("f([g, 1]) == 1", "TypeError"),
        ("answer == nothing", "'nothing' is not defined"),
        ("answer == g", "where numbers are needed"),
        ("answer == [1, [1, 2]]", "where numbers are needed"),
    ],
)
def test_a_property_that_the_reference_does_not_have_is_a_judge_error(text: str, words: str | None) -> None:
    inputs = {"x": 2.0, "y": np.zeros(2), "g": FunctionText(("t",), "t")}
    with pytest.raises(JudgeError, match=words):
        prepared(prop(text), lambda x: 1.0 * x, inputs, ["x"], "f")


@pytest.mark.parametrize("scale", ["y", "inf", "log(x - 3)", "nothing"])
def test_a_scale_that_is_no_number_is_a_judge_error(scale: str) -> None:
    with pytest.raises(JudgeError):
        prepared(prop("answer == x", scale=scale), lambda x: x, {"x": 2.0, "y": np.zeros(2)}, ["x"], "f")


def test_a_reference_that_fails_is_a_judge_error_with_its_call() -> None:
    with pytest.raises(JudgeError, match=r"in f\(x - 2\)\): raised ZeroDivisionError"):
        prepared(prop("f(x - 2) == 1"), lambda x: 1 / x, {"x": 2}, ["x"], "f")


# Mistakes, and what the rules and the store see.


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        (lambda x: 2 * x, lambda x: 2 * x * (1 + 1e-9), True),
        (lambda x: 2 * x, lambda x: 2 * x + (x > 3), False),
        (lambda x: 1 / 0, lambda x: 1 / 0, True),
        (lambda x: 1 / 0, lambda x: x.no, False),
        (lambda x: None, lambda x: None, True),
    ],
)
def test_two_wrong_functions_are_alike_if_all_their_answers_are(
    mine: Function, theirs: Function, expected: bool
) -> None:
    check = prop("f(x + 2) == answer + 2", "f(answer) == answer")
    case, facts = prepared(check, lambda x: x, {"x": 2.0}, ["x"], "f")
    answers = [judged(check, case, facts, runner(function))[1] for function in (mine, theirs)]
    assert check.resembles(case, facts, *answers) is expected


def test_the_function_and_the_answer_are_known_to_the_rules() -> None:
    check = prop("f(x) == answer", scale="norm(y)")
    assert check.calls_function
    assert check.own_names() == {"answer"}
    assert [path for path, _ in check.own_formulas()] == [("holds", 0), ("scale",)]
    assert check.mentioned() == {"f", "x", "answer", "norm", "y"}


def test_it_can_be_stored_with_what_it_remembers() -> None:
    check = prop("f(x) == answer", scale="2")
    assert thaw(freeze(check)) == check
    _, expected = prepared(prop("f(x)[0] == answer[0]"), lambda x: (x, [1.0]), {"x": 2.0}, ["x"], "f")
    assert normal_form(dict(expected.facts)) == {"function": "f", "values": [(2.0, [1.0]), (2.0, [1.0])]}


def test_names_that_stand_for_values_are_not_those_of_inputs() -> None:
    check = prop("f(value0) == answer", "f(valuex0) == answer")
    inputs: dict[str, Value] = {"x": 2.0, "value0": 2.0, "valuex0": 2.0}
    case, expected = prepared(check, lambda x: x, inputs, ["x"], "f")
    assert judged(check, case, expected, runner(lambda x: x))[0].accepted


def test_a_plan_lists_calls_by_level() -> None:
    found = plan(("f(f(x)) == answer", "f(2 * answer) == f(x)"), "f")
    assert [(call.text, call.level) for call in found.calls] == [
        ("answer", 1),
        ("f(x)", 1),
        ("f(f(x))", 2),
        ("f(2 * answer)", 2),
    ]


@given(
    left=st.floats(-1e300, 1e300),
    right=st.floats(-1e300, 1e300),
    rtol=st.floats(0, 1),
    atol=st.floats(0, 1),
    more=st.floats(0, 1),
)
def test_what_holds_goes_on_to_hold_as_the_tolerance_grows(
    left: float, right: float, rtol: float, atol: float, more: float
) -> None:
    case = Case(1, {"x": right}, ("x",))

    def holds(rtol: float, atol: float, operator: str) -> bool:
        check = prop(f"answer {operator} x", rtol=rtol, atol=atol)
        expected = Expected(right, {"function": "f", "values": [right]})
        outcome = check.judge(case, expected, [Answer(left)])
        return isinstance(outcome, Outcome) and outcome.accepted

    for operator in ("==", "<=", ">="):
        assert holds(rtol, atol, operator) <= min(
            holds(rtol + more, atol, operator), holds(rtol, atol + more, operator)
        )
    assert holds(rtol, atol, "==") == (holds(rtol, atol, "<=") and holds(rtol, atol, ">="))


def test_handles_and_opaque_values_are_refused() -> None:
    check = prop("answer == 1")
    case, expected = prepared(check, lambda x: 1.0, {"x": 2.0}, ["x"], "f")
    for value in (Handle(0), Opaque("x", "something")):
        outcome = check.judge(case, expected, [Answer(value)])
        assert isinstance(outcome, Outcome)
        assert outcome.aspect == "type"
