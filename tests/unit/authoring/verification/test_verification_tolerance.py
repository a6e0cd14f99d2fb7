"""How far answers are from the line."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.author_code import runner
from grader.authoring.verification import Status
from grader.authoring.verification.subject import Subject
from grader.authoring.verification.tolerance import DECADES, Distances, Lines


@pytest.fixture(scope="module")
def plane(subject: Callable[[str], Subject]) -> Subject:
    return subject("exercise-04")


@pytest.mark.parametrize(
    ("error", "decade"),
    [(0.0, DECADES[0]), (2e-13, -0.5), (5e-13, 0), (2e-12, 0.5), (5e-14, -1), (5e-11, 2), (3e-6, None), (3e-7, 6)],
)
def test_the_reach_is_the_decade_of_the_tolerance_that_an_error_needs(
    plane: Subject, error: float, decade: float | None
) -> None:
    lines = Lines(plane, plane.run(plane.reference_file))
    check, cases = next(iter(plane.cases(5)))
    case = next(case for case in cases if not case.regime)
    size = float(np.max(np.abs(np.asarray(case.inputs["p"])[:2])))

    def off(p: object) -> object:
        return np.array([*np.asarray(p)[:2], 0.0]) + np.array([0.0, 0.0, error * size])

    assert lines.reach(check, case, runner(off), 5) == decade


def test_a_right_answer_near_the_line_is_a_warning_and_so_is_a_wrong_one(plane: Subject) -> None:
    right = {"accepted/near": {"random points": 0}, "single precision": {"random points": 4}}
    found = {"right": right, "wrong": {"mistakes/near": [1, 2]}}
    (line,) = Distances().conclude(plane, [found])
    assert line.status is Status.WARNING
    assert line.details == (
        "near is refused in “random points” with a tenth of the tolerance",
        "near gets full points with ten times the tolerance",
    )


def test_single_precision_on_the_line_is_a_warning(plane: Subject) -> None:
    found = {"right": {"accepted/far": {"c": -4}, "single precision": {"c": 0.5, "d": 1}}, "wrong": {}}
    (line,) = Distances().conclude(plane, [found])
    assert line.status is Status.WARNING
    assert len(line.details) == 1
    assert "refused in “c” by a factor of less than about three" in line.details[0]


def test_answers_far_from_the_line_are_told_in_figures(plane: Subject) -> None:
    proof = Distances()
    (part,) = proof.parts(plane, (plane.public_seed, 1, 2))
    (line,) = proof.conclude(plane, [proof.examine(plane, part)])
    assert line.status is Status.PROVED
    assert line.text == (
        "accepted solutions use less than 1e-9 of the tolerance at most; single precision is refused in 1 of 2 checks; "
        "mistakes are refused with 100 times the tolerance, too"
    )
