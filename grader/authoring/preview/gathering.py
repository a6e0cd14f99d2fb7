"""All that a preview shows, found out: the stub, the known mistakes, and what a student is told who hands one in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.author_code import feedback_of
from grader.authoring.stubs import stub
from grader.course import Course, module_name
from grader.errors import GraderError, JudgeError
from grader.executors import Executor
from grader.model import Submission
from grader.prepared import Prepared
from grader.preparing import prepare
from grader.results import ExerciseResult
from grader.running import bare_task, finish
from grader.sandbox.records import dataclass
from grader.spec import loader
from grader.spec.exercise import Exercise
from grader.spec.files import load_exercise

_AHEAD = 2
"""Workers that are starting or ready while one is busy."""


@dataclass(frozen=True)
class Scene:
    """What a student is told who hands in something that the author knows.

    Attributes
    ----------
    name : str
        of the mistake's file without its ending; empty for the untouched stub.
    source : str
        what is handed in.
    feedback : str
        what the author wants to be said of this mistake.
    result : ExerciseResult
        what grading it gave, as its student gets to see it.
    """

    name: str
    source: str
    feedback: str
    result: ExerciseResult

    @property
    def is_recognised(self) -> bool:
        """Whether the student gets the feedback of this very mistake."""
        return any(check.mistake == self.name for check in self.result.checks)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """All that the page of an exercise shows.

    Attributes
    ----------
    course, id, topic, section : str
        which exercise, and its place.
    exercise : Exercise
        its description.
    document : loader.Document
        the same as YAML, with the places of its parts.
    text : str
        that YAML.
    folder : path
        where it lies, and pictures beside it.
    stub : str
        what a student starts from.
    prepared : Prepared or None
        the cases of the public seed; None if there are none, and then `faults` says why.
    scenes : tuple of Scene
        the untouched stub, and every mistake.
    faults : tuple of GraderError
        what kept us from showing more.
    """

    course: str
    id: str
    topic: str
    section: str
    exercise: Exercise
    document: loader.Document
    text: str
    folder: Path
    stub: str
    prepared: Prepared | None
    scenes: tuple[Scene, ...]
    faults: tuple[GraderError, ...]


def gather(course: Course, name: str, executor: Executor) -> Preview:
    """Return what the preview of an exercise shows; the stub and the mistakes are graded for it.

    Raises
    ------
    SpecError
        if its description is wrong. What is wrong with a solution is kept in the preview's `faults`.
    """
    exercise = load_exercise(course, name)
    file = course.description_file(name)
    text = file.read_text(encoding="utf-8")
    topic, section = course.place(name)
    prepared, scenes, faults = _graded(course, name, exercise, executor)
    return Preview(
        course=course.file.title,
        id=name,
        topic=topic.title,
        section=section.title,
        exercise=exercise,
        document=loader.parse(text, file.relative_to(course.folder).as_posix()),
        text=text,
        folder=file.parent,
        stub=stub(name, exercise),
        prepared=prepared,
        scenes=scenes,
        faults=faults,
    )


def _graded(
    course: Course, name: str, exercise: Exercise, executor: Executor
) -> tuple[Prepared | None, tuple[Scene, ...], tuple[GraderError, ...]]:
    """Return the cases, what comes of the stub and the mistakes, and what is wrong."""
    prepared: Prepared | None = None
    scenes: list[Scene] = []
    try:
        prepared = prepare(course, name, exercise, course.file.seed)
        place = course.answer_file(name).relative_to(course.folder).as_posix()
        bare = replace(bare_task(course, name, exercise, course.file.seed, place), prepared=prepared)
        for mistake, feedback, submission in _submissions(course, name, exercise):
            executor.warm(_AHEAD)
            result = finish(replace(bare, submission=submission), executor)
            assert isinstance(result, ExerciseResult)  # as always where there is a task
            scenes.append(Scene(mistake, submission.source, feedback, result))
    except GraderError as error:
        return prepared, tuple(scenes), (error,)
    errors = [JudgeError(error) for scene in scenes for error in scene.result.errors]
    return prepared, tuple(scenes), tuple(errors)


def _submissions(course: Course, name: str, exercise: Exercise) -> Iterator[tuple[str, str, Submission]]:
    """Yield the untouched stub and every mistake: its name, its feedback, and what a student would hand in."""
    module, function = module_name(name), exercise.function.name
    yield "", "", Submission(module, stub(name, exercise), function)
    for file in sorted((course.solution_folder(name) / "mistakes").glob("*.py")):
        source = file.read_text(encoding="utf-8")
        yield file.stem, feedback_of(file), Submission(module, source, function, str(file.parent))
