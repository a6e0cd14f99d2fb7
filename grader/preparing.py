"""What is computed once for an exercise and a seed, and serves every submission: cases, expected values, mistakes.

The result is plain data. It is kept in the course's `.grade` folder for the course's own seed, so that a student's
second run draws nothing and computes no reference.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import cast

from grader.checks import Conditions, Expected, Reference
from grader.course import Course
from grader.errors import AuthoringError, JudgeError
from grader.model import Answer, Case, Failure, Verdict
from grader.sandbox import wire
from grader.sandbox.decoder import Decoder
from grader.sandbox.encoder import Encoder
from grader.sandbox.records import dataclass
from grader.sandbox.values import Value
from grader.sandbox.wire import WireError
from grader.spec.exercise import CheckItem, Exercise
from grader.spec.store import fingerprint, write


@dataclass(frozen=True)
class Mistake:
    """A known wrong way: what to say to who took it, and its answers to the first calls of every case."""

    name: str
    feedback: str
    answers: Mapping[str, tuple[tuple[Answer, ...], ...]]


@dataclass(frozen=True)
class PreparedCheck:
    """The cases of a check in the order of their use, each with what is expected."""

    cases: tuple[Case, ...]
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Prepared:
    """All that is needed to judge any submission to one exercise, for one seed."""

    checks: Mapping[str, PreparedCheck]
    mistakes: tuple[Mistake, ...]


def prepare(course: Course, exercise_id: str, exercise: Exercise, seed: int) -> Prepared:
    """Return the prepared data of an exercise; for the course's own seed from the folder `.grade` if they are there.

    Raises
    ------
    AuthoringError
        if the reference is missing or cannot be run.
    JudgeError
        if an input cannot be drawn, or the reference gives nothing to compare with.
    """
    if seed != course.file.seed:
        return _compute(course, exercise_id, exercise, seed)
    file = course.state_folder / "cache" / f"{exercise_id}.prepared"
    basis = _basis(course, exercise_id)
    kept = _read(file, exercise, basis)
    if kept is None:
        kept = _compute(course, exercise_id, exercise, seed)
        _keep(file, kept, basis)
    return kept


def _compute(course: Course, exercise_id: str, exercise: Exercise, seed: int) -> Prepared:
    # Imported here, because a warm run draws nothing and runs none of the author's code.
    from grader.author_code import feedback_of, load_function, runner
    from grader.cases import draw_cases, stream

    folder = course.solution_folder(exercise_id)
    if not (folder / "solution.py").is_file():
        shown = (folder / "solution.py").relative_to(course.folder)
        raise AuthoringError(f"{exercise_id}: there is no reference solution {shown}")
    reference = runner(load_function(folder / "solution.py", exercise.function.name))
    tests, checks = exercise.tests(), {}
    for check in exercise.checks:
        conditions = Conditions(course.tolerance, tests, partial(stream, seed, exercise_id, check.name))
        cases = draw_cases(exercise_id, exercise, check, seed)
        expected = tuple(_expected(check, case, reference, conditions) for case in cases)
        checks[check.name] = PreparedCheck(cases, expected)
    mistakes = []
    for file in _mistake_files(folder):
        wrong_way = runner(load_function(file, exercise.function.name))
        mistakes.append(Mistake(file.stem, feedback_of(file), dict(_answers(exercise, checks, wrong_way))))
    return Prepared(checks, tuple(mistakes))


def _expected(check: CheckItem, case: Case, reference: Reference, conditions: Conditions) -> Expected:
    try:
        return check.rule.prepare(case, reference, conditions)
    except JudgeError as error:
        raise JudgeError(f"check {check.name!r}, case {case.number}: {error}") from error


def _answers(
    exercise: Exercise, checks: Mapping[str, PreparedCheck], wrong_way: Reference
) -> Iterator[tuple[str, tuple[tuple[Answer, ...], ...]]]:
    for check in exercise.checks:
        prepared = checks[check.name]
        pairs = zip(prepared.cases, prepared.expected, strict=True)
        yield check.name, tuple(tuple(map(wrong_way, check.rule.ask(case, expected))) for case, expected in pairs)


def _mistake_files(folder: Path) -> list[Path]:
    return sorted((folder / "mistakes").glob("*.py"))


def _basis(course: Course, exercise_id: str) -> list[object]:
    """Return all that decides the prepared data, as JSON data."""
    folder = course.solution_folder(exercise_id)
    files = [course.description_file(exercise_id), *sorted(folder.glob("*.py")), *_mistake_files(folder)]
    tolerance = [course.tolerance.rtol, course.tolerance.atol]
    return [
        course.file.seed,
        tolerance,
        [[file.name, file.read_text(encoding="utf-8", errors="replace")] for file in files if file.is_file()],
        fingerprint(),
    ]


def _keep(file: Path, prepared: Prepared, basis: list[object]) -> None:
    buffers: list[memoryview | bytes] = []

    def node(value: Value) -> wire.Node:
        encoder = Encoder()  # one for each value, whose nesting and length it limits
        found = encoder.node(value)
        buffers.extend(encoder.buffers)
        return found

    content = _content(prepared, node)
    write(file, wire.pack("prepared", {"basis": basis, "content": content}, buffers))


def _read(file: Path, exercise: Exercise, basis: list[object]) -> Prepared | None:
    try:
        with file.open("rb") as source:
            frame = wire.read(source.read, lambda: 2**40, 2**40)
        if frame.kind != "prepared" or frame.fields.get("basis") != basis:
            return None
        return _from_content(frame.fields["content"], Decoder(frame.payload, trusted=True).value, exercise)
    except (OSError, WireError, LookupError, TypeError, ValueError, AttributeError):
        return None  # no entry, or one that is damaged or old: made again


def _content(prepared: Prepared, node: Callable[[Value], wire.Node]) -> wire.Node:
    """Return prepared data as JSON data, with a node for every value in it."""

    def mapping(values: Mapping[str, Value]) -> wire.Node:
        return {name: node(value) for name, value in values.items()}

    def plain(answer: Answer) -> wire.Node:
        failure = answer.failure
        if failure is None:
            return [node(answer.value)]
        return [str(failure.verdict), failure.message, failure.type, list(failure.lineage)]

    checks: wire.Node = {
        name: [
            [case.number, mapping(case.inputs), case.regime, node(expected.value), mapping(expected.facts)]
            for case, expected in zip(check.cases, check.expected, strict=True)
        ]
        for name, check in prepared.checks.items()
    }
    mistakes: wire.Node = [
        [
            mistake.name,
            mistake.feedback,
            {name: [[plain(answer) for answer in case] for case in cases] for name, cases in mistake.answers.items()},
        ]
        for mistake in prepared.mistakes
    ]
    return [checks, mistakes]


def _from_content(content: wire.Node, value: Callable[[wire.Node], Value], exercise: Exercise) -> Prepared:
    """Return the prepared data; values are read in the order in which they were written, that of their buffers."""

    def mapping(nodes: wire.Node) -> dict[str, Value]:
        return {name: value(node) for name, node in cast(dict[str, wire.Node], nodes).items()}

    def answer(parts: list[wire.Node]) -> Answer:
        if len(parts) == 1:
            return Answer(value(parts[0]))
        verdict, message, kind, lineage = cast(tuple[str, str, str, list[str]], parts)
        return Answer(failure=Failure(Verdict(verdict), message, kind, tuple(lineage)))

    arguments = tuple(exercise.function.parameters)
    rows_of, mistakes_data = cast(tuple[dict[str, list[list[wire.Node]]], list[wire.Node]], content)
    checks = {}
    for name, rows in rows_of.items():
        cases, expected = [], []
        for number, inputs, regime, outcome, facts in rows:
            cases.append(Case(cast(int, number), mapping(inputs), arguments, cast(str, regime)))
            expected.append(Expected(value(outcome), mapping(facts)))
        checks[name] = PreparedCheck(tuple(cases), tuple(expected))
    mistakes = []
    for name, feedback, answers in cast(list[tuple[str, str, dict[str, list[list[list[wire.Node]]]]]], mistakes_data):
        per_check = {check: tuple(tuple(map(answer, case)) for case in cases) for check, cases in answers.items()}
        mistakes.append(Mistake(name, feedback, per_check))
    return Prepared(checks, tuple(mistakes))
