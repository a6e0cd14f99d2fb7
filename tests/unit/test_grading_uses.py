"""What an exercise forbids and asks for, in the chain: before an answer is run, and while it runs."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from grader.checks import Expected
from grader.checks.exact import Exact
from grader.checks.raises import Raises
from grader.executors import Executor, Session
from grader.generators.literal import Literal
from grader.grading import grade
from grader.model import Case, Limits, Submission, Verdict
from grader.prepared import Prepared, PreparedCheck
from grader.results import ExerciseResult
from grader.spec.exercise import CheckItem, Exercise, Function, ValueDescription
from grader.submissions import sources
from grader.tasks import Task
from grader.uses import Use
from grader.workers import Worker
from tests.courses import quickest

DET = Use(use="numpy.linalg.det", instead="eliminate")
RIGHT = "def f(x):\n    return x\n"
UNWRITTEN = "import numpy as np\n\n\ndef f(x):\n    raise NotImplementedError\n"

Graded = Callable[..., ExerciseResult]


def make_task(source: str, forbid: tuple[Use, ...], require: tuple[Use, ...], folder: str) -> Task:
    """Return a task of two checks, in which `f(x)` is to return x; only the first can be done without a ValueError."""
    function = Function(
        name="f", about="About.", parameters={"x": ValueDescription(type="int")}, returns=ValueDescription(type="int")
    )
    checks = (
        CheckItem(name="values", points=Fraction(1), compare=Exact(), feedback="about wrong values"),
        CheckItem(name="refusals", points=Fraction(1), raises=Raises(exception="ValueError"), needs=("values",)),
    )
    exercise = Exercise(
        title="T",
        difficulty=1,
        statement="S",
        function=function,
        inputs={"x": Literal(value=1)},
        checks=checks,
        forbid=forbid,
        require=require,
    )
    cases = tuple(Case(number, {"x": number}, ("x",)) for number in (1, 2, 3))
    ready = PreparedCheck(cases, tuple(Expected(number) for number in (1, 2, 3)))
    return Task(
        id="exercise-01",
        exercise=exercise,
        prepared=Prepared({check.name: ready for check in checks}, ()),
        submission=Submission("exercise_01", source, "f", folder),
        topic="t",
        section="s",
        seed=1,
        answer_file="exercise_01.py",
    )


class Unused(Executor):
    """An executor that must not be asked for anything."""

    isolation = "none"

    def __init__(self, limits: Limits | None = None, started: list[Worker] | None = None) -> None:
        """Make it."""

    def warm(self, count: int) -> None:
        """Start nothing."""

    def open(self, submission: Submission) -> Session:
        """Fail."""
        raise AssertionError("an answer was to be run")

    def close(self) -> None:
        """Close nothing."""


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with quickest(Limits(call=20.0, exercise=600.0, load=20.0)) as executor:
        yield executor


@pytest.fixture
def not_run(tmp_path: Path) -> Graded:
    """Return what grades a source and fails if it is run."""
    return lambda source, *forbid, require=(): grade(make_task(source, forbid, require, str(tmp_path)), Unused())


@pytest.fixture
def run(tmp_path: Path, executor: Executor) -> Graded:
    """Return what grades a source in a real worker."""
    return lambda source, *forbid, require=(): grade(make_task(source, forbid, require, str(tmp_path)), executor)


def messages(result: ExerciseResult) -> set[str]:
    return {check.message for check in result.checks}


# -- before it is run


def test_what_is_forbidden_stops_every_check_and_is_not_run(not_run: Graded) -> None:
    result = not_run("import numpy as np\ndef f(x):\n    return np.linalg.det(x)", DET)
    assert (result.verdict, result.score) == (Verdict.WRONG_ANSWER, Fraction(0))
    assert [check.verdict for check in result.checks] == [Verdict.WRONG_ANSWER] * 2
    assert messages(result) == {"line 3 uses `np.linalg.det`, which this exercise asks you to do without; eliminate"}
    assert all(check.counterexample is None and not check.feedback for check in result.checks)


def test_what_is_required_and_not_there_stops_every_check(not_run: Graded) -> None:
    result = not_run(RIGHT, require=(Use(use="@"),))
    assert result.verdict is Verdict.WRONG_ANSWER
    assert messages(result) == {"this exercise asks you to use the operator `@`, and your answer does not"}


def test_a_module_beside_the_answer_is_searched(not_run: Graded, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import more\n", encoding="utf-8")
    (tmp_path / "more.py").write_text("\nfrom numpy.linalg import det\n", encoding="utf-8")
    (said,) = messages(not_run(f"import helper\n{RIGHT}", DET))
    assert said.startswith("line 2 of more.py imports `numpy.linalg.det`")


def test_a_module_that_is_not_imported_is_not_searched(run: Graded, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("from numpy.linalg import det\n", encoding="utf-8")
    assert run(RIGHT, DET).checks[0].verdict is Verdict.ACCEPTED


def test_what_keeps_to_the_rules_is_run(run: Graded) -> None:
    result = run("def f(x):\n    return x @ 1 if x > 9 else x\n", DET, require=(Use(use="@"),))
    assert result.checks[0].verdict is Verdict.ACCEPTED


def test_a_syntax_error_is_told_as_ever(run: Graded) -> None:
    result = run("def f(x:\n    return np.linalg.det(x)", DET, require=(Use(use="@"),))
    assert result.verdict is Verdict.RAISED
    assert result.checks[0].message.startswith("raised SyntaxError")


def test_a_stub_is_untouched_whatever_is_asked_for(run: Graded) -> None:
    assert run(UNWRITTEN, Use(use="numpy"), require=(Use(use="@"),)).untouched


def test_an_answer_that_is_not_there_is_absent(not_run: Graded, tmp_path: Path) -> None:
    task = make_task("", (DET,), (Use(use="@"),), str(tmp_path))
    absent = Task(**vars(task) | {"submission": None})
    assert grade(absent, Unused()).verdict is Verdict.ABSENT


# -- while it runs


def test_a_roundabout_call_stops_its_check_without_a_case(run: Graded) -> None:
    source = "import numpy as np\ndef f(x):\n    return getattr(np.linalg, 'd' + 'et')([[x]])\n"
    result = run(source, DET)
    said = "line 3 calls `numpy.linalg.det`, which this exercise asks you to do without; eliminate"
    assert [check.verdict for check in result.checks] == [Verdict.WRONG_ANSWER, Verdict.SKIPPED]
    assert (result.checks[0].message, result.checks[0].score, result.checks[0].passed) == (said, Fraction(0), 0)
    assert result.checks[0].counterexample is None
    assert result.checks[0].feedback == ""
    assert "line 3, in f" in result.checks[0].trace


def test_a_call_in_a_later_case_takes_the_points_of_the_whole_check(run: Graded) -> None:
    source = "import numpy as np\ndef f(x):\n    return x if x < 3 else getattr(np.linalg, 'd' + 'et')([[x]])\n"
    (first, _) = run(source, DET).checks
    assert (first.verdict, first.score) == (Verdict.WRONG_ANSWER, Fraction(0))


def test_a_call_that_loading_makes_stops_every_check(run: Graded) -> None:
    source = f"import numpy as np\nprint('so far')\nx = vars(np)['lin' + 'alg'].det(np.eye(2))\n{RIGHT}"
    result = run(source, DET)
    assert [check.verdict for check in result.checks] == [Verdict.WRONG_ANSWER] * 2
    assert {check.printed for check in result.checks} == {"so far\n"}
    assert messages(result) == {
        "line 3 calls `numpy.linalg.det`, which this exercise asks you to do without; eliminate"
    }


def test_a_check_of_refusals_does_not_take_it_for_one(run: Graded) -> None:
    source = "import numpy as np\ndef f(x):\n    x == 1 or getattr(np.linalg, 'd' + 'et')([[x]])\n    return x\n"
    assert run(source, DET).checks[0].verdict is Verdict.WRONG_ANSWER


def test_without_a_list_the_same_call_is_fine(run: Graded) -> None:
    source = "import numpy as np\ndef f(x):\n    return round(getattr(np.linalg, 'd' + 'et')([[x]]))\n"
    assert run(source).checks[0].verdict is Verdict.ACCEPTED


# -- what is searched


def test_the_sources_are_the_answer_and_what_it_imports(tmp_path: Path) -> None:
    for name, text in {"a": "import b, math", "b": "import a, c", "c": "def", "d": "", "math": "", "numpy": ""}.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "marked.py").write_bytes(b"\xef\xbb\xbfx = 1")
    (tmp_path / "link.py").symlink_to(tmp_path / "d.py")
    source = "import a, numpy, link, nothing, marked, answer\nimport math"
    found = sources(Submission("answer", source, "f", str(tmp_path)))
    assert list(found) == ["answer.py", "a.py", "marked.py", "b.py", "c.py"]
    assert (found["answer.py"], found["marked.py"]) == (source, "x = 1")


def test_the_sources_may_have_come_with_the_submission(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("other")
    came = (("a", b"import b"), ("b", b"x = 1"), ("c", b"x = 2"))
    for folder in ("", str(tmp_path)):
        found = sources(Submission("answer", "import a, nothing", "f", folder, beside=came))
        assert found == {"answer.py": "import a, nothing", "a.py": "import b", "b.py": "x = 1"}


def test_without_a_folder_there_is_the_answer_alone() -> None:
    assert sources(Submission("answer", "import a", "f")) == {"answer.py": "import a"}
