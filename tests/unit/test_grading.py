"""The chain, with a scripted session in the place of a worker: what is asked, and what comes of the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pytest

from grader.checks import ROUNDS_CAP, Check, Conditions, Expected, Need, Reference
from grader.checks.exact import Exact
from grader.checks.raises import Raises
from grader.errors import JudgeError
from grader.executors import Executor, Loaded, Session
from grader.executors.process import ProcessExecutor
from grader.generators.literal import Literal
from grader.grading import grade
from grader.model import Answer, Call, Case, Failure, Limits, Outcome, Submission, Verdict
from grader.prepared import Prepared, PreparedCheck
from grader.results import ExerciseResult
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.tasks import Task
from grader.workers import Worker

LOADED = Loaded(None, found=True, names=("f",), parameters="(x)", fewest=1, most=1)
SUBMISSION = Submission("exercise_01", "def f(x): return x", "f")


class Script(Executor, Session):
    """An executor and its one session: what loading finds, and the answer to each call."""

    isolation = "scripted"

    def __init__(
        self, limits: Limits | None = None, started: list[Worker] | None = None, *, loaded: Loaded = LOADED
    ) -> None:
        self.loaded = loaded
        self.answer: Callable[[Call], Answer] = lambda call: Answer(call.arguments[0])
        self.calls: list[Call] = []
        self.closed = 0

    def warm(self, count: int) -> None:
        """Start nothing."""

    def open(self, submission: Submission) -> Session:
        """Return itself."""
        return self

    def load(self) -> Loaded:
        """Return what the script says."""
        return self.loaded

    def call(self, call: Call) -> Answer:
        """Keep the call and return the script's answer."""
        self.calls.append(call)
        return self.answer(call)

    def close(self) -> None:
        """Count."""
        self.closed += 1


@dataclass(frozen=True, kw_only=True)
class Rounds(Check):
    """Asks again until it has `rounds` answers, then accepts; or raises `error`."""

    kind: ClassVar[str] = "rounds"

    rounds: int = 1
    error: Exception | None = None
    seen: list[int] = field(default_factory=list)

    def prepare(self, case: Case, reference: Reference, conditions: Conditions) -> Expected:
        """Expect nothing."""
        return Expected()

    def judge(self, case: Case, expected: Expected, answers: Sequence[Answer]) -> Outcome | Need:
        """Count the answers."""
        self.seen.append(len(answers))
        if self.error:
            raise self.error
        return Need((case.call(),)) if len(answers) < self.rounds else Outcome()


def check(name: str, rule: Check | None = None, needs: tuple[str, ...] = ()) -> CheckItem:
    if isinstance(rule, Raises):
        return CheckItem(name=name, points=Fraction(1), raises=rule, needs=needs)
    return CheckItem(name=name, points=Fraction(1), compare=rule or Exact(), needs=needs)


def make_task(
    *checks: CheckItem,
    submission: Submission | None = SUBMISSION,
    inputs: tuple[int, ...] = (1, 2, 3),
    no_mutation: bool = True,
) -> Task:
    """Return a task in which `f(x)` is to return x, for cases numbered from 1 up."""
    function = Function(
        name="f", about="About.", parameters={"x": ValueDescription(type="int")}, returns=ValueDescription(type="int")
    )
    exercise = Exercise(
        title="T",
        difficulty=1,
        statement="S",
        function=function,
        inputs={"x": Literal(value=1)},
        checks=checks,
        no_mutation=no_mutation,
    )
    cases = tuple(Case(number, {"x": number}, ("x",)) for number in inputs)
    ready = PreparedCheck(cases, tuple(Expected(number) for number in inputs))
    return Task(
        id="exercise-01",
        exercise=exercise,
        prepared=Prepared({item.name: ready for item in checks}, ()),
        submission=submission,
        topic="t",
        section="s",
        seed=1,
        answer_file="exercise_01.py",
    )


def verdicts(result: ExerciseResult) -> list[Verdict]:
    return [item.verdict for item in result.checks]


# --- a function to call


def test_a_right_answer_is_accepted() -> None:
    result = grade(make_task(check("a"), check("b")), Script())
    assert (result.verdict, result.score) == (Verdict.ACCEPTED, Fraction(2))


def test_every_case_of_every_check_is_called_in_order() -> None:
    script = Script()
    grade(make_task(check("a"), check("b")), script)
    assert [call.arguments[0] for call in script.calls] == [1, 2, 3, 1, 2, 3]


def test_the_session_is_closed() -> None:
    script = Script()
    grade(make_task(check("a")), script)
    assert script.closed == 1


def test_the_session_is_closed_if_loading_fails_through_our_fault() -> None:
    class Broken(Script):
        def load(self) -> Loaded:
            raise JudgeError("no sign of life")

    script = Broken()
    with pytest.raises(JudgeError):
        grade(make_task(check("a")), script)
    assert script.closed == 1


class Unused(Script):
    """An executor of which nothing may be wanted."""

    def open(self, submission: Submission) -> Session:
        """Fail."""
        raise AssertionError(submission)


def test_without_a_submission_all_is_absent_and_nothing_is_run() -> None:
    result = grade(make_task(check("a"), check("b"), submission=None), Unused())
    assert verdicts(result) == [Verdict.ABSENT, Verdict.ABSENT]
    assert result.score == 0
    assert result.checks[0].message.startswith("there is no file exercise_01.py")


def test_what_is_no_text_that_could_be_run_gets_no_points_and_is_not_run() -> None:
    task = replace(make_task(check("a"), check("b")), refused="the file is not text in UTF-8 (byte 2)")
    result = grade(task, Unused())
    assert verdicts(result) == [Verdict.RAISED, Verdict.RAISED]
    assert (result.verdict, result.score) == (Verdict.RAISED, Fraction(0))
    assert {item.message for item in result.checks} == {"the file is not text in UTF-8 (byte 2)"}


def test_a_submission_that_cannot_be_loaded_is_not_called() -> None:
    failure = Failure(Verdict.TIME_LIMIT, "no answer after 10 s")
    script = Script(loaded=Loaded(failure, printed="so far"))
    result = grade(make_task(check("a"), check("b")), script)
    assert (verdicts(result), script.calls) == ([Verdict.TIME_LIMIT, Verdict.TIME_LIMIT], [])
    assert {(item.message, item.printed) for item in result.checks} == {("no answer after 10 s", "so far")}


def test_a_missing_function_is_told_with_the_first_ten_that_are_there() -> None:
    names = tuple(f"g{number}" for number in range(12))
    result = grade(make_task(check("a")), Script(loaded=Loaded(names=names)))
    listed = ", ".join(names[:10])
    assert (result.verdict, result.score) == (Verdict.ABSENT, Fraction(0))
    assert result.checks[0].message == f"exercise_01.py has no function `f`: it defines {listed}"


def test_a_file_without_functions_is_told_so() -> None:
    result = grade(make_task(check("a")), Script(loaded=Loaded()))
    assert result.checks[0].message == "exercise_01.py has no function `f`: it defines no function at all"


@pytest.mark.parametrize(
    ("parameters", "fewest", "most"), [("()", 0, 0), ("(a, b)", 2, 2), ("(a, b, *c)", 2, None), ("(x, k)", 10**6, 1)]
)
def test_a_function_that_does_not_take_the_parameters_is_not_called(
    parameters: str, fewest: int, most: int | None
) -> None:
    script = Script(loaded=Loaded(found=True, names=("f",), parameters=parameters, fewest=fewest, most=most))
    result = grade(make_task(check("a")), script)
    assert (result.verdict, script.calls) == (Verdict.RAISED, [])
    assert result.checks[0].message == f"`f` takes {parameters}, but is called with (x)"


@pytest.mark.parametrize(("fewest", "most"), [(1, 1), (0, 1), (1, 3), (0, None), (1, None)])
def test_a_function_that_takes_the_parameters_is_called(fewest: int, most: int | None) -> None:
    script = Script(loaded=Loaded(found=True, names=("f",), fewest=fewest, most=most))
    assert grade(make_task(check("a")), script).verdict is Verdict.ACCEPTED


# --- checks that need others


def test_a_check_is_skipped_if_the_one_it_needs_fails() -> None:
    script = Script()
    script.answer = lambda call: Answer(0)
    result = grade(make_task(check("a"), check("b", needs=("a",))), script)
    assert verdicts(result) == [Verdict.WRONG_ANSWER, Verdict.SKIPPED]
    assert result.checks[1].message == "needs the check “a” first"
    assert len(script.calls) == 3


def test_a_check_is_run_if_the_one_it_needs_is_accepted() -> None:
    assert verdicts(grade(make_task(check("a"), check("b", needs=("a",))), Script())) == [Verdict.ACCEPTED] * 2


def test_what_needs_a_skipped_check_is_skipped() -> None:
    task = make_task(check("a", Raises(exception="ValueError")), check("b", needs=("a",)), check("c", needs=("b",)))
    assert verdicts(grade(task, Script())) == [Verdict.WRONG_ANSWER, Verdict.SKIPPED, Verdict.SKIPPED]


def test_what_needs_a_check_that_could_not_be_judged_is_skipped() -> None:
    task = make_task(check("a", Rounds(error=KeyError("k"))), check("b", needs=("a",)))
    assert verdicts(grade(task, Script())) == [Verdict.JUDGE_ERROR, Verdict.SKIPPED]


# --- rounds


@pytest.mark.parametrize("rounds", range(1, ROUNDS_CAP + 1))
def test_a_check_may_ask_again(rounds: int) -> None:
    rule, script = Rounds(rounds=rounds), Script()
    result = grade(make_task(check("a", rule), inputs=(5,)), script)
    assert (result.verdict, len(script.calls)) == (Verdict.ACCEPTED, rounds)
    assert rule.seen == list(range(1, rounds + 1))


def test_a_check_that_never_decides_is_a_judge_error() -> None:
    script = Script()
    result = grade(make_task(check("a", Rounds(rounds=99)), inputs=(5,)), script)
    assert (result.verdict, result.score, len(script.calls)) == (Verdict.JUDGE_ERROR, None, ROUNDS_CAP)
    assert result.errors == (f"exercise-01, check 'a', case 5: no outcome after {ROUNDS_CAP} rounds",)


# --- faults of ours


def test_a_check_that_raises_is_a_judge_error_with_its_traceback() -> None:
    result = grade(make_task(check("a", Rounds(error=KeyError("lost")))), Script())
    (error,) = result.errors
    assert (result.verdict, result.score) == (Verdict.JUDGE_ERROR, None)
    assert error.startswith("exercise-01, check 'a', case 1: Traceback")
    assert error.endswith("KeyError: 'lost'")


def test_a_judge_error_is_told_without_a_traceback() -> None:
    result = grade(make_task(check("a", Rounds(error=JudgeError("no scale")))), Script())
    assert result.errors == ("exercise-01, check 'a', case 1: no scale",)


def test_a_check_that_raises_loses_no_other_check() -> None:
    result = grade(make_task(check("a", Rounds(error=KeyError("lost"))), check("b")), Script())
    assert verdicts(result) == [Verdict.JUDGE_ERROR, Verdict.ACCEPTED]
    assert result.checks[1].score == 1


def test_a_session_that_fails_through_our_fault_is_a_judge_error() -> None:
    def fail(call: Call) -> Answer:
        raise JudgeError("the machine is full")

    script = Script()
    script.answer = fail
    assert grade(make_task(check("a")), script).errors == ("exercise-01, check 'a', case 1: the machine is full",)


# --- faults of the answer


@pytest.mark.parametrize(
    "verdict", [Verdict.TIME_LIMIT, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT, Verdict.CRASHED], ids=str
)
def test_the_case_in_which_the_process_died_is_the_last_of_its_check(verdict: Verdict) -> None:
    script = Script()
    script.answer = lambda call: Answer(failure=Failure(verdict, "gone")) if call.arguments[0] == 2 else Answer(1)
    result = grade(make_task(check("a"), check("b")), script)
    assert [call.arguments[0] for call in script.calls] == [1, 2, 1, 2]
    assert verdicts(result) == [verdict, verdict]
    assert (result.checks[0].passed, result.checks[0].cases) == (1, 3)


def test_after_an_exception_the_other_cases_are_run() -> None:
    script = Script()
    script.answer = lambda call: Answer(failure=Failure(Verdict.RAISED, "raised E", "E", ("E",)))
    result = grade(make_task(check("a")), script)
    assert (result.verdict, len(script.calls)) == (Verdict.RAISED, 3)


def test_a_changed_argument_is_a_wrong_answer() -> None:
    script = Script()
    script.answer = lambda call: Answer(call.arguments[0], changed=(0,))
    result = grade(make_task(check("a")), script)
    assert result.verdict is Verdict.WRONG_ANSWER
    assert result.checks[0].message.startswith("the function changed its argument `x`; work on a copy")


def test_an_exercise_may_allow_changed_arguments() -> None:
    script = Script()
    script.answer = lambda call: Answer(call.arguments[0], changed=(0,))
    assert grade(make_task(check("a"), no_mutation=False), script).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("changed", [(), (1,), (-1,), (99, -7)])
def test_arguments_that_do_not_exist_cannot_change(changed: tuple[int, ...]) -> None:
    script = Script()
    script.answer = lambda call: Answer(call.arguments[0], changed=changed)
    assert grade(make_task(check("a")), script).verdict is Verdict.ACCEPTED


def test_of_a_wrong_value_and_a_changed_argument_the_value_is_told() -> None:
    script = Script()
    script.answer = lambda call: Answer(0, changed=(0,))
    assert "changed" not in grade(make_task(check("a")), script).checks[0].message


@pytest.mark.parametrize(("threads", "note"), [(1, "left 1 thread running"), (3, "left 3 threads running")])
def test_threads_that_are_left_are_noted_and_cost_nothing(threads: int, note: str) -> None:
    script = Script()
    script.answer = lambda call: Answer(call.arguments[0], threads=threads)
    result = grade(make_task(check("a")), script)
    assert result.verdict is Verdict.ACCEPTED
    assert result.checks[0].notes == (f"{note}, which ended with the check",)


# --- a real worker


def test_the_chain_holds_with_a_real_worker() -> None:
    source = "import numpy as np\n\n\ndef f(x):\n    return np.int64(x) if x < 3 else 0\n"
    with ProcessExecutor(Limits()) as executor:
        result = grade(make_task(check("a"), submission=Submission("exercise_01", source, "f")), executor)
    assert (result.verdict, result.checks[0].passed) == (Verdict.WRONG_ANSWER, 2)
    example = result.checks[0].counterexample
    assert example is not None
    assert (example.inputs, example.expected, example.got) == ({"x": "3"}, "3", repr(np.int64(0).item()))
