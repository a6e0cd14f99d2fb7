"""Points and verdicts, exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Outcome, Verdict
from grader.results import CheckResult
from grader.scoring import check_score, check_verdict, exercise_verdict, total

GOOD, WRONG, LATE = Outcome(), Outcome(Verdict.WRONG_ANSWER, "off"), Outcome(Verdict.TIME_LIMIT, "slow")
A, P, W, R, S, J = (
    Verdict.ACCEPTED,
    Verdict.PARTIAL,
    Verdict.WRONG_ANSWER,
    Verdict.RAISED,
    Verdict.SKIPPED,
    Verdict.JUDGE_ERROR,
)


fractions = st.lists(st.builds(Fraction, st.integers(0, 600), st.integers(1, 60)), max_size=8)


def result(verdict: Verdict, score: Fraction | None, points: int = 2) -> CheckResult:
    return CheckResult("check", verdict, score, Fraction(points))


@pytest.mark.parametrize(
    ("outcomes", "cases", "credit", "score"),
    [
        ([GOOD] * 3, 3, "all", Fraction(2)),
        ([GOOD, GOOD, WRONG], 3, "all", Fraction(0)),
        ([GOOD, GOOD], 3, "all", Fraction(0)),
        ([], 3, "all", Fraction(0)),
        ([GOOD] * 3, 3, "proportional", Fraction(2)),
        ([GOOD, WRONG, GOOD], 3, "proportional", Fraction(4, 3)),
        ([GOOD, LATE], 3, "proportional", Fraction(2, 3)),
        ([], 3, "proportional", Fraction(0)),
        ([WRONG] * 3, 3, "proportional", Fraction(0)),
    ],
)
def test_a_check_earns_what_its_accepted_cases_are_worth(
    outcomes: list[Outcome], cases: int, credit: str, score: Fraction
) -> None:
    assert check_score(outcomes, cases, Fraction(2), credit) == score


@given(passed=st.integers(0, 50), failed=st.integers(0, 50), missing=st.integers(0, 5), points=st.fractions(0, 100))
def test_a_score_is_exact_and_never_more_than_the_points(
    passed: int, failed: int, missing: int, points: Fraction
) -> None:
    cases = passed + failed + missing
    outcomes = [GOOD] * passed + [WRONG] * failed
    if cases:
        proportional = check_score(outcomes, cases, points, "proportional")
        everything = check_score(outcomes, cases, points, "all")
        assert proportional * cases == points * passed
        assert Fraction(0) <= everything <= proportional <= points
        assert everything in (0, points)


@pytest.mark.parametrize(
    ("outcomes", "score", "verdict"),
    [
        ([GOOD, GOOD], 2, A),
        ([GOOD, WRONG], 0, W),
        ([GOOD, LATE, WRONG], 0, Verdict.TIME_LIMIT),
        ([GOOD, WRONG, LATE], 0, W),
        ([GOOD, WRONG], 1, P),
        ([WRONG, WRONG], 0, W),
        ([], 0, A),
    ],
)
def test_the_verdict_of_a_check_is_the_first_that_is_wrong(
    outcomes: list[Outcome], score: int, verdict: Verdict
) -> None:
    assert check_verdict(outcomes, Fraction(score), Fraction(2)) is verdict


def test_a_check_worth_nothing_is_accepted_or_wrong_but_never_partial() -> None:
    assert check_verdict([GOOD], Fraction(0), Fraction(0)) is A
    assert check_verdict([GOOD, WRONG], Fraction(0), Fraction(0)) is W


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([(A, 2), (A, 2)], A),
        ([(A, 2), (W, 0)], P),
        ([(W, 0), (A, 2)], P),
        ([(W, 0), (R, 0)], W),
        ([(R, 0), (W, 0)], R),
        ([(W, 0), (W, 0)], W),
        ([(P, 1), (W, 0)], P),
        ([(P, 1), (P, 1)], P),
        ([(W, 0), (S, 0)], W),
        ([(S, 0), (W, 0)], W),
        ([(A, 2), (S, 0)], P),
        ([(A, 0), (W, 0)], W),
        ([(A, 0), (S, 0)], S),
        ([(S, 0), (S, 0)], S),
        ([(Verdict.ABSENT, 0), (Verdict.ABSENT, 0)], Verdict.ABSENT),
        ([(A, 2), (J, None)], J),
        ([(W, 0), (J, None), (R, 0)], J),
        ([(J, None)], J),
    ],
)
def test_the_verdict_of_an_exercise(checks: list[tuple[Verdict, int | None]], verdict: Verdict) -> None:
    results = [result(one, None if score is None else Fraction(score)) for one, score in checks]
    assert exercise_verdict(results) is verdict


@given(
    verdicts=st.lists(st.sampled_from(list(Verdict)), min_size=1, max_size=6),
    place=st.integers(0, 6),
)
def test_a_judge_error_is_never_hidden(verdicts: list[Verdict], place: int) -> None:
    verdicts.insert(place, J)
    results = [result(one, None if one is J else Fraction(2 * (one is A))) for one in verdicts]
    assert exercise_verdict(results) is J


@given(
    st.lists(
        st.sampled_from([A, W, R, S]).map(lambda verdict: result(verdict, Fraction(2 * (verdict is A)))), min_size=1
    )
)
def test_an_exercise_is_accepted_only_if_every_check_is(checks: list[CheckResult]) -> None:
    assert (exercise_verdict(checks) is A) is all(check.verdict is A for check in checks)


@given(fractions)
def test_the_total_is_the_exact_sum(scores: list[Fraction]) -> None:
    assert total(iter(scores)) == sum(scores)


def test_tenths_add_up_to_one() -> None:
    assert total([Fraction("0.1")] * 10) == 1


@given(fractions, st.integers(0, 9))
def test_a_total_with_an_unknown_part_is_unknown(scores: list[Fraction], place: int) -> None:
    parts: list[Fraction | None] = list(scores)
    parts.insert(place, None)
    assert total(parts) is None
