"""What counts: laws of scores, whatever the results, the deadlines and the weights are."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.course import Course
from grader.gradebook.records import Adjustment, Snapshot, Standing
from grader.gradebook.scores import ExerciseScore, TopicScores
from grader.gradebook.totals import (
    concealed,
    course_share,
    everyone,
    exercise_score,
    overview,
    topic_scores,
    with_dropped,
)
from grader.model import Verdict
from grader.results import CheckResult
from grader.roster import Student
from grader.scoring import exercise_verdict, total
from grader.spec.course import Dropped, Extension, Late, Section
from tests.unit.gradebook.samples import COURSE, START, make_check, make_graded, make_handed_in

E1, E2, E3 = "exercise-01", "exercise-02", "exercise-03"
POINTS = {E1: Fraction(4), E2: Fraction(4), E3: Fraction(10)}
LATE = Late(grace_days=1, per_day=Fraction(1, 10), at_most=Fraction(1, 2))
DUE = "2027-03-01 11:59"
"""The default submission is of noon and so late by a day."""

shares = st.fractions(0, 1, max_denominator=50)
lates = st.none() | st.builds(Late, grace_days=st.integers(0, 5), per_day=shares, at_most=shares)
moments = st.timedeltas(timedelta(days=-10), timedelta(days=40)).map(lambda delta: START + delta)


@st.composite
def checks(draw: st.DrawFn) -> tuple[CheckResult, ...]:
    """Draw the checks of an exercise; some may not be judged."""
    found = []
    for number in range(draw(st.integers(1, 5))):
        points = draw(st.fractions(0, 5, max_denominator=10))
        part = draw(st.none() | shares)
        verdict = Verdict.JUDGE_ERROR if part is None else Verdict.ACCEPTED if part == 1 else Verdict.PARTIAL
        found.append(CheckResult(f"check {number}", verdict, None if part is None else part * points, points))
    return tuple(found)


def course(due: str | None = None, **fields: Any) -> Course:
    """Return the course of the samples with a due date for the first section."""
    algebra, calculus = COURSE.file.topics
    section = Section(title="Matrices", due=due, exercises=(E1, E2))
    topics = (replace(algebra, sections=(section,)), calculus)
    return replace(COURSE, file=replace(COURSE.file, **{"topics": topics} | fields))


def snapshot(
    *found: tuple[CheckResult, ...], at: datetime | None = START, adjusted: Fraction | None = None, content: str = "c1"
) -> Snapshot:
    """Return a gradebook in which one student has handed in the first exercise, with the checks of its result if any."""
    place = "s1", E1
    standing = {}
    for given_checks in found:
        score = total(check.score for check in given_checks)
        points = sum((check.points for check in given_checks), Fraction(0))
        fields: dict[str, Any] = {"checks": given_checks, "points": points, "verdict": exercise_verdict(given_checks)}
        graded = make_graded(content=content, **fields)
        standing[place] = Standing(replace(graded, result=replace(graded.result, score=score)), 1)
    made = {place: Adjustment(*place, adjusted, "why", "me", START)} if adjusted is not None else {}
    return Snapshot((Student("s1"),), {place: make_handed_in(at=at)}, standing, made)


def scored(where: Course, gradebook: Snapshot, exercise: str = E1) -> ExerciseScore:
    return exercise_score(where, gradebook, "s1", exercise, POINTS[exercise])


RIGHT = (make_check("small", 2), make_check("large", 2))
HALF = (make_check("small", 0), make_check("large", 2))
BROKEN = (make_check("small", None), make_check("large", 2))


def test_a_result_in_time_counts_as_it_was_judged() -> None:
    found = scored(course("2027-03-01 12:00", late=LATE), snapshot(HALF))
    assert (found.score, found.earned, found.points) == (2, 2, 4)  # type: ignore[comparison-overlap] # fractions
    assert (found.verdict, found.days_late, found.penalty) == (Verdict.PARTIAL, 0, 0)  # type: ignore[comparison-overlap] # a fraction


def test_lateness_takes_a_share_of_what_was_earned() -> None:
    found = scored(course("2027-02-26", late=LATE), snapshot(HALF))
    assert (found.days_late, found.penalty) == (3, Fraction(1, 5))
    assert (found.earned, found.score) == (Fraction(2), Fraction(8, 5))


def test_who_handed_in_nothing_is_absent_and_has_nothing() -> None:
    found = scored(course(DUE, late=LATE), Snapshot((), {}, {}, {}))
    assert (found.verdict, found.score, found.points) == (Verdict.ABSENT, Fraction(0), POINTS[E1])


def test_a_check_that_is_dropped_is_no_gift_to_who_handed_in_nothing() -> None:
    dropped = course(dropped=(Dropped(exercise=E1, check="small", why="w"),))
    assert scored(dropped, Snapshot((), {}, {}, {})).score == 0


def test_what_is_not_graded_yet_has_no_score() -> None:
    found = scored(course(), snapshot())
    assert (found.verdict, found.score, found.points) == (None, None, POINTS[E1])


def test_the_result_of_another_submission_says_nothing_of_the_one_that_counts() -> None:
    assert scored(course(), snapshot(RIGHT, content="c0")).score is None


def test_after_a_judge_error_there_is_no_score() -> None:
    found = scored(course(), snapshot(BROKEN))
    assert (found.verdict, found.score) == (Verdict.JUDGE_ERROR, None)


def test_dropping_the_check_that_could_not_be_judged_gives_a_score() -> None:
    found = scored(course(dropped=(Dropped(exercise=E1, check="small", why="w"),)), snapshot(BROKEN))
    assert (found.verdict, found.score, found.dropped) == (Verdict.ACCEPTED, Fraction(4), ("small",))


@pytest.mark.parametrize("found", [(), (HALF,), (BROKEN,)], ids=["not graded", "judged", "judge error"])
def test_points_that_a_person_set_stand_whatever_was_judged(found: tuple[tuple[CheckResult, ...], ...]) -> None:
    assert scored(course(), snapshot(*found, adjusted=Fraction(3))).score == 3


def test_points_that_a_person_set_are_late_as_the_submission_was() -> None:
    assert scored(course("2027-02-26", late=LATE), snapshot(HALF, adjusted=Fraction(3))).score == Fraction(12, 5)


def test_points_for_who_handed_in_nothing_are_never_late() -> None:
    made = {("s1", E1): Adjustment("s1", E1, Fraction(3), "oral", "me", START)}
    found = scored(course(DUE, late=replace(LATE, grace_days=0)), Snapshot((), {}, {}, made))
    assert (found.score, found.verdict) == (Fraction(3), Verdict.ABSENT)


@given(checks(), lates, moments, st.timedeltas(timedelta(0), timedelta(days=30)))
@settings(deadline=None, derandomize=True)
def test_who_hands_in_later_never_gets_more(
    found: tuple[CheckResult, ...], late: Late | None, at: datetime, more: timedelta
) -> None:
    where = course(DUE, late=late)
    early, later = scored(where, snapshot(found, at=at)), scored(where, snapshot(found, at=at + more))
    assert (early.score is None) == (later.score is None)
    if early.score is not None and later.score is not None:
        assert early.score >= later.score


@given(checks(), lates, moments)
@settings(deadline=None, derandomize=True)
def test_lateness_never_costs_more_than_the_most(
    found: tuple[CheckResult, ...], late: Late | None, at: datetime
) -> None:
    item = scored(course(DUE, late=late), snapshot(found, at=at))
    if item.score is not None and item.earned is not None:
        assert item.earned * (1 - (late.at_most if late else 0)) <= item.score <= item.earned


@given(checks(), lates, moments, st.dates(START.date() - timedelta(30), START.date() + timedelta(30)))
@settings(deadline=None, derandomize=True)
def test_an_extension_never_lowers_a_score(
    found: tuple[CheckResult, ...], late: Late | None, at: datetime, until: datetime
) -> None:
    extended = (Extension(student="s1", until=f"{until}"),)
    before = scored(course(DUE, late=late), snapshot(found, at=at)).score
    after = scored(course(DUE, late=late, extensions=extended), snapshot(found, at=at)).score
    assert before is after is None or (before is not None and after is not None and before <= after)


@given(checks(), lates, moments, st.data())
@settings(deadline=None, derandomize=True)
def test_dropping_a_check_never_lowers_a_score_and_never_loses_one(
    found: tuple[CheckResult, ...], late: Late | None, at: datetime, data: st.DataObject
) -> None:
    names = data.draw(st.sets(st.sampled_from([check.name for check in found])))
    dropped = tuple(Dropped(exercise=E1, check=name, why="w") for name in names)
    before = scored(course(DUE, late=late), snapshot(found, at=at))
    after = scored(course(DUE, late=late, dropped=dropped), snapshot(found, at=at))
    assert set(after.dropped) == names
    if before.score is not None:
        assert after.score is not None
        assert before.score <= after.score <= after.points


@given(checks())
@settings(deadline=None, derandomize=True)
def test_dropping_no_check_changes_nothing(found: tuple[CheckResult, ...]) -> None:
    result = make_graded(checks=found).result
    assert with_dropped(result, ["another"]) == result


def topic(weight: Fraction, score: Fraction | None, points: Fraction) -> TopicScores:
    return TopicScores("t", "T", weight, score, points)


@given(st.lists(st.tuples(shares, shares, st.fractions(0, 20, max_denominator=4)), max_size=6))
@settings(deadline=None, derandomize=True)
def test_the_share_of_the_course_is_between_the_lowest_and_the_highest_of_the_topics(
    parts: list[tuple[Fraction, Fraction, Fraction]],
) -> None:
    topics = [topic(weight, share * points, points) for weight, share, points in parts]
    counting = [share for weight, share, points in parts if weight and points]
    found = course_share(topics)
    assert found is None if not counting else min(counting) <= (found or Fraction(0)) <= max(counting)


@given(st.lists(st.tuples(shares, shares), min_size=1, max_size=5), st.fractions(1, 9, max_denominator=3))
@settings(deadline=None, derandomize=True)
def test_only_the_ratio_of_the_weights_counts(parts: list[tuple[Fraction, Fraction]], factor: Fraction) -> None:
    once = [topic(weight, 4 * share, Fraction(4)) for weight, share in parts]
    again = [topic(factor * weight, 4 * share, Fraction(4)) for weight, share in parts]
    assert course_share(once) == course_share(again)


def test_with_equal_shares_weights_do_not_matter_and_all_points_are_the_whole() -> None:
    parts = [topic(Fraction(weight), Fraction(points), Fraction(points)) for weight, points in ((1, 5), (3, 7))]
    assert course_share(parts) == 1


def test_a_topic_weighs_what_it_weighs_however_many_points_it_has() -> None:
    parts = [topic(Fraction(1), Fraction(0), Fraction(100)), topic(Fraction(3), Fraction(2), Fraction(2))]
    assert course_share(parts) == Fraction(3, 4)


def test_what_is_not_known_makes_the_sum_unknown_unless_it_does_not_count() -> None:
    known = topic(Fraction(1), Fraction(1), Fraction(2))
    assert course_share([known, topic(Fraction(1), None, Fraction(2))]) is None
    assert course_share([known, topic(Fraction(0), None, Fraction(2))]) == Fraction(1, 2)
    assert course_share([]) is None


@given(st.lists(st.none() | st.fractions(0, 4), min_size=2, max_size=2))
@settings(deadline=None, derandomize=True)
def test_a_topic_is_the_sum_of_its_exercises_and_of_no_others(scores: list[Fraction | None]) -> None:
    blank = scored(course(), snapshot())
    items = [replace(blank, exercise=name, score=score) for name, score in zip((E1, E2), scores, strict=True)]
    others = [replace(blank, exercise=E3, score=None)]
    found = topic_scores(COURSE.file.topics[0], items + others)
    assert found.score == (None if None in scores else sum(score or 0 for score in scores))
    assert found.points == sum(item.points for item in items)


def test_everyone_is_the_roster_and_then_the_others() -> None:
    roster = [Student("s9", "Zoë"), Student("s1", "Ada")]
    known = [Student("s1"), Student("x2"), Student("x1")]
    assert everyone(roster, known) == (
        (roster[0], True),
        (roster[1], True),
        (Student("x1"), False),
        (Student("x2"), False),
    )
    assert everyone([], known[:1]) == ((Student("s1"), True),)


def test_an_overview_has_all_students_exercises_and_topics_in_order() -> None:
    people = everyone([Student("s0"), Student("s1")], [Student("s1"), Student("s2")])
    found = overview(course(), snapshot(RIGHT), people, POINTS)
    assert [one.student.id for one in found.students] == ["s0", "s1", "s2"]
    assert [one.on_roster for one in found.students] == [True, True, False]
    one = found.students[1]
    assert [item.exercise for item in one.exercises] == [E1, E2, E3]
    assert [(item.id, item.score, item.points) for item in one.topics] == [
        ("algebra", Fraction(4), Fraction(8)),
        ("calculus", Fraction(0), Fraction(10)),
    ]
    assert one.share == Fraction(1, 4)
    assert found.students[0].share == 0


def test_topics_that_are_not_wanted_are_as_though_the_course_did_not_have_them() -> None:
    found = overview(course(), snapshot(RIGHT), [(Student("s1"), True)], POINTS, ["algebra"])
    assert [item.id for item in found.topics] == ["algebra"]
    assert [item.exercise for item in found.students[0].exercises] == [E1, E2]
    assert found.students[0].share == Fraction(1, 2)


def test_exercises_without_a_score_are_named() -> None:
    (one,) = overview(course(), snapshot(BROKEN), [(Student("s1"), True)], POINTS).students
    assert one.unknown == (E1,)
    assert one.share is None


def test_what_students_must_not_see_is_taken_out() -> None:
    hidden = make_graded(score=0).result.checks
    secret = replace(hidden[0], visibility="hidden", name="secret", message="hidden message")
    graded = replace(
        make_graded(score=0), result=make_graded(score=0, checks=(hidden[0], secret), errors=("expected 42",)).result
    )
    gradebook = replace(snapshot(), standing={("s1", E1): Standing(graded, 1)})
    scores = overview(course(), gradebook, [(Student("s1"), True)], POINTS)
    result = concealed(scores).students[0].exercises[0].result
    assert result is not None
    public, other = result.checks
    assert public == replace(hidden[0], counterexample=replace(_example(hidden[0]), replay=""))
    assert other == CheckResult("secret", secret.verdict, secret.score, secret.points, "hidden")
    assert "42" not in result.errors[0]


def _example(check: CheckResult) -> Any:
    assert check.counterexample is not None
    return check.counterexample
