"""`unordered`: each expected number has a partner of its own."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks._matching import matching
from grader.checks.unordered import Unordered
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value

INSIDE, OUTSIDE = 0.999, 1.001
COURSE = Tolerance(rtol=1e-6, atol=1e-9)
ROOTS = np.array([2.0, -5.0, 2.0, 1.0])


def judged(check: Unordered, expected: Value, answer: Value, **inputs: Value) -> Outcome:
    case = Case(1, inputs, tuple(inputs))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(COURSE, 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


# Matching.


@given(hnp.arrays(np.bool_, st.tuples(st.integers(0, 5), st.integers(0, 5))))
def test_a_matching_is_one_and_there_is_no_larger_one(near: NDArray[np.bool_]) -> None:
    partner = matching(near)
    pairs = [(int(row), column) for column, row in enumerate(partner) if row >= 0]
    assert all(near[pair] for pair in pairs)
    assert len({row for row, _ in pairs}) == len(pairs)
    wide = near if near.shape[0] <= near.shape[1] else near.T
    rows = range(len(wide))
    largest = max(sum(wide[i, places[i]] for i in rows) for places in permutations(range(wide.shape[1]), len(wide)))
    assert len(pairs) == largest


def test_giving_each_its_nearest_would_be_wrong() -> None:
    check = Unordered(rtol=0.0, atol=1.1, scale="unit")
    assert judged(check, [0.0, 1.0], [1.0, 2.0]).accepted  # 1 is nearest to 1, which would leave 2 for 0
    assert judged(check, [1.0, 0.0], [1.0, 2.0]).accepted
    assert judged(check, [0.0, 1.0, 2.0, 3.0], [4.0, 3.0, 2.0, 1.0]).accepted
    assert not judged(check, [0.0, 1.0, 2.0, 3.0], [4.2, 3.0, 2.0, 1.0]).accepted


def test_long_chains_of_partners_are_found_quickly() -> None:
    n = 300
    check = Unordered(rtol=0.0, atol=1.1, scale="unit")
    assert judged(check, np.arange(n), np.arange(n) + 1.0).accepted
    assert not judged(check, np.arange(n), np.r_[np.arange(1, n), n + 0.2]).accepted
    half = np.r_[np.zeros(n // 2), np.ones(n // 2)]
    assert not judged(Unordered(), half, np.r_[0.0, half[:-1]]).accepted


# Order and multiplicity.


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5], ids=repr)
def test_any_order_is_accepted(order: tuple[int, ...]) -> None:
    assert judged(Unordered(), ROOTS, ROOTS[list(order)]).accepted


@pytest.mark.parametrize("answer", [[2.0, -5.0, 1.0, 1.0], [2.0, 2.0, 2.0, 1.0], [2.0, 2.0, 5.0, 1.0]], ids=repr)
def test_multiplicity_counts(answer: list[float]) -> None:
    assert not judged(Unordered(), ROOTS, answer).accepted


def test_complex_numbers_are_compared_by_distance() -> None:
    roots = np.array([1 + 2j, 1 - 2j, 3.0])
    assert judged(Unordered(), roots, roots[::-1]).accepted
    assert not judged(Unordered(), roots, [1 + 2j, 1 + 2j, 3.0]).accepted
    check = Unordered(rtol=0.0, atol=1e-3)
    assert judged(check, roots, roots[::-1] + 3e-3 * INSIDE * (0.6 + 0.8j)).accepted
    assert not judged(check, roots, roots[::-1] + 3e-3 * OUTSIDE * (0.6 + 0.8j)).accepted


def test_small_imaginary_parts_count_as_distance_where_real_numbers_are_expected() -> None:
    assert judged(Unordered(rtol=1e-3), [1.0, 1.0], [1 + 1e-4j, 1 - 1e-4j]).accepted
    assert not judged(Unordered(rtol=1e-3), [1.0, 1.0], [1 + 1e-2j, 1 - 1e-2j]).accepted
    assert judged(Unordered(), [1.0 + 0j, 2.0], [2.0, 1.0]).accepted


def test_rows_or_columns_change_places_as_a_whole() -> None:
    A = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 4.0]])
    rows, columns = Unordered(items="rows"), Unordered(items="columns")
    assert judged(rows, A, A[[2, 0, 1]]).accepted
    assert not judged(rows, A, A[:, ::-1]).accepted
    assert judged(columns, A, A[:, ::-1]).accepted
    assert not judged(columns, A, A[[2, 0, 1]]).accepted
    mixed = np.array([[1.0, 4.0], [3.0, 4.0], [1.0, 2.0]])
    assert judged(rows, A, mixed).accepted
    assert not judged(rows, A, np.array([[1.0, 4.0], [3.0, 2.0], [1.0, 4.0]])).accepted
    assert judged(Unordered(), A, np.array([[1.0, 4.0], [3.0, 2.0], [1.0, 4.0]])).accepted
    assert judged(rows, A[None], A[None]).accepted


@pytest.mark.parametrize("shape", [(0,), (0, 2), (2, 0)])
def test_arrays_without_entries_are_accepted(shape: tuple[int, ...]) -> None:
    assert judged(Unordered(), np.zeros(shape), np.zeros(shape)).accepted
    if len(shape) == 2:
        assert judged(Unordered(items="rows"), np.zeros(shape), np.zeros(shape)).accepted
        assert judged(Unordered(items="columns"), np.zeros(shape), np.zeros(shape)).accepted


def test_a_single_number_is_compared_with_itself() -> None:
    assert judged(Unordered(), 2.0, 2.0).accepted
    assert not judged(Unordered(), 2.0, 2.1).accepted


def test_another_number_of_values_is_a_matter_of_shape() -> None:
    assert judged(Unordered(), ROOTS, ROOTS[:3]).aspect == "shape"
    assert judged(Unordered(), ROOTS, ROOTS[:, None]).aspect == "shape"


# Both sides of the tolerance.


@pytest.mark.parametrize("sign", [-1, 1])
def test_rtol_is_relative_to_the_expected_number(sign: int) -> None:
    check = Unordered(rtol=1e-3, atol=0.0)
    for place in range(4):
        step = np.zeros(4)
        step[place] = sign * 1e-3 * abs(ROOTS[place])
        assert judged(check, ROOTS, (ROOTS + INSIDE * step)[::-1]).accepted
        assert not judged(check, ROOTS, (ROOTS + OUTSIDE * step)[::-1]).accepted


@pytest.mark.parametrize(("scale", "size"), [("array", 5.0), ("unit", 1.0), (parse("norm(b)"), 13.0)])
def test_atol_is_relative_to_the_scale(scale: Any, size: float) -> None:
    check, b = Unordered(rtol=0.0, atol=1e-3, scale=scale), np.array([5.0, 12.0])
    step = np.array([0, 0, 0, size * 1e-3])
    assert judged(check, ROOTS, (ROOTS + INSIDE * step)[::-1], b=b).accepted
    assert not judged(check, ROOTS, (ROOTS + OUTSIDE * step)[::-1], b=b).accepted


def test_elementwise_leaves_nothing_to_zero() -> None:
    check = Unordered(scale="elementwise", atol=1e-3)
    assert judged(check, [0.0, 100.0], [100.1, 0.0]).accepted
    assert not judged(check, [0.0, 100.0], [100.0, 1e-300]).accepted


def test_the_tolerance_is_the_courses_by_default() -> None:
    allowed = 1e-6 * 2 + 1e-9 * 5
    assert judged(Unordered(), ROOTS, [1.0, 2.0 + allowed * INSIDE, 2.0, -5.0]).accepted
    assert not judged(Unordered(), ROOTS, [1.0, 2.0 + allowed * OUTSIDE, 2.0, -5.0]).accepted


@given(
    values=hnp.arrays(np.float64, st.integers(1, 5), elements=st.floats(-3, 3)),
    answer=hnp.arrays(np.float64, 5, elements=st.floats(-3, 3)),
    seed=st.integers(0, 2**32),
    atol=st.floats(0, 2),
    more=st.floats(0, 2),
)
def test_order_keeps_the_verdict_and_so_does_a_larger_tolerance(
    values: NDArray[np.float64], answer: NDArray[np.float64], seed: int, atol: float, more: float
) -> None:
    answer, random = answer[: len(values)], np.random.default_rng(seed)

    def accepted(atol: float, *, mixed: bool = False) -> bool:
        order = random.permutation(len(values)) if mixed else np.arange(len(values))
        return judged(Unordered(rtol=0.0, atol=atol, scale="unit"), values[order], random.permutation(answer)).accepted

    assert accepted(atol, mixed=True) == accepted(atol) <= accepted(atol + more)
    # Numbers on a line are matched best in their order.
    assert accepted(atol) == bool(np.all(np.abs(np.sort(answer) - np.sort(values)) <= atol))


# What is said.


def test_the_value_without_a_partner_is_named_with_the_one_left_over() -> None:
    outcome = judged(Unordered(rtol=1e-6, atol=0.0), ROOTS, [2.0, 1.0, -5.0, 2.03])
    message = "no value near 2 is left; it is expected twice, and the nearest one left over is 2.03: off by 0.03"
    assert outcome.message == f"{message}; allowed 2e-06"
    assert outcome.error == pytest.approx(0.03)
    assert outcome.allowed == pytest.approx(2e-6)


def test_of_several_the_furthest_is_named() -> None:
    outcome = judged(Unordered(), [1.0, 2.0, 3.0], [1.1, 2.5, 3.0])
    assert outcome.message.startswith("no value near 2 is left; the nearest one left over is 2.5: off by 0.5")
    outcome = judged(Unordered(), [1.0, 1.0, 1.0], [1.0, 7.0, 1.0])
    assert "it is expected three times, and" in outcome.message
    outcome = judged(Unordered(), [1.0] * 5, [1.0, 7.0, 1.0, 1.0, 1.0])
    assert "it is expected 5 times, and" in outcome.message


def test_complex_values_and_rows_are_shown_as_such() -> None:
    assert "near 1+2j is left; the nearest one left over is 1-2j" in judged(Unordered(), [1 + 2j], [1 - 2j]).message
    outcome = judged(Unordered(items="rows"), [[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [1.0, 2.5]])
    assert outcome.message.startswith("no row near [1, 2] is left; the nearest one left over is [1, 2.5]: off by 0.5")
    outcome = judged(Unordered(items="columns"), np.zeros((9, 1)), np.ones((9, 1)))
    assert outcome.message.startswith("no column near [0, 0, 0, 0, 0, 0, 0, 0, …] is left")


# Faults of the author's.


def test_references_that_cannot_be_matched_are_judge_errors() -> None:
    with pytest.raises(JudgeError, match="501 entries"):
        judged(Unordered(), np.zeros(501), np.zeros(501))
    with pytest.raises(JudgeError, match="has no rows"):
        judged(Unordered(items="rows"), ROOTS, ROOTS)
    for value in [None, [np.nan], "12", [1.0, [2.0]]]:
        with pytest.raises(JudgeError):
            judged(Unordered(), value, ROOTS)


def test_the_formula_of_the_scale_is_told_to_the_rules() -> None:
    assert [formula.text for _, formula in Unordered(scale=parse("norm(b)")).own_formulas()] == ["norm(b)"]


# Independent methods.


def by_durand_kerner(coefficients: NDArray[Any]) -> NDArray[Any]:
    n = len(coefficients) - 1
    roots = (0.4 + 0.9j) ** np.arange(n) * (1 + np.max(np.abs(coefficients)))
    for _ in range(200):
        for i in range(n):
            others = np.prod(roots[i] - np.delete(roots, i))
            roots[i] -= np.polyval(coefficients, roots[i]) / others
    return np.asarray(roots)


def test_other_methods_for_roots_are_accepted_and_errors_of_ten_tolerances_are_not() -> None:
    for seed in range(200):
        random = np.random.default_rng(seed)
        n = int(random.integers(1, 4))
        coefficients = np.append(1.0, random.integers(-5, 6, n).astype(float)) + (0.1j if seed % 2 else 0.07)
        coefficients /= coefficients[0]
        expected = np.roots(coefficients)
        distances = np.abs(expected[:, None] - expected) + 9 * np.eye(n)
        if np.min(distances, initial=9.0) < 0.1:
            continue
        assert judged(Unordered(), expected, random.permutation(by_durand_kerner(coefficients))).accepted
        answer, place = expected.astype(complex), int(random.integers(n))
        allowed = 1e-6 * abs(expected[place]) + 1e-9 * np.max(np.abs(expected))
        answer[place] += 10 * allowed * np.exp(2j * np.pi * random.random())
        assert not judged(Unordered(), expected, random.permutation(answer)).accepted
