"""Prepared data: made once, kept for the course's own seed, and made again when anything changes."""

import os
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.checks import Check
from grader.checks.allclose import AllClose
from grader.checks.distribution import Distribution
from grader.checks.exact import Exact
from grader.checks.raises import Raises
from grader.checks.returns import Returns
from grader.course import Course
from grader.errors import AuthoringError, JudgeError
from grader.generators import Generator
from grader.generators.expression import ExpressionInput
from grader.generators.integer import Integer
from grader.generators.literal import Literal
from grader.generators.real import Real
from grader.generators.rng import Rng
from grader.generators.vector import Vector
from grader.model import Answer, Case, Verdict
from grader.prepared import Mistake, Prepared
from grader.preparing import prepare
from grader.sandbox.expressions import parse
from grader.sandbox.values import FunctionText, RandomState
from grader.spec.course import CourseFile, Section, ToleranceItem, Topic
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription

NAME = "exercise-01"
SEED = 7
ANYTHING = ValueDescription(type="any")
TWICE = "def f(x):\n    return 2 * x\n"
COUNTED = "with open(__file__ + '.runs', 'a') as log:\n    log.write('x')\n\n" + TWICE


def exercise(inputs: Mapping[str, Generator], *rules: Check, cases: int = 4) -> Exercise:
    function = Function(name="f", about="", parameters=dict.fromkeys(inputs, ANYTHING), returns=ANYTHING)
    checks = []
    for place, rule in enumerate(rules):
        item = CheckItem(name=f"{place} {rule.kind}", points=Fraction(1), cases=cases)
        checks.append(replace(item, raises=rule) if isinstance(rule, Raises) else replace(item, compare=rule))
    return Exercise(title="t", difficulty=1, statement="s", function=function, inputs=inputs, checks=tuple(checks))


SIMPLE = exercise({"x": Vector(size=parse(3))}, AllClose())

Made = Callable[..., Course]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return what makes a course with one exercise of given solution files."""

    def make(solution: str = COUNTED, rtol: float = 1e-6, **mistakes: str) -> Course:
        folder = tmp_path / "solutions" / NAME
        (folder / "mistakes").mkdir(parents=True, exist_ok=True)
        (folder / "solution.py").write_text(solution, encoding="utf-8")
        for name, text in mistakes.items():
            (folder / "mistakes" / f"{name}.py").write_text(text, encoding="utf-8")
        (tmp_path / "exercises" / NAME).mkdir(parents=True, exist_ok=True)
        (tmp_path / "exercises" / NAME / "exercise.yaml").write_text("title: t\n", encoding="utf-8")
        topics = (Topic(id="a", title="A", sections=(Section(title="s", exercises=(NAME,)),)),)
        return Course(tmp_path, CourseFile(title="c", seed=SEED, tolerance=ToleranceItem(rtol=rtol), topics=topics))

    return make


def runs(course: Course) -> int:
    """Return how often the reference was loaded."""
    log = course.solution_folder(NAME) / "solution.py.runs"
    return len(log.read_text()) if log.exists() else 0


def kept(course: Course) -> list[Path]:
    return list((course.state_folder / "cache").glob("*")) if course.state_folder.exists() else []


def same(first: object, second: object) -> bool:
    """Return whether two prepared data are equal, arrays bit by bit and nan to nan."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return (first.dtype, first.shape, first.tobytes()) == (second.dtype, second.shape, second.tobytes())
    if isinstance(first, Mapping) and isinstance(second, Mapping):
        return list(first) == list(second) and all(same(item, second[key]) for key, item in first.items())
    if isinstance(first, list | tuple) and isinstance(second, list | tuple):
        return type(first) is type(second) and len(first) == len(second) and all(map(same, first, second))
    if is_dataclass(first) and type(first) is type(second):
        return all(same(getattr(first, item.name), getattr(second, item.name)) for item in fields(first))
    return type(first) is type(second) and repr(first) == repr(second)


def values(prepared: Prepared) -> list[Any]:
    return [expected.value for expected in prepared.checks["0 allclose"].expected]


def x_of(case: Case) -> Any:
    return case.inputs["x"]


def first_limits(course: Course, described: Exercise) -> Any:
    return prepare(course, NAME, described, 1).checks["0 distribution"].expected[0].facts["first"]


# What is prepared.


def test_every_case_has_what_the_reference_gives(made: Made) -> None:
    prepared = prepare(made(), NAME, SIMPLE, SEED)
    check = prepared.checks["0 allclose"]
    assert len(check.cases) == len(check.expected) == 4
    for case, value in zip(check.cases, values(prepared), strict=True):
        assert np.array_equal(value, 2 * x_of(case))
    assert all(expected.facts["rtol"] == 1e-6 for expected in check.expected)


def test_every_mistake_has_its_feedback_and_its_answers_to_all_calls(made: Made) -> None:
    course = made(
        TWICE,
        thrice='"""Two,\nnot three."""\n\ndef f(x):\n    return 3 * x\n',
        broken='"""Raises."""\n\ndef f(x):\n    raise KeyError("no")\n',
    )
    prepared = prepare(course, NAME, SIMPLE, SEED)
    broken, thrice = prepared.mistakes
    assert [(mistake.name, mistake.feedback) for mistake in prepared.mistakes] == [
        ("broken", "Raises."),
        ("thrice", "Two, not three."),
    ]
    cases = prepared.checks["0 allclose"].cases
    given = thrice.answers["0 allclose"]
    assert [len(answers) for answers in given] == [2 if case.number == 0 else 1 for case in cases]
    assert all(same(answers[0].value, 3 * x_of(case)) for answers, case in zip(given, cases, strict=True))
    failure = broken.answers["0 allclose"][0][0].failure
    assert failure is not None
    assert (failure.verdict, failure.type) == (Verdict.RAISED, "KeyError")


def test_accepted_solutions_are_not_run(made: Made) -> None:
    course = made()
    (course.solution_folder(NAME) / "accepted").mkdir()
    (course.solution_folder(NAME) / "accepted" / "other.py").write_text("1 / 0\n")
    assert prepare(course, NAME, SIMPLE, SEED).mistakes == ()


def test_the_courses_tolerance_is_remembered(made: Made) -> None:
    facts = prepare(made(rtol=1e-3), NAME, SIMPLE, SEED).checks["0 allclose"].expected[0].facts
    assert facts["rtol"] == 1e-3


def test_all_statistical_tests_of_the_exercise_share_one_budget(made: Made) -> None:
    inputs = {"n": Literal(value=50), "rng": Rng()}
    rule = Distribution(cdf=parse("x"), size="n")
    course = made("def f(n, rng):\n    return rng.random(n)\n")
    alone = first_limits(course, exercise(inputs, rule, cases=1))
    with_others = first_limits(course, exercise(inputs, rule, rule, cases=2))
    assert with_others["gap"] > alone["gap"]


# What is kept, and for whom.


def test_the_data_of_the_courses_seed_are_kept_and_used_again(made: Made) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED)
    second = prepare(course, NAME, SIMPLE, SEED)
    assert runs(course) == 1
    assert same(first, second)


def test_another_seed_is_never_kept_and_sees_nothing_of_what_is(made: Made) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED + 1)
    assert not kept(course)
    own = prepare(course, NAME, SIMPLE, SEED)
    second = prepare(course, NAME, SIMPLE, SEED + 1)
    assert runs(course) == 3
    assert same(first, second)
    assert not same(first, own)


def test_the_data_of_a_batch_are_kept_and_nobody_else_reads_them(made: Made) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED + 1, keep=True)
    assert same(first, prepare(course, NAME, SIMPLE, SEED + 1, keep=True))
    assert runs(course) == 1
    prepare(course, NAME, SIMPLE, SEED)
    assert [file.name for file in kept(course) if file.stat().st_mode & 0o077 == 0] == [f"{NAME}.batch"]


def test_a_changed_reference_is_used_at_once(made: Made) -> None:
    before = values(prepare(made(TWICE), NAME, SIMPLE, SEED))
    after = values(prepare(made(TWICE.replace("2", "4")), NAME, SIMPLE, SEED))
    assert all(np.array_equal(2 * old, new) for old, new in zip(before, after, strict=True))


def test_a_change_that_keeps_size_and_time_is_noticed(made: Made) -> None:
    course = made(TWICE)
    file = course.solution_folder(NAME) / "solution.py"
    time = file.stat().st_mtime_ns
    before = values(prepare(course, NAME, SIMPLE, SEED))
    file.write_text(TWICE.replace("2", "4"), encoding="utf-8")
    os.utime(file, ns=(time, time))
    assert not same(before, values(prepare(course, NAME, SIMPLE, SEED)))


def test_a_new_changed_or_removed_mistake_is_noticed(made: Made) -> None:
    def known(course: Course) -> list[str]:
        return [f"{mistake.name}: {mistake.feedback}" for mistake in prepare(course, NAME, SIMPLE, SEED).mistakes]

    assert known(made(TWICE)) == []
    assert known(made(TWICE, a=f'"""One."""\n{TWICE}')) == ["a: One."]
    course = made(TWICE, a=f'"""Two."""\n{TWICE}')
    assert known(course) == ["a: Two."]
    (course.solution_folder(NAME) / "mistakes" / "a.py").rename(course.solution_folder(NAME) / "mistakes" / "b.py")
    assert known(course) == ["b: Two."]
    (course.solution_folder(NAME) / "mistakes" / "b.py").unlink()
    assert known(course) == []


def test_a_changed_description_is_noticed(made: Made) -> None:
    course = made()
    prepare(course, NAME, SIMPLE, SEED)
    course.description_file(NAME).write_text("title: another\n", encoding="utf-8")
    prepare(course, NAME, SIMPLE, SEED)
    assert runs(course) == 2


def test_a_changed_tolerance_of_the_course_is_noticed(made: Made) -> None:
    prepare(made(), NAME, SIMPLE, SEED)
    facts = prepare(made(rtol=1e-3), NAME, SIMPLE, SEED).checks["0 allclose"].expected[0].facts
    assert facts["rtol"] == 1e-3


def test_what_is_kept_can_be_deleted_at_any_time(made: Made) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED)
    for file in kept(course):
        file.unlink()
    assert same(first, prepare(course, NAME, SIMPLE, SEED))
    assert runs(course) == 2


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_entry_is_made_again(made: Made, share: float) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED)
    (file,) = kept(course)
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])
    assert same(first, prepare(course, NAME, SIMPLE, SEED))
    assert file.read_bytes() == content


@pytest.mark.parametrize("place", [0, 5, 9, 14, 15, 20, 40])
def test_a_damaged_head_is_made_again(made: Made, place: int) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED)
    (file,) = kept(course)
    content = bytearray(file.read_bytes())
    content[place] ^= 0x55
    file.write_bytes(content)
    assert same(first, prepare(course, NAME, SIMPLE, SEED))


@pytest.mark.parametrize("content", [b"", b"garbage" * 100, b"GRD1", b"{}", b"\0" * 1000], ids=len)
def test_something_else_in_the_place_of_an_entry_is_replaced(made: Made, content: bytes) -> None:
    course = made()
    first = prepare(course, NAME, SIMPLE, SEED)
    (file,) = kept(course)
    file.write_bytes(content)
    assert same(first, prepare(course, NAME, SIMPLE, SEED))
    assert runs(course) == 2


def test_a_course_that_cannot_be_written_to_works_without_what_is_kept(made: Made) -> None:
    course = made()
    (course.folder / ".grade").write_text("a file where a folder should be")
    first = prepare(course, NAME, SIMPLE, SEED)
    assert same(first, prepare(course, NAME, SIMPLE, SEED))
    assert runs(course) == 2


# The round trip.

ROUND_TRIPS: dict[str, tuple[Exercise, str]] = {
    "arrays": (
        exercise({"n": Integer(), "x": Vector(size=parse("n"))}, AllClose()),
        "def f(n, x):\n    return n * x\n",
    ),
    "numbers": (exercise({"x": Real()}, AllClose(), AllClose(scale="elementwise")), "def f(x):\n    return x / 3\n"),
    "complex numbers": (exercise({"x": Real()}, AllClose()), "def f(x):\n    return [x * 1j, complex(x, -0.0)]\n"),
    "scalars of NumPy": (
        exercise({"x": Real()}, AllClose()),
        "import numpy as np\n\ndef f(x):\n    return np.float32(x), np.int8(3)\n",
    ),
    "structures": (
        exercise({"x": Literal(value=[1, ["a", None, True, 0.5]])}, Exact(), cases=1),
        "def f(x):\n    return {'a': (1, [2]), 'b': 'ü', 'c': None, 'd': 10**50, 'e': ()}\n",
    ),
    "tuples": (
        exercise({"x": Real()}, Returns(fields={"a": AllClose(), "b": Exact()})),
        "def f(x):\n    return x, 3\n",
    ),
    "functions": (
        exercise({"a": Real(), "f": ExpressionInput(text=parse("a * x"), counted=True)}, AllClose()),
        "def f(a, f):\n    return f(a)\n",
    ),
    "samples": (
        exercise({"n": Literal(value=30), "rng": Rng()}, Distribution(cdf=parse("x"), size="n"), cases=2),
        "def f(n, rng):\n    return rng.random(n)\n",
    ),
    "refusals": (
        exercise({"x": Real()}, Raises(exception="ValueError")),
        "def f(x):\n    raise ValueError('never')\n",
    ),
    "empty arrays": (
        exercise({"x": Literal(value=np.zeros((0, 3)))}, AllClose(), cases=1),
        "def f(x):\n    return x.T\n",
    ),
    "ends of the floats": (
        exercise({"x": Literal(value=np.array([5e-324, -0.0, 1.7e308]))}, AllClose(), cases=1),
        "def f(x):\n    return list(x)\n",
    ),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_what_is_kept_comes_back_bit_by_bit(made: Made, name: str) -> None:
    described, solution = ROUND_TRIPS[name]
    arguments = ", ".join(described.function.parameters)
    course = made(
        "with open(__file__ + '.runs', 'a') as log:\n    log.write('x')\n\n" + solution,
        nothing=f'"""Nothing."""\n\ndef f({arguments}):\n    pass\n',
        odd=f'"""Odd."""\n\ndef f({arguments}):\n    return [float("nan"), (1, "a"), {{1: None}}, -0.0, float("-inf")]\n',
        refusing=f'"""Refusing."""\n\ndef f({arguments}):\n    raise LookupError("no")\n',
    )
    first = prepare(course, NAME, described, SEED)
    second = prepare(course, NAME, described, SEED)
    assert runs(course) == 1
    assert same(first.checks, second.checks)
    assert same([without_traces(m) for m in first.mistakes], [without_traces(m) for m in second.mistakes])


def without_traces(mistake: Mistake) -> list[object]:
    """Return a mistake as plain data; where its exceptions came from is of no use to anybody."""

    def plain(answer: Answer) -> object:
        failure = answer.failure
        return failure and (failure.verdict, failure.message, failure.type, failure.lineage), answer.value

    answers = {name: [[plain(a) for a in case] for case in cases] for name, cases in mistake.answers.items()}
    return [mistake.name, mistake.feedback, answers]


def test_special_inputs_come_back_as_what_they_are(made: Made) -> None:
    described, solution = ROUND_TRIPS["functions"]
    course = made(solution)
    prepare(course, NAME, described, SEED)
    case = prepare(course, NAME, described, SEED).checks["0 allclose"].cases[0]
    assert case.inputs["f"] == FunctionText(("x",), "a * x", {"a": case.inputs["a"]}, counted=True)
    described, solution = ROUND_TRIPS["samples"]
    course = made(solution)
    prepare(course, NAME, described, SEED)
    case = prepare(course, NAME, described, SEED).checks["0 distribution"].cases[0]
    assert isinstance(case.inputs["rng"], RandomState)


def test_deeply_nested_lists_come_back_whole(made: Made) -> None:
    nested: list[object] = [1]
    for _ in range(29):
        nested = [nested]
    course = made("def f(x):\n    return x\n")
    described = exercise({"x": Literal(value=nested)}, Exact(), cases=1)
    first = prepare(course, NAME, described, SEED)
    assert same(first, prepare(course, NAME, described, SEED))


@pytest.mark.slow
def test_very_long_lists_are_kept_and_come_back_whole(made: Made) -> None:
    course = made(COUNTED.replace("2 * x", "x"))
    described = exercise({"x": Literal(value=list(range(260_000)))}, Exact(), cases=1)
    first = prepare(course, NAME, described, SEED)
    assert same(first, prepare(course, NAME, described, SEED))
    assert runs(course) == 1


# What an author can get wrong.


def test_a_missing_reference_is_told_to_the_author(made: Made) -> None:
    course = made()
    (course.solution_folder(NAME) / "solution.py").unlink()
    with pytest.raises(AuthoringError, match=r"exercise-01: there is no reference solution .*solution\.py"):
        prepare(course, NAME, SIMPLE, SEED)


def test_a_mistake_without_feedback_is_told_to_the_author(made: Made) -> None:
    with pytest.raises(AuthoringError, match="has no docstring"):
        prepare(made(TWICE, silent=TWICE), NAME, SIMPLE, SEED)


@pytest.mark.parametrize(
    "solution",
    [
        "def f(x):\n    pass\n",
        "def f(x):\n    return x * float('nan')\n",
        "def f(x):\n    raise ValueError('no')\n",
        "def f(x):\n    return 'text'\n",
        "def f():\n    return 1\n",
    ],
)
def test_a_reference_that_gives_nothing_to_compare_with_is_a_judge_error_at_its_check_and_case(
    made: Made, solution: str
) -> None:
    course = made(solution)
    with pytest.raises(JudgeError, match=r"check '0 allclose', case \d+: "):
        prepare(course, NAME, SIMPLE, SEED)
    assert not kept(course)


def test_an_input_that_cannot_be_drawn_is_a_judge_error(made: Made) -> None:
    with pytest.raises(JudgeError, match="the input 'x' of check '0 allclose' cannot be drawn"):
        prepare(made(), NAME, exercise({"x": Vector(size=parse(-1))}, AllClose()), SEED)
