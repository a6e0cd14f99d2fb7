"""What a frozen description says about itself: points, cases, and the inputs to draw."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from grader.errors import SpecError
from grader.spec.exercise import Exercise, ValueDescription

Read = Callable[[str], Exercise]
Edited = Callable[[str, str], Exercise]

COMPARE = "compare: {allclose: {rtol: 1e-9}}"
CHAIN = """\
title: t
difficulty: 1
statement: s
function:
  name: f
  about: a
  parameters: {A: {array: []}, k: {type: int}}
  returns: {type: float}
inputs:
  n: {integer: {}}
  m: {computed: 2 * n}
  A: {matrix: {shape: [n, m]}}
  s: {real: {}}
  t: {computed: s + 1}
  k: 3
checks:
  - name: one
    points: 0.1
    compare: exact
  - name: two
    points: 0.2
    visibility: hidden
    inputs: {r: {integer: {}}, q: 5, A: {vector: {size: r}}}
    compare: {allclose: {scale: t}}
  - name: three
    points: 1
    cases: 7
    inputs: {A: [[1, 2]], x: {computed: 3}, k: {computed: x}}
    compare: {determinant: m}
  - name: four
    points: 1
    inputs: {A: [[1, 2]]}
    raises: ValueError
"""


@pytest.fixture
def chain(read: Read) -> Exercise:
    """An exercise whose inputs depend on one another."""
    return read(CHAIN)


def test_points_are_added_exactly(chain: Exercise) -> None:
    assert chain.points == Fraction(23, 10)


def test_public_points_leave_out_hidden_checks(chain: Exercise) -> None:
    assert chain.public_points == Fraction(21, 10)


def test_the_one_rule_of_a_check_is_found(chain: Exercise) -> None:
    assert [check.rule.kind for check in chain.checks] == ["exact", "allclose", "determinant", "raises"]


def test_new_inputs_come_first_and_overriding_ones_keep_their_turn(chain: Exercise) -> None:
    kinds = chain.generators(chain.checks[1])
    assert list(kinds) == ["r", "q", "n", "m", "A", "s", "t", "k"]
    assert kinds["A"].kind == "vector"


def test_a_check_without_inputs_has_those_of_the_exercise(chain: Exercise) -> None:
    assert chain.generators(chain.checks[0]) == dict(chain.inputs)


@pytest.mark.parametrize(
    ("check", "names"),
    [
        (0, ["n", "m", "A", "k"]),
        (1, ["r", "A", "s", "t", "k"]),
        (2, ["x", "n", "m", "A", "k"]),
        (3, ["A", "k"]),
    ],
    ids=["what parameters use", "what the scale uses", "the input that is named", "helpers fall out"],
)
def test_only_what_is_needed_is_drawn_in_order(chain: Exercise, check: int, names: list[str]) -> None:
    assert list(chain.drawn(chain.checks[check])) == names


@pytest.mark.parametrize(("check", "cases"), [(0, 20), (1, 20), (2, 7), (3, 1)])
def test_there_are_twenty_cases_unless_stated_and_one_where_nothing_is_drawn(
    chain: Exercise, check: int, cases: int
) -> None:
    assert chain.cases(chain.checks[check]) == cases


@pytest.mark.parametrize(
    ("kind", "cases"), [("[[1]]", 1), ("{computed: 3}", 1), ("{choice: [1, 2]}", 20), ("rng", 20), ("{real: {}}", 20)]
)
def test_only_written_and_computed_inputs_are_fixed(edited: Edited, kind: str, cases: int) -> None:
    exercise = edited(COMPARE, f"inputs: {{A: {kind}}}\n    {COMPARE}")
    assert exercise.cases(exercise.checks[0]) == cases


def test_statistical_tests_are_counted_over_all_cases_of_all_checks(edited: Edited) -> None:
    one = "compare: {distribution: {cdf: x, size: n}}"
    exercise = edited(
        COMPARE, f"{COMPARE}\n  - {{name: b, points: 1, cases: 2, {one}}}\n  - {{name: c, points: 1, {one}}}"
    )
    assert exercise.tests() == 3 * 2 + 3 * 1


def test_an_exercise_without_samplers_makes_no_statistical_tests(chain: Exercise) -> None:
    assert chain.tests() == 0


@pytest.mark.parametrize("name", ["e", "pi", "size", "mean"])
def test_an_input_named_like_something_of_the_language_is_refused_or_used(edited: Edited, name: str) -> None:
    try:
        exercise = edited("A: {symmetric: {size: n}}", f"{name}: 3\n  A: {{computed: 2 * {name}}}")
    except SpecError:
        return
    assert name in exercise.drawn(exercise.checks[0])


@pytest.mark.parametrize(
    ("parts", "ok"),
    [
        ({"array": ()}, True),
        ({"type": "int"}, True),
        ({"tuple": {}}, True),
        ({"dict": {}}, True),
        ({}, False),
        ({"array": (), "type": "int"}, False),
    ],
)
def test_a_value_is_described_in_exactly_one_way(parts: dict[str, object], *, ok: bool) -> None:
    if ok:
        assert ValueDescription(**parts).about == ""  # type: ignore[arg-type] # right for each
    else:
        with pytest.raises(ValueError, match="exactly one of array, type, tuple and dict is needed"):
            ValueDescription(**parts)  # type: ignore[arg-type] # wrong on purpose


def test_a_description_cannot_be_changed(chain: Exercise) -> None:
    with pytest.raises(AttributeError):
        chain.title = "other"  # type: ignore[misc] # frozen
