"""What `prepare` takes from a reference, `judge` accepts from the same function: for every kind, by its own examples."""

import tempfile
from functools import partial
from pathlib import Path

import pytest

from grader import registry
from grader.author_code import runner
from grader.authoring.examples import FUNCTION, examples, exercise_of, function_of
from grader.cases import Source, draw_cases, stream
from grader.checks import Conditions, judged
from grader.errors import JudgeError
from grader.model import Tolerance

PLACES = [(name, i) for name in registry.names("checks") for i in range(len(examples(registry.load("checks", name))))]


@pytest.mark.parametrize("which", ["reference", "right", "wrong"])
@pytest.mark.parametrize(("name", "place"), PLACES)
def test_a_function_that_is_taken_for_the_reference_gets_full_points(name: str, place: int, which: str) -> None:
    example = examples(registry.load("checks", name))[place]
    exercise = exercise_of(example.data, 3)
    if exercise.tests():  # thousands of calls a case
        exercise = exercise_of(example.data, 1)
    (check,) = exercise.checks
    run = runner(function_of(example.data[which]))
    taken = 0
    with tempfile.TemporaryDirectory() as folder:
        example.write_files(Path(folder))
        for case in draw_cases(Source("examples", exercise, folder), check, 4):
            conditions = Conditions(Tolerance(), exercise.tests(), partial(stream, 4, "examples", check.name), FUNCTION)
            try:
                expected = check.rule.prepare(case, run, conditions)
            except JudgeError:
                assert which == "wrong" or case.regime
                continue
            taken += 1
            assert judged(check.rule, case, expected, run)[0].accepted
    assert taken or which == "wrong"
