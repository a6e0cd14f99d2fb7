"""What a batch has to do: every submission with the key of its result, and what is put on record of it beforehand."""

from collections.abc import Iterator

from grader.batch.desk import Settings, scaled
from grader.batch.intake import Found, Intake, read
from grader.batch.keys import exercise_hash, result_key
from grader.course import Course
from grader.errors import SubmissionNotFound
from grader.gradebook.records import HandedIn, Place
from grader.sandbox.records import dataclass


@dataclass(frozen=True)
class Planned:
    """A submission, as it was when it was read.

    Attributes
    ----------
    found : Found
        where it lies.
    digest : str
        of its content.
    key : str
        of its result.
    """

    found: Found
    digest: str
    key: str

    @property
    def place(self) -> Place:
        """The student and the exercise."""
        return self.found.student, self.found.exercise


@dataclass(frozen=True)
class Plan:
    """All that was handed in.

    Attributes
    ----------
    submissions : tuple of Planned
        what can be graded.
    handed_in : tuple of HandedIn
        what goes on record before anything is graded. Of what cannot be read, it is that something was handed in and
        nothing of its content: then the score is not known, and whoever handed it in does not count as absent.
    not_read : dict of place to str
        what cannot be read, each with where it lies and why.
    unfit : dict of place to HandedIn and str
        what names an exercise and is nothing that can be graded, as a text in Word, where nothing else was handed in;
        each with where it lies and why.
    """

    submissions: tuple[Planned, ...]
    handed_in: tuple[HandedIn, ...]
    not_read: dict[Place, str]
    unfit: dict[Place, tuple[HandedIn, str]]


class Keys:
    """Makes the keys of results; what an exercise adds to them is computed once.

    Parameters
    ----------
    course : Course
        whose exercises and limits decide.
    settings : Settings
        the seed and the level of isolation.
    """

    def __init__(self, course: Course, settings: Settings) -> None:
        self._course = course
        self._settings = settings
        self._hashes: dict[str, str] = {}

    def exercise(self, name: str) -> str:
        """Return the hash of all that decides how an exercise is judged."""
        if name not in self._hashes:
            self._hashes[name] = exercise_hash(self._course, name)
        return self._hashes[name]

    def planned(self, found: Found, digest: str) -> Planned:
        """Return a submission whose content has some digest, with the key of its result."""
        limits = scaled(self._course.limits, self._course.time_factor(found.student, found.exercise))
        hashed, settings = self.exercise(found.exercise), self._settings
        return Planned(found, digest, result_key(digest, hashed, limits, settings.seed, settings.isolation))


def plan(intake: Intake, keys: Keys) -> Plan:
    """Read everything that was handed in, one submission at a time, and return what is to be done."""
    submissions: list[Planned] = []
    handed_in: list[HandedIn] = []
    not_read: dict[Place, str] = {}
    for found in intake.submissions:
        try:
            planned = keys.planned(found, read(found).digest)
        except SubmissionNotFound as error:
            not_read[found.student, found.exercise] = str(error)
            planned = None
        if planned:
            submissions.append(planned)
        handed_in += _on_record(found, planned)
    counted = {(found.student, found.exercise) for found in intake.submissions}
    unfit = {place: (item, why) for place, item, why in _unfit(intake) if place not in counted}
    return Plan(tuple(submissions), tuple(handed_in), not_read, unfit)


def _on_record(found: Found, planned: Planned | None) -> Iterator[HandedIn]:
    """Yield the older submissions that one supersedes, and itself."""
    for older in found.superseded:
        yield HandedIn(found.student, found.exercise, "", older, counts=False)
    digest = planned.digest if planned else ""
    yield HandedIn(found.student, found.exercise, digest, found.origin, found.handed_in)


def _unfit(intake: Intake) -> Iterator[tuple[Place, HandedIn, str]]:
    """Yield what names a student and an exercise and is not graded here, with where it lies and why."""
    found = [(item.student, item.exercise, item.origin, item.why) for item in intake.unrecognised]
    found += [(item.student, item.exercise, item.origin, item.why) for item in intake.notebooks]
    for student, exercise, origin, why in found:
        if student and exercise:
            yield (student, exercise), HandedIn(student, exercise, "", origin), f"{origin}: {why}"
