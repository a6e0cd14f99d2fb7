"""What every kind of input draws from: formulas over earlier inputs, whole numbers, regimes."""

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators.matrix import Matrix
from grader.generators.real import Real
from grader.generators.symmetric import Symmetric
from grader.generators.vector import Vector
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, Value


def draw(**names: Value) -> Draw:
    return Draw(np.random.default_rng(0), names)


def test_a_formula_finds_earlier_inputs() -> None:
    assert draw(n=3, m=4).evaluate(parse("n * m + 1")) == 13
    assert draw(A=np.eye(2), b=np.array([1.0, 2.0])).real(parse("norm(A @ b)")) == pytest.approx(np.sqrt(5))


def test_a_formula_may_call_an_earlier_input() -> None:
    assert draw(f=FunctionText(("t",), "t**2 + c", {"c": 1.0}), x=3.0).evaluate(parse("f(x)")) == 10.0


@pytest.mark.parametrize("name", ["e", "pi", "mean", "size", "len", "rank"])
def test_an_input_named_like_a_word_of_the_language_is_the_input(name: str) -> None:
    assert draw(**{name: 7.0}).evaluate(parse(f"{name} + 1")) == 8.0


def test_a_formula_cannot_change_an_earlier_input() -> None:
    A = np.eye(2)
    value = draw(A=A).evaluate(parse("A"))
    assert isinstance(value, np.ndarray)
    value[0, 0] = 5
    assert np.array_equal(A, np.eye(2))


@pytest.mark.parametrize("formula", ["b", "n / 0", "solve(A, A)", "A @ n", "n(1)"])
def test_a_formula_that_cannot_be_evaluated_is_a_judge_error(formula: str) -> None:
    with pytest.raises(JudgeError):
        draw(n=1, A=np.zeros((2, 2))).evaluate(parse(formula))


@pytest.mark.parametrize(("formula", "number"), [("3", 3), ("n + 1", 5), ("6 / 2", 3), ("-2", -2), ("1e3", 1000)])
def test_a_whole_number_may_be_computed(formula: str, number: int) -> None:
    value = draw(n=4).whole(parse(formula))
    assert value == number
    assert type(value) is int


@pytest.mark.parametrize("formula", ["2.5", "n / 3", "inf", "inf - inf"])
def test_what_is_not_whole_is_a_judge_error_where_a_size_is_needed(formula: str) -> None:
    with pytest.raises(JudgeError):
        draw(n=4).whole(parse(formula))


@pytest.mark.parametrize("formula", ["v", "1j * n", "sum"])
def test_what_is_not_one_real_number_is_a_judge_error(formula: str) -> None:
    with pytest.raises(JudgeError):
        draw(n=4, v=np.zeros(2)).real(parse(formula))


def test_regimes_can_be_excluded_by_name() -> None:
    assert Real(exclude=("zero", "integer")).edges() == ("negative",)
    assert Vector(size=parse(3), exclude=()).edges() == ("zeros", "repeated", "negative", "integers", "offset")


@pytest.mark.parametrize("kind", [Real, lambda exclude: Vector(size=parse(1), exclude=exclude)])
def test_a_regime_that_does_not_exist_is_refused_with_those_that_do(kind: type[Real]) -> None:
    with pytest.raises(ValueError, match=r"no regime 'nought' here; there is \w+, \w+"):
        kind(exclude=("nought",))


def test_all_formulas_are_told_to_the_rules() -> None:
    vector = Vector(size=parse("n"), center=parse("mu"))
    assert {(name, formula.text) for name, formula in vector.formulas()} == {
        ("size", "n"),
        ("center", "mu"),
        ("spread", "1"),
    }
    matrix = Matrix(shape=(parse("m"), parse("n + 1")))
    assert [formula.text for name, formula in matrix.formulas() if name == "shape"] == ["m", "n + 1"]
    symmetric = Symmetric(eigenvalues=(parse("a"), parse(2)))
    assert [formula.text for _, formula in symmetric.formulas()] == ["a", "2"]
