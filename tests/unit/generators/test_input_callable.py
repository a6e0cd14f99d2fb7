"""`callable`: elementary functions in turn, with derivatives and antiderivatives that are right."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.generators import Draw
from grader.generators._elementary import ELEMENTARY
from grader.generators.callable import CallableInput
from grader.sandbox.values import FunctionText

POSITIVE_ONLY = {"sqrt", "reciprocal", "log"}
KINKED = {"abs", "relu"}


def built(name: str, derivative: int = 0) -> Callable[..., Any]:
    return CallableInput(options=(name,), derivative=derivative).draw(Draw(np.random.default_rng(0), {})).build()


def points(name: str) -> Any:
    values = np.array([0.1, 0.5, 1.0, 1.7, 3.0])
    return values if name in POSITIVE_ONLY else np.concatenate([-values[::-1], values])


@pytest.mark.parametrize("name", ELEMENTARY)
def test_derivative_and_antiderivative_belong_to_the_function(name: str) -> None:
    x, h = points(name), 1e-5
    f, df, F = built(name), built(name, 1), built(name, -1)
    assert np.allclose((f(x + h) - f(x - h)) / (2 * h), df(x), rtol=1e-7, atol=1e-7)
    assert np.allclose((F(x + h) - F(x - h)) / (2 * h), f(x), rtol=1e-7, atol=1e-7)
    assert F(1.0 if name in ("reciprocal", "log") else 0.0) == pytest.approx(0.0, abs=1e-15)


@pytest.mark.parametrize(
    ("name", "x", "value"),
    [
        ("identity", 3, 3),
        ("square", -3.0, 9),
        ("cube", -2.0, -8),
        ("abs", -2.0, 2),
        ("relu", -2.0, 0),
        ("sqrt", 4.0, 2),
        ("reciprocal", 4.0, 0.25),
        ("exp", 1.0, np.e),
        ("log", np.e, 1),
        ("sin", np.pi / 6, 0.5),
        ("cos", np.pi / 3, 0.5),
        ("sinh", 1.0, np.sinh(1)),
        ("cosh", 1.0, np.cosh(1)),
        ("tanh", 1.0, np.tanh(1)),
        ("arctan", 1.0, np.pi / 4),
        ("logistic", 2.0, 1 / (1 + np.exp(-2))),
        ("runge", 0.2, 0.5),
    ],
)
def test_every_name_is_the_function_that_it_says(name: str, x: float, value: float) -> None:
    assert built(name)(x) == pytest.approx(value, rel=1e-14)


def test_every_function_was_tried() -> None:
    assert len(ELEMENTARY) == 17


@pytest.mark.parametrize("name", ELEMENTARY)
@pytest.mark.parametrize("derivative", [-1, 0, 1])
def test_it_takes_numbers_and_arrays_of_any_shape(name: str, derivative: int) -> None:
    f = built(name, derivative)
    for x in (1.5, 2, np.array(1.5), np.array([[1, 2, 3]]), np.empty((0, 2)), np.array([0.5, 2.0])):
        assert np.shape(f(x)) == np.shape(x)
        assert np.all(np.isfinite(f(x)))


@pytest.mark.parametrize("name", sorted(set(ELEMENTARY) - KINKED))
def test_it_takes_complex_numbers_so_that_a_complex_step_is_possible(name: str) -> None:
    assert built(name)(1.3 + 1e-20j).imag / 1e-20 == pytest.approx(built(name, 1)(1.3), rel=1e-14)


@pytest.mark.parametrize("name", ["tanh", "logistic"])
def test_large_arguments_do_not_overflow(name: str) -> None:
    x = np.array([-800.0, 800.0])
    assert all(np.all(np.isfinite(built(name, derivative)(x))) for derivative in (-1, 0, 1))


def test_the_options_are_taken_in_turn_and_by_related_inputs_alike() -> None:
    options = ("sin", "exp", "square")
    f, df = CallableInput(options=options), CallableInput(options=options, derivative=1)
    for number in range(7):
        draw = Draw(np.random.default_rng(number), {}, number)
        name = options[number % 3]
        assert f.draw(draw).text == ELEMENTARY[name][0]
        assert df.draw(draw).text == ELEMENTARY[name][1]
    for level in range(4):
        one, other = (Draw(np.random.default_rng(seed), {}, seed, level=level) for seed in (1, 2))
        assert f.simple(one).text == ELEMENTARY[options[level % 3]][0]
        assert df.simple(other).text == ELEMENTARY[options[level % 3]][1]


def test_calls_are_counted_unless_the_author_says_no() -> None:
    draw = Draw(np.random.default_rng(0), {})
    assert CallableInput(options=("sin",)).draw(draw) == FunctionText(("x",), "sin(x)", {}, True)
    assert not CallableInput(options=("sin",), counted=False).draw(draw).counted


@pytest.mark.parametrize(
    ("options", "message"),
    [((), "nothing to choose from"), (("sine",), "no function 'sine'; did you mean 'sin'"), (("q",), "there are: id")],
)
def test_options_that_do_not_exist_are_refused(options: tuple[str, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        CallableInput(options=options)
