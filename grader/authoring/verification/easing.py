"""Every tolerance of an exercise times a factor: how far an answer is from the line is found by moving the line."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, Final

from grader.authoring.verification.subject import Subject
from grader.checks import Check
from grader.fields import Described
from grader.generators import Generator
from grader.model import Tolerance
from grader.spec.course import ToleranceItem
from grader.spec.exercise import CheckItem, Exercise

TOLERANCES: Final = frozenset(
    [
        "rtol",
        "atol",
        "max",
        "below",
        "within",
        "values",
        "reconstruction",
        "orthogonality",
        "zeros",
        "feasibility",
        "stationarity",
    ]
)
"""Fields of kinds of checks that say how large an error may be."""


def eased(subject: Subject, factor: float) -> Subject:
    """Return the same exercise with all its tolerances, and the course's own, times a factor."""
    found = object.__new__(Subject)
    found.__dict__.update(subject.__dict__)
    known: Tolerance = subject.course.tolerance
    tolerance = ToleranceItem(rtol=known.rtol * factor, atol=known.atol * factor)
    found.course = replace(subject.course, file=replace(subject.course.file, tolerance=tolerance))
    found.exercise = _eased_exercise(subject.exercise, factor)
    found.source = replace(subject.source, exercise=found.exercise)
    return found


def has_tolerance(check: CheckItem) -> bool:
    """Return whether a check draws a line that can be moved: not if answers are exact, or judged by statistics."""
    return bool(check.compare or check.calls) and not check.rule.tests() and _moves(check.rule)


def _eased_exercise(exercise: Exercise, factor: float) -> Exercise:
    return replace(exercise, checks=tuple(_eased(check, factor) for check in exercise.checks))


def _eased(value: Any, factor: float) -> Any:
    """Return a rule, or whatever holds rules, with all tolerances inside it times a factor."""
    if isinstance(value, dict):
        return {key: _eased(item, factor) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_eased(item, factor) for item in value)
    if isinstance(value, Generator) or not isinstance(value, Described):
        return value
    changed = {}
    for item in fields(value):  # type: ignore[arg-type] # all that is described is a dataclass
        old = getattr(value, item.name)
        if isinstance(value, Check) and item.name in TOLERANCES and isinstance(old, int | float):
            changed[item.name] = old * factor
        elif isinstance(old, Described | Mapping | tuple):
            changed[item.name] = _eased(old, factor)
    return replace(value, **changed) if changed else value


def _moves(rule: Check) -> bool:
    own = {item.name for item in fields(rule)} & TOLERANCES  # type: ignore[arg-type] # as above
    return bool(own) or any(_moves(part) for _, part in rule.parts())
