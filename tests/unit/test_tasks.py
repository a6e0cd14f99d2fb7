"""A task: its checks, and the one case that is replayed."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.checks import Expected
from grader.checks.exact import Exact
from grader.errors import UsageError
from grader.generators.literal import Literal
from grader.model import Case
from grader.prepared import Mistake, Prepared, PreparedCheck
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.tasks import Task

NAMES = ("small", "ratio 1:2", "large")


def prepared(numbers: tuple[int, ...]) -> PreparedCheck:
    cases = tuple(Case(number, {"x": number}, ("x",)) for number in numbers)
    return PreparedCheck(cases, tuple(Expected(10 * number) for number in numbers))


@pytest.fixture
def task() -> Task:
    function = Function(
        name="f", about="About.", parameters={"x": ValueDescription(type="int")}, returns=ValueDescription(type="int")
    )
    checks = tuple(
        CheckItem(name=name, points=Fraction(1), compare=Exact(), needs=() if name == "small" else ("small",))
        for name in NAMES
    )
    exercise = Exercise(
        title="T", difficulty=1, statement="S", function=function, inputs={"x": Literal(value=1)}, checks=checks
    )
    data = Prepared({name: prepared((2, 0, 11)) for name in NAMES}, (Mistake("m", "feedback", {}),))
    return Task(
        id="exercise-01",
        exercise=exercise,
        prepared=data,
        submission=None,
        topic="t",
        section="s",
        seed=1,
        answer_file="exercise_01.py",
    )


def test_all_checks_are_run_as_they_are_described(task: Task) -> None:
    assert task.checks == task.exercise.checks


@pytest.mark.parametrize(("name", "place"), [("small", 0), ("ratio 1:2", 1), ("large", 2)])
def test_the_place_of_a_check_is_its_place_in_the_description(task: Task, name: str, place: int) -> None:
    assert task.check_place(name) == place


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [("0:2", "small", 2), ("small:0", "small", 0), ("ratio 1:2:11", "ratio 1:2", 11), ("2:11", "large", 11)],
)
def test_a_replay_has_one_check_and_one_case_of_that_number(task: Task, text: str, name: str, number: int) -> None:
    replay = task.only(text)
    assert [check.name for check in replay.checks] == [name]
    kept = replay.prepared.checks[name]
    assert [case.number for case in kept.cases] == [number]
    assert [expected.value for expected in kept.expected] == [10 * number]


def test_a_replay_keeps_the_places_of_the_description(task: Task) -> None:
    assert task.only("2:0").check_place("large") == 2


def test_a_replay_needs_no_other_check(task: Task) -> None:
    assert task.only("large:0").checks[0].needs == ()


def test_a_replay_knows_no_mistakes(task: Task) -> None:
    assert task.only("large:0").prepared.mistakes == ()


@pytest.mark.parametrize("text", ["", "0", "small", "3:0", "medium:0", "-1:0", ":0", "Small:0"])
def test_a_check_that_is_not_there_is_refused_with_those_that_are(task: Task, text: str) -> None:
    with pytest.raises(UsageError, match=r"0 \(small\), 1 \(ratio 1:2\), 2 \(large\)"):
        task.only(text)


def test_a_rung_of_the_ladder_is_named_behind_the_case(task: Task) -> None:
    replay = replace(task, ladder=lambda _: prepared((0, 1, 2))).only("large:11.1")
    assert [case.number for case in replay.prepared.checks["large"].cases] == [1]
    assert replay.label == "11.1"


@pytest.mark.parametrize(("text", "words"), [("0:2.7", "has the rungs 0 to 1"), ("0:5.1", "has the cases")])
def test_a_rung_that_is_not_there_is_refused(task: Task, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        replace(task, ladder=lambda _: prepared((0, 1))).only(text)


def test_a_check_without_a_ladder_has_no_rungs(task: Task) -> None:
    with pytest.raises(UsageError, match="has no rungs"):
        task.only("0:2.0")


@pytest.mark.parametrize("text", ["0:1", "0:", "0:-2", "small:x", "0:02", "0:x.1", "0:²"])
def test_a_case_that_is_not_there_is_refused(task: Task, text: str) -> None:
    with pytest.raises(UsageError, match="the check 'small' has the cases"):
        task.only(text)
