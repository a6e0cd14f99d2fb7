"""A crew whose results are there at once, submissions whose text says what comes of them, and a watcher that remembers."""

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from grader.batch.crew import Crew
from grader.batch.desk import Done, Job, Settings
from grader.batch.driver import Batch
from grader.batch.intake import Intake, take_in
from grader.batch.orders import Order, Summary, Watcher
from grader.course import Course
from grader.gradebook.book import Gradebook
from grader.model import Verdict
from grader.results import CheckResult, ExerciseResult
from grader.spec.files import load_course
from tests.unit.batch.crews import settings

POINTS: Final = Fraction(3)
_VERDICTS: Final = {"right": Verdict.ACCEPTED, "wrong": Verdict.WRONG_ANSWER, "sleeps": Verdict.TIME_LIMIT}


@lru_cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "gradebook.db"
        Gradebook(str(file), create=True).close()
        return file.read_bytes()


def empty_gradebook(file: str) -> None:
    """Write an empty gradebook; making one anew takes longer than all else that a test here does."""
    Path(file).write_bytes(_empty())
    Path(file).chmod(0o600)


class Died(Exception):
    """A desk died."""


class InstantCrew(Crew):
    """Gives each submission what its text says: right, wrong, sleeps, error, fault, dies.

    Parameters
    ----------
    faults : mapping of str to str
        what is wrong with exercises.

    Attributes
    ----------
    jobs : list of Job
        all that were asked for.
    """

    size = 2

    def __init__(self, faults: Mapping[str, str] | None = None) -> None:
        self.jobs: list[Job] = []
        self.prepared: list[str] = []
        self.closed = False
        self._faults = faults or {}

    def prepare(self, exercise: str) -> "Future[str]":
        """Say what is wrong with it."""
        self.prepared.append(exercise)
        future: Future[str] = Future()
        future.set_result(self._faults.get(exercise, ""))
        return future

    def grade(self, job: Job) -> "Future[Done]":
        """Do as the text says."""
        self.jobs.append(job)
        future: Future[Done] = Future()
        try:
            future.set_result(self.come_of(job))
        except Died as error:
            future.set_exception(error)
        return future

    def come_of(self, job: Job) -> Done:
        """Return what comes of a job."""
        word = job.source.strip()
        if word == "dies":
            raise Died
        if word == "fault":
            return Done(job.student, job.exercise, None, fault="a fault that showed late")
        return Done(job.student, job.exercise, result_of(job, word), 0.01)

    def deaths(self, error: Exception) -> int:
        """Return 1 for a death."""
        return int(isinstance(error, Died))

    def close(self) -> None:
        """Remember it."""
        self.closed = True

    def asked(self) -> list[tuple[str, str]]:
        """Return for whom and what it was asked, sorted."""
        return sorted((job.student, job.exercise) for job in self.jobs)


def result_of(job: Job, word: str) -> ExerciseResult:
    """Return the result that a word stands for."""
    known = _VERDICTS | {"error": Verdict.JUDGE_ERROR}
    verdict = Verdict.RAISED if job.refused else known[word]
    score = None if verdict is Verdict.JUDGE_ERROR else POINTS if verdict is Verdict.ACCEPTED else Fraction(0)
    check = CheckResult("all", verdict, score, POINTS, message=job.refused)
    errors = (f"{job.exercise}: a process was killed",) if score is None else ()
    found = ExerciseResult(
        job.exercise, "Twice", "numbers", "Doubling", verdict, score, POINTS, (check,), errors=errors
    )
    return replace(found, unsure=word == "sleeps")


class Remembering(Watcher):
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[object, ...]] = []

    def remarks(self, text: str) -> None:
        self.said.append(("remarks", text))

    def begins(self, waiting: Counter[str], reused: int) -> None:
        self.said.append(("begins", dict(waiting), reused))

    def prepares(self, exercises: int) -> None:
        self.said.append(("prepares", exercises))

    def starts(self) -> None:
        self.said.append(("starts",))

    def is_graded(self, student: str, result: ExerciseResult) -> None:
        self.said.append(("graded", student, result.id, str(result.verdict)))

    def is_left_out(self, student: str, exercise: str, why: str) -> None:
        self.said.append(("left out", student, exercise, why))

    def repeats(self, count: int) -> None:
        self.said.append(("repeats", count))


class Grading:
    """A course, its gradebook, and submissions in a folder; each call of `grade` is one batch.

    Parameters
    ----------
    folder : path
        of the course; the submissions lie beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.submissions = folder.parent / "submissions"
        self.submissions.mkdir(exist_ok=True)
        self.file = str(folder / "gradebook.db")
        self.crew = InstantCrew()
        self.watcher = Remembering()

    @property
    def course(self) -> Course:
        """The course, as its files are now."""
        return load_course(self.folder)

    def hand_in(self, student: str, **words: str) -> None:
        """Write a student's submissions: the text by the number of the exercise, as in `_01="right"`."""
        for number, word in words.items():
            file = self.submissions / student / f"exercise{number}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(word, encoding="utf-8")

    def intake(self, paths: Sequence[Path] = ()) -> Intake:
        """Return what was handed in."""
        return take_in(paths or [self.submissions], self.course.exercises)

    def order(self, **options: object) -> Order:
        """Return an order; `seed` and `isolation` are those of the settings."""
        chosen = {name: options.pop(name) for name in ("seed", "isolation") if name in options}
        made: Settings = replace(settings(self.folder), **chosen)  # type: ignore[arg-type]
        return Order(settings=made, **{"origin": "secret", **options})  # type: ignore[arg-type]

    def batch(self, book: Gradebook, **options: object) -> Batch:
        """Return a batch with a crew and a watcher of its own."""
        self.crew, self.watcher = InstantCrew(), Remembering()
        return Batch(self.course, book, self.order(**options), self.watcher)

    def grade(self, **options: object) -> Summary:
        """Grade all that was handed in."""
        with Gradebook(self.file, create=True) as book:
            return self.batch(book, **options).grade(self.intake(), lambda: self.crew)

    def standing(self) -> dict[tuple[str, str], tuple[str, str, str]]:
        """Return what stands: verdict, content and key by student and exercise."""
        with Gradebook(self.file) as book:
            stands = book.snapshot().standing
        found = {place: item.graded for place, item in stands.items()}
        return {place: (str(item.result.verdict), item.content, item.key) for place, item in found.items()}

    def verdicts(self) -> dict[tuple[str, str], str]:
        """Return the verdicts that stand."""
        return {place: verdict for place, (verdict, _, _) in self.standing().items()}

    def handed_in(self) -> dict[tuple[str, str], str]:
        """Return the content of the submissions that count; empty where it is not known."""
        with Gradebook(self.file) as book:
            return {place: item.content for place, item in book.snapshot().handed_in.items()}
