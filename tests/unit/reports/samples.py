"""Reports with one of everything."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

from grader.model import Verdict
from grader.results import CheckResult, Counterexample, ExerciseResult, Report, TopicScore

EXAMPLE = Counterexample({"x": "3"}, "6", "7", 1.0, 1e-6, "grade exercise-01 --seed 7 --case 0:2")
GOOD = CheckResult("small numbers", Verdict.ACCEPTED, Fraction(2), Fraction(2), cases=4, passed=4)
BAD = replace(
    GOOD,
    name="large | numbers",
    verdict=Verdict.WRONG_ANSWER,
    score=Fraction(0),
    passed=1,
    message="off by 1 at [0]",
    feedback="Think of `2 x`.",
    counterexample=EXAMPLE,
    printed="called with 3\n",
)
HALF = replace(BAD, name="half", verdict=Verdict.PARTIAL, score=Fraction(1, 3), points=Fraction(1), counterexample=None)
HIDDEN = CheckResult("secret", Verdict.WRONG_ANSWER, Fraction(0), Fraction(1), "hidden")
SKIPPED = CheckResult(
    "next", Verdict.SKIPPED, Fraction(0), Fraction(1), message="needs the check “small numbers” first"
)
BROKEN = CheckResult("broken", Verdict.JUDGE_ERROR, None, Fraction(1), message="this check could not be judged")


def exercise(*checks: CheckResult, **fields: Any) -> ExerciseResult:
    """Return the result of an exercise with some checks."""
    scores = [check.score for check in checks]
    score = None if None in scores else sum((item for item in scores if item is not None), Fraction(0))
    points = sum((check.points for check in checks), Fraction(0))
    verdict = Verdict.JUDGE_ERROR if score is None else Verdict.ACCEPTED if score == points else Verdict.PARTIAL
    hidden = sum((check.points for check in checks if check.visibility == "hidden"), Fraction(0))
    whole = ExerciseResult(
        "exercise-01",
        "Twice a number",
        "numbers",
        "Doubling",
        verdict,
        score,
        points,
        checks,
        hidden,
        answer_file="exercise_01.py",
        errors=("exercise-01: the expected value was 42",) if score is None else (),
    )
    return replace(whole, **fields)


def report(*exercises: ExerciseResult) -> Report:
    """Return a report on exercises."""
    topics = tuple(
        TopicScore(item.topic, item.topic.title(), item.score, item.points, item.points) for item in exercises[:1]
    )
    return Report("Course", 7, "process", exercises, topics)


def with_text(check: CheckResult, field: str, text: str) -> CheckResult:
    """Return a check one of whose texts is another."""
    changed: dict[str, Any] = {field: text}
    return replace(check, **changed)


NASTY = "\x1b[31m</pre><script>alert(1)</script> ]]> & \x00 \ufffe ```` | \ud800 *x* é 学"
"""What an answer may have in its messages."""
