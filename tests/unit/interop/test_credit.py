"""What a test cell earns, beside what nbgrader gives for the same outputs."""

import math
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.interop.credit import credit
from grader.interop.running_cells import Ran

pytest.importorskip("nbgrader")

POINTS: Final = 2


def _theirs(ran: Ran) -> float:
    """Return what nbgrader gives for the outputs that a kernel would have written."""
    from nbformat.v4 import new_code_cell, new_output
    from nbgrader.utils import determine_grade

    outputs: list[Any] = []
    if ran.printed:
        outputs.append(new_output("stream", name="stdout", text=ran.printed))
    if ran.warned:
        outputs.append(new_output("stream", name="stderr", text=ran.warned))
    if ran.error:
        outputs.append(new_output("error", ename="Error", evalue="", traceback=[ran.error]))
    if ran.shown:
        outputs.append(new_output("execute_result", {"text/plain": ran.shown}, execution_count=1))
    known = {"grade": True, "solution": False, "points": POINTS, "grade_id": "x"}
    found, _ = determine_grade(new_code_cell("x", outputs=outputs, metadata={"nbgrader": known}))
    return float(found)


@pytest.mark.parametrize(
    "ran",
    [
        Ran(),
        Ran(printed="all right\n"),
        Ran(warned="careful\n"),
        Ran(error="AssertionError"),
        Ran(printed="so far so good\n", error="AssertionError"),
        Ran(warned="careful\n", shown="2", number=2.0),
        Ran(error="this took longer than 4 s, and was ended"),
        Ran(shown="0", number=0.0),
        Ran(shown="2.0", number=2.0),
    ],
)
def test_these_earn_what_nbgrader_gives(ran: Ran) -> None:
    assert credit(ran, Fraction(POINTS)).score == _theirs(ran)


@given(st.floats(0, POINTS))
def test_a_number_within_the_points_earns_what_nbgrader_gives(number: float) -> None:
    ran = Ran(shown=repr(number), number=number)
    assert credit(ran, Fraction(POINTS)).score == _theirs(ran)


@pytest.mark.parametrize(
    ("ran", "score"),
    [
        (Ran(shown="-1", number=-1.0), 0.0),
        (Ran(shown="-inf", number=-math.inf), 0.0),
        (Ran(shown="nan", number=math.nan), None),
        (Ran(shown="np.float64(0.0)", number=0.0), 0.0),
        (Ran(shown="np.float64(1.5)", number=1.5), 1.5),
        (Ran(shown="False"), None),
        (Ran(shown="True"), None),
        (Ran(shown="'0'"), None),
        (Ran(shown="[1, 4]"), None),
    ],
)
def test_here_nbgrader_gives_all_points_and_we_do_not(ran: Ran, score: float | None) -> None:
    assert _theirs(ran) == POINTS
    found = credit(ran, Fraction(POINTS))
    assert found.score == score
    assert bool(found.why) is (score is None)


def test_a_value_above_the_points_is_no_score_where_nbgrader_ends() -> None:
    ran = Ran(shown="3", number=3.0)
    with pytest.raises(ValueError, match="greater than maximum"):
        _theirs(ran)
    found = credit(ran, Fraction(POINTS))
    assert found.score is None
    assert "above the 2" in found.why


def test_a_test_that_looks_at_a_picture_gets_no_score_even_if_it_fails() -> None:
    assert credit(Ran(error="AssertionError", drew=True), Fraction(1)).score is None


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_no_value_ever_earns_less_than_nothing_or_more_than_all(number: float) -> None:
    score = credit(Ran(shown=repr(number), number=number), Fraction(POINTS)).score
    assert score is None or 0 <= score <= POINTS
