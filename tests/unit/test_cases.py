"""Cases: the same bits from the same seed, moved by nothing else, regimes in turn, smallest first."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.cases import RUNGS_CAP, Source, draw_cases, draw_ladder, stream
from grader.checks.allclose import AllClose
from grader.checks.distribution import Distribution
from grader.errors import JudgeError
from grader.generators import Generator
from grader.generators.choice import Choice
from grader.generators.computed import Computed
from grader.generators.expression import ExpressionInput
from grader.generators.integer import Integer
from grader.generators.literal import Literal
from grader.generators.matrix import Matrix
from grader.generators.real import Real
from grader.generators.rng import Rng
from grader.generators.symmetric import Symmetric
from grader.generators.vector import Vector
from grader.model import Case
from grader.sandbox.encoder import Encoder
from grader.sandbox.expressions import parse
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription

ANYTHING = ValueDescription(type="any")
SIZE = Integer(low=parse(1), high=parse(8))
INPUTS: Mapping[str, Generator] = {
    "n": SIZE,
    "A": Symmetric(size=parse("n")),
    "b": Vector(size=parse("n")),
    "c": Real(),
}


def item(name: str, cases: int | None = None, inputs: Mapping[str, Generator] | None = None) -> CheckItem:
    return CheckItem(name=name, points=Fraction(1), cases=cases, inputs=inputs or {}, compare=AllClose())


def exercise(
    *checks: CheckItem, inputs: Mapping[str, Generator] = INPUTS, parameters: tuple[str, ...] = ("A", "b", "c")
) -> Exercise:
    function = Function(name="f", about="", parameters=dict.fromkeys(parameters, ANYTHING), returns=ANYTHING)
    return Exercise(title="t", difficulty=1, statement="s", function=function, inputs=inputs, checks=checks)


def drawn(
    check: CheckItem,
    *,
    seed: int = 1,
    name: str = "exercise-04",
    inputs: Mapping[str, Generator] = INPUTS,
    parameters: tuple[str, ...] = ("A", "b", "c"),
) -> tuple[Case, ...]:
    return draw_cases(Source(name, exercise(check, inputs=inputs, parameters=parameters)), check, seed)


def named(case: Case, name: str) -> Any:
    """Return one input of a case, of whatever type."""
    return case.inputs[name]


def bits(cases: tuple[Case, ...]) -> list[object]:
    """Return all that cases hold in a form that shows every bit."""
    content: list[object] = []
    for case in cases:
        encoder = Encoder()
        node = encoder.node(dict(case.inputs))
        content.append([case.number, case.arguments, case.regime, node, list(map(bytes, encoder.buffers))])
    return content


# Streams.


def test_a_stream_is_the_same_on_every_machine_and_in_every_version() -> None:
    assert stream(20261122, "exercise-04", "random symmetric matrices", 3) == 0x4A8696BA0E5D09AEC51C2D3B03D44552


arguments = st.tuples(
    st.integers(0, 2**130), st.text(max_size=9), st.text(max_size=9), st.integers(0, 10**4), st.text(max_size=9)
)


@given(first=arguments, second=arguments)
def test_two_streams_are_the_same_only_if_all_is(
    first: tuple[int, str, str, int, str], second: tuple[int, str, str, int, str]
) -> None:
    assert (stream(*first) == stream(*second)) is (first == second)
    assert 0 <= stream(*first) < 2**128


@pytest.mark.parametrize(
    "other",
    [
        (2, "exercise-04", "a", 0, "inputs"),
        (1, "exercise-05", "a", 0, "inputs"),
        (1, "exercise-04", "b", 0, "inputs"),
        (1, "exercise-04", "a", 1, "inputs"),
        (1, "exercise-04", "a", 0, "fresh draws"),
    ],
)
def test_each_word_of_a_stream_counts(other: tuple[int, str, str, int, str]) -> None:
    assert stream(*other) != stream(1, "exercise-04", "a", 0)


# What moves the cases, and what does not.


@given(seed=st.integers(0, 2**128))
def test_the_same_seed_gives_the_same_bits(seed: int) -> None:
    check = item("a", 8)
    assert bits(drawn(check, seed=seed)) == bits(drawn(check, seed=seed))


@given(others=st.lists(st.sampled_from(["b", "c", "d"]), unique=True), place=st.integers(0, 3))
def test_other_checks_move_no_case_wherever_they_stand(others: list[str], place: int) -> None:
    check = item("a", 8)
    checks = [item(name, 3, {"n": Literal(value=2)}) for name in others]
    checks.insert(min(place, len(checks)), check)
    assert bits(draw_cases(Source("exercise-04", exercise(*checks)), check, 1)) == bits(drawn(check))


def test_the_number_of_cases_moves_no_case() -> None:
    few, many = drawn(item("a", 7)), drawn(item("a", 30))
    assert bits(tuple(sorted(few, key=lambda case: case.number))) == bits(
        tuple(sorted((case for case in many if case.number < 7), key=lambda case: case.number))
    )


def test_an_unused_input_moves_no_case() -> None:
    check = item("a", 8)
    assert bits(drawn(check, inputs={"unused": Real(), **INPUTS})) == bits(drawn(check))


def test_another_seed_or_exercise_gives_other_cases() -> None:
    check = item("a", 8)
    assert bits(drawn(check, seed=2)) != bits(drawn(check))
    assert bits(drawn(check, name="exercise-05")) != bits(drawn(check))


def test_another_check_has_other_cases() -> None:
    assert bits(drawn(item("a", 8))) != bits(drawn(item("b", 8)))


def test_no_two_cases_are_the_same() -> None:
    cases = drawn(item("a", 50))
    assert len({named(case, "c") for case in cases if not case.regime}) > 30


# Their order and their numbers.


@given(seed=st.integers(0, 2**32))
def test_cases_stand_in_the_order_of_their_size(seed: int) -> None:
    cases = drawn(item("a", 25), seed=seed, parameters=("A", "b"))
    sizes = [len(named(case, "b")) for case in cases]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 1


@given(seed=st.integers(0, 2**32))
def test_case_numbers_are_kept_in_the_new_order(seed: int) -> None:
    cases = drawn(item("a", 12), seed=seed)
    assert sorted(case.number for case in cases) == list(range(12))
    for case in cases:
        random = np.random.default_rng(stream(seed, "exercise-04", "a", case.number))
        size = int(random.integers(1, 8, endpoint=True))
        if not case.regime:
            assert case.inputs["n"] == size


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (Integer(low=parse(-20), high=parse(20)), abs),
        (Choice(options=([1, 2, 3], [1], [[1, 2], [3, 4]], [])), np.size),
    ],
    ids=["whole numbers", "lists"],
)
def test_whole_numbers_and_lists_have_a_size_too(kind: Generator, size: Callable[[Any], int]) -> None:
    cases = drawn(item("a", 15), inputs={"x": kind}, parameters=("x",))
    sizes = [size(case.inputs["x"]) for case in cases]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) > 1


def test_the_constants_of_a_function_are_its_size() -> None:
    inputs = {"n": SIZE, "m": Vector(size=parse("n")), "f": ExpressionInput(text=parse("sum((x - m)**2)"))}
    cases = drawn(item("a", 15), inputs=inputs, parameters=("f",))
    sizes = [len(named(case, "m")) for case in cases]
    assert sizes == sorted(sizes)


def test_helpers_have_no_say_in_the_order() -> None:
    inputs = {"k": Integer(low=parse(1), high=parse(100)), "b": Vector(size=parse("3 + 0 * k"))}
    cases = drawn(item("a", 10), inputs=inputs, parameters=("b",))
    assert [case.number for case in cases] == list(range(10))


def test_cases_of_one_size_stand_in_the_order_of_their_numbers() -> None:
    cases = drawn(item("a", 10), inputs={"x": Real(exclude=("integer",))}, parameters=("x",))
    assert [case.number for case in cases] == list(range(10))


# Regimes.


def test_every_regime_has_its_turn() -> None:
    cases = sorted(drawn(item("a", 25)), key=lambda case: case.number)
    turns = ["n: lowest", "n: highest"]
    turns += [f"{name}: {word}" for name in "Ab" for word in ("zeros", "repeated", "negative", "integers", "offset")]
    turns += ["c: zero", "c: negative", "c: integer"]
    assert [case.regime for case in cases] == turns + [""] * (25 - len(turns))


def test_a_case_shows_what_its_regime_says_and_only_there() -> None:
    by_regime: dict[str, Mapping[str, Any]] = {case.regime: case.inputs for case in drawn(item("a", 25))}
    assert by_regime["n: lowest"]["n"] == 1
    assert by_regime["n: highest"]["n"] == 8
    assert not np.any(by_regime["A: zeros"]["A"])
    assert np.any(by_regime["A: zeros"]["b"])
    assert by_regime["b: integers"]["b"].dtype == np.int64
    assert by_regime["b: integers"]["A"].dtype == np.float64
    assert np.all(by_regime["b: offset"]["b"] > 900)
    assert by_regime["c: zero"]["c"] == 0.0
    assert by_regime["c: negative"]["c"] < 0
    assert type(by_regime["c: integer"]["c"]) is int


def test_regimes_come_first_where_there_are_few_cases() -> None:
    cases = drawn(item("a", 2))
    assert {case.regime for case in cases} == {"n: lowest", "n: highest"}


def test_an_excluded_regime_does_not_occur() -> None:
    check = item("a", 30, {"A": Symmetric(size=parse("n"), exclude=("zeros", "offset"))})
    regimes = {case.regime for case in drawn(check)}
    assert not regimes & {"A: zeros", "A: offset"}
    assert {"A: repeated", "b: zeros"} <= regimes


# Which inputs a case has.


def test_helpers_are_drawn_but_not_handed_over() -> None:
    (case,) = drawn(item("a", 1))
    assert set(case.inputs) == {"n", "A", "b", "c"}
    assert case.arguments == ("A", "b", "c")
    assert len(case.call().arguments) == 3


def test_a_check_may_override_an_input_and_add_one_of_its_own() -> None:
    check = item("a", 10, {"r": Literal(value=3), "n": Computed(formula=parse("r + 1"))})
    assert all(case.inputs["n"] == 4 for case in drawn(check))
    assert all(case.inputs["r"] == 3 for case in drawn(check))
    assert {len(named(case, "b")) for case in drawn(check)} == {4}


def test_an_input_named_like_a_word_of_the_language_is_drawn_where_it_is_used() -> None:
    inputs = {"size": Literal(value=4), "x": Vector(size=parse("size"))}
    (case,) = drawn(item("a", 1), inputs=inputs, parameters=("x",))
    assert named(case, "x").shape == (4,)


def test_a_choice_goes_by_the_number_of_the_case() -> None:
    inputs = {"n": Choice(options=(5, 1, 3)), "b": Vector(size=parse("n"))}
    cases = drawn(item("a", 6), inputs=inputs, parameters=("b",))
    assert {case.number: case.inputs["n"] for case in cases} == {0: 5, 1: 1, 2: 3, 3: 5, 4: 1, 5: 3}


def test_every_case_has_a_generator_of_its_own() -> None:
    cases = drawn(item("a", 20), inputs={"rng": Rng()}, parameters=("rng",))
    assert len({case.inputs["rng"] for case in cases}) == 20


def test_the_generator_handed_over_says_nothing_about_the_stream() -> None:
    (case,) = drawn(item("a", 1), inputs={"rng": Rng()}, parameters=("rng",))
    assert named(case, "rng").key != stream(1, "exercise-04", "a", 0)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Vector(size=parse("n / 2 + 0.25")), "whole number"),
        (Vector(size=parse("-n")), "size of at least 0"),
        (Matrix(shape=(parse("n"), parse("v"))), "v"),
        (Vector(size=parse("n"), center=parse("v")), "v"),
        (Real(low=parse("n"), high=parse("-n")), "no number from"),
        (Computed(formula=parse("solve(zeros(n), v)")), "solve"),
        (Vector(size=parse("n * inf")), "inf"),
    ],
    ids=["fraction", "negative", "vector for size", "vector for center", "bounds", "singular", "infinite"],
)
def test_an_input_that_cannot_be_drawn_is_a_judge_error_that_names_it_and_its_check(
    kind: Generator, words: str
) -> None:
    inputs = {"n": SIZE, "v": Literal(value=np.zeros(2)), "x": kind}
    with pytest.raises(JudgeError, match=rf"the input 'x' of check 'a' cannot be drawn: .*{words}"):
        drawn(item("a", 3), inputs=inputs, parameters=("x",))


# --- the ladder


def ladder(
    check: CheckItem,
    *,
    name: str = "exercise-04",
    inputs: Mapping[str, Generator] = INPUTS,
    parameters: tuple[str, ...] = ("A", "b", "c"),
) -> tuple[Case, ...]:
    return draw_ladder(Source(name, exercise(check, inputs=inputs, parameters=parameters)), check)


def test_a_ladder_has_up_to_fifty_rungs_numbered_from_the_simplest() -> None:
    rungs = ladder(item("a"))
    assert 30 <= len(rungs) <= RUNGS_CAP
    assert [rung.number for rung in rungs] == list(range(len(rungs)))
    sizes = [np.asarray(rung.inputs["A"]).size for rung in rungs]
    assert sizes == sorted(sizes)
    assert sizes[0] == 1
    assert 4 in sizes


def test_the_first_rungs_are_made_of_small_whole_numbers() -> None:
    for rung in ladder(item("a")):
        A = np.asarray(rung.inputs["A"])
        assert np.array_equal(A, np.round(A))
        assert np.max(np.abs(A), initial=0) <= 9


def test_no_rung_occurs_twice() -> None:
    rungs = ladder(item("a"))
    assert len({str(bits((rung,))[0]) for rung in rungs}) == len(rungs)


def test_a_ladder_is_the_same_every_time_and_another_for_another_check() -> None:
    assert bits(ladder(item("a"))) == bits(ladder(item("a")))
    assert bits(ladder(item("a"))) != bits(ladder(item("b")))


def test_there_is_no_ladder_where_all_inputs_are_written_out() -> None:
    fixed: Mapping[str, Generator] = {"A": Literal(value=1), "b": Literal(value=2), "c": Literal(value=3)}
    assert ladder(item("a", inputs=fixed)) == ()


def test_there_is_no_ladder_where_small_samples_say_nothing() -> None:
    check = CheckItem(name="a", points=Fraction(1), compare=Distribution(cdf=parse("x"), size="n"))
    assert ladder(check) == ()


def test_simple_values_that_do_not_go_together_are_left_out() -> None:
    inputs: Mapping[str, Generator] = {
        "n": Integer(low=parse(1), high=parse(3)),
        "k": Integer(low=parse(2), high=parse("2 * n - 1")),
    }
    rungs = ladder(item("a"), inputs=inputs, parameters=("n", "k"))
    assert {(rung.inputs["n"], rung.inputs["k"]) for rung in rungs} == {(2, 2), (2, 3), (3, 2), (3, 3), (3, 4), (3, 5)}
