"""`polynomial`: a function of numbers and arrays, with its derivatives and antiderivatives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Polynomial as Oracle

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.polynomial import Polynomial
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value

vectors = st.lists(st.integers(-9, 9) | st.floats(-9, 9), min_size=1, max_size=8)


def text(c: Value, derivative: int = 0, **more: Any) -> FunctionText:
    return Polynomial(of=parse("c"), derivative=derivative, **more).draw(Draw(np.random.default_rng(0), {"c": c}))


def built(c: Value, derivative: int = 0) -> Callable[..., Any]:
    return text(c, derivative).build()


@given(c=vectors, derivative=st.integers(-3, 4), x=st.floats(-2, 2))
def test_its_values_and_those_of_its_derivatives_are_right(c: list[float], derivative: int, x: float) -> None:
    wanted = Oracle(c).deriv(derivative) if derivative >= 0 else Oracle(c).integ(-derivative)
    assert np.isclose(built(np.array(c), derivative)(x), wanted(x), rtol=1e-12, atol=1e-9)
    assert derivative >= 0 or built(np.array(c), derivative)(0.0) == 0.0


@pytest.mark.parametrize("c", [[3.0], [0.0], [0.0, 0.0], [1.0, -2.0], [0.0, 0.0, 2.0], [1, 2, 3], [1j, 2.0]], ids=str)
@pytest.mark.parametrize("derivative", [-1, 0, 1, 3])
@pytest.mark.parametrize(
    "x",
    [
        2.0,
        3,
        1 + 2j,
        np.float64(0.5),
        np.array(2.0),
        np.array([1.0, 2.0]),
        np.array([[1, 2], [3, 4]]),
        np.array([1j, 2.0]),
        np.empty((0, 2)),
    ],
    ids=repr,
)
def test_it_takes_numbers_and_arrays_of_any_shape(c: list[float], derivative: int, x: Any) -> None:
    wanted = Oracle(c).deriv(derivative) if derivative >= 0 else Oracle(c).integ(-derivative)
    value = built(np.array(c), derivative)(x)
    assert np.shape(value) == np.shape(x)
    assert np.allclose(value, wanted(x), rtol=1e-13)


@pytest.mark.parametrize("x", [np.inf, -np.inf, np.array([np.inf, 1.0])], ids=repr)
def test_a_constant_is_constant_everywhere(x: Any) -> None:
    assert np.all(built([4.0])(x) == 4.0)


def test_whole_coefficients_do_not_overflow() -> None:
    assert built(np.array([0, 0, 0, 0, 10]))(np.array([100_000]))[0] == 1e21
    assert built([0, 0, 3], 2)(10**6) == 6.0


def test_the_text_can_be_read_and_holds_no_constants() -> None:
    assert text([1.0, -2.0, 0.0, 3.0]) == FunctionText(("x",), "1.0 + x * (-2.0 + x * (x * 3.0))", {}, False)
    assert text([1, 2], variable="t", counted=True) == FunctionText(("t",), "1.0 + t * 2.0", {}, True)
    assert text([5.0]).text == "5.0 * x**0"


def test_a_variable_may_be_named_like_a_word_of_the_language() -> None:
    assert text([1.0, 1.0], variable="e").build()(1.0) == 2.0


def test_coefficients_may_be_computed_or_written_out() -> None:
    draw = Draw(np.random.default_rng(0), {"c": np.array([1.0, 2.0])})
    assert Polynomial(of=parse("c[::-1]")).draw(draw).build()(10.0) == 12.0
    assert Polynomial(of=parse("[1, 0, 1]")).draw(draw).build()(10.0) == 101.0


def test_a_long_polynomial_is_possible_up_to_a_limit() -> None:
    c = np.arange(1.0, 101.0)
    assert np.isclose(built(c, -10)(0.5), Oracle(c).integ(10)(0.5), rtol=1e-12)
    with pytest.raises(JudgeError, match="has 101 coefficients, where 1 to 100 are possible"):
        built(np.ones(101))


@pytest.mark.parametrize(
    "c", [2.0, np.eye(2), [[1], [1, 2]], "text", None, {"a": 1}, [np.nan], [1.0, np.inf], [True], ["a"]], ids=repr
)
def test_what_is_no_vector_of_coefficients_is_a_judge_error(c: Value) -> None:
    with pytest.raises(JudgeError, match=r"'c' is .*, where a vector of coefficients is needed"):
        built(c)


def test_no_coefficients_are_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="has 0 coefficients"):
        built(np.array([]))


@pytest.mark.parametrize("variable", ["x + 1", "2", "", "lambda", "_x"])
def test_a_variable_that_is_no_name_is_refused(variable: str) -> None:
    with pytest.raises(ValueError, match=r"name|expression"):
        Polynomial(of=parse("c"), variable=variable)


def test_it_follows_from_its_coefficients() -> None:
    kind = Polynomial(of=parse("c"))
    assert kind.fixed
    draw = Draw(np.random.default_rng(0), {"c": [1.0, 2.0]})
    assert kind.simple(draw) == kind.draw(draw)
