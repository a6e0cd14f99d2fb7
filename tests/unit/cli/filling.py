"""A gradebook for the small course, as a batch fills it."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from grader.gradebook.book import Gradebook
from grader.gradebook.records import Conditions, Graded, HandedIn
from grader.model import Verdict
from grader.results import CheckResult, Counterexample, ExerciseResult
from grader.scoring import exercise_verdict, total

AT = datetime(2027, 3, 2, 12, tzinfo=UTC)


def fill(course: Path) -> int:
    """Put four students into the course's gradebook and return its secret seed.

    Ada has lost a public and a hidden check of the first exercise; Bob's second one could not be judged; Carol has
    handed in what is not graded yet; Dora has all points.
    """
    with Gradebook(str(course / "gradebook.db"), create=True) as book:
        seed = book.secret_seed()
        run = book.begin_run(Conditions(seed=seed, origin="secret", isolation="sealed", versions={"grader": "0.1.0"}))
        right = (1, 1, 1, 1)
        graded = [
            _graded("ada", "exercise-01", (0, 1, 1, 0), seed),
            _graded("bob", "exercise-01", right, seed),
            _graded("bob", "exercise-02", (None, 1), seed),
            *(
                _graded('Dora "D" O\'Neill', name, right, seed)
                for name in ("exercise-01", "exercise-02", "exercise-03")
            ),
        ]
        places = [*(item.place for item in graded), ("carol", "exercise-01")]
        book.record_submissions(run, [HandedIn(*place, "c", f"{place[0]}/{place[1]}.py", AT) for place in places])
        book.add(run, graded)
        book.finish_run(run)
    return seed


CHECKS = {
    "exercise-01": (
        ("small numbers", "2"),
        ("negative numbers", "1"),
        ("refuses a text", "1"),
        ("nothing at all", "1"),
    ),
    "exercise-02": (("nothing at all", "1/4"), ("both signs", "3/10")),
    "exercise-03": (("short vectors", "1/10"), ("long vectors", "1/5")),
}


def _graded(student: str, exercise: str, passed: tuple[int | None, ...], seed: int) -> Graded:
    example = Counterexample({"x": "3"}, "6", "9", 3.0, 0.0, f"grade {exercise} --seed {seed} --case 0:1")
    checks = []
    for (name, points), good in zip(CHECKS[exercise], passed, strict=False):
        worth = Fraction(points)
        verdict = Verdict.JUDGE_ERROR if good is None else Verdict.ACCEPTED if good else Verdict.WRONG_ANSWER
        visibility = "hidden" if name == "nothing at all" else "public"
        check = CheckResult(name, verdict, None if good is None else good * worth, worth, visibility)
        message = f"details of {name}"
        checks.append(check if good else replace(check, message=message, counterexample=example))
    errors = ("the expected value was 6",) if None in passed else ()
    found = ExerciseResult(
        exercise,
        f"Title of {exercise}",
        "numbers",
        "Doubling",
        exercise_verdict(checks),
        total(check.score for check in checks),
        sum((check.points for check in checks), Fraction(0)),
        tuple(checks),
        errors=errors,
    )
    return Graded(
        student=student,
        key=f"{student} {exercise}",
        content="c",
        result=found,
        isolation="sealed",
        exercise_hash="h",
        seconds=0.1,
        at=AT,
    )
