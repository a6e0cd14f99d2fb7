"""How a batch gets on, on a screen: a bar for a terminal, a line for each student elsewhere, or JSON lines."""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from grader.batch.orders import Summary, Watcher
from grader.course import Course
from grader.errors import GraderError
from grader.model import Verdict
from grader.plain_results import exercise_data, rounded
from grader.reports._layout import clean, number
from grader.results import ExerciseResult
from grader.spec.files import load_exercise

if TYPE_CHECKING:
    from rich.progress import TaskID

Say = Callable[[str], None]

_NOT_GRADED = "not graded"


class Lines(Watcher):
    """One line for each student, once all of the student's submissions are graded.

    Parameters
    ----------
    say : callable
        shows a line.
    """

    def __init__(self, say: Say) -> None:
        self._say = say
        self._waiting: Counter[str] = Counter()
        self._students = self._submissions = self._finished = 0
        self._counts: dict[str, Counter[str]] = {}
        self._scores: dict[str, tuple[Fraction, Fraction]] = {}
        self._began = time.monotonic()

    def remarks(self, text: str) -> None:
        """Say it."""
        self._say(f"note: {clean(text)}")

    def begins(self, waiting: Counter[str], reused: int) -> None:
        """Say how much there is to do."""
        self._waiting = Counter(waiting)
        self._students, self._submissions = len(waiting), waiting.total()
        known = f"; {counted(reused, 'result')} known already" if reused else ""
        self._say(f"{counted(self._submissions, 'submission')} of {counted(len(waiting), 'student')} to grade{known}")

    def prepares(self, exercises: int) -> None:
        """Say it."""
        self._say(f"preparing {counted(exercises, 'exercise')}")

    def starts(self) -> None:
        """Take the time from now on."""
        self._began = time.monotonic()

    def is_graded(self, student: str, result: ExerciseResult) -> None:
        """Note a result."""
        score, points = self._scores.get(student, (Fraction(0), Fraction(0)))
        self._scores[student] = score + (result.score or 0), points + result.points
        self._is_over(student, worded(result.verdict))

    def is_left_out(self, student: str, exercise: str, why: str) -> None:
        """Note that there is no result, unless that was known beforehand."""
        if student in self._waiting:
            self._is_over(student, _NOT_GRADED)

    def repeats(self, count: int) -> None:
        """Say it."""
        self._say(_repeated(count))

    def _is_over(self, student: str, word: str) -> None:
        self._counts.setdefault(student, Counter())[word] += 1
        self._finished += 1
        self._waiting[student] -= 1
        if self._waiting[student] > 0:
            return
        del self._waiting[student]
        score, points = self._scores.pop(student, (Fraction(0), Fraction(0)))
        counts = listed(self._counts.pop(student))
        left = (time.monotonic() - self._began) / self._finished * (self._submissions - self._finished)
        on = f", {duration(left)} left" if self._waiting else ""
        place = f"{self._students - len(self._waiting)}/{self._students}"
        self._say(f"{place}  {clean(student)}: {number(score)} of {number(points)} points ({counts}){on}")


class Bar(Watcher):
    """A bar with the rate, the time that is left, and how many submissions got each verdict; on standard error."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._counts: Counter[str] = Counter()
        self._began = time.monotonic()
        # What is said there may come from a student, and a name such as [red] is no colour.
        columns = (
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}", markup=False),
        )
        self._progress: Progress = Progress(*columns, console=Console(stderr=True, markup=False, highlight=False))
        self._task: TaskID | None = None

    def remarks(self, text: str) -> None:
        """Show it above the bar."""
        self._progress.console.print(f"note: {clean(text)}", soft_wrap=True)

    def begins(self, waiting: Counter[str], reused: int) -> None:
        """Show the bar."""
        if waiting:
            self._progress.start()
            self._task = self._progress.add_task("starting", total=waiting.total())

    def prepares(self, exercises: int) -> None:
        """Say it beside the bar."""
        self._says(f"preparing {counted(exercises, 'exercise')}")

    def starts(self) -> None:
        """Take the time from now on."""
        self._began = time.monotonic()
        self._says("")
        if self._task is not None:
            self._progress.reset(self._task)

    def is_graded(self, student: str, result: ExerciseResult) -> None:
        """Move on by one."""
        self._moves(worded(result.verdict))

    def is_left_out(self, student: str, exercise: str, why: str) -> None:
        """Move on by one, unless it was known beforehand."""
        self._moves(_NOT_GRADED)

    def repeats(self, count: int) -> None:
        """Say it above the bar."""
        self._progress.console.print(_repeated(count), soft_wrap=True)

    def _moves(self, word: str) -> None:
        if self._task is not None:
            self._counts[word] += 1
            rate = self._counts.total() / max(time.monotonic() - self._began, 1e-3)
            self._says(f"{rate:.1f}/s  {listed(self._counts)}", advance=1)

    def _says(self, text: str, advance: int = 0) -> None:
        if self._task is not None:
            self._progress.update(self._task, advance=advance, description=text)

    def __enter__(self) -> Self:
        """Return the bar itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the terminal, whatever happened."""
        self._progress.stop()


class JsonLines(Watcher):
    """A JSON object for each submission as it is graded, and one at the end.

    Parameters
    ----------
    say : callable
        shows a line.
    note : callable
        shows a line that is for people.
    course : Course
        whose exercises are graded.
    isolation : str
        the level at which submissions run.
    seed : int or None
        from which the cases are drawn, unless it is secret.
    """

    def __init__(self, say: Say, note: Say, course: Course, isolation: str, seed: int | None) -> None:
        self._say = say
        self._note = note
        self._course = course
        self._common = {"seed": seed, "isolation": isolation}

    def remarks(self, text: str) -> None:
        """Say it to people."""
        self._note(f"note: {clean(text)}")

    def is_graded(self, student: str, result: ExerciseResult) -> None:
        """Show a result."""
        data = exercise_data(result, rounded)
        exercise, checks = data.pop("id"), data.pop("checks")
        self._say(_json({"student": student, "exercise": exercise, **data, **self._common, "checks": checks}))

    def is_left_out(self, student: str, exercise: str, why: str) -> None:
        """Show that there is no result, and why."""
        topic, section = self._course.place(exercise)
        data = {
            "student": student,
            "exercise": exercise,
            "topic": topic.id,
            "section": section.title,
            "verdict": Verdict.JUDGE_ERROR,
            "score": None,
            "points": self._points(exercise),
            "message": why,
        }
        self._say(_json({**data, **self._common, "checks": []}))

    def _points(self, exercise: str) -> object:
        try:
            return rounded(load_exercise(self._course, exercise).points)
        except GraderError:
            return None

    def ends(self, summary: Summary) -> None:
        """Show the summary."""
        counts = {
            "students": summary.students,
            "graded": summary.graded,
            "reused": summary.reused,
            "judge_errors": len(summary.judge_errors),
            "not_read": len(summary.not_read),
            "left_out": sum(summary.left_out.values()),
            "faults": dict(summary.faults),
            "verdicts": dict(summary.verdicts),
            "seconds": round(summary.seconds, 3),
        }
        self._say(_json({"summary": counts}))


def _json(data: dict[str, object]) -> str:
    # A half of a character, which a text from an answer may hold, is no JSON that others could read.
    return json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()


def _repeated(count: int) -> str:
    return f"{counted(count, 'submission')} once more, one at a time: time ran out while the machine was busy or they slept"


def listed(counts: Mapping[str, int]) -> str:
    """Return how many there are of each, most first."""
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def worded(verdict: Verdict) -> str:
    """Return a verdict as people say it."""
    return verdict.replace("_", " ")


def counted(count: int, noun: str) -> str:
    """Return how many there are of something, `1 student` or `2 students`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
