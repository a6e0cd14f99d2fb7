"""What goes into the gradebook and comes out of it. All of it frozen."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.model import Verdict
from grader.results import ExerciseResult
from grader.roster import Student
from grader.sandbox.records import dataclass

Place: TypeAlias = tuple[str, str]
"""A student and an exercise."""

Key: TypeAlias = tuple[str, str]
"""A student and the hash of all that decides a result."""

Origin: TypeAlias = Literal["secret", "given", "course"]
"""Where a seed comes from: drawn and kept here, given on the command line, or the course's public one."""

State: TypeAlias = Literal["running", "finished", "interrupted"]


@dataclass(frozen=True)
class HandedIn:
    """One submission, as it was found.

    Attributes
    ----------
    student, exercise : str
        whose it is, and to what.
    content : str
        hash of the submission's files.
    source : str
        where it was found, as a person knows it.
    at : aware datetime or None
        when it was handed in, where that is known.
    counts : bool
        false of those that a newer one supersedes.
    """

    student: str
    exercise: str
    content: str
    source: str
    at: datetime | None = None
    counts: bool = True


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What is the same for all results of a run.

    Attributes
    ----------
    seed : int
        from which the cases are drawn.
    origin : str
        where it comes from.
    isolation : str
        the level at which submissions run.
    versions : mapping of str to str
        of the grader, Python, NumPy and SciPy.
    options : mapping
        as given on the command line; JSON data.
    """

    seed: int
    origin: Origin
    isolation: str
    versions: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A run on record, without its seed."""

    id: int
    state: State
    started: datetime
    finished: datetime | None
    origin: Origin
    isolation: str
    machine: str
    versions: Mapping[str, str]
    options: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Graded:
    """A result to be kept, with all that says later why it is what it is.

    Attributes
    ----------
    student : str
        whose submission it was.
    key : str
        hash of all that decides the result.
    content : str
        hash of the submission's files.
    result : ExerciseResult
        verdicts, scores, feedback, counterexamples; those of hidden checks too.
    isolation : str
        the level at which the submission ran.
    exercise_hash : str
        of the exercise: description, reference, data.
    seconds : float
        for which the submission ran.
    at : aware datetime
        when it was judged.
    """

    student: str
    key: str
    content: str
    result: ExerciseResult
    isolation: str
    exercise_hash: str
    seconds: float
    at: datetime

    @property
    def place(self) -> Place:
        """The student and the exercise."""
        return self.student, self.result.id


@dataclass(frozen=True)
class Adjustment:
    """A score set by a person, which stands in place of what was judged; None takes an earlier one back."""

    student: str
    exercise: str
    points: Fraction | None
    why: str
    who: str
    at: datetime


@dataclass(frozen=True)
class Standing:
    """The result that stands for a student and an exercise, and the run that made it."""

    graded: Graded
    run: int


@dataclass(frozen=True)
class Change:
    """What a run changes for a student and an exercise; before it, there may have been no result."""

    student: str
    exercise: str
    before: Verdict | None
    score_before: Fraction | None
    after: Verdict
    score_after: Fraction | None
    points: Fraction


@dataclass(frozen=True)
class Snapshot:
    """The gradebook at one moment, as far as scores go.

    Attributes
    ----------
    students : tuple of Student
        all that are in it.
    handed_in : mapping of place to HandedIn
        the submissions that count.
    standing : mapping of place to Standing
        the results that stand. A result of another content than the submission that counts says nothing of it.
    adjustments : mapping of place to Adjustment
        the newest of each place, unless it takes an earlier one back.
    """

    students: tuple[Student, ...]
    handed_in: Mapping[Place, HandedIn]
    standing: Mapping[Place, Standing]
    adjustments: Mapping[Place, Adjustment]


@dataclass(frozen=True)
class Event:
    """One line of a student's history.

    Attributes
    ----------
    at : aware datetime
        when it was put on record.
    exercise : str
        which it concerns.
    kind : str
        `submission`, `result` or `adjustment`.
    text : str
        what happened, in words.
    """

    at: datetime
    exercise: str
    kind: str
    text: str
