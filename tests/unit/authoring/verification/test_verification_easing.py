"""Tolerances that are moved: all of them, at every depth, and nothing else."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from grader import registry
from grader.authoring.verification.easing import TOLERANCES, eased, has_tolerance
from grader.authoring.verification.subject import Subject
from grader.checks import Check
from grader.checks.allclose import AllClose
from grader.checks.exact import Exact
from grader.checks.function import ReturnedFunction
from grader.checks.returns import Returns
from grader.sandbox.expressions import parse
from grader.spec.exercise import CheckItem

CLOSE = AllClose(rtol=1e-6, atol=1e-9)


def moved(subject: Subject, rule: Check, factor: float) -> Check:
    """Return a rule as it is in an eased exercise."""
    check = CheckItem(name="c", points=Fraction(1), compare=rule)
    changed = object.__new__(Subject)
    changed.__dict__.update(subject.__dict__)
    changed.exercise = type(subject.exercise)(**{**vars(subject.exercise), "checks": (check,)})
    return eased(changed, factor).exercise.checks[0].rule


def test_a_tolerance_is_multiplied(subject: Callable[[str], Subject]) -> None:
    assert moved(subject("exercise-01"), CLOSE, 1024.0) == AllClose(rtol=1024e-6, atol=1024e-9)


def test_a_tolerance_inside_another_check_is_too(subject: Callable[[str], Subject]) -> None:
    fields = Returns(fields={"a": CLOSE, "b": Exact()})
    expected = {"a": AllClose(rtol=0.25e-6, atol=0.25e-9), "b": Exact()}
    assert moved(subject("exercise-01"), fields, 0.25) == Returns(fields=expected)


def test_the_courses_own_tolerance_is_moved_for_checks_that_state_none(subject: Callable[[str], Subject]) -> None:
    before = subject("exercise-01")
    after = eased(before, 100.0)
    assert after.course.tolerance.rtol == pytest.approx(100 * before.course.tolerance.rtol)
    assert after.course.tolerance.atol == pytest.approx(100 * before.course.tolerance.atol)
    assert moved(before, AllClose(), 100.0) == AllClose()


def test_inputs_points_and_feedback_stay_as_they_are(subject: Callable[[str], Subject]) -> None:
    before = subject("exercise-01").exercise
    after = eased(subject("exercise-01"), 1000.0).exercise
    assert after.inputs == before.inputs
    for one, other in zip(before.checks, after.checks, strict=True):
        assert (one.name, one.points, one.inputs, one.feedback) == (
            other.name,
            other.points,
            other.inputs,
            other.feedback,
        )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (CLOSE, True),
        (Exact(), False),
        (Returns(fields={"a": Exact()}), False),
        (Returns(fields={"a": Exact(), "b": CLOSE}), True),
    ],
)
def test_a_line_is_drawn_where_there_is_a_tolerance(rule: Check, expected: bool) -> None:
    assert has_tolerance(CheckItem(name="c", points=Fraction(1), compare=rule)) is expected


def test_every_tolerance_in_the_vocabulary_is_known_here() -> None:
    """A new kind whose tolerance has another name would be measured wrongly, without a word."""
    known = TOLERANCES | {"order", "power", "min_effect", "level", "points", "offsets", "scales"}
    for name in registry.names("checks"):
        kind = registry.load("checks", name)
        floats = {key for key, kind_of in kind.__annotations__.items() if "float" in str(kind_of)}
        assert floats <= known, name


def test_the_comparison_of_a_returned_function_is_moved_too(subject: Callable[[str], Subject]) -> None:
    rule = ReturnedFunction(at=(parse(0.5),), compare=CLOSE)
    found = moved(subject("exercise-01"), rule, 2.0)
    assert isinstance(found, ReturnedFunction)
    assert found.compare == AllClose(rtol=2e-6, atol=2e-9)
