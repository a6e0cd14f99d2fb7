"""The expression language: what it computes, what it refuses, and where it says a fault lies."""

import math
import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.sandbox import expressions
from grader.sandbox.expressions import CONSTANTS, FUNCTIONS, ExpressionError, parse

LAW = settings(derandomize=True, deadline=None, database=None, max_examples=200)

REFUSED = {
    "an attribute": "x.sum()",
    "an attribute of a number": "(1).real",
    "a text": "'a'",
    "bytes": "b'a'",
    "a formatted text": "f'{x}'",
    "None": "None",
    "an ellipsis": "...",
    "a lambda": "lambda: 1",
    "a lambda that is called": "(lambda: 1)()",
    "a comprehension": "[i for i in x]",
    "a generator expression": "sum(i for i in x)",
    "a set": "{1, 2}",
    "a dict": "{1: 2}",
    "an assignment": "(y := 1)",
    "a statement": "x = 1",
    "two statements": "x; y",
    "an import": "import os",
    "await": "await x",
    "yield": "(yield x)",
    "unpacked arguments": "sum(*x)",
    "unpacked keywords": "sum(**x)",
    "an unknown keyword": "sum(x, dtype=1)",
    "a call of a call": "sum(x)(1)",
    "a call of an item": "x[0](1)",
    "a dunder": "__import__(1)",
    "a name that begins with an underscore": "_x",
    "a name that ends with an underscore": "x_",
    "a name with two underscores inside": "x__y",
    "a name outside ASCII": "λ",
    "membership": "x in y",
    "no membership": "x not in y",
    "identity": "x is y",
    "no identity": "x is not y",
    "bitwise and": "x & y",
    "bitwise or": "x | y",
    "bitwise xor": "x ^ y",
    "a left shift": "x << y",
    "a right shift": "x >> y",
    "inversion": "~x",
    "nothing": "",
    "blanks": "  ",
    "only a comment": "# x",
    "half an expression": "sin(x",
    "a null character": "x\0",
    "half a surrogate pair": "\ud800",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4", 14),
        ("7 // 2 + 7 % 2", 4),
        ("2**10", 1024),
        ("-n", -3),
        ("1 if n > 2 else 0", 1),
        ("1 < n <= 3", True),
        ("n > 5 or not n == 4", True),
        ("sin(pi / 6)", 0.5),
        ("log(e)", 1.0),
        ("sqrt(n + 1)", 2.0),
        ("arctan(1) * 4", math.pi),
        ("log1p(0) + expm1(0)", 0.0),
        ("minimum(n, 2) + maximum(n, 2)", 5),
        ("round(2.6)", 3.0),
        ("1j * 1j", -1),
        ("sum(x)", 10.0),
        ("mean(x)", 2.5),
        ("var(x, ddof=1)", 5 / 3),
        ("dot(x, x)", 30.0),
        ("x @ x", 30.0),
        ("x[-1]", 4.0),
        ("len(x[1:])", 3),
        ("A[1, 0]", 3.0),
        ("trace(A)", 5.0),
        ("det(A)", -2.0),
        ("norm(x[2:])", 5.0),
        ("rank(outer(x, x))", 1),
        ("size(A)", 4),
        ("max(cumsum(x))", 10.0),
        ("median(x)", 2.5),
        ("cumprod(x)[-1]", 24.0),
        ("argmax(x) - argmin(x)", 3),
        ("log2(8) + log10(100)", 5.0),
        ("square(n) + hypot(3, 4)", 14.0),
        ("logaddexp(0, 0)", math.log(2)),
        ("arcsin(1) - arccos(1)", math.pi / 2),
        ("real(conj(n + 2j)) + imag(conj(n + 2j))", 1.0),
        ("allclose(x, x + 1e-12)", True),
        ("any(isnan(x))", False),
        ("sum(eigvalsh(A + transpose(A)))", 10.0),
        ("prod(singular_values(A))", 2.0),
        ("size(concatenate([x, x])) + size(stack([x, x]))", 16),
    ],
)
def test_a_text_has_the_value_that_mathematics_gives_it(text: str, expected: complex) -> None:
    names = {"n": 3, "x": np.array([1.0, 2.0, 3.0, 4.0]), "A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    assert parse(text).evaluate(names) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(A, axis=0)", [4.0, 6.0]),
        ("transpose(A)", [[1.0, 3.0], [2.0, 4.0]]),
        ("diag(A)", [1.0, 4.0]),
        ("A[:, 1]", [2.0, 4.0]),
        ("A[::-1, 0]", [3.0, 1.0]),
        ("[n, n + 1]", [2, 3]),
        ("eye(n) - ones([n, n])", [[0.0, -1.0], [-1.0, 0.0]]),
        ("where(A > 2, 0, A)", [[1.0, 2.0], [0.0, 0.0]]),
        ("sort(arange(3) * -1)", [-2, -1, 0]),
        ("linspace(0, 1, 3)", [0.0, 0.5, 1.0]),
        ("diff(A)", [[1.0], [1.0]]),
        ("flip(A, 0)", [[3.0, 4.0], [1.0, 2.0]]),
        ("roll(A[0], 1)", [2.0, 1.0]),
        ("A[0][argsort(-A[0])]", [2.0, 1.0]),
        ("clip(A, 2, 3)", [[2.0, 2.0], [3.0, 3.0]]),
        ("isclose(A, 2)", [[False, True], [False, False]]),
        ("tril(A) + triu(A, 1)", [[1.0, 2.0], [3.0, 4.0]]),
        ("cross([1, 0, 0], [0, 1, 0])", [0, 0, 1]),
        ("kron([1, 2], [1, 10])", [1, 10, 2, 20]),
        ("reshape(A, [4])", [1.0, 2.0, 3.0, 4.0]),
        ("concatenate([A, A], axis=1)[0]", [1.0, 2.0, 1.0, 2.0]),
        ("stack([A[0], A[0]], axis=1)", [[1.0, 1.0], [2.0, 2.0]]),
    ],
)
def test_a_text_may_give_an_array_or_a_list(text: str, expected: list[float]) -> None:
    names = {"n": 2, "A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    np.testing.assert_array_equal(np.asarray(parse(text).evaluate(names)), np.array(expected))


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_no_function_is_built_from_what_is_not_in_the_language(text: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.function(("x", "y"), text, {})


@pytest.mark.parametrize(
    ("text", "column"),
    [("x.y", 0), ("2 * x.y", 4), ("x + sum(y, dtype=1)", 4), ("1 + 'a'", 4), ("2 * (_a)", 5), ("sin(x", 3)],
)
def test_the_column_of_a_fault_is_counted_from_zero(text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.column == column


def test_the_column_of_a_fault_counts_the_blanks_before_the_expression() -> None:
    with pytest.raises(ExpressionError) as caught:
        parse("   2 * x.y")
    assert caught.value.column == 7


def test_an_attribute_is_refused_with_what_to_write_instead() -> None:
    with pytest.raises(ExpressionError, match=r"sum\(x\), not x\.sum\(\)"):
        parse("x.sum()")


def test_a_number_is_an_expression() -> None:
    assert parse(1e-6).evaluate({}) == 1e-6


def test_a_negative_number_is_an_expression() -> None:
    assert parse(-3).evaluate({}) == -3


def test_infinity_is_an_expression() -> None:
    assert parse(math.inf).evaluate({}) == math.inf


def test_blanks_around_an_expression_do_not_matter() -> None:
    assert parse("  1 + 1\n").evaluate({}) == 2


def test_the_names_of_an_expression_are_those_it_must_be_given() -> None:
    assert parse("a * sin(pi * x) + max(b, e)").names == {"a", "x", "b"}


def test_a_name_given_hides_a_constant_of_the_language() -> None:
    assert parse("e + 1").evaluate({"e": 2}) == 3


def test_a_parameter_hides_a_function_of_the_language() -> None:
    assert expressions.function(("size",), "size * 2", {})(4) == 8


def test_an_unknown_name_is_refused_with_the_nearest_that_is_known() -> None:
    with pytest.raises(ExpressionError, match="'sine' is not defined here; did you mean 'sin'"):
        parse("sine(1)").evaluate({})


def test_an_unknown_name_is_refused_when_a_function_is_built() -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.function(("x",), "x + qqq", {})
    assert caught.value.column == 4


@pytest.mark.parametrize("text", ["x[9]", "x @ 2", "inv(zeros([2, 2]))", "len(1)", "1 / 0"])
def test_an_operation_that_numpy_refuses_is_an_expression_error(text: str) -> None:
    with pytest.raises(ExpressionError, match="cannot be evaluated"):
        parse(text).evaluate({"x": np.zeros(3)})


@pytest.mark.parametrize(
    "text",
    [
        "zeros(n)",
        "zeros([n, 2])",
        "ones([n, n])",
        "eye(n)",
        "eye(2, n)",
        "arange(n)",
        "arange(0, 1, 1 / n)",
        "linspace(0, 1, n)",
        "diag([1], n)",
        "diag(x)",
        "tril(x)",
        "triu(x)",
        "outer(x, x)",
        "kron(x, x)",
    ],
)
def test_an_array_far_larger_than_what_it_is_made_of_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="more than 8388608 entries"):
        parse(text).evaluate({"n": 10**9, "x": np.zeros(2897)})


@pytest.mark.parametrize(("text", "size"), [("diag(x)", 2**10), ("triu(A)", 2**12), ("zeros([64, 64])", 2**12)])
def test_an_array_of_a_usual_size_is_not_refused(text: str, size: int) -> None:
    assert np.size(parse(text).evaluate({"x": np.zeros(32), "A": np.zeros((64, 64))})) == size  # type: ignore[arg-type]


def test_singular_values_are_written_with_numpys_own_name() -> None:
    assert expressions.as_numpy("singular_values(A)", {}) == "np.linalg.svdvals(A)"


def test_a_function_takes_its_parameters_in_order() -> None:
    assert expressions.function(("x", "y"), "x - y", {})(5, 2) == 3


def test_a_function_knows_its_constants() -> None:
    quadratic = expressions.function(("x",), "x @ A @ x", {"A": np.array([[2.0, 0.0], [0.0, 3.0]])})
    assert quadratic(np.array([1.0, 2.0])) == 14.0


def test_two_functions_of_one_text_keep_their_own_constants() -> None:
    first, second = (expressions.function(("x",), "a * x", {"a": a}) for a in (2, 3))
    assert (first(10), second(10)) == (20, 30)


def test_a_function_without_parameters_is_called_without_arguments() -> None:
    assert expressions.function((), "2 * pi", {})() == pytest.approx(6.283185307179586)


def test_pythons_own_functions_are_not_within_reach() -> None:
    with pytest.raises(ExpressionError, match="'open' is not defined"):
        expressions.function(("x",), "open(x)", {})


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_of_the_language_exists(name: str) -> None:
    assert callable(parse(name).evaluate({}))


@pytest.mark.parametrize(("name", "value"), [("pi", 3.141592653589793), ("e", 2.718281828459045), ("inf", math.inf)])
def test_the_constants_have_their_values(name: str, value: float) -> None:
    assert CONSTANTS[name] == value


@pytest.mark.parametrize(
    ("text", "constants", "expected"),
    [
        ("sin(x)**2", {}, "np.sin(x) ** 2"),
        ("pi * x", {}, "np.pi * x"),
        ("rank(A)", {}, "np.linalg.matrix_rank(A)"),
        ("len(x)", {}, "len(x)"),
        ("a * x", {"a": "2.5"}, "2.5 * x"),
        ("x @ A", {"A": "np.array([[1.0]])"}, "x @ np.array([[1.0]])"),
        ("a * x", {"a": "-2"}, "-2 * x"),
    ],
)
def test_an_expression_can_be_written_as_numpy(text: str, constants: dict[str, str], expected: str) -> None:
    assert expressions.as_numpy(text, constants) == expected


def test_a_constant_written_as_numpy_keeps_its_place_among_the_operators() -> None:
    pasted = expressions.as_numpy("a**2", {"a": "-3"})
    assert eval(pasted) == 9


@pytest.mark.parametrize("text", ["-" * 3000 + "x", "(" * 300 + "x" + ")" * 300, "x" + "+x" * 5000])
def test_an_endless_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(("text", "value"), [("-" * 900 + "x", 1), ("x" + "+x" * 900, 901), ("x" + "+x" * 2500, 2501)])
def test_what_was_parsed_is_evaluated_or_refused_however_long_it_is(text: str, value: int) -> None:
    expression = parse(text)
    try:
        found = expression.evaluate({"x": 1})
    except ExpressionError:
        return
    assert found == value


@LAW
@given(st.text(max_size=60))
def test_any_text_is_an_expression_or_is_refused(text: str) -> None:
    column = 0
    try:
        parse(text)
    except ExpressionError as error:
        column = error.column
    assert 0 <= column <= len(text) + 1


@LAW
@given(st.text(alphabet="xyz_()[]{}.,:'\"+-*/ 012elambdifornt=@&|~", max_size=40))
def test_text_that_looks_like_python_is_an_expression_or_is_refused(text: str) -> None:
    try:
        names = parse(text).names
    except ExpressionError:
        return
    assert all(set(name) <= set(string.ascii_letters + string.digits + "_") for name in names)


@LAW
@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(1, 1000))
def test_integers_are_computed_as_python_does(a: int, b: int, c: int) -> None:
    assert parse("(a + b) * c - a % c // 1").evaluate({"a": a, "b": b, "c": c}) == (a + b) * c - a % c
