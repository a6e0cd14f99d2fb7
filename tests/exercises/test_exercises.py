"""Every exercise keeps its promises: reference, accepted solutions, mistakes, stub and worked examples."""

import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.author_code import feedback_of, load_function
from grader.authoring.stubs import stub
from grader.course import Course, module_name
from grader.executors import Executor
from grader.results import ExerciseResult
from grader.spec.exercise import Exercise
from grader.spec.files import load_course
from tests.courses import exercise as exercise_of
from tests.courses import failed, lost, quickest
from tests.courses import graded as graded_in

ROOT = Path(__file__).parents[2]
COURSE: Course = load_course(ROOT)
FILES = sorted((ROOT / "solutions").glob("*/*/*.py"))
ACCEPTED = [file for file in FILES if file.parent.name == "accepted"]
MISTAKES = [file for file in FILES if file.parent.name == "mistakes"]


def name_of(file: Path) -> str:
    return f"{file.parents[1].name}-{file.stem}"


def weighed(file: Path) -> object:
    """Return a parameter; where thousands of samples are asked for, it takes seconds."""
    return pytest.param(file, id=name_of(file), marks=[pytest.mark.slow] if "exercise-59" in file.parts else [])


def exercise(name: str) -> Exercise:
    return exercise_of(COURSE, name)


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with quickest(COURSE.limits) as executor:
        yield executor


def graded(name: str, file: Path, executor: Executor) -> ExerciseResult:
    return graded_in(COURSE, file, name, executor)


@pytest.mark.parametrize("name", COURSE.exercises)
def test_the_reference_gets_full_points(name: str, executor: Executor) -> None:
    result = graded(name, COURSE.solution_folder(name) / "solution.py", executor)
    assert lost(result) == []
    assert result.score == exercise(name).points
    assert not result.errors


@pytest.mark.parametrize("file", [weighed(file) for file in ACCEPTED])
def test_an_accepted_solution_gets_full_points(file: Path, executor: Executor) -> None:
    assert lost(graded(file.parents[1].name, file, executor)) == []


def is_simple(text: str) -> bool:
    """Return whether an input, as it is shown, is a function, a short number or a few small whole ones."""
    if text.startswith("<") or len(text) <= len("0.9"):
        return not text.startswith("<")
    numbers = np.asarray(eval(text, {"np": np}))
    if numbers.dtype.kind not in "iuf":
        return True
    return numbers.size <= 4 and bool(np.all(numbers == np.round(numbers))) and bool(np.all(np.abs(numbers) <= 10))


@pytest.mark.parametrize("file", [weighed(file) for file in MISTAKES])
def test_a_mistake_loses_points_and_gets_its_own_feedback_and_a_case_that_a_person_would_choose(
    file: Path, executor: Executor
) -> None:
    result = graded(file.parents[1].name, file, executor)
    diagnoses = {check.mistake for check in failed(result)}
    assert file.stem in diagnoses
    assert diagnoses <= {file.stem, None}
    assert any(check.feedback == feedback_of(file) for check in failed(result))
    if "exercise-50" not in file.parts:  # small samples say nothing
        examples = [check.counterexample for check in failed(result)]
        shown = [example for example in examples if example and "." in example.replay.rsplit(":", 1)[1]]
        simple = [example for example in shown if all(map(is_simple, example.inputs.values()))]
        assert simple, [dict(example.inputs) for example in shown]


@pytest.mark.parametrize("name", COURSE.exercises)
def test_the_stub_is_the_one_that_the_description_gives_and_earns_nothing(name: str, executor: Executor) -> None:
    file = COURSE.answer_file(name)
    assert file.read_text(encoding="utf-8") == stub(name, exercise(name))
    result = graded(name, file, executor)
    assert result.score == 0
    assert result.untouched


@pytest.mark.parametrize(
    "body", ["pass", "return None", "return 0.0", "return args[0]", "return [0]", "return (0.0, 1.0)"]
)
@pytest.mark.parametrize("name", COURSE.exercises)
def test_answers_without_a_thought_earn_no_points_for_the_main_check(
    name: str, body: str, executor: Executor, tmp_path: Path
) -> None:
    file = tmp_path / f"{module_name(name)}.py"
    file.write_text(f"def {exercise(name).function.name}(*args):\n    {body}\n")
    result = graded(name, file, executor)
    assert result.checks[0].score == 0
    assert result.score is not None
    assert result.score <= result.points / 4


@pytest.mark.parametrize("name", COURSE.exercises)
def test_the_worked_examples_of_the_statement_are_what_the_reference_gives(name: str) -> None:
    function = exercise(name).function.name
    blocks = re.findall(r"```python\n(.*?)```", exercise(name).statement, re.DOTALL)
    names = {"np": np, function: load_function(COURSE.solution_folder(name) / "solution.py", function)}
    examples = doctest.DocTestParser().get_doctest("\n".join(blocks), names, name, None, 0)
    report: list[str] = []
    runner = doctest.DocTestRunner()
    runner.run(examples, out=report.append)
    assert examples.examples
    assert not report


@pytest.mark.parametrize("name", COURSE.exercises)
def test_an_exercise_has_what_a_student_needs(name: str) -> None:
    assert len(exercise(name).hints) >= 3
    assert len([file for file in MISTAKES if name in file.parts]) >= 2
    assert [file for file in ACCEPTED if name in file.parts]
    assert all(value.about for value in exercise(name).function.parameters.values())


def test_the_exercises_cover_every_section_and_topic() -> None:
    sections = [section for topic in COURSE.file.topics for section in topic.sections]
    assert len(COURSE.file.topics) == 3
    assert len(sections) == 11
    assert {folder.name for folder in (ROOT / "exercises").iterdir()} == set(COURSE.exercises)
