"""Grades what one student handed in on Gradescope. Results are there in the end, whatever happens."""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from grader.batch.desk import Desk, Job, Settings
from grader.batch.intake import read as read_content
from grader.batch.intake.answers import Candidate, Finder, Noted, Remark
from grader.batch.intake.folders import list_folder
from grader.batch.intake.names import Names
from grader.batch.intake.newest import newest
from grader.batch.intake.notebooks import answered
from grader.batch.intake.owners import Owner, Piece
from grader.batch.intake.records import Found
from grader.batch.intake.students import Held
from grader.course import Course, module_name
from grader.errors import AuthoringError, JudgeError, SubmissionNotFound
from grader.gradebook.totals import concealed_result
from grader.interop.gradescope.layout import Autograder, read, results_file
from grader.model import Verdict
from grader.reports.gradescope import document
from grader.results import CheckResult, ExerciseResult
from grader.sandbox.records import dataclass
from grader.scoring import total
from grader.spec.files import load_course, load_exercise
from grader.spec.store import write

_LEVELS: Final = ("sealed", "confined")
"""Where other people's submissions may run beside the solutions, the strongest first."""

_STUDENT: Final = "the student"


@dataclass(frozen=True)
class Graded:
    """What a run came to, for the log that instructors see.

    Attributes
    ----------
    exercises : tuple of ExerciseResult
        all that was found out; students do not get to see all of it.
    isolation : str
        the level at which the answers ran.
    remarks : tuple of str
        files that were handed in and are no answers, each with the reason.
    """

    exercises: tuple[ExerciseResult, ...]
    isolation: str
    remarks: tuple[str, ...]


def prepare(root: Path) -> str:
    """Draw all cases and compute what is expected, when the image is built, and return the isolation level found there.

    Raises
    ------
    AuthoringError
        if an exercise is wrong.
    JudgeError
        if no level is strong enough; the machine that grades may be another one.
    """
    autograder = read(root)
    desk = Desk(_settings(autograder, _LEVELS[0]))
    for name in autograder.exercises:
        if fault := desk.prepare(name):
            raise AuthoringError(f"{name}: {fault}")
    with _desk(autograder) as (_, level):
        return level


def run(root: Path) -> Graded:
    """Grade what lies in `submission` and write `results/results.json`.

    Raises
    ------
    GraderError
        if nothing can be judged; results without a score are written all the same.
    """
    file = results_file(root)
    write(file, document((), None, {}).encode())  # stands until there is something better
    graded = _graded(read(root))
    shown = tuple(map(concealed_result, graded.exercises))
    score = total(exercise.score for exercise in shown)
    extra: dict[str, object] = {"isolation": graded.isolation, "not_graded": list(graded.remarks)}
    content = document(shown, score, extra).encode()
    write(file, content)
    if file.read_bytes() != content:  # `write` keeps silent where nothing can be written
        raise JudgeError(f"{file} cannot be written")
    return graded


def _graded(autograder: Autograder) -> Graded:
    course = load_course(autograder.course)
    answers, remarks = _answers(course, autograder)
    with _desk(autograder) as (desk, level):
        results = tuple(_result(course, desk, name, answers.get(name), remarks) for name in autograder.exercises)
    return Graded(results, level, remarks)


def _answers(course: Course, autograder: Autograder) -> tuple[dict[str, Found], tuple[str, ...]]:
    """Return the answer to each exercise, and what else was handed in.

    Where the assignment is one exercise, what was handed in counts as the folder of that exercise, so that a single
    file need not be called after it.
    """
    around = autograder.exercises if len(autograder.exercises) == 1 else ()
    pieces = tuple(
        Piece((*around, *entry.parts), entry, entry.time) for entry in list_folder(autograder.submission) if entry.parts
    )
    held = Held(Owner(raw=_STUDENT, name=_STUDENT), pieces, "submission", "submission")
    found = list(Finder(Names(autograder.exercises), ZoneInfo(course.file.timezone)).find(held))
    candidates = [item for item in found if isinstance(item, Candidate)]
    noted = [item for item in found if isinstance(item, Noted)]
    in_notebooks, left = answered(_STUDENT, noted, candidates, autograder.exercises)
    remarks = [f"{item.origin}: {item.why}" for item in found if isinstance(item, Remark) and not item.ignored]
    remarks += [f"{item.origin}: {item.why}" for item in left]
    return {item.exercise: item for item in newest(_STUDENT, [*candidates, *in_notebooks])}, tuple(remarks)


def _result(course: Course, desk: Desk, name: str, found: Found | None, remarks: tuple[str, ...]) -> ExerciseResult:
    if found is None:
        return _absent(course, name, remarks)
    try:
        content = read_content(found)
    except SubmissionNotFound as error:  # it was there a moment ago
        raise JudgeError(str(error)) from None
    job = Job(
        student=_STUDENT,
        exercise=name,
        source=content.source,
        beside=content.beside,
        refused=content.fault,
        cells=content.cells,
        answer_file=found.origin.partition("/")[2],
    )
    done = desk.grade(job)
    if done.result and done.result.unsure:  # time is measured by the clock, and the machine may have been busy
        done = desk.grade(job)
    if done.result is None:
        raise AuthoringError(done.fault)
    return done.result


def _absent(course: Course, name: str, remarks: tuple[str, ...]) -> ExerciseResult:
    exercise = load_exercise(course, name)
    topic, section = course.place(name)
    others = f"; not taken for it: {'; '.join(remarks)}" if remarks else ""
    message = f"there is no file {module_name(name)}.py among what was handed in{others}"
    return ExerciseResult(
        id=name,
        title=exercise.title,
        topic=topic.id,
        section=section.title,
        verdict=Verdict.ABSENT,
        score=Fraction(0),
        points=exercise.points,
        points_hidden=exercise.points - exercise.public_points,
        checks=tuple(
            CheckResult(check.name, Verdict.ABSENT, Fraction(0), check.points, check.visibility, message=message)
            for check in exercise.checks
        ),
    )


@contextmanager
def _desk(autograder: Autograder) -> Iterator[tuple[Desk, str]]:
    """Give a desk at the strongest level that holds here, and the name of the level.

    Raises
    ------
    JudgeError
        if neither holds: the solutions lie on this machine, so nothing runs that could read them.
    """
    reasons = []
    for level in _LEVELS:
        desk = Desk(_settings(autograder, level))
        try:
            desk.start()
        except JudgeError as error:
            desk.close()
            reasons.append(str(error))
            continue
        with desk:
            yield desk, level
        return
    listed = "\n".join(reasons)
    raise JudgeError(f"answers cannot be kept from the solutions on this machine, so none was run:\n{listed}")


def _settings(autograder: Autograder, level: str) -> Settings:
    return Settings(course=str(autograder.course), seed=autograder.seed, isolation=level, hidden=autograder.hidden)
