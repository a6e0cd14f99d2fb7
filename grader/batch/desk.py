"""Where submissions are graded: one desk in every process of a batch, with its own executors and prepared exercises."""

import time
import traceback
from collections import OrderedDict
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final

from grader import registry, running
from grader.batch.keys import exercise_hash
from grader.course import module_name
from grader.errors import AuthoringError, GraderError, JudgeError
from grader.executors import Closing, Executor
from grader.executors._sharing import OneWorker
from grader.model import Limits, Submission, Verdict
from grader.prepared import Prepared, PreparedCheck, pack, unpack
from grader.preparing import prepare, prepare_ladder
from grader.presenting import not_judged
from grader.results import ExerciseResult
from grader.sandbox.records import dataclass
from grader.spec.exercise import Exercise
from grader.spec.files import load_course, load_exercise
from grader.tasks import Task

_EXECUTORS: Final = 4
"""Sets of limits for which executors are kept; each has two warm processes."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is the same for all submissions of a batch.

    Attributes
    ----------
    course : str
        the course's folder.
    seed : int
        from which the cases are drawn.
    isolation : str
        the level at which submissions run.
    hidden : tuple of str
        folders of which no submission may see anything.
    keep : bool
        whether prepared data, and the seed with them, stay in the course's folder for the next batch.
    """

    course: str
    seed: int
    isolation: str
    hidden: tuple[str, ...] = ()
    keep: bool = True

    def __repr__(self) -> str:
        # Whoever runs our code for us, as Dask does, writes arguments to logs; the seed must not be in them.
        return f"Settings(isolation={self.isolation!r})"


@dataclass(frozen=True, kw_only=True)
class Job:
    """One submission, as it goes to a desk.

    Attributes
    ----------
    student, exercise : str
        whose it is, and to what.
    source : str
        of the answer.
    beside : tuple of pairs of str and bytes
        the modules that came with it.
    refused : str
        why what was handed in is no text that could be run, or empty.
    answer_file : str
        what the answer's file is called in messages.
    time_factor : float
        what the time limits are multiplied by.
    exercise_hash : str
        of the exercise for which there is to be a result, see `grader.batch.keys`; empty for whatever it is now.
    cells : tuple of pairs of str and int
        of a notebook, see `grader.model.Submission`.
    also : tuple of str
        further exercises that the same notebook answers, in the order in which they are graded.
    """

    student: str
    exercise: str
    source: str
    beside: tuple[tuple[str, bytes], ...] = ()
    refused: str = ""
    answer_file: str = ""
    time_factor: float = 1.0
    exercise_hash: str = ""
    cells: tuple[tuple[str, int], ...] = ()
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Job(exercise={self.exercise!r})"  # students and their answers are nothing for a log either


@dataclass(frozen=True)
class Done:
    """What came of a job.

    Attributes
    ----------
    student, exercise : str
        of the job.
    result : ExerciseResult or None
        None where the exercise is wrong, so that nothing can be judged by it.
    seconds : float
        that it took, waiting for the processor included.
    fault : str
        what is wrong with the exercise.
    also : tuple of Done
        what came of the further exercises.
    """

    student: str
    exercise: str
    result: ExerciseResult | None
    seconds: float = 0.0
    fault: str = ""
    also: "tuple[Done, ...]" = ()


class Desk(Closing):
    """Grades submissions one after the other.

    Parameters
    ----------
    settings : Settings
        what is the same for all of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._course = load_course(Path(settings.course))
        self._exercises: dict[str, Exercise] = {}
        self._hashes: dict[str, str] = {}
        self._kept: dict[str, Prepared] = {}
        self._ladders: dict[tuple[str, str], PreparedCheck] = {}
        self._executors: OrderedDict[float, Executor] = OrderedDict()
        self._closed = False

    def start(self) -> None:
        """Start what runs most submissions.

        Raises
        ------
        JudgeError
            if the level at which they are to run cannot be had here.
        """
        self._executor(1.0)

    def prepare(self, name: str) -> str:
        """Draw the cases of an exercise and compute what is expected; return what is wrong with it, or nothing."""
        try:
            self._prepared(name)
        except GraderError as error:
            return str(error)
        except Exception as error:  # a kind of somebody else's may raise anything, and concerns this exercise alone
            return trace_of(error)
        return ""

    def give(self, name: str) -> bytes:
        """Return the prepared data of an exercise, for desks elsewhere to use.

        Raises
        ------
        GraderError
            if there is something wrong with the exercise.
        """
        return pack(self._prepared(name), [])

    def take(self, name: str, data: bytes) -> None:
        """Use the prepared data that another desk gave, so that every submission is judged by the same cases."""
        if name not in self._kept:
            arguments = tuple(self._exercise(name).function.parameters)
            found = unpack(BytesIO(data).read, [], arguments)
            if found is None:
                raise JudgeError(f"{name}: the prepared data arrived damaged")
            self._kept[name] = found

    def grade(self, job: Job) -> Done:
        """Return what a submission comes to; whatever goes wrong, it concerns this submission alone."""
        if not job.also:
            return self._done(job, None)
        limits = scaled(self._course.limits, job.time_factor)
        with OneWorker(lambda: self._executor(job.time_factor), limits) as shared:
            each = [replace(job, exercise=name, also=()) for name in (job.exercise, *job.also)]
            first, *others = [self._done(item, shared) for item in each]
        return replace(first, also=tuple(others))

    def _done(self, job: Job, shared: Executor | None) -> Done:
        began = time.monotonic()
        try:
            result = self._graded(job, shared)
            if result.verdict is Verdict.JUDGE_ERROR:  # a machine's fault, such as a process that was killed, passes
                result = self._graded(job, shared)
        except AuthoringError as error:
            return Done(job.student, job.exercise, None, fault=str(error))
        return Done(job.student, job.exercise, result, time.monotonic() - began)

    def _graded(self, job: Job, shared: Executor | None) -> ExerciseResult:
        exercise = self._exercise(job.exercise)
        topic, section = self._course.place(job.exercise)
        bare = Task(
            id=job.exercise,
            exercise=exercise,
            prepared=Prepared({}, ()),
            submission=_submission(job, exercise),
            refused=job.refused,
            topic=topic.id,
            section=section.title,
            seed=self._settings.seed,
            seed_is_secret=True,
            answer_file=job.answer_file,
            is_courses_own=False,
            reveal=True,
            ladder=lambda check: self._ladder(job.exercise, check),
        )
        try:
            task = replace(bare, prepared=self._prepared(job.exercise))
            self._require_unchanged(job)
            result = running.finish(task, shared or self._executor(job.time_factor))
        except AuthoringError:
            raise
        except JudgeError as error:
            return not_judged(bare, str(error))
        except Exception as error:  # as when the disk is full
            return not_judged(bare, trace_of(error))
        assert isinstance(result, ExerciseResult)
        return result

    def _exercise(self, name: str) -> Exercise:
        """Return an exercise as it was when it was first asked for, so that all are judged by the same."""
        if name not in self._exercises:
            self._exercises[name] = load_exercise(self._course, name)
        return self._exercises[name]

    def _prepared(self, name: str) -> Prepared:
        if name not in self._kept:
            exercise, settings = self._exercise(name), self._settings
            self._kept[name] = prepare(self._course, name, exercise, settings.seed, keep=settings.keep)
        return self._kept[name]

    def _ladder(self, name: str, check: str) -> PreparedCheck:
        """Return the rungs of a check; they serve every submission that fails it."""
        if (name, check) not in self._ladders:
            exercise = self._exercise(name)
            self._ladders[name, check] = prepare_ladder(self._course, name, exercise, exercise.check(check))
        return self._ladders[name, check]

    def _require_unchanged(self, job: Job) -> None:
        """Refuse an exercise that is not the one on whose account the result would go on record."""
        if job.exercise not in self._hashes:  # computed after all was read: a change meanwhile shows as well
            self._hashes[job.exercise] = exercise_hash(self._course, job.exercise)
        if job.exercise_hash not in ("", self._hashes[job.exercise]):
            raise JudgeError(f"{job.exercise} was changed while the batch ran; the same command takes it as it is now")

    def _executor(self, time_factor: float) -> Executor:
        """Return the executor for a student's limits; of those, the ones that were not used for long are closed."""
        found = self._executors.pop(time_factor, None)
        if self._closed:
            raise JudgeError("the batch was ended before this was graded")
        if found is None:
            hidden = [Path(folder) for folder in self._settings.hidden]
            found = registry.load("executors", self._settings.isolation)(
                scaled(self._course.limits, time_factor), None, hidden
            )
            while len(self._executors) >= _EXECUTORS:
                self._executors.popitem(last=False)[1].close()
        self._executors[time_factor] = found
        return found

    def close(self) -> None:
        """End all workers, also those at work; whoever waits for them gets a judge error."""
        self._closed = True
        while self._executors:
            self._executors.popitem()[1].close()


def trace_of(error: Exception) -> str:
    """Return all that is known of a fault of ours."""
    return "".join(traceback.format_exception(error)).rstrip()


def scaled(limits: Limits, time_factor: float) -> Limits:
    """Return the limits of a student who has more time."""
    call, exercise, load = (seconds * time_factor for seconds in (limits.call, limits.exercise, limits.load))
    return replace(limits, call=call, exercise=exercise, load=load)


def _submission(job: Job, exercise: Exercise) -> Submission:
    name, function = module_name(job.exercise), exercise.function.name
    return Submission(name, job.source, function, beside=job.beside, cells=job.cells)
