"""Outcomes as a student sees them: the case that fails, what may be shown, and what may not."""

from dataclasses import replace
from fractions import Fraction
from typing import Literal

import numpy as np
import pytest

from grader.checks import Expected
from grader.checks.exact import Exact
from grader.generators.literal import Literal as Value
from grader.model import Answer, Case, Failure, Outcome, Verdict
from grader.prepared import Mistake, Prepared, PreparedCheck
from grader.presenting import present
from grader.recognising import Judged
from grader.results import CheckResult, ExerciseResult
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.tasks import Task

GOOD = Outcome()
WRONG = Outcome(Verdict.WRONG_ANSWER, "returned 7, expected 6", "6", 1.0, 0.5)
CASES = (4, 0, 2)
"""Numbers of the cases, in the order of their use."""


def check(name: str, points: str = "1", visibility: Literal["public", "hidden"] = "public") -> CheckItem:
    return CheckItem(
        name=name, points=Fraction(points), visibility=visibility, compare=Exact(), feedback="Think again."
    )


def make_task(*checks: CheckItem, reveal: bool = False) -> Task:
    parameters = {"x": ValueDescription(type="int"), "A": ValueDescription(array=(1,))}
    function = Function(name="f", about="About.", parameters=parameters, returns=ValueDescription(type="int"))
    exercise = Exercise(
        title="T", difficulty=1, statement="S", function=function, inputs={"x": Value(value=1)}, checks=checks
    )
    cases = tuple(Case(n, {"helper": 9, "x": n, "A": np.array([0.5])}, ("x", "A")) for n in CASES)
    data = Prepared({item.name: PreparedCheck(cases, (Expected(6),) * len(cases)) for item in checks}, ())
    return Task(
        id="exercise-01",
        exercise=exercise,
        prepared=data,
        submission=None,
        topic="numbers",
        section="Doubling",
        seed=99,
        answer_file="exercise_01.py",
        reveal=reveal,
    )


def judged(*outcomes: Outcome, answers: tuple[Answer, ...] = ()) -> Judged:
    given = answers or tuple(Answer(7) for _ in outcomes)
    return Judged(outcomes, tuple((answer,) for answer in given))


def one(outcomes: Judged, *, points: str = "1") -> CheckResult:
    item = check("small", points)
    (result,) = present(make_task(item), {"small": outcomes}, {}).checks
    return result


def raised(kind: str, message: str = "no", trace: str = "") -> Answer:
    return Answer(failure=Failure(Verdict.RAISED, f"raised {kind}: {message}", kind, (kind,), trace))


def stub_like(outcomes: int = 3) -> Judged:
    outcome = Outcome(Verdict.RAISED, "raised NotImplementedError: here")
    return judged(*[outcome] * outcomes, answers=(raised("NotImplementedError"),) * outcomes)


# --- one check


def test_a_check_in_which_all_is_right_says_no_more() -> None:
    result = one(judged(GOOD, GOOD, GOOD), points="2.5")
    assert (result.verdict, result.score, result.cases, result.passed) == (Verdict.ACCEPTED, Fraction("2.5"), 3, 3)
    assert (result.message, result.feedback, result.counterexample) == ("", "", None)


def test_the_first_failing_case_is_the_counterexample() -> None:
    result = one(judged(GOOD, WRONG, WRONG))
    assert result.counterexample is not None
    assert result.counterexample.inputs == {"x": "0", "A": "np.array([0.5])"}
    assert (result.counterexample.expected, result.counterexample.got) == ("6", "7")
    assert (result.counterexample.error, result.counterexample.allowed) == (1.0, 0.5)


def test_the_replay_names_the_case_by_its_number_and_the_check_by_its_place() -> None:
    task = make_task(check("small"), check("large"))
    results = present(task, {"small": judged(GOOD, GOOD, GOOD), "large": judged(GOOD, WRONG, GOOD)}, {}).checks
    assert results[1].counterexample is not None
    assert results[1].counterexample.replay == "grade exercise-01 --seed 99 --case 1:0"


def test_a_failing_check_has_its_message_and_feedback() -> None:
    result = one(judged(WRONG, GOOD, GOOD))
    assert (result.message, result.feedback, result.mistake) == ("returned 7, expected 6", "Think again.", None)


def test_a_recognised_mistake_has_its_own_feedback() -> None:
    task = make_task(check("small"))
    mistake = Mistake("squared", "This is the square.", {})
    (result,) = present(task, {"small": judged(WRONG, WRONG, WRONG)}, {"small": mistake}).checks
    assert (result.mistake, result.feedback) == ("squared", "This is the square.")


def test_cases_that_were_not_run_are_not_passed() -> None:
    crashed = Outcome(Verdict.CRASHED, "gone")
    result = one(judged(GOOD, crashed))
    assert (result.verdict, result.score, result.cases, result.passed) == (Verdict.CRASHED, Fraction(0), 3, 1)


def test_a_failure_stands_in_the_place_of_a_value() -> None:
    outcome = Outcome(Verdict.RAISED, "raised KeyError: no", "6")
    result = one(judged(outcome, answers=(raised("KeyError", trace="line 3"),)))
    assert result.counterexample is not None
    assert (result.counterexample.got, result.trace) == ("raised KeyError: no", "line 3")


def test_who_asks_for_input_is_told_that_nobody_answers() -> None:
    outcome = Outcome(Verdict.RAISED, "raised EOFError: no")
    assert "`input()` has nobody to ask" in one(judged(outcome, answers=(raised("EOFError"),))).message


def test_what_the_failing_case_printed_is_shown_once() -> None:
    answers = (Answer(7, printed="hello\n"), Answer(7, printed="hello\n"))
    outcomes = Judged((WRONG,), (answers,))
    assert one(outcomes).printed == "hello\n"


def test_what_other_cases_printed_is_not_shown() -> None:
    answers = (Answer(6, printed="first\n"), Answer(7, printed="second\n"), Answer(7, printed="third\n"))
    assert one(judged(GOOD, WRONG, WRONG, answers=answers)).printed == "second\n"


def test_the_notes_of_all_cases_are_shown_once() -> None:
    noted = replace(GOOD, notes=("a matrix",))
    assert one(judged(noted, noted, replace(GOOD, notes=("a thread",)))).notes == ("a matrix", "a thread")


def test_a_judge_error_has_no_score_and_no_counterexample() -> None:
    outcomes = replace(judged(WRONG), error="check 'small', case 0: ValueError")
    result = one(outcomes)
    assert (result.verdict, result.score, result.counterexample) == (Verdict.JUDGE_ERROR, None, None)
    assert "the fault is not yours" in result.message
    assert "ValueError" not in result.message


def test_what_stopped_all_checks_is_the_verdict_of_each() -> None:
    stopped = Judged(stopped=Failure(Verdict.RAISED, "raised SyntaxError", trace="line 1"), printed="so far")
    result = one(stopped)
    assert (result.verdict, result.score, result.message) == (Verdict.RAISED, Fraction(0), "raised SyntaxError")
    assert (result.trace, result.printed, result.counterexample) == ("line 1", "so far", None)


# --- hidden checks


@pytest.mark.parametrize(
    "outcomes",
    [
        judged(WRONG, GOOD, GOOD, answers=(Answer(7, printed="secret"), Answer(6), Answer(6))),
        judged(replace(GOOD, notes=("secret",)), GOOD, GOOD),
        Judged(stopped=Failure(Verdict.RAISED, "secret", trace="secret"), printed="secret"),
        replace(judged(WRONG), error="secret"),
    ],
    ids=["wrong", "noted", "stopped", "judge error"],
)
def test_of_a_hidden_check_only_name_verdict_and_score_are_shown(outcomes: Judged) -> None:
    task = make_task(check("small", visibility="hidden"))
    mistake = Mistake("squared", "secret", {})
    (result,) = present(task, {"small": outcomes}, {"small": mistake}).checks
    bare = CheckResult("small", result.verdict, result.score, Fraction(1), "hidden")
    assert result == bare


def test_an_instructor_sees_all_of_a_hidden_check() -> None:
    task = make_task(check("small", visibility="hidden"), reveal=True)
    (result,) = present(task, {"small": judged(WRONG, GOOD, GOOD)}, {}).checks
    assert result.counterexample is not None
    assert (result.visibility, result.cases, result.feedback) == ("hidden", 3, "Think again.")


# --- the exercise


def test_an_exercise_is_the_exact_sum_of_its_checks() -> None:
    checks = [check("a", "0.1"), check("b", "0.2"), check("c", "0.4", "hidden")]
    good, bad = judged(GOOD, GOOD, GOOD), judged(WRONG, GOOD, GOOD)
    result = present(make_task(*checks), {"a": good, "b": good, "c": bad}, {})
    assert (result.score, result.points, result.points_hidden) == (Fraction(3, 10), Fraction(7, 10), Fraction(2, 5))
    assert result.verdict is Verdict.PARTIAL


def test_an_exercise_says_where_it_stands_and_what_was_checked() -> None:
    result = present(make_task(check("small")), {"small": judged(GOOD, GOOD, GOOD)}, {})
    assert (result.id, result.title, result.topic, result.section) == ("exercise-01", "T", "numbers", "Doubling")
    assert result.answer_file == "exercise_01.py"


def test_a_judge_error_in_one_check_leaves_the_exercise_without_a_score() -> None:
    task = make_task(check("a"), check("b"))
    outcomes = {"a": judged(GOOD, GOOD, GOOD), "b": replace(judged(GOOD), error="check 'b', case 4: KeyError")}
    result = present(task, outcomes, {})
    assert (result.verdict, result.score) == (Verdict.JUDGE_ERROR, None)
    assert result.errors == ("exercise-01, check 'b', case 4: KeyError",)
    assert result.checks[0].score == 1


def test_a_replayed_case_has_no_score() -> None:
    task = make_task(check("a"), check("b")).only("b:0")
    result = present(task, {"b": judged(GOOD)}, {})
    assert (result.verdict, result.score, result.checks[0].score) == (Verdict.ACCEPTED, None, None)
    assert len(result.checks) == 1


def untouched(**outcomes: Judged) -> bool:
    result: ExerciseResult = present(make_task(*map(check, outcomes)), outcomes, {})
    return result.untouched


def test_a_stub_is_seen_as_untouched() -> None:
    assert untouched(a=stub_like(), b=stub_like())


def test_a_stub_is_seen_as_untouched_where_checks_were_skipped() -> None:
    assert untouched(a=stub_like(), b=Judged(stopped=Failure(Verdict.SKIPPED, "needs a")))


def test_an_answer_that_earned_points_is_not_untouched() -> None:
    assert not untouched(a=judged(GOOD, GOOD, GOOD), b=stub_like())


def test_an_answer_that_fails_in_another_way_too_is_not_untouched() -> None:
    assert not untouched(a=judged(WRONG, WRONG, WRONG), b=stub_like())


def test_what_could_not_be_loaded_is_not_untouched() -> None:
    assert not untouched(a=Judged(stopped=Failure(Verdict.RAISED, "raised SyntaxError", "SyntaxError")))
