"""`expression`: a function as text, in which earlier inputs are constants."""

import numpy as np
import pytest

from grader.generators import Draw
from grader.generators.expression import ExpressionInput
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value


def drawn(kind: ExpressionInput, **names: Value) -> FunctionText:
    return kind.draw(Draw(np.random.default_rng(0), names))


def test_it_is_the_function_that_the_text_says() -> None:
    f = drawn(ExpressionInput(text=parse("a * x**2 + b")), a=2.0, b=1.0).build()
    assert [f(x) for x in (0.0, 1.0, 3.0)] == [1.0, 3.0, 19.0]


def test_it_may_have_several_parameters() -> None:
    f = drawn(ExpressionInput(text=parse("x - 2 * y"), parameters=("x", "y"))).build()
    assert f(5.0, 1.0) == 3.0


def test_only_the_constants_that_the_text_names_are_handed_over() -> None:
    function = drawn(ExpressionInput(text=parse("a * x")), a=2.0, secret=4.0)
    assert function == FunctionText(("x",), "a * x", {"a": 2.0})


def test_a_parameter_hides_an_input_of_its_name() -> None:
    function = drawn(ExpressionInput(text=parse("a * x")), a=2.0, x=100.0)
    assert function.constants == {"a": 2.0}
    assert function.build()(3.0) == 6.0


@pytest.mark.parametrize("name", ["e", "size", "mean"])
def test_a_parameter_may_be_named_like_a_word_of_the_language(name: str) -> None:
    assert drawn(ExpressionInput(text=parse(f"2 * {name}"), parameters=(name,))).build()(3.0) == 6.0


@pytest.mark.parametrize("name", ["e", "size", "mean"])
def test_a_constant_may_be_named_like_a_word_of_the_language(name: str) -> None:
    assert drawn(ExpressionInput(text=parse(f"x * {name}")), **{name: 5.0}).build()(3.0) == 15.0


def test_constants_may_be_arrays_and_functions() -> None:
    inner = FunctionText(("t",), "t + 1")
    function = drawn(ExpressionInput(text=parse("g(c @ x)")), c=np.array([1.0, 2.0]), g=inner)
    assert function.constants["g"] == inner
    assert function.build()(np.array([3.0, 4.0])) == 12.0


def test_whether_calls_are_counted_is_kept() -> None:
    assert drawn(ExpressionInput(text=parse("x"), counted=True)).counted
    assert not drawn(ExpressionInput(text=parse("x"))).counted


@pytest.mark.parametrize("name", ["x + 1", "2", "", "x y", "_x", "lambda", "f(x)"])
def test_a_parameter_that_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|expression"):
        ExpressionInput(text=parse("1"), parameters=(name,))


def test_the_same_parameter_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="x"):
        ExpressionInput(text=parse("x"), parameters=("x", "x"))


def test_its_own_parameters_are_told_to_the_rules() -> None:
    kind = ExpressionInput(text=parse("a * s + t"), parameters=("s", "t"))
    assert kind.own_names() == {"s", "t"}
    assert [formula.names for _, formula in kind.formulas()] == [{"a", "s", "t"}]
