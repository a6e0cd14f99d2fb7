"""Parts of a course that learning platforms have as assignments: an exercise, a topic, or the whole."""

from fractions import Fraction
from typing import Final

from grader.course import Course
from grader.errors import UsageError
from grader.gradebook.scores import StudentScores
from grader.sandbox.records import dataclass
from grader.spec.course import TOTAL

_TOTAL_POINTS: Final = Fraction(100)
"""What the whole course is worth where nobody says, since its topics have weights and no common points."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of a course.

    Attributes
    ----------
    of : str
        the name of an exercise, the id of a topic, or `total`.
    title : str
        what the platform calls it, or empty.
    points : Fraction or None
        what it is worth there; scores are converted. None leaves them as they are.
    """

    of: str
    title: str = ""
    points: Fraction | None = None


@dataclass(frozen=True)
class PartScore:
    """What a student has in a part; None where it is not known, and what lateness took off."""

    score: Fraction | None
    points: Fraction
    earned: Fraction | None


def part_of(course: Course, text: str) -> Part:
    """Return what a person means by `exercise-04`, a topic's id or `total`, with `=TITLE` behind it or without.

    Raises
    ------
    UsageError
        if the course has no such part.
    """
    name, _, title = (piece.strip() for piece in text.partition("="))
    if name == TOTAL or any(topic.id == name for topic in course.file.topics):
        return Part(of=name, title=title)
    try:
        return Part(of=course.find(name), title=title)
    except UsageError:
        topics = ", ".join(topic.id for topic in course.file.topics)
        raise UsageError(
            f"--assignment {text!r}: expected an exercise, a topic ({topics}) or {TOTAL}, with `=TITLE` after it where"
            f" the platform needs one"
        ) from None


def part_score(one: StudentScores, part: Part) -> PartScore | None:
    """Return what a student has in a part; None if the part is not shown."""
    if part.of == TOTAL:
        points = part.points or _TOTAL_POINTS
        score = None if one.share is None else one.share * points
        return PartScore(score, points, score)
    for exercise in one.exercises:
        if exercise.exercise == part.of:
            return _converted(exercise.score, exercise.earned, exercise.points, part.points)
    for topic in one.topics:
        if topic.id == part.of:
            return _converted(topic.score, topic.score, topic.points, part.points)
    return None


def _converted(score: Fraction | None, earned: Fraction | None, points: Fraction, wanted: Fraction | None) -> PartScore:
    if wanted is None or not points:
        return PartScore(score, points, earned)
    factor = wanted / points
    return PartScore(None if score is None else score * factor, wanted, None if earned is None else earned * factor)
