"""When an answer is late, by how many days, and what that costs. All in the course's time zone.

A day later is the same time on the clock a day later, also where clocks were changed in between. Where the clock shows a
due time twice, or never, the later moment counts.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from grader.course import Course
from grader.spec.course import Late


def due(course: Course, student: str, exercise: str) -> str | None:
    """Return when a student's answer to an exercise is due, as it is written in the course; None if it never is.

    An extension moves a due date and never sets one where there is none; it never brings one forward.
    """
    _, section = course.place(exercise)
    if section.due is None:
        return None
    mine = [item.until for item in course.file.extensions if item.until and item.holds_for(student, exercise)]
    zone = ZoneInfo(course.file.timezone)
    return max([section.due, *mine], key=lambda when: closes(when, zone))


@lru_cache(4096)  # the same few moments are asked for of every student
def closes(when: str, zone: ZoneInfo, days: int = 0) -> datetime:
    """Return the moment at which the time for an answer is over.

    Parameters
    ----------
    when : str
        the due date. What is written is included to its end: of the minute, or of the day.
    zone : ZoneInfo
        in which it is meant.
    days : int, optional
        how many days later the time is over.

    Returns
    -------
    datetime
        in UTC; what is handed in at this moment comes too late.
    """
    written = datetime.fromisoformat(when)
    end = written + (timedelta(minutes=1) if ":" in when else timedelta(days=1)) + timedelta(days=days)
    return max(end.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def days_late(handed_in: datetime | None, when: str | None, zone: ZoneInfo) -> int:
    """Return the number of days, one that has begun included, by which an answer is late.

    Parameters
    ----------
    handed_in : aware datetime or None
        None, where it is not known, is in time.
    when : str or None
        the due date; None is never late.
    zone : ZoneInfo
        in which it is meant.
    """
    if handed_in is None or when is None or handed_in < closes(when, zone):
        return 0
    # Some days fewer than the calendar says, which the clock's changes cannot add up to; the rest is counted.
    days = max(0, (handed_in.astimezone(zone).date() - date.fromisoformat(when[:10])).days - 3)
    while handed_in >= closes(when, zone, days):
        days += 1
    return days


def penalty(late: Late | None, days: int) -> Fraction:
    """Return the share of an earned score that lateness costs."""
    if late is None:
        return Fraction(0)
    return min(late.at_most, late.per_day * max(0, days - late.grace_days))
