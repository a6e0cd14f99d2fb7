"""Due dates, days of lateness and what they cost: in the course's time zone, whatever its clocks do."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.course import Course
from grader.deadlines import closes, days_late, due, penalty
from grader.spec.course import CourseFile, Extension, Late, Section, Topic

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = [
    ZoneInfo(name) for name in ("Europe/Zurich", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
]
LATE = Late(grace_days=2, per_day=Fraction(1, 10), at_most=Fraction(1, 2))

dates = st.dates(datetime(2020, 1, 1).date(), datetime(2030, 12, 31).date())  # noqa: DTZ001 - a day
whens = st.builds(
    lambda day, time: f"{day} {time:%H:%M}" if time else f"{day}",
    dates,
    st.none() | st.times().map(lambda t: t.replace(second=0)),
)
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2031, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001 - in UTC
lates = st.builds(
    Late,
    grace_days=st.integers(0, 10),
    per_day=st.fractions(0, 1, max_denominator=100),
    at_most=st.fractions(0, 1, max_denominator=100),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("2027-01-10 23:59", "2027-01-10 23:00"),  # to the end of the minute: midnight in winter
        ("2027-07-10 23:59", "2027-07-10 22:00"),
        ("2027-01-10", "2027-01-10 23:00"),  # to the end of the day
        ("2027-03-28 02:30", "2027-03-28 01:31"),  # the clock never shows it: the later of the two readings
        ("2027-10-31 02:30", "2027-10-31 01:31"),  # the clock shows it twice: the second time
    ],
)
def test_the_time_is_over_at_the_end_of_what_is_written(when: str, moment: str) -> None:
    assert closes(when, ZURICH) == utc(moment)


@pytest.mark.parametrize(
    ("handed_in", "days"),
    [
        ("2027-03-27 10:00", 0),
        ("2027-03-27 22:59:59.999999", 0),
        ("2027-03-27 23:00", 1),
        ("2027-03-28 21:59:59", 1),  # a day of 23 hours
        ("2027-03-28 22:00", 2),
        ("2027-03-29 22:00", 3),
        ("2028-03-27 22:00", 367),
    ],
)
def test_a_day_that_has_begun_counts_and_days_follow_the_clock(handed_in: str, days: int) -> None:
    assert days_late(utc(handed_in), "2027-03-27 23:59", ZURICH) == days


def test_a_day_of_25_hours_is_one_day() -> None:
    assert days_late(utc("2027-10-31 22:59:59"), "2027-10-30", ZURICH) == 1
    assert days_late(utc("2027-10-31 23:00"), "2027-10-30", ZURICH) == 2


def test_where_a_day_was_left_out_of_the_calendar_it_is_not_counted() -> None:
    apia = ZoneInfo("Pacific/Apia")  # the 30th of December 2011 never was
    assert days_late(datetime(2011, 12, 31, 12, tzinfo=apia), "2011-12-29 18:00", apia) in (1, 2)
    assert closes("2011-12-30 12:00", apia) > closes("2011-12-29 12:00", apia)


@pytest.mark.parametrize(("handed_in", "when"), [(None, "2027-01-01"), (utc("2027-01-01"), None), (None, None)])
def test_what_is_not_known_is_not_late(handed_in: datetime | None, when: str | None) -> None:
    assert days_late(handed_in, when, ZURICH) == 0


@given(whens, zones, moments)
@example("2027-03-28 02:30", ZURICH, utc("2027-03-29 00:30"))
@settings(deadline=None, derandomize=True)
def test_an_answer_is_late_by_the_fewest_days_after_which_it_would_not_be(
    when: str, zone: ZoneInfo, moment: datetime
) -> None:
    days = days_late(moment, when, zone)
    assert moment < closes(when, zone, days)
    assert days == 0 or moment >= closes(when, zone, days - 1)


@given(whens, zones, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
@settings(deadline=None, derandomize=True)
def test_who_hands_in_later_is_never_less_late(when: str, zone: ZoneInfo, moment: datetime, more: timedelta) -> None:
    assert days_late(moment, when, zone) <= days_late(moment + more, when, zone)


@pytest.mark.parametrize(
    ("days", "lost"),
    [(0, "0"), (1, "0"), (2, "0"), (3, "1/10"), (4, "1/5"), (7, "1/2"), (8, "1/2"), (1000, "1/2")],
)
def test_after_the_days_of_grace_each_day_costs_up_to_the_most(days: int, lost: str) -> None:
    assert penalty(LATE, days) == Fraction(lost)


def test_without_a_rule_lateness_costs_nothing() -> None:
    assert penalty(None, 100) == 0


@given(lates, st.integers(0, 500), st.integers(0, 500))
@settings(deadline=None, derandomize=True)
def test_lateness_never_costs_more_than_the_most_and_never_less_for_more_days(late: Late, days: int, more: int) -> None:
    assert 0 <= penalty(late, days) <= penalty(late, days + more) <= late.at_most


def course(*extensions: Extension, due: str | None = "2027-03-01 23:59") -> Course:
    sections = (
        Section(title="One", due=due, exercises=("exercise-01",)),
        Section(title="Two", exercises=("exercise-02",)),
    )
    topics = (Topic(id="t", title="T", sections=sections),)
    return Course(Path(), CourseFile(title="c", seed=1, timezone="Europe/Zurich", topics=topics, extensions=extensions))


def test_an_exercise_is_due_with_its_section() -> None:
    assert due(course(), "s1", "exercise-01") == "2027-03-01 23:59"
    assert due(course(), "s1", "exercise-02") is None


def test_an_extension_moves_the_due_date_of_its_student_alone() -> None:
    extended = course(Extension(student="s1", until="2027-03-08"))
    assert due(extended, "s1", "exercise-01") == "2027-03-08"
    assert due(extended, "s2", "exercise-01") == "2027-03-01 23:59"
    assert due(extended, "s1", "exercise-02") is None


def test_an_extension_may_hold_for_some_exercises_alone() -> None:
    extended = course(Extension(student="s1", until="2027-03-08", exercises=("exercise-02",)))
    assert due(extended, "s1", "exercise-01") == "2027-03-01 23:59"


@given(whens, st.lists(whens, max_size=3))
@settings(deadline=None, derandomize=True)
def test_an_extension_never_brings_a_due_date_forward(section: str, untils: list[str]) -> None:
    extended = course(*(Extension(student="s1", until=until) for until in untils), due=section)
    found = due(extended, "s1", "exercise-01")
    assert found is not None
    assert closes(found, ZURICH) == max(closes(when, ZURICH) for when in [section, *untils])


def test_the_limits_of_time_are_longer_by_the_largest_factor() -> None:
    extended = course(
        Extension(student="s1", time_factor=1.5), Extension(student="s1", time_factor=2.0, exercises=("exercise-02",))
    )
    assert extended.time_factor("s2", "exercise-01") == 1.0
    assert extended.time_factor("s1", "exercise-01") == 1.5
    assert extended.time_factor("s1", "exercise-02") == 2.0
    assert [extended.longest_time_factor(student) for student in ("s1", "s2")] == [2.0, 1.0]
