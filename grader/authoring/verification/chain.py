"""The public seed, by the whole chain that grades a student, in worker processes with their limits.

This comes first: what hangs, crashes or is forbidden is found here, before anything of it runs in this process.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from grader.authoring.verification import workers
from grader.authoring.verification._contract import Facts, Line, Part, Proof, Status
from grader.authoring.verification.inside import InsideExecutor
from grader.authoring.verification.subject import REFERENCE, Subject
from grader.checks import Reference
from grader.course import module_name
from grader.errors import JudgeError
from grader.executors import Executor
from grader.grading import grade
from grader.model import FAILED_BY_SYSTEM, Answer, Call, Submission
from grader.prepared import Prepared
from grader.preparing import Authored, compute
from grader.results import ExerciseResult
from grader.submissions import read_submission
from grader.tasks import Task

_STUB: Final = "the stub"
_EMPTY: Final = "an empty file"
_CONSTANTS: Final[Mapping[str, Any]] = {
    "`return None`": None,
    "`return 0.0`": 0.0,
    "`return 1.0`": 1.0,
    "`return [0.0]`": [0.0],
    "`return (0.0, 1.0)`": (0.0, 1.0),
    "`return []`": [],
}


class Chain(Proof):
    """The author's solutions as a student's; and answers without a thought, which earn nothing."""

    name: ClassVar[str] = "chain"
    claims: ClassVar[tuple[str, ...]] = ("stub", "idle answers")

    def parts(self, subject: Subject, seeds: Sequence[int]) -> Sequence[Part]:
        """Return one part."""
        return [Part(self.name, (subject.public_seed,))]

    def examine(self, subject: Subject, part: Part) -> Facts:
        """Grade all of them."""
        with workers.executor(subject.course.limits) as executor:
            executor.warm(2)
            try:
                prepared = _prepared(subject, part.seeds[0], executor)
            except JudgeError as error:
                return {"fault": str(error), "programs": {}, "idle": {}}
            programs = {}
            for name, submission in _submissions(subject).items():
                executor.warm(2)
                programs[name] = _result(_graded(subject, prepared, submission, executor))
        idle = {
            name: _result(_graded(subject, prepared, Submission(subject.name, "", ""), InsideExecutor.of(run)))
            for name, run in _idle(subject).items()
        }
        return {"fault": "", "programs": programs, "idle": idle}

    def blocks(self, facts: Sequence[Facts]) -> str:
        """Stop where the reference fails, and where anything hangs or crashes: other seeds are tried without a limit."""
        (found,) = facts
        if found["fault"] or found["programs"][REFERENCE]["lost"]:
            return "the reference fails on the public seed"
        for name, result in found["programs"].items():
            if FAILED_BY_SYSTEM.intersection(result["verdicts"]):
                return f"{name} hangs or crashes"
        return ""

    def conclude(self, subject: Subject, facts: Sequence[Facts]) -> Iterator[Line]:
        """Yield a line for the stub, one for idle answers, and one for each group of solutions that fails already here."""
        (found,) = facts
        yield from _broken(found)
        if not found["fault"]:
            yield _stub_line(found["programs"][_STUB])
            idle = {_EMPTY: found["programs"][_EMPTY], **found["idle"]}
            yield _idle_line(subject, {name: result for name, result in idle.items() if Fraction(result["score"])})


def _broken(found: Facts) -> Iterator[Line]:
    """Yield a line for every group of solutions that fails on the public seed."""
    if found["fault"]:
        yield Line("reference", Status.REFUTED, "gives nothing to compare with on the public seed", (found["fault"],))
        return
    groups: dict[str, list[str]] = {}
    for name, result in found["programs"].items():
        claim = "reference" if name == REFERENCE else name.partition("/")[0]
        if claim in ("reference", "accepted") and result["lost"]:
            groups.setdefault(claim, []).extend(
                f"{Path(name).name}: {check}: {said}" for check, said in result["lost"][:2]
            )
        if claim == "mistakes" and (not result["lost"] or FAILED_BY_SYSTEM.intersection(result["verdicts"])):
            said = result["lost"][0][1] if result["lost"] else "gets full points"
            groups.setdefault(claim, []).append(f"{Path(name).name}: {said}")
    for claim, details in groups.items():
        text = "found wrong on the public seed" if claim == "mistakes" else "loses points on the public seed"
        yield Line(claim, Status.REFUTED, text, tuple(details))


def _prepared(subject: Subject, seed: int, executor: Executor) -> Prepared:
    """Return the prepared data with the reference in a worker, where a deadline holds."""
    submission = read_submission(subject.reference_file, subject.name, subject.exercise.function.name)
    if submission is None:
        raise JudgeError(f"there is no {subject.reference_file.relative_to(subject.course.folder)}")
    with executor.open(submission) as session:
        loaded = session.load()
        if loaded.failure:
            raise JudgeError(f"the reference cannot be loaded: {loaded.failure.message}")
        authored = Authored(session.call, ())
        return compute(subject.course, subject.name, subject.exercise, seed, authored)


def _submissions(subject: Subject) -> dict[str, Submission | None]:
    function = subject.exercise.function.name
    files = subject.programs() | {_STUB: subject.course.answer_file(subject.name)}
    found = {name: read_submission(file, subject.name, function) for name, file in files.items()}
    return found | {_EMPTY: Submission(module_name(subject.name), "", function)}


def _idle(subject: Subject) -> dict[str, Reference]:
    """Return answers without a thought: constants, and each argument unchanged."""
    found = {name: _constant(value) for name, value in _CONSTANTS.items()}
    for place, name in enumerate(subject.exercise.function.parameters):
        found[f"`return {name}`"] = _argument(place)
    return found


def _constant(value: Any) -> Reference:
    return lambda _: Answer(value)


def _argument(place: int) -> Reference:
    def answer(call: Call) -> Answer:
        if place >= len(call.arguments):
            return Answer(None)
        value = call.arguments[place]
        return Answer(value.copy() if isinstance(value, np.ndarray) else value)

    return answer


def _graded(subject: Subject, prepared: Prepared, submission: Submission | None, executor: Executor) -> ExerciseResult:
    topic, section = subject.course.place(subject.name)
    task = Task(
        id=subject.name,
        exercise=subject.exercise,
        prepared=prepared,
        submission=submission,
        topic=topic.id,
        section=section.title,
        seed=subject.public_seed,
        answer_file=f"{module_name(subject.name)}.py",
        reveal=True,
    )
    return grade(task, executor)


def _result(result: ExerciseResult) -> Facts:
    lost = [[check.name, check.message] for check in result.checks if check.score != check.points]
    return {
        "score": str(result.score or 0),
        "lost": [*lost, *(["judge error", error] for error in result.errors)],
        "paid": [check.name for check in result.checks if check.score],
        "untouched": result.untouched,
        "verdicts": sorted({str(check.verdict) for check in result.checks}),
    }


def _stub_line(result: Facts) -> Line:
    if Fraction(result["score"]):
        return Line("stub", Status.REFUTED, f"the stub earns {result['score']} points", _paid(result))
    if not result["untouched"]:
        text = "the stub is not greeted as one that is still to be filled in"
        return Line("stub", Status.REFUTED, text, tuple(f"  {check}: {said}" for check, said in result["lost"][:2]))
    return Line("stub", Status.PROVED, "0 points, and the way on is shown")


def _idle_line(subject: Subject, paid: Mapping[str, Facts]) -> Line:
    if not paid:
        arguments = ", ".join(subject.exercise.function.parameters)
        text = f"an empty file, None, {len(_CONSTANTS) - 1} constants and {arguments} returned unchanged earn nothing"
        return Line("idle answers", Status.PROVED, text)
    first = subject.exercise.checks[0].name
    details = [
        line for name, result in paid.items() for line in (f"{name} earns {result['score']} points", *_paid(result))
    ]
    remedy = f"give these checks `needs: [{first}]`, or inputs for which such an answer is wrong"
    text = f"{', '.join(paid)} earn{'s' * (len(paid) == 1)} points"
    return Line("idle answers", Status.REFUTED, text, (*details, remedy))


def _paid(result: Facts) -> tuple[str, ...]:
    return tuple(f"  for “{check}”" for check in result["paid"])
