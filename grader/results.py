"""What a run found out, ready to be rendered: of a check, an exercise, a topic, the whole. All of it frozen."""

from collections.abc import Mapping
from fractions import Fraction

from grader.model import Verdict
from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Counterexample:
    """A case that failed, as a person wants to see it: NumPy text that can be pasted."""

    inputs: Mapping[str, str]
    expected: str
    got: str
    error: float | None
    allowed: float | None
    replay: str


@dataclass(frozen=True)
class CheckResult:
    """What a check gave: its verdict, its exact score, and what to show of it.

    `score` is None where no score can be given: after a judge error, or when a single case was replayed.
    """

    name: str
    verdict: Verdict
    score: Fraction | None
    points: Fraction
    visibility: str = "public"
    cases: int = 0
    passed: int = 0
    message: str = ""
    feedback: str = ""
    mistake: str | None = None
    counterexample: Counterexample | None = None
    notes: tuple[str, ...] = ()
    printed: str = ""
    trace: str = ""

    @property
    def outline(self) -> "CheckResult":
        """The same without all details: what a student sees of a hidden check."""
        return CheckResult(self.name, self.verdict, self.score, self.points, self.visibility)


@dataclass(frozen=True)
class ExerciseResult:
    """What an exercise gave.

    `unsure` is true if time ran out somewhere and the machine may be to blame; another run, alone, would tell.
    `points_withheld` is what hidden checks are worth that are in the course and not in a students' bundle.
    """

    id: str
    title: str
    topic: str
    section: str
    verdict: Verdict
    score: Fraction | None
    points: Fraction
    checks: tuple[CheckResult, ...]
    points_hidden: Fraction = Fraction(0)
    points_withheld: Fraction = Fraction(0)
    answer_file: str = ""
    untouched: bool = False
    unsure: bool = False
    errors: tuple[str, ...] = ()

    def check(self, name: str) -> CheckResult | None:
        """Return what a check gave; None where it is not among those that were judged."""
        return next((check for check in self.checks if check.name == name), None)


@dataclass(frozen=True)
class TopicScore:
    """The sum over a topic's exercises in one report, beside the points of the whole topic."""

    id: str
    title: str
    score: Fraction | None
    points: Fraction
    course_points: Fraction


@dataclass(frozen=True)
class Report:
    """All that a run found out, ready to be rendered."""

    course: str
    seed: int
    isolation: str
    exercises: tuple[ExerciseResult, ...]
    topics: tuple[TopicScore, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """All judge errors, in full."""
        return tuple(error for exercise in self.exercises for error in exercise.errors)
