"""The records of a bundle: what `grader.preparing` computes for the public seed, for the checks that students see."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO

from grader.author_code import load_function, runner
from grader.authoring.release.descriptions import Public
from grader.bundle import basis, ladder_file, prepared_file
from grader.checks import Reference, judged
from grader.course import Course
from grader.errors import JudgeError
from grader.model import Answer
from grader.prepared import Mistake, Prepared, pack, unpack
from grader.preparing import prepare, prepare_ladder
from grader.sandbox.values import FunctionText, ItemsOnce, Opaque
from grader.sandbox.wire import WireError
from grader.spec.exercise import CheckItem


def records(course: Course, public: Public) -> Iterator[tuple[str, bytes]]:
    """Yield the path and the content of each record of an exercise.

    They are made from the whole description, so that a statistical check is as strict as in the course, where all
    tests of an exercise share one budget of wrong failures.

    Raises
    ------
    AuthoringError, JudgeError
        if the reference cannot be run, gives nothing to compare with, or something that cannot be recorded.
    """
    belongs_to = basis(course.file.seed, public.text)
    made = prepare(course, public.id, public.exercise, course.file.seed)
    names = [check.name for check in public.checks]
    secret = set(_secret(course, public, made))
    mistakes = tuple(_public_mistake(mistake, names) for mistake in made.mistakes if mistake.name not in secret)
    kept = Prepared({name: made.checks[name] for name in names}, mistakes)
    yield prepared_file(public.id), _packed(kept, belongs_to, public)
    for place, check in enumerate(public.checks):
        ladder = prepare_ladder(course, public.id, public.exercise, check)
        yield ladder_file(public.id, place), _packed(Prepared({check.name: ladder}, ()), belongs_to, public)


def _packed(prepared: Prepared, belongs_to: list[object], public: Public) -> bytes:
    """Return a record, once it is known that it can be read again and lacks nothing."""
    arguments = tuple(public.exercise.function.parameters)
    try:
        data = pack(prepared, belongs_to)
        found = unpack(BytesIO(data).read, belongs_to, arguments)
    except (WireError, TypeError, ValueError) as error:
        raise JudgeError(f"what the reference gives cannot be recorded: {error}") from error
    if found is None or any(map(_is_remark, _values(found))):
        raise JudgeError(
            "an input, or what the reference gives for it, is too large or too unusual to be recorded; make the inputs smaller"
        )
    return data


def _values(prepared: Prepared) -> Iterator[object]:
    """Yield the inputs and what is expected; a mistake's answers may be anything, as a student's may."""
    for check in prepared.checks.values():
        for case, expected in zip(check.cases, check.expected, strict=True):
            yield from (case.inputs, expected.value, expected.facts)


def _is_remark(value: object) -> bool:
    """Return whether a value is, or holds, a remark on what could not be sent."""
    match value:
        case Opaque():
            return True
        case list() | tuple():
            return any(map(_is_remark, value))
        case Mapping():
            return any(map(_is_remark, value.values()))
        case FunctionText():
            return _is_remark(value.constants)
        case ItemsOnce():
            return _is_remark(value.items)
        case _:
            return False


def _secret(course: Course, public: Public, made: Prepared) -> Iterator[str]:
    """Yield the mistakes that show in hidden checks only, by what they return: their feedback would say what these try."""
    exercise = public.exercise
    hidden = [check for check in exercise.checks if check not in public.checks]
    for mistake in made.mistakes if hidden else ():
        file = course.solution_folder(public.id) / "mistakes" / f"{mistake.name}.py"
        wrong_way = runner(load_function(file, exercise.function.name))
        if not _fails(public.checks, made, wrong_way) and _fails(hidden, made, wrong_way):
            yield mistake.name


def _fails(checks: Sequence[CheckItem], made: Prepared, wrong_way: Reference) -> bool:
    """Return whether answers are wrong in some case of some check, or cannot be judged there."""
    for check in checks:
        prepared = made.checks[check.name]
        for case, expected in zip(prepared.cases, prepared.expected, strict=True):
            try:
                if not judged(check.rule, case, expected, wrong_way)[0].accepted:
                    return True
            except JudgeError:
                return True
    return False


def _public_mistake(mistake: Mistake, names: list[str]) -> Mistake:
    """Return a mistake's answers to the public checks, without the words in which its own code failed."""
    answers: Mapping[str, tuple[tuple[Answer, ...], ...]] = {
        name: tuple(tuple(map(_unworded, case)) for case in mistake.answers[name]) for name in names
    }
    return replace(mistake, answers=answers)


def _unworded(answer: Answer) -> Answer:
    failure = answer.failure
    return answer if failure is None else Answer(failure=replace(failure, message="", trace=""))
