"""The examples in the kinds' own docstrings, run: they are what the reference page shows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader import registry
from grader.author_code import runner
from grader.authoring.examples import FUNCTION, Example, examples, exercise_of, function_of
from grader.cases import Source, draw_cases, draw_ladder, stream
from grader.checks import Conditions
from grader.conduct import judge_case
from grader.errors import JudgeError
from grader.model import Tolerance
from grader.sandbox.expressions import parse
from grader.sandbox.values import realise
from grader.spec.exercise import Exercise
from grader.spec.store import freeze, thaw

CHECKS = [(name, example) for name in registry.names("checks") for example in examples(registry.load("checks", name))]
INPUTS = [
    (name, example) for name in registry.names("generators") for example in examples(registry.load("generators", name))
]


def ids(pairs: list[tuple[str, Example]]) -> list[str]:
    return [f"{name}-{place}" for place, (name, _) in enumerate(pairs)]


def failing(exercise: Exercise, reference: Callable[..., Any], answer: Callable[..., Any]) -> list[str]:
    """Return what is said of the cases on which an answer is refused."""
    (check,) = exercise.checks
    source = Source("example", exercise)
    conditions = Conditions(
        Tolerance(), exercise.tests(), lambda number, purpose: stream(0, "example", "a", number, purpose), FUNCTION
    )
    said = []
    for case in draw_cases(source, check, 0):
        expected = check.rule.prepare(case, runner(reference), conditions)
        outcome, _ = judge_case(exercise, check, case, expected, runner(answer))
        if not outcome.accepted:
            said.append(outcome.message)
    return said


@pytest.mark.parametrize(("name", "example"), CHECKS, ids=ids(CHECKS))
def test_the_example_of_a_check_accepts_and_refuses(name: str, example: Example) -> None:
    data = example.data
    exercise = exercise_of(data, data.get("cases", 8))
    assert freeze(thaw(freeze(exercise))) == freeze(exercise)
    rule = exercise.checks[0].rule
    assert name in {rule.kind, *(part.kind for _, part in rule.parts())}
    reference = function_of(data["reference"])
    assert failing(exercise, reference, reference) == []
    assert failing(exercise, reference, function_of(data["right"])) == []
    said = failing(exercise, reference, function_of(data["wrong"]))
    assert said
    assert all(said)


@pytest.mark.parametrize(("name", "example"), INPUTS, ids=ids(INPUTS))
def test_the_example_of_an_input_holds_for_every_case_and_rung(name: str, example: Example, tmp_path: Path) -> None:
    data = example.data
    names = ", ".join(data["inputs"])
    exercise = exercise_of({**data, "reference": f"lambda {names}: 0", "compare": "exact"}, 40)
    example.write_files(tmp_path)
    source = Source("example", exercise, str(tmp_path))
    assert any(kind.kind == name for kind in exercise.inputs.values())
    (check,) = exercise.checks
    cases = [*draw_cases(source, check, 0), *draw_cases(source, check, 1), *draw_ladder(source, check)]
    formula = parse(data["holds"])
    for case in cases:
        value = formula.evaluate({name: realise(item) for name, item in case.inputs.items()})
        assert bool(np.all(value)), case  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("family", "name"), [(family, name) for family in ("checks", "generators") for name in registry.names(family)]
)
def test_every_kind_has_an_example(family: str, name: str) -> None:
    assert examples(registry.load(family, name))


def test_an_unusable_reference_is_told() -> None:
    data = {"inputs": {"x": 1}, "compare": "allclose", "reference": "lambda x: None"}
    with pytest.raises(JudgeError):
        failing(exercise_of(data, 1), lambda x: None, lambda x: None)
