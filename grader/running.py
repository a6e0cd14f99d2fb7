"""A run over some exercises of a course: answers found, workers kept ahead, one report."""

import json
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias

from grader import bundle
from grader.course import Course
from grader.errors import AuthoringError, GraderError, JudgeError
from grader.executors import Executor
from grader.grading import grade
from grader.prepared import Prepared
from grader.preparing import prepare, prepare_ladder
from grader.presenting import not_judged
from grader.results import ExerciseResult, Report, TopicScore
from grader.sandbox.records import dataclass
from grader.scoring import total
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise
from grader.spec.store import fingerprint, write
from grader.submissions import read_submission
from grader.tasks import Task

SIDE_BY_SIDE: Final = 2
"""Exercises that are judged at the same time; each has a worker process that keeps a core busy."""


Result: TypeAlias = ExerciseResult | GraderError


@dataclass(frozen=True)
class Request:
    """One answer file to be graded.

    Attributes
    ----------
    exercise : str
        its name.
    file : path
        where the answer lies, or should lie.
    """

    exercise: str
    file: Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to run.

    Attributes
    ----------
    seed : int
        from which the cases are drawn.
    case : str
        the one case to replay, as `CHECK:NUMBER`, or empty.
    reveal : bool
        whether details of hidden checks are shown.
    """

    seed: int
    case: str = ""
    reveal: bool = False


def run(
    course: Course, requests: Sequence[Request], executor: Executor, options: Options
) -> Iterator[tuple[int, Result]]:
    """Yield the place of each request and its result, or what is wrong with it, as soon as it is there.

    One bad exercise loses no other's result, and neither does an answer that hangs.
    """
    if len(requests) == 1:
        executor.warm(1)
        yield 0, finish(_prepared(course, requests[0], options), executor)
        return
    from concurrent.futures import Future, ThreadPoolExecutor, as_completed  # one exercise needs no threads

    executor.warm(SIDE_BY_SIDE)
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)
    places: dict[Future[Result], int] = {}
    try:
        # What the author wrote runs here, one after the other; only judging goes side by side.
        for place, request in enumerate(requests):
            places[pool.submit(finish, _prepared(course, request, options), executor)] = place
            executor.warm(min(SIDE_BY_SIDE, len(requests) - place - 1))
        for future in as_completed(places):
            yield places[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # after Ctrl-C nobody waits for an answer that hangs


def _prepared(course: Course, request: Request, options: Options) -> Task | Result:
    """Return what is to be graded, or what came of the attempt to find it."""
    name = request.exercise
    try:
        exercise = load_exercise(course, name)
        submission = read_submission(request.file, name, exercise.function.name)
    except GraderError as error:
        return error
    bare = replace(
        bare_task(course, name, exercise, options.seed, _relative(request.file)),
        submission=submission,
        is_courses_own=request.file == course.answer_file(name),
        reveal=options.reveal,
    )
    try:
        task = replace(bare, prepared=prepare(course, name, exercise, options.seed))
        return task.only(options.case) if options.case else task
    except JudgeError as error:
        return not_judged(bare, str(error))
    except GraderError as error:
        return error


def bare_task(course: Course, name: str, exercise: Exercise, seed: int, answer_file: str) -> Task:
    """Return what is graded for an exercise of a course, but for its prepared data and the submission."""
    topic, section = course.place(name)
    return Task(
        id=name,
        exercise=exercise,
        prepared=Prepared({}, ()),
        submission=None,
        topic=topic.id,
        section=section.title,
        seed=seed,
        answer_file=answer_file,
        withheld=bundle.withheld(course, name),
        ladder=lambda check: prepare_ladder(course, name, exercise, exercise.check(check)),
    )


def finish(task: Task | Result, executor: Executor) -> Result:
    """Return what a task comes to; a fault of ours is a judge error told in full, and takes nothing else along."""
    if not isinstance(task, Task):
        return task
    try:
        return grade(task, executor)
    except JudgeError as error:
        return not_judged(task, str(error))
    except Exception as error:  # a fault of ours
        return not_judged(task, "".join(traceback.format_exception(error)).rstrip())


def _relative(file: Path) -> str:
    try:
        return file.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(file)


def report(course: Course, results: Sequence[ExerciseResult], seed: int, isolation: str) -> Report:
    """Return the report of a run, with a score for each topic that it touched."""
    topics = []
    for topic in course.file.topics:
        mine = [result for result in results if result.topic == topic.id]
        if mine:
            points = sum((result.points for result in mine), Fraction(0))
            score = total(result.score for result in mine)
            topics.append(TopicScore(topic.id, topic.title, score, points, _course_points(course, topic.exercises)))
    return Report(course.file.title, seed, isolation, tuple(results), tuple(topics))


def _course_points(course: Course, exercises: Sequence[str]) -> Fraction:
    """Return what the exercises are worth together; one that is wrong is worth nothing until it is mended."""
    file = course.state_folder / "cache" / "points.json"
    known: dict[str, list[object]] = {}
    try:
        stored = json.loads(file.read_bytes())
        known = stored["points"] if stored["program"] == fingerprint() else {}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nothing is known yet
    fresh = {name: _points(course, name, known.get(name)) for name in exercises}
    if any(known.get(name) != entry for name, entry in fresh.items()):
        write(file, json.dumps({"program": fingerprint(), "points": known | fresh}).encode())
    return sum((Fraction(str(entry[2])) for entry in fresh.values()), Fraction(0))


def _points(course: Course, name: str, entry: list[object] | None) -> list[object]:
    try:
        stat = course.description_file(name).stat()
        state: list[object] = [stat.st_mtime_ns, stat.st_size]
        if entry and entry[:2] == state:
            return entry
        return [*state, str(load_exercise(course, name).points)]
    except (OSError, AuthoringError):
        return [0, 0, "0"]
