"""From results to scores: what counts for an exercise, a topic and the course. Pure functions, exact fractions.

A score that is not known (a judge error, or a submission that is not graded yet) is None, and so is every sum over it;
it is never taken for 0.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from grader.course import Course
from grader.deadlines import days_late, due, penalty
from grader.gradebook.records import Snapshot
from grader.gradebook.scores import ExerciseScore, Overview, StudentScores, TopicScores
from grader.model import Verdict
from grader.results import CheckResult, ExerciseResult
from grader.roster import Student
from grader.scoring import exercise_verdict, total
from grader.spec.course import Topic


def with_dropped(result: ExerciseResult, dropped: Collection[str]) -> ExerciseResult:
    """Return a result in which some checks count as passed, whatever came of them.

    Parameters
    ----------
    result : ExerciseResult
        as it was judged.
    dropped : collection of str
        names of checks; those that the result does not have change nothing.
    """
    if not any(check.name in dropped for check in result.checks):
        return result
    checks = tuple(
        replace(check, verdict=Verdict.ACCEPTED, score=check.points) if check.name in dropped else check
        for check in result.checks
    )
    return replace(
        result, checks=checks, verdict=exercise_verdict(checks), score=total(check.score for check in checks)
    )


def exercise_score(course: Course, snapshot: Snapshot, student: str, exercise: str, points: Fraction) -> ExerciseScore:
    """Return what counts for a student and an exercise.

    That is the points that a person set, or else what was judged, dropped checks counting as passed; less what
    lateness costs. It is 0 where nothing was handed in.

    Parameters
    ----------
    course : Course
        with its due dates, its extensions and what lateness costs.
    snapshot : Snapshot
        of the gradebook.
    student, exercise : str
        whose score of what.
    points : Fraction
        what the exercise is worth now; a result says itself what it was worth when it was judged.
    """
    place = student, exercise
    handed_in, standing = snapshot.handed_in.get(place), snapshot.standing.get(place)
    made = snapshot.adjustments.get(place)
    dropped = [item.check for item in course.dropped(exercise)]
    verdict: Verdict | None = Verdict.ABSENT
    earned: Fraction | None = Fraction(0)
    result: ExerciseResult | None = None
    if handed_in and standing and standing.graded.content == handed_in.content:
        result = with_dropped(standing.graded.result, dropped)
        verdict, earned, points = result.verdict, result.score, result.points
    elif handed_in:
        verdict = earned = None
    if made:
        earned = made.points
    until = due(course, student, exercise)
    late = days_late(handed_in.at if handed_in else None, until, ZoneInfo(course.file.timezone))
    lost = penalty(course.file.late, late)
    return ExerciseScore(
        exercise=exercise,
        verdict=verdict,
        score=None if earned is None else earned * (1 - lost),
        points=points,
        earned=earned,
        adjustment=made,
        handed_in=handed_in,
        due=until,
        days_late=late,
        penalty=lost,
        dropped=tuple(check.name for check in result.checks if check.name in dropped) if result else (),
        result=result,
        isolation=standing.graded.isolation if result and standing else "",
    )


def topic_scores(topic: Topic, scores: Iterable[ExerciseScore]) -> TopicScores:
    """Return the sum over the exercises of a topic."""
    mine = [item for item in scores if item.exercise in topic.exercises]
    points = sum((item.points for item in mine), Fraction(0))
    return TopicScores(topic.id, topic.title, topic.weight, total(item.score for item in mine), points)


def course_share(topics: Sequence[TopicScores]) -> Fraction | None:
    """Return the share of the course that was earned: the mean of the topics' shares, by their weights.

    A topic without points or without weight counts for nothing; where all are such, and where a topic that counts is
    not known, there is no share.
    """
    counting = [topic for topic in topics if topic.points and topic.weight]
    weight = sum((topic.weight for topic in counting), Fraction(0))
    earned = total(None if topic.score is None else topic.weight * topic.score / topic.points for topic in counting)
    return None if earned is None or not weight else earned / weight


def everyone(roster: Sequence[Student], students: Iterable[Student]) -> tuple[tuple[Student, bool], ...]:
    """Return the students of the roster in its order, then all others by name, each with whether the roster has them.

    Where there is no roster, nobody is missing from it.
    """
    listed = {student.id for student in roster}
    others = sorted((student for student in students if student.id not in listed), key=lambda student: student.id)
    return (*((student, True) for student in roster), *((student, not roster) for student in others))


def overview(
    course: Course,
    snapshot: Snapshot,
    people: Iterable[tuple[Student, bool]],
    points: Mapping[str, Fraction],
    topics: Collection[str] | None = None,
) -> Overview:
    """Return the scores of students.

    Parameters
    ----------
    course : Course
        its topics, weights, due dates and so on.
    snapshot : Snapshot
        of the gradebook.
    people : iterable of (Student, bool)
        whose scores are wanted, each with whether the roster has them; see `everyone`.
    points : mapping of str to Fraction
        what each exercise is worth.
    topics : collection of str, optional
        the topics that are wanted, as though the course had no others; all of them if left out.
    """
    wanted = tuple(topic for topic in course.file.topics if topics is None or topic.id in topics)
    scores = []
    for student, on_roster in people:
        exercises = tuple(
            exercise_score(course, snapshot, student.id, name, points[name])
            for topic in wanted
            for name in topic.exercises
        )
        sums = tuple(topic_scores(topic, exercises) for topic in wanted)
        scores.append(StudentScores(student, exercises, sums, course_share(sums), on_roster))
    return Overview(course, wanted, dict(points), tuple(scores))


def concealed(scores: Overview) -> Overview:
    """Return an overview in which results hold nothing but what students may see."""
    return replace(scores, students=tuple(map(_concealed_student, scores.students)))


def _concealed_student(one: StudentScores) -> StudentScores:
    exercises = (replace(item, result=item.result and concealed_result(item.result)) for item in one.exercises)
    return replace(one, exercises=tuple(exercises))


def concealed_result(result: ExerciseResult) -> ExerciseResult:
    """Return a result that holds nothing but what its student may see."""
    # What a judge error says in full may hold expected values.
    errors = ("the fault is not the student's; `--reveal` shows it in full",) if result.errors else ()
    return replace(result, checks=tuple(map(_concealed_check, result.checks)), errors=errors)


def _concealed_check(check: CheckResult) -> CheckResult:
    if check.visibility == "hidden":
        return check.outline
    example = check.counterexample
    # The command that runs a case again holds the seed, from which all other cases can be drawn.
    return replace(check, counterexample=example and replace(example, replay=""))
