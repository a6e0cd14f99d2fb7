"""Which calls can be announced: those that a check makes of the very same objects whenever it is asked."""

import pytest

from grader import registry
from grader.author_code import runner
from grader.authoring.examples import FUNCTION, examples, exercise_of, function_of
from grader.cases import Source, draw_cases, stream
from grader.checks import Conditions
from grader.model import Tolerance

PLACES = [(name, i) for name in registry.names("checks") for i in range(len(examples(registry.load("checks", name))))]


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_what_asks_once_asks_for_the_same_objects_again(name: str, place: int) -> None:
    data = examples(registry.load("checks", name))[place].data
    exercise = exercise_of(data, 2)
    (check,) = exercise.checks
    if not check.rule.asks_once:
        return
    conditions = Conditions(
        Tolerance(), exercise.tests(), lambda number, purpose: stream(0, "example", "a", number, purpose), FUNCTION
    )
    for case in draw_cases(Source("example", exercise), check, 0):
        expected = check.rule.prepare(case, runner(function_of(data["reference"])), conditions)
        pairs = zip(check.rule.ask(case, expected), check.rule.ask(case, expected), strict=True)
        for one, other in pairs:
            assert [id(value) for value in one.arguments] == [id(value) for value in other.arguments]


def test_only_a_derivative_of_the_students_own_function_asks_for_more() -> None:
    asked = [
        exercise_of(example.data, 1).checks[0].rule.asks_once
        for example in examples(registry.load("checks", "gradient"))
    ]
    assert asked == [True, False]
    assert exercise_of(examples(registry.load("checks", "allclose"))[0].data, 1).checks[0].rule.asks_once
