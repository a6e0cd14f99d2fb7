"""How the fields of a kind are read: numbers within bounds, and markers that ask the reader."""

from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from grader.fields import AnyValue, Bounds, Described, Formula, OfKind, OneOrMore
from grader.sandbox.expressions import Expression, parse
from grader.sandbox.records import dataclass


@dataclass(frozen=True, kw_only=True)
class Sample(Described):
    """A field of each sort."""

    between: Annotated[int, Bounds(1, 5)] = 1
    above: Annotated[float, Bounds(0)] = 0.0
    text: Annotated[str, Bounds(least=1)] = "x"
    items: Annotated[tuple[int, ...], Bounds(least=2)] = (1, 2)
    formula: Formula = parse("1")
    formulas: Annotated[tuple[Formula, ...], OneOrMore(), Bounds(least=1)] = (parse("1"),)
    kind: Annotated[object, OfKind("checks")] = None
    known: Annotated[object, OfKind("checks", "raises")] = None
    value: Annotated[object, AnyValue()] = None
    arrays: Annotated[object, AnyValue(arrays=True)] = None


class Reader:
    """A reader that says what it was asked."""

    def formula(self, raw: object) -> Expression:
        """Read a formula that says what was written."""
        return Expression(f"read {raw}", frozenset())

    def kind(self, family: str, name: str, base: type, raw: object) -> object:
        """Say which kind was asked for."""
        return (family, name, base, raw)

    def value(self, raw: object, *, arrays: bool) -> object:
        """Say whether lists are arrays."""
        return (raw, arrays)


def read(**raw: object) -> Sample:
    """Read a sample from raw data."""
    return TypeAdapter(Sample).validate_python(raw, context=Reader())


def fault(**raw: object) -> tuple[tuple[int | str, ...], str]:
    """Return the place and the text of the only fault."""
    with pytest.raises(ValidationError) as caught:
        read(**raw)
    (detail,) = caught.value.errors()
    return detail["loc"], detail["msg"].removeprefix("Value error, ")


@pytest.mark.parametrize("raw", ["x", ["x"], ("x",)], ids=repr)
def test_a_list_of_one_may_be_written_without_brackets(raw: object) -> None:
    assert [formula.text for formula in read(formulas=raw).formulas] == ["read x"]


def test_a_list_of_several_is_read_item_by_item() -> None:
    assert [formula.text for formula in read(formulas=["x", 2]).formulas] == ["read x", "read 2"]
    assert fault(formulas=[])[1] == "this must not be empty"


@pytest.mark.parametrize("number", [1, 3, 5])
def test_both_bounds_are_included(number: int) -> None:
    assert read(between=number).between == number


@pytest.mark.parametrize("number", [0, 6, -100])
def test_a_number_outside_the_bounds_is_refused(number: int) -> None:
    assert fault(between=number) == (("between",), f"a number between 1 and 5 was expected, found {number}")


@pytest.mark.parametrize("number", [0.0, 1e300, float("inf")])
def test_a_lower_bound_alone_lets_everything_above_pass(number: float) -> None:
    assert read(above=number).above == number


@pytest.mark.parametrize("number", [-1e-300, float("nan"), float("-inf")])
def test_a_lower_bound_alone_refuses_what_is_below_and_what_is_no_number(number: float) -> None:
    assert fault(above=number) == (("above",), f"a number of at least 0 was expected, found {number!r}")


@pytest.mark.parametrize(("field", "value"), [("text", ""), ("items", []), ("items", [1])])
def test_a_text_or_list_that_is_too_short_is_refused(field: str, value: object) -> None:
    assert fault(**{field: value}) == ((field,), "this must not be empty")


def test_a_text_or_list_that_is_long_enough_passes() -> None:
    sample = read(text="a", items=[3, 4])
    assert (sample.text, sample.items) == ("a", (3, 4))


@given(number=st.integers())
@settings(deadline=None, derandomize=True)
def test_a_whole_number_passes_exactly_if_it_is_within_the_bounds(number: int) -> None:
    if 1 <= number <= 5:
        assert read(between=number).between == number
    else:
        assert fault(between=number)[0] == ("between",)


def test_an_unknown_key_is_a_fault() -> None:
    assert fault(betwen=3)[0] == ("betwen",)


def test_a_formula_is_read_by_the_context() -> None:
    assert read(formula="n + 1").formula.text == "read n + 1"


def test_a_kind_is_read_by_the_context_with_its_family_and_base() -> None:
    assert read(kind={"exact": {}}).kind == ("checks", "", object, {"exact": {}})


def test_the_parameters_of_one_kind_are_read_under_its_name() -> None:
    assert read(known="ValueError").known == ("checks", "raises", object, "ValueError")


def test_a_value_is_read_by_the_context_which_is_told_about_arrays() -> None:
    sample = read(value=[1], arrays=[2])
    assert (sample.value, sample.arrays) == (([1], False), ([2], True))


def test_defaults_are_not_read() -> None:
    assert read().formula == parse("1")
