"""A course, and results to put into its gradebook."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader.course import Course
from grader.gradebook.records import Graded, HandedIn
from grader.model import Verdict
from grader.results import CheckResult, Counterexample, ExerciseResult
from grader.scoring import total
from grader.spec.course import CourseFile, Section, Topic

COURSE = Course(
    Path("/course"),
    CourseFile(
        title="Course",
        seed=1,
        topics=(
            Topic(
                id="algebra",
                title="Algebra",
                sections=(Section(title="Matrices", exercises=("exercise-01", "exercise-02")),),
            ),
            Topic(id="calculus", title="Calculus", sections=(Section(title="Integrals", exercises=("exercise-03",)),)),
        ),
    ),
)
START = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def make_check(name: str, score: int | None, points: int = 2, **more: Any) -> CheckResult:
    """Make a check that is accepted, wrong, or, without a score, could not be judged."""
    verdict = Verdict.JUDGE_ERROR if score is None else Verdict.ACCEPTED if score else Verdict.WRONG_ANSWER
    return CheckResult(name, verdict, None if score is None else Fraction(score), Fraction(points), **more)


EXAMPLE = Counterexample(
    inputs={"A": "np.array([[1.0]])"},
    expected="np.array([1.0])",
    got="np.array([2.0])",
    error=float("inf"),
    allowed=1e-6,
    replay="grade exercise-01 --seed 7 --case 0:3",
)


def make_result(exercise: str = "exercise-01", score: int | None = 2, **more: Any) -> ExerciseResult:
    """Make a result of two checks, of which the second gives its two points."""
    wrong: dict[str, Any] = {
        "message": "off by 1",
        "feedback": "Look at the sign.",
        "counterexample": EXAMPLE,
        "cases": 20,
        "passed": 3,
    }
    small = make_check("small", score, **wrong) if score == 0 else make_check("small", score)
    checks = (small, make_check("large", 2, visibility="hidden"))
    verdict = Verdict.JUDGE_ERROR if score is None else Verdict.ACCEPTED if score else Verdict.PARTIAL
    fields: dict[str, Any] = {
        "title": "Title",
        "topic": "algebra",
        "section": "Matrices",
        "verdict": verdict,
        "score": total(check.score for check in checks),
        "points": Fraction(4),
        "checks": checks,
        "points_hidden": Fraction(2),
        "answer_file": "exercise_01.py",
    }
    return ExerciseResult(exercise, **fields | more)


def make_graded(student: str = "s1", key: str = "k1", content: str = "c1", **result: Any) -> Graded:
    """Make a result to be kept."""
    return Graded(
        student=student,
        key=key,
        content=content,
        result=make_result(**result),
        isolation="sealed",
        exercise_hash="h",
        seconds=0.25,
        at=START,
    )


def make_handed_in(student: str = "s1", exercise: str = "exercise-01", content: str = "c1", **more: Any) -> HandedIn:
    """Make a submission of noon on the first of March."""
    return HandedIn(student, exercise, content, f"{student}/{exercise}.py", **{"at": START} | more)
