"""The failing case that is shown: the first rung that fails in the same way, and when none is looked for."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from grader import climbing
from grader.checks import Expected
from grader.checks.exact import Exact
from grader.climbing import climb
from grader.errors import AuthoringError, JudgeError
from grader.executors import Loaded, Session
from grader.generators.integer import Integer
from grader.model import Answer, Call, Case, Failure, Outcome, Verdict
from grader.prepared import Prepared, PreparedCheck
from grader.recognising import Judged
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.tasks import Task


class Scripted(Session):
    """A session whose answers are a function of the number it is called with."""

    def __init__(self, answer: Callable[[int], object]) -> None:
        self.answer = answer
        self.seen: list[int] = []

    def load(self) -> Loaded:
        """Find nothing."""
        return Loaded()

    def call(self, call: Call) -> Answer:
        """Answer, or fail as the script says."""
        (x,) = call.arguments
        assert isinstance(x, int)
        self.seen.append(x)
        value = self.answer(x)
        return Answer(failure=value) if isinstance(value, Failure) else Answer(value)

    def close(self) -> None:
        """End nothing."""


def prepared(numbers: list[int]) -> PreparedCheck:
    cases = tuple(Case(place, {"x": x}, ("x",)) for place, x in enumerate(numbers, start=1))
    return PreparedCheck(cases, tuple(Expected(x) for x in numbers))


def make_task(*, visibility: str = "public", reveal: bool = False, rungs: tuple[int, ...] = (0, 1, 2, 3)) -> Task:
    """Return a task in which f(x) is to return x."""
    check = CheckItem(name="a", points=Fraction(1), compare=Exact(), visibility=visibility)  # type: ignore[arg-type]
    whole = ValueDescription(type="int")
    function = Function(name="f", about="", parameters={"x": whole}, returns=whole)
    inputs = {"x": Integer()}
    exercise = Exercise(title="T", difficulty=1, statement="S", function=function, inputs=inputs, checks=(check,))
    return Task(
        id="exercise-01",
        exercise=exercise,
        prepared=Prepared({"a": prepared([50])}, ()),
        submission=None,
        topic="t",
        section="s",
        seed=1,
        answer_file="exercise_01.py",
        reveal=reveal,
        ladder=lambda _: prepared(list(rungs)),
    )


WRONG = Judged((Outcome(Verdict.WRONG_ANSWER),), ((Answer(51),),))
RAISED = Failure(Verdict.RAISED, "raised IndexError: far", "IndexError")
TOO_LONG = Failure(Verdict.TIME_LIMIT, "no answer")


def shown(task: Task, result: Judged, session: Session) -> int | None:
    """Return the number in the case that is shown in place of the first failing one."""
    found = climb(task, {"a": result}, session)["a"].shown
    return None if found is None else found.case.inputs["x"]  # type: ignore[return-value]


def test_the_first_rung_that_fails_is_shown() -> None:
    session = Scripted(lambda x: x if x < 2 else x + 1)
    assert shown(make_task(), WRONG, session) == 2
    assert session.seen == [0, 1, 2]


def test_what_is_shown_is_judged_like_a_case() -> None:
    found = climb(make_task(), {"a": WRONG}, Scripted(lambda x: x + 1))["a"].shown
    assert found is not None
    assert found.outcome.message == "returned 1, expected 0"
    assert [answer.value for answer in found.answers] == [1]


def test_a_rung_that_fails_in_another_way_is_passed_over() -> None:
    session = Scripted(lambda x: RAISED if x == 0 else x + 1)
    assert shown(make_task(), WRONG, session) == 1
    raised = Judged((Outcome(Verdict.RAISED),), ((Answer(failure=RAISED),),))
    assert shown(make_task(), raised, session) == 0
    other = Judged((Outcome(Verdict.RAISED),), ((Answer(failure=replace(RAISED, type="KeyError")),),))
    assert shown(make_task(), other, session) is None


def test_failures_of_another_aspect_are_other_failures() -> None:
    shape = Judged((Outcome(Verdict.WRONG_ANSWER, aspect="shape"),), ((Answer(51),),))
    assert shown(make_task(), shape, Scripted(lambda x: x + 1)) is None


def test_nothing_is_shown_where_no_rung_fails() -> None:
    assert shown(make_task(), WRONG, Scripted(lambda x: x)) is None


@pytest.mark.parametrize(
    "result",
    [
        Judged((Outcome(),), ((Answer(50),),)),
        Judged((Outcome(Verdict.TIME_LIMIT),), ((Answer(failure=TOO_LONG),),)),
        Judged(stopped=Failure(Verdict.ABSENT, "no file")),
        Judged((Outcome(Verdict.WRONG_ANSWER),), ((Answer(51),),), error="a fault of ours"),
    ],
    ids=["accepted", "time limit", "stopped", "judge error"],
)
def test_nothing_is_looked_for_without_a_failure_that_may_show_elsewhere(result: Judged) -> None:
    session = Scripted(lambda x: x + 1)
    assert shown(make_task(), result, session) is None
    assert session.seen == []


def test_nothing_is_looked_for_where_nothing_is_shown() -> None:
    session = Scripted(lambda x: x + 1)
    assert shown(make_task(visibility="hidden"), WRONG, session) is None
    assert session.seen == []
    assert shown(make_task(visibility="hidden", reveal=True), WRONG, session) == 0


def test_a_replay_shows_its_own_case() -> None:
    assert shown(replace(make_task(), replay="a"), WRONG, Scripted(lambda x: x + 1)) is None


def test_a_rung_that_ends_the_process_ends_the_climb() -> None:
    session = Scripted(lambda x: TOO_LONG if x == 1 else x + (x > 1))
    assert shown(make_task(), WRONG, session) is None
    assert session.seen == [0, 1]


def test_a_slow_answer_is_not_called_on_and_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(climbing, "SECONDS", 0.0)
    session = Scripted(lambda x: x + 1)
    assert shown(make_task(), WRONG, session) is None
    assert session.seen == []


def test_a_rung_that_cannot_be_judged_is_passed_over() -> None:
    def answer(x: int) -> object:
        if x == 0:
            raise JudgeError("cannot say")
        return x + 1

    assert shown(make_task(), WRONG, Scripted(answer)) == 1


def test_without_a_reference_there_is_no_ladder_and_no_error() -> None:
    def no_reference(check: str) -> PreparedCheck:
        raise AuthoringError("there is no reference solution")

    assert shown(replace(make_task(), ladder=no_reference), WRONG, Scripted(lambda x: x + 1)) is None
