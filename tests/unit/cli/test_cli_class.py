"""Exercises beyond plain functions, as a student meets them: a class, a budget of calls, a value for bad input."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COURSE = """\
title: Beyond functions
seed: 1
topics:
  - id: t
    title: T
    sections: [{title: S, exercises: [exercise-01, exercise-02]}]
"""
MEAN = """\
title: A running mean
difficulty: 2
statement: Keep the mean of the numbers seen so far.
function:
  name: RunningMean
  about: The mean of the numbers seen so far.
  parameters:
    start: {type: float, about: the first number}
  methods:
    update: {about: Take one more number., parameters: {x: {type: float, about: the number}}}
    mean: {about: Return the mean., returns: {type: float, about: the mean}}
inputs:
  start: {real: {low: -3, high: 3}}
  x: {vector: {size: 2}}
checks:
  - name: two more numbers
    points: 2
    calls:
      - {method: update, arguments: ["x[0]"]}
      - {method: update, arguments: ["x[1]"]}
      - {method: mean, compare: allclose}
"""
BISECT = """\
title: A root by bisection
difficulty: 2
statement: Halve [a, b] n times and return the middle; return None where the signs do not differ.
function:
  name: bisect
  about: Return the middle after n halvings.
  parameters:
    f: {type: callable, about: a function}
    a: {type: float, about: one end}
    b: {type: float, about: the other end}
    n: {type: int, about: how many halvings}
  returns: {type: float, about: the middle}
inputs:
  c: {real: {low: 0.1, high: 0.9}}
  f: {expression: {text: x - c, counted: true}}
  a: 0.0
  b: 1.0
  n: {integer: {low: 1, high: 8}}
checks:
  - name: one call for each halving
    points: 2
    compare: allclose
    budget: {f: n + 2}
  - name: no change of sign
    points: 1
    inputs: {a: 1.0, b: 2.0}
    sentinel: null
"""
RIGHT_MEAN = """\
class RunningMean:
    def __init__(self, start):
        self.total, self.count = start, 1

    def update(self, x):
        self.total, self.count = self.total + x, self.count + 1

    def mean(self):
        return self.total / self.count
"""
RIGHT_BISECT = """\
def bisect(f, a, b, n):
    left = f(a)
    if left * f(b) > 0:
        return None
    for _ in range(n):
        middle = (a + b) / 2
        value = f(middle)
        if left * value <= 0:
            b = middle
        else:
            a, left = middle, value
    return (a + b) / 2
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "course.yaml").write_text(COURSE)
    for name, text, solution in (("exercise-01", MEAN, RIGHT_MEAN), ("exercise-02", BISECT, RIGHT_BISECT)):
        (tmp_path / "exercises" / name).mkdir(parents=True)
        (tmp_path / "exercises" / name / "exercise.yaml").write_text(text)
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / "solution.py").write_text(solution)
    return tmp_path


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    grade = str(Path(sys.executable).with_name("grade"))
    return subprocess.run([grade, *arguments], cwd=course, capture_output=True, text=True, check=False)


def graded(course: Path, number: int, answer: str) -> tuple[int, list[dict[str, object]]]:
    (course / "exercises" / f"exercise-0{number}" / f"exercise_0{number}.py").write_text(answer)
    done = run(course, str(number), "--format", "json")
    return done.returncode, json.loads(done.stdout)["exercises"][0]["checks"]


@pytest.mark.parametrize(("number", "answer"), [(1, RIGHT_MEAN), (2, RIGHT_BISECT)])
def test_a_right_answer_gets_full_points(course: Path, number: int, answer: str) -> None:
    status, checks = graded(course, number, answer)
    assert status == 0, checks


def test_a_class_that_forgets_its_start_is_told_the_step(course: Path) -> None:
    status, (check,) = graded(course, 1, RIGHT_MEAN.replace("start, 1", "0.0, 0"))
    assert status == 1
    assert check["verdict"] == "wrong_answer"
    assert "mean()" in str(check["message"])


def test_a_method_that_is_missing_raises(course: Path) -> None:
    status, (check,) = graded(course, 1, RIGHT_MEAN.replace("def mean", "def average"))
    assert (status, check["verdict"]) == (1, "raised")


def test_the_stub_of_a_class_has_its_methods_and_counts_as_untouched(course: Path) -> None:
    stub = run(course, "author", "stub", "1").stdout
    assert "class RunningMean:" in stub
    assert "    def __init__(self, start):" in stub
    assert "    def update(self, x):" in stub
    (course / "exercises" / "exercise-01" / "exercise_01.py").write_text(stub)
    assert "Not started yet" in run(course, "1").stdout


def test_the_statement_of_a_class_lists_its_methods(course: Path) -> None:
    shown = run(course, "show", "1").stdout
    assert "RunningMean(start)" in shown
    assert "RunningMean.mean() -> float" in shown


def test_calls_beyond_the_budget_cost_the_points_and_are_counted(course: Path) -> None:
    wasteful = RIGHT_BISECT.replace("value = f(middle)", "value = f(middle) + 0 * f(middle)")
    status, (check, _) = graded(course, 2, wasteful)
    assert status == 1
    assert check["verdict"] == "wrong_answer"
    assert str(check["message"]).startswith("`f` was called")


def test_bad_input_that_is_not_mapped_to_the_value_is_wrong(course: Path) -> None:
    status, (_, check) = graded(course, 2, RIGHT_BISECT.replace("return None", "return 0.0"))
    assert status == 1
    assert check["verdict"] == "wrong_answer"


@pytest.mark.parametrize(
    ("number", "old", "new", "words"),
    [
        (1, "method: mean,", "method: average,", "the class has no method 'average'"),
        (1, 'arguments: ["x[1]"]', "arguments: []", "'update' takes x, and is called with 0"),
        (1, "    calls:\n", "    compare: exact\n    calls:\n", "found compare and calls"),
        (
            2,
            "    compare: allclose\n",
            "    calls: [{method: go}]\n",
            "only a class, with `methods:`, has method calls",
        ),
        (2, "budget: {f: n + 2}", "budget: {a: n + 2}", "'a' is no input whose calls are counted"),
        (2, "budget: {f: n + 2}", "budget: {f: m + 2}", "the name 'm' in 'm + 2' is not known here"),
        (2, "  returns: {type: float, about: the middle}\n", "", "exactly one of returns (of a function) and methods"),
    ],
)
def test_faults_of_these_descriptions_stand_at_their_lines(
    course: Path, number: int, old: str, new: str, words: str
) -> None:
    file = course / "exercises" / f"exercise-0{number}" / "exercise.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new, 1))
    done = run(course, str(number))
    assert done.returncode == 3
    assert words in done.stderr
    assert "exercise.yaml:" in done.stderr
