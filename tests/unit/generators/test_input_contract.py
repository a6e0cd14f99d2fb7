"""What every kind of input draws from: formulas over earlier inputs, whole numbers, regimes."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.errors import JudgeError
from grader.generators import Draw
from grader.generators._array import ArrayInput
from grader.generators._contract import Unfit
from grader.generators.labels import LabelNumbers
from grader.generators.literal import Literal
from grader.generators.matrix import Matrix
from grader.generators.real import Real
from grader.generators.sample import Sample
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
    assert {(path, formula.text) for path, formula in vector.formulas()} == {
        (("size",), "n"),
        (("center",), "mu"),
        (("spread",), "1"),
    }
    matrix = Matrix(shape=(parse("m"), parse("n + 1")))
    found = {path: formula.text for path, formula in matrix.formulas()}
    assert (found["shape", 0], found["shape", 1]) == ("m", "n + 1")
    sample = Sample(law="gamma", parameters={"a": parse("k"), "scale": parse(2)}, size=parse(3))
    found = {path: formula.text for path, formula in sample.formulas()}
    assert found == {("parameters", "a"): "k", ("parameters", "scale"): "2", ("size",): "3"}


@pytest.mark.parametrize(("formula", "least", "size"), [("0", 0, 0), ("n - 3", 1, 1), ("6 / 2", 3, 3)])
def test_a_size_may_be_as_small_as_is_allowed(formula: str, least: int, size: int) -> None:
    assert draw(n=4).natural(parse(formula), least) == size


@pytest.mark.parametrize(("formula", "least"), [("-1", 0), ("n - 5", 0), ("0", 1), ("2.5", 0), ("v", 0)])
def test_what_is_no_size_or_too_small_names_the_formula_that_is_to_blame(formula: str, least: int) -> None:
    with pytest.raises(Unfit, match="is needed") as caught:
        draw(n=4, v=np.zeros(2)).natural(parse(formula), least)
    assert caught.value.formula == parse(formula)


def test_a_kind_without_simple_values_of_its_own_draws() -> None:
    kind = Literal(value=[1, 2])
    assert kind.simple(draw()) == kind.draw(draw()) == [1, 2]


ARRAYS: dict[str, Callable[..., ArrayInput]] = {
    "vector": lambda **more: Vector(size=parse(3), **more),
    "matrix": lambda **more: Matrix(shape=(parse(2), parse(3)), **more),
    "labels": lambda **more: LabelNumbers(size=parse(3), classes=parse(2), **more),
}


@pytest.mark.parametrize("make", ARRAYS.values(), ids=ARRAYS.keys())
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "complex128"])
def test_the_entries_have_the_wanted_dtype_in_every_regime(make: Callable[..., ArrayInput], dtype: str) -> None:
    kind = make(dtype=dtype)
    for regime in ("", *kind.edges()):
        value = kind.draw(Draw(np.random.default_rng(3), {}, 0, regime))
        plain = make().draw(Draw(np.random.default_rng(3), {}, 0, regime))
        assert isinstance(value, np.ndarray)
        assert isinstance(plain, np.ndarray)
        assert value.dtype == dtype
        assert np.array_equal(value, (np.round(plain) if dtype == "int64" else plain).astype(dtype))
    simple = kind.simple(draw())
    assert isinstance(simple, np.ndarray)
    assert simple.dtype == dtype


@pytest.mark.parametrize("make", ARRAYS.values(), ids=ARRAYS.keys())
def test_a_list_holds_the_entries_of_the_array_as_python_numbers(make: Callable[..., ArrayInput]) -> None:
    for kind, number in ((make(container="list"), (float, int)), (make(container="list", dtype="int64"), (int,))):
        for value in (kind.draw(draw()), kind.simple(draw())):
            assert isinstance(value, list)
            first = value[0][0] if isinstance(value[0], list) else value[0]
            assert type(first) in number
    drawn = make().draw(draw())
    assert isinstance(drawn, np.ndarray)
    assert make(container="list").draw(draw()) == drawn.tolist()
