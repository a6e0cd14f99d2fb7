"""One submission to be graded, with all that is needed for it."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from grader.errors import UsageError
from grader.model import Submission
from grader.prepared import Prepared, PreparedCheck
from grader.sandbox.records import dataclass
from grader.spec.exercise import CheckItem, Exercise


@dataclass(frozen=True, kw_only=True)
class Task:
    """A submission and the exercise it answers.

    Attributes
    ----------
    id : str
        name of the exercise.
    exercise : Exercise
        its description.
    prepared : Prepared
        cases and expected values for one seed.
    submission : Submission or None
        None if the student handed in nothing.
    refused : str
        why what was handed in is no text that could be run, or empty.
    topic, section : str
        where the exercise stands in the course.
    seed : int
        which the prepared data were made with; shown in replay commands.
    seed_is_secret : bool
        whether it must not be shown.
    answer_file : str
        as the student knows it.
    is_courses_own : bool
        whether that is the file in which the course expects the answer.
    reveal : bool
        whether the details of hidden checks may be shown.
    replay : str
        name of the one check of which a single case is replayed without a score, or empty.
    label : str
        the number of that case as it was named, or empty.
    withheld : Fraction
        what hidden checks are worth that are not here, in a students' bundle.
    ladder : callable
        gives the rungs of a check by its name; they are prepared when a failure is to be shown, and not before.
    """

    id: str
    exercise: Exercise
    prepared: Prepared
    submission: Submission | None
    topic: str
    section: str
    seed: int
    answer_file: str
    refused: str = ""
    seed_is_secret: bool = False
    is_courses_own: bool = True
    reveal: bool = False
    replay: str = ""
    label: str = ""
    withheld: Fraction = Fraction(0)
    ladder: Callable[[str], PreparedCheck] = lambda _: PreparedCheck((), ())

    @property
    def checks(self) -> tuple[CheckItem, ...]:
        """The checks to run: all, or the one of which a case is replayed."""
        if not self.replay:
            return self.exercise.checks
        return tuple(replace(check, needs=()) for check in self.exercise.checks if check.name == self.replay)

    def check_place(self, name: str) -> int:
        """Return the place of a check in the description, which a replay names it by."""
        return next(place for place, check in enumerate(self.exercise.checks) if check.name == name)

    def only(self, text: str) -> "Task":
        """Return the task that replays one case, `CHECK:N`, or rung `k` of its ladder, `CHECK:N.k`.

        The check is named by its place in the description or by its name.

        Raises
        ------
        UsageError
            if there is no such check or case.
        """
        name, _, number = text.rpartition(":")
        names = [check.name for check in self.exercise.checks]
        if name.isdecimal() and int(name) < len(names):
            name = names[int(name)]
        if name not in names:
            listed = ", ".join(f"{place} ({known})" for place, known in enumerate(names))
            raise UsageError(f"{text!r}: a case is named CHECK:NUMBER, and the checks of {self.id} are {listed}")
        case, _, rung = number.partition(".")
        chosen = self._numbered(self.prepared.checks[name], case, f"{text!r}: the check {name!r}", "cases")
        if rung:
            chosen = self._numbered(self.ladder(name), rung, f"{text!r}: the ladder of the check {name!r}", "rungs")
        return replace(self, prepared=Prepared({name: chosen}, ()), replay=name, label=number)

    def _numbered(self, prepared: PreparedCheck, number: str, what: str, items: str) -> PreparedCheck:
        pairs = zip(prepared.cases, prepared.expected, strict=True)
        chosen = [(case, expected) for case, expected in pairs if str(case.number) == number]
        if not chosen:
            there = f"the {items} 0 to {len(prepared.cases) - 1}" if prepared.cases else f"no {items}"
            raise UsageError(f"{what} has {there}")
        return PreparedCheck((chosen[0][0],), (chosen[0][1],))
