"""Results as plain data, and back again without a loss."""

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model import Verdict
from grader.plain_results import check_data, check_from, exact, exercise_data, rounded
from grader.results import CheckResult, Counterexample, ExerciseResult

texts = st.text(max_size=20)
points = st.fractions(0, 1000)
numbers = st.none() | st.floats(allow_nan=False)
examples = st.builds(
    Counterexample,
    inputs=st.dictionaries(texts, texts, max_size=3),
    expected=texts,
    got=texts,
    error=numbers,
    allowed=numbers,
    replay=texts,
)
checks = st.builds(
    CheckResult,
    name=texts,
    verdict=st.sampled_from(Verdict),
    score=st.none() | points,
    points=points,
    visibility=st.sampled_from(["public", "hidden"]),
    cases=st.integers(0, 100),
    passed=st.integers(0, 100),
    message=texts,
    feedback=texts,
    mistake=st.none() | st.text(min_size=1, max_size=20),
    counterexample=st.none() | examples,
    notes=st.lists(texts, max_size=3).map(tuple),
    printed=texts,
    trace=texts,
)


@given(checks)
@settings(deadline=None, derandomize=True)
def test_a_check_survives_json(check: CheckResult) -> None:
    assert check_from(json.loads(json.dumps(check_data(check, exact), allow_nan=False))) == check


@given(checks)
@settings(deadline=None, derandomize=True)
def test_parts_that_say_nothing_may_be_left_out(check: CheckResult) -> None:
    data = {
        name: part for name, part in check_data(check, exact).items() if part or name in ("score", "counterexample")
    }
    assert check_from({"name": "", **data}) == check


@pytest.mark.parametrize(
    ("value", "text"), [(None, None), (Fraction(7, 2), "7/2"), (Fraction(3), "3"), (Fraction(1, 3), "1/3")]
)
def test_exact_numbers_are_texts(value: Fraction | None, text: str | None) -> None:
    assert exact(value) == text


@pytest.mark.parametrize(
    ("value", "number"),
    [(None, None), (Fraction(7, 2), 3.5), (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"), (1e-300, 1e-300)],
)
def test_numbers_of_a_report_are_json(value: float | Fraction | None, number: object) -> None:
    assert rounded(value) == number


def test_an_exercise_is_written_with_the_numbers_that_are_asked_for() -> None:
    check = CheckResult("c", Verdict.PARTIAL, Fraction(1, 3), Fraction(2))
    exercise = ExerciseResult("e", "T", "t", "s", Verdict.PARTIAL, Fraction(1, 3), Fraction(2), (check,))
    as_text, as_float = exercise_data(exercise, exact), exercise_data(exercise, rounded)
    assert (as_text["score"], as_text["points"], as_text["points_hidden"]) == ("1/3", "2", "0")
    assert (as_float["score"], as_float["points"], as_float["points_hidden"]) == (1 / 3, 2.0, 0.0)
    assert as_text["checks"] == [check_data(check, exact)]
