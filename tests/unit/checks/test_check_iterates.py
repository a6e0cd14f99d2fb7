"""`iterates`: a path is compared step by step, and the first wrong step is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from grader.author_code import normal_form
from grader.checks import Conditions
from grader.checks.iterates import STEPS_CAP, Iterates
from grader.errors import JudgeError
from grader.model import Answer, Case, Outcome, Tolerance, Verdict
from grader.sandbox.expressions import parse
from grader.sandbox.values import Handle, Opaque, Value

INSIDE, OUTSIDE = 0.999, 1.001
X0 = np.array([4.0, -2.0])
PATH = np.array([X0 * 0.5**k for k in range(5)])
CHECK = Iterates(start=parse("x0"))
EXACT_SCALE = 4.0


def judged(expected: Value, answer: object, check: Iterates = CHECK, x0: Value = X0) -> Outcome:
    case = Case(1, {"x0": x0}, ("x0",))
    prepared = check.prepare(case, lambda call: Answer(expected), Conditions(Tolerance(1.0, 1.0), 0, lambda *_: 0))
    return check.judge(case, prepared, [Answer(normal_form(answer))])


def off(step: int, entry: int, size: float) -> NDArray[np.float64]:
    path = PATH.copy()
    path[step, entry] += size
    return path


@pytest.mark.parametrize("answer", [PATH, PATH.tolist(), [tuple(row) for row in PATH], list(PATH)], ids=type)
def test_a_path_may_be_an_array_or_a_list_of_steps(answer: object) -> None:
    assert judged(PATH, answer).accepted
    assert judged(list(PATH), answer).accepted


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_every_entry_has_both_tolerances(sign: float) -> None:
    allowed = 1e-6 * 0.25 + 1e-9 * EXACT_SCALE
    assert judged(PATH, off(3, 1, sign * allowed * INSIDE)).accepted
    assert not judged(PATH, off(3, 1, sign * allowed * OUTSIDE)).accepted
    loose = Iterates(start=parse("x0"), rtol=0.0, atol=1e-2)
    assert judged(PATH, off(3, 1, sign * 4e-2 * INSIDE), loose).accepted
    assert not judged(PATH, off(3, 1, sign * 4e-2 * OUTSIDE), loose).accepted


def test_the_first_wrong_step_is_named_and_those_before_it() -> None:
    answer = off(3, 1, 0.5)
    answer[4] += 100
    outcome = judged(PATH, answer)
    assert outcome.verdict is Verdict.WRONG_ANSWER
    assert outcome.message == "step 3 is off by 0.5 at [1]; allowed 2.5e-07; steps 0 to 2 agree"
    assert outcome.error == pytest.approx(0.5)
    assert outcome.allowed == pytest.approx(2.54e-7)
    assert judged(PATH, off(1, 0, 1.0)).message.endswith("; step 0 agrees")


def test_a_scalar_iteration_has_no_place_inside_a_step() -> None:
    path = np.array([1.0, 0.5, 0.25])
    assert judged(path, path, x0=1.0).accepted
    assert judged(path, [1.0, 0.5, 0.3], x0=1.0).message == "step 2 is off by 0.05; allowed 2.5e-07; steps 0 to 1 agree"


def test_steps_may_be_matrices() -> None:
    path = np.array([np.eye(2) * 0.5**k for k in range(3)])
    wrong = path.copy()
    wrong[2, 1, 0] = 1.0
    assert judged(path, path, x0=np.eye(2)).accepted
    assert "step 2 is off by 1 at [1, 0]" in judged(path, wrong, x0=np.eye(2)).message


def test_steps_may_be_complex() -> None:
    path = np.array([1j, 0.5j])
    assert judged(path, [1j, 0.5j], x0=1j).accepted
    assert not judged(path, [1j, 0.5], x0=1j).accepted


def test_no_step_leaves_the_starting_point() -> None:
    assert judged(PATH[:1], [X0]).accepted
    assert judged(PATH[:1], [X0 + 1]).message.endswith("; step 0 is the starting point")


# Paths of another length.


ROWS = "rows, expected 5: the starting point and 4 steps"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (PATH[1:], f"returned 4 {ROWS}; the starting point itself is missing"),
        (PATH[:-1], f"returned 4 {ROWS}; the last step is missing"),
        (PATH[:2], f"returned 2 {ROWS}; the last 3 steps are missing"),
        (np.vstack([PATH, PATH[-1:] / 2]), f"returned 6 {ROWS}; these agree, and 1 step too many follows"),
        (np.vstack([PATH, PATH]), f"returned 10 {ROWS}; these agree, and 5 steps too many follow"),
        (-PATH[1:], f"returned 4 {ROWS}"),
        (np.full((4, 2), np.nan), f"returned 4 {ROWS}"),
        (np.full((6, 2), np.inf), f"returned 6 {ROWS}"),
        (np.zeros((0, 2)), f"returned 0 {ROWS}"),
        (PATH[-1], "returned shape (2,), expected shape (5, 2)"),
        (PATH.T, "returned shape (2, 5), expected shape (5, 2): are rows and columns exchanged?"),
        (PATH[:, :1], "returned shape (5, 1), expected shape (5, 2)"),
    ],
)
def test_a_path_of_another_shape_is_refused_and_explained(answer: object, message: str) -> None:
    outcome = judged(PATH, answer)
    assert (outcome.message, outcome.aspect) == (message, "shape")


def test_one_step_may_be_missing_or_too_many() -> None:
    assert judged(PATH[:2], PATH[:1]).message.endswith("the starting point and 1 step; the last step is missing")
    assert judged(PATH[:1], PATH[:2]).message.endswith("and 0 steps; these agree, and 1 step too many follows")


def test_a_path_that_starts_after_its_starting_point_is_told_so() -> None:
    shifted = np.vstack([PATH[1:], PATH[-1:] / 2])
    assert judged(PATH, shifted).message.endswith("; step 0 is the starting point, and it is missing")


def test_one_array_appended_again_and_again_is_recognised() -> None:
    assert "instead of copies?" in judged(PATH, np.tile(PATH[-1], (5, 1))).message
    still = np.tile(X0, (3, 1))
    assert judged(still, still).accepted
    assert "instead of copies?" not in judged(still, still + 1).message


# What is no path at all.


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "returned None"),
        ("path", "a text"),
        ({"path": [1.0]}, "a dict"),
        (3.0, "a single number"),
        ([[1.0, 2.0], [1.0]], "different lengths"),
        (np.where(PATH < -1, np.nan, PATH), "entry [0, 1] is nan"),
        (np.where(PATH < -1, np.inf, PATH), "entry [0, 1] is inf"),
        (PATH + 1j, "complex"),
        (PATH > 0, "truth values"),
        (iter(PATH), "a generator"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_made_of_finite_numbers_is_refused(answer: object, words: str) -> None:
    assert words in judged(PATH, answer).message


def test_a_step_beyond_all_floats_is_refused_quietly() -> None:
    path = np.array([1.5e308, 1.0])
    assert judged(path, [1.5e308, -1.7e308], x0=1.5e308).verdict is Verdict.WRONG_ANSWER
    assert judged(-path, path, x0=-1.5e308).error is None


def test_single_precision_counts_where_the_start_has_it() -> None:
    path = PATH.astype(np.float32)
    path[1] *= np.float32(1 + 8e-6)
    assert judged(PATH, path, x0=X0.astype(np.float32)).notes
    assert not judged(PATH, path).accepted
    assert not judged(PATH, path.astype(np.float64), x0=X0.astype(np.float32)).accepted


# References.


@pytest.mark.parametrize(
    "value",
    [None, "x", 3.0, [], [1.0, np.nan], {"x": 1}, True, Handle(0), Opaque("x", "x"), [[1.0], [2.0, 3.0]]],
    ids=repr,
)
def test_a_reference_that_gives_no_path_is_a_judge_error(value: Value) -> None:
    with pytest.raises(JudgeError, match="is not a path"):
        judged(value, 1.0, x0=1.0)


def test_a_reference_with_too_many_steps_is_a_judge_error() -> None:
    assert judged(0.5 ** np.arange(STEPS_CAP + 1), 0.5 ** np.arange(STEPS_CAP + 1), x0=1.0).accepted
    with pytest.raises(JudgeError, match="took 21 steps; at most 20"):
        judged(0.5 ** np.arange(STEPS_CAP + 2), 1.0, x0=1.0)


def test_a_reference_that_does_not_begin_with_the_start_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="does not begin with x0"):
        judged(PATH[1:], PATH)
    with pytest.raises(JudgeError, match=r"'x0' has shape \(\), the steps of the reference solution have \(2,\)"):
        judged(PATH, PATH, x0=4.0)
    with pytest.raises(JudgeError, match="'x0' has shape none that can be read"):
        judged(PATH, PATH, x0="x")
    with pytest.raises(JudgeError, match="cannot be evaluated"):
        judged(PATH, PATH, Iterates(start=parse("inv(x0)")))


def test_a_complex_reference_whose_size_overflows_is_a_judge_error() -> None:
    with pytest.raises(JudgeError, match="too large"):
        judged([complex(1.7e308, 1.7e308)], [0j], x0=complex(1.7e308, 1.7e308))


def test_the_start_is_told_to_the_rules() -> None:
    assert [(path, formula.text) for path, formula in CHECK.own_formulas()] == [(("start",), "x0")]


@given(error=st.floats(-1, 1), step=st.integers(0, 4), rtol=st.floats(0, 1), atol=st.floats(0, 1), more=st.floats(0, 1))
def test_an_accepted_path_stays_accepted_as_the_tolerance_grows(
    error: float, step: int, rtol: float, atol: float, more: float
) -> None:
    def accepted(rtol: float, atol: float) -> bool:
        return judged(PATH, off(step, 0, error), Iterates(start=parse("x0"), rtol=rtol, atol=atol)).accepted

    assert accepted(rtol, atol) <= min(accepted(rtol + more, atol), accepted(rtol, atol + more))
