"""A known mistake is named only where the numbers show it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest

from grader.checks import Comparison, Conditions, Expected, Reference
from grader.checks.allclose import AllClose
from grader.checks.objective import Objective
from grader.checks.raises import Raises
from grader.model import Answer, Case, Failure, Outcome, Tolerance, Verdict
from grader.prepared import Mistake, Prepared, PreparedCheck
from grader.recognising import Judged, recognise
from grader.sandbox.expressions import parse
from grader.sandbox.values import Value
from grader.spec.exercise import CheckItem

Values = Mapping[str, Sequence[Value]]
RIGHT: Values = {"first": [1.0, 2.0, 3.0], "second": [4.0, 5.0]}
RULE = AllClose(rtol=1e-6, atol=0.0)
STOPPED = Failure(Verdict.TIME_LIMIT, "took too long")


def answer(value: Value) -> Answer:
    return Answer(failure=value) if isinstance(value, Failure) else Answer(value)


def giving(value: Value) -> Reference:
    return lambda call: Answer(value)


def named(
    mine: Values, mistakes: Mapping[str, Values], right: Values = RIGHT, rule: Comparison = RULE, **instead: Judged
) -> dict[str, str]:
    """Return the mistakes that are named for my answers, by check."""
    checks, ready, judged = [], {}, {}
    for name, values in right.items():
        checks.append(CheckItem(name=name, points=Fraction(1), compare=rule))
        cases = tuple(Case(number + 1, {}, ()) for number in range(len(values)))
        conditions = Conditions(Tolerance(), 0, lambda *_: 0)
        expected = tuple(
            rule.prepare(case, giving(value), conditions) for case, value in zip(cases, values, strict=True)
        )
        ready[name] = PreparedCheck(cases, expected)
        answers = [(answer(value),) for value in mine[name]]
        outcomes = [rule.judge(*three) for three in zip(cases, expected, answers, strict=False)]
        judged[name] = Judged(tuple(outcomes), tuple(answers))
    known = tuple(
        Mistake(name, f"feedback of {name}", {check: tuple((answer(v),) for v in values[check]) for check in right})
        for name, values in mistakes.items()
    )
    found = recognise(checks, Prepared(ready, known), judged | instead)
    assert all(mistake.feedback == f"feedback of {mistake.name}" for mistake in found.values())
    return {check: mistake.name for check, mistake in found.items()}


def test_two_failing_cases_with_the_mistakes_numbers_are_enough() -> None:
    wrong = {"first": [1.0, 20.0, 30.0], "second": RIGHT["second"]}
    assert named(wrong, {"tenfold": wrong}) == {"first": "tenfold"}


def test_one_failing_case_is_not_enough() -> None:
    wrong = {"first": [1.0, 2.0, 30.0], "second": RIGHT["second"]}
    assert named(wrong, {"tenfold": wrong}) == {}


def test_one_failing_case_in_each_of_two_checks_is_enough_for_both() -> None:
    wrong = {"first": [1.0, 2.0, 30.0], "second": [4.0, 50.0]}
    assert named(wrong, {"tenfold": wrong}) == {"first": "tenfold", "second": "tenfold"}


def test_a_single_failing_case_is_named_beside_a_check_that_shows_the_same() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": [4.0, 50.0]}
    assert named(wrong, {"tenfold": wrong}) == {"first": "tenfold", "second": "tenfold"}


@pytest.mark.parametrize("place", range(3))
def test_one_failing_case_with_another_number_ends_the_diagnosis(place: int) -> None:
    wrong = [10.0, 20.0, 30.0]
    mine = [*wrong[:place], 99.0, *wrong[place + 1 :]]
    assert named({**RIGHT, "first": mine}, {"tenfold": {**RIGHT, "first": wrong}}) == {}


def test_a_check_with_other_numbers_gets_no_diagnosis_from_another() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": [40.0, 50.0]}
    mine = {"first": [10.0, 20.0, 30.0], "second": [40.0, 99.0]}
    assert named(mine, {"tenfold": wrong}) == {"first": "tenfold"}


def test_right_answers_get_no_diagnosis() -> None:
    assert named(RIGHT, {"none": RIGHT, "tenfold": {"first": [10.0, 20.0, 30.0], "second": [40.0, 50.0]}}) == {}


def test_without_known_mistakes_there_is_no_diagnosis() -> None:
    assert named({"first": [0.0, 0.0, 0.0], "second": [0.0, 0.0]}, {}) == {}


@pytest.mark.parametrize("order", [("less", "more"), ("more", "less")], ids="-".join)
def test_of_two_the_mistake_that_explains_most_is_named(order: tuple[str, str]) -> None:
    mine = {"first": [10.0, 20.0, 3.0], "second": [40.0, 50.0]}
    known = {
        "less": {"first": [10.0, 20.0, 7.0], "second": [8.0, 9.0]},
        "more": {"first": [10.0, 20.0, 3.0], "second": [40.0, 50.0]},
    }
    assert named(mine, {name: known[name] for name in order}) == {"first": "more", "second": "more"}


def test_a_check_that_the_better_one_leaves_open_may_have_another() -> None:
    mine = {"first": [10.0, 20.0, 30.0], "second": [40.0, 50.0]}
    known = {
        "of the second": {"first": [0.0, 0.0, 0.0], "second": [40.0, 50.0]},
        "of the first": {"first": [10.0, 20.0, 30.0], "second": [0.0, 0.0]},
    }
    assert named(mine, known) == {"first": "of the first", "second": "of the second"}


def test_two_that_explain_the_same_are_taken_in_their_order() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": RIGHT["second"]}
    assert named(wrong, {"a": wrong, "b": wrong}) == {"first": "a"}
    assert named(wrong, {"b": wrong, "a": wrong}) == {"first": "b"}


def test_two_weak_mistakes_do_not_add_up() -> None:
    mine = {"first": [1.0, 2.0, 30.0], "second": [4.0, 50.0]}
    known = {
        "a": {"first": [1.0, 2.0, 30.0], "second": [4.0, 51.0]},
        "b": {"first": [1.0, 2.0, 31.0], "second": [4.0, 50.0]},
    }
    assert named(mine, known) == {}


def test_numbers_that_agree_up_to_rounding_are_the_same() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": RIGHT["second"]}
    mine = {"first": [10.0 * (1 + 1e-12), 20.0, 30.0 * (1 - 1e-12)], "second": RIGHT["second"]}
    assert named(mine, {"tenfold": wrong}) == {"first": "tenfold"}


def test_the_same_exception_is_the_same_mistake() -> None:
    failure = Failure(Verdict.RAISED, "raised TypeError: mine", "TypeError", ("TypeError", "Exception"))
    theirs = Failure(Verdict.RAISED, "raised TypeError: theirs", "TypeError", ("TypeError", "Exception"))
    other = Failure(Verdict.RAISED, "raised ValueError: no", "ValueError", ("ValueError", "Exception"))
    mine = {"first": [failure] * 3, "second": RIGHT["second"]}
    assert named(mine, {"a": {"first": [theirs] * 3, "second": [4.0, 5.0]}}) == {"first": "a"}
    assert named(mine, {"a": {"first": [other] * 3, "second": [4.0, 5.0]}}) == {}


def test_answers_without_numbers_can_be_recognised_too() -> None:
    wrong: Values = {"first": [[1.0, np.nan]] * 3, "second": [(1.0, 2.0), 5.0]}
    assert named(wrong, {"odd": wrong}) == {"first": "odd", "second": "odd"}


def test_wrong_points_of_an_optimiser_are_recognised() -> None:
    right = {"first": [1.0, 1.0, 1.0]}
    wrong = {"first": [2.0, 3.0, 4.0]}
    rule = Objective(value=parse("(answer - 1)**2"))
    assert named(wrong, {"stopped early": wrong}, right, rule) == {"first": "stopped early"}
    assert named({"first": [2.0, 3.0, 5.0]}, {"stopped early": wrong}, right, rule) == {}


def test_a_check_that_was_not_run_has_no_diagnosis() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": [40.0, 50.0]}
    skipped = Judged(stopped=Failure(Verdict.SKIPPED, "needs the first"))
    assert named(wrong, {"tenfold": wrong}, second=skipped) == {"first": "tenfold"}
    assert named(wrong, {"tenfold": wrong}, first=skipped, second=skipped) == {}


def test_after_the_end_of_the_process_the_cases_at_hand_count() -> None:
    wrong = {"first": [10.0, 20.0, 30.0], "second": RIGHT["second"]}
    mine = {"first": [10.0, 20.0], "second": RIGHT["second"]}
    assert named(mine, {"tenfold": wrong}) == {"first": "tenfold"}
    mine = {"first": [10.0, 20.0, STOPPED], "second": RIGHT["second"]}
    assert named(mine, {"tenfold": wrong}) == {}


def test_where_the_comparison_cannot_say_nothing_is_said() -> None:
    rule = Objective(value=parse("answer"))  # better answers than the reference's are judge errors
    case = Case(1, {}, ())
    expected = rule.prepare(case, lambda call: Answer(1.0), Conditions(Tolerance(), 0, lambda *_: 0))
    prepared = Prepared(
        {"first": PreparedCheck((case,) * 2, (expected,) * 2)},
        (Mistake("m", "", {"first": ((Answer(-7.0),), (Answer(-7.0),))}),),
    )
    wrong = Judged((Outcome(Verdict.WRONG_ANSWER),) * 2, ((Answer(-5.0),), (Answer(-5.0),)))
    item = CheckItem(name="first", points=Fraction(1), compare=rule)
    assert recognise([item], prepared, {"first": wrong}) == {}


def test_who_forgets_to_refuse_bad_input_gets_no_diagnosis() -> None:
    rule = Raises(exception="ValueError")
    case = Case(1, {}, ())
    item = CheckItem(name="first", points=Fraction(1), raises=rule)
    given = ((Answer(1.0),), (Answer(1.0),))
    prepared = Prepared({"first": PreparedCheck((case,) * 2, (Expected(),) * 2)}, (Mistake("m", "", {"first": given}),))
    wrong = Judged((Outcome(Verdict.WRONG_ANSWER),) * 2, given)
    assert recognise([item], prepared, {"first": wrong}) == {}


def test_the_failing_cases_are_known_by_their_places() -> None:
    judged = Judged((Outcome(), Outcome(Verdict.WRONG_ANSWER), Outcome(), Outcome(Verdict.RAISED)))
    assert judged.failing() == [1, 3]
    assert Judged().failing() == []
