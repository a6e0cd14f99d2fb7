"""`grader.check` and `grader.score`, as cells of a notebook call them."""

import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

import grader
from grader.errors import AuthoringError, UsageError
from grader.executors import Executor
from grader.interop import kernel
from grader.running import finish
from grader.tasks import Task
from tests.unit.interop.office import ANSWERS, Office

Ran = Callable[..., None]


@pytest.fixture
def ran(courses: Office, monkeypatch: pytest.MonkeyPatch) -> Ran:
    """Return what makes a kernel that has run some cells, in the folder of the course."""
    monkeypatch.chdir(courses.course.folder)
    for name in ("GRADE_COURSE", "GRADE_SEED", "GRADE_ISOLATION"):
        monkeypatch.delenv(name, raising=False)
    history: list[str] = [""]
    shell = types.SimpleNamespace(history_manager=types.SimpleNamespace(input_hist_raw=history))
    module = types.ModuleType("IPython")
    module.get_ipython = lambda: shell  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", module)
    kernel._known_result.cache_clear()
    return lambda *cells: history.extend(cells)


def double(x: float) -> float:
    raise NotImplementedError


def test_a_check_earns_its_points_as_a_plain_number(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    ran("%matplotlib inline\nimport numpy as np", ANSWERS["exercise-01"], "import grader\ngrader.score('x', 'y')")
    earned = grader.score("exercise-01", "some numbers", points=2)
    assert (type(earned), earned) == (float, 2.0)
    assert capsys.readouterr() == ("some numbers: all right\n", "")


def test_what_fails_shows_the_case_and_how_to_replay_it_here(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    ran("def double(x):\n    return 2 * x if x else 1")
    assert grader.score("exercise-01", "nothing") == 0.0
    said = capsys.readouterr()
    assert said.err == ""
    assert "x = 0" in said.out
    assert 'grader.check("exercise-01", double, case="1:0")' in said.out
    grader.check("exercise-01", double, case="1:0")
    assert "expected  0" in capsys.readouterr().out


def test_the_last_version_of_a_cell_counts_and_one_run_serves_all_checks(
    ran: Ran, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[object] = []

    def counted(task: Task, executor: Executor) -> object:
        runs.append(task)
        return finish(task, executor)

    monkeypatch.setattr("grader.running.finish", counted)
    ran(ANSWERS["exercise-01"], "def double(x):\n    return x", ANSWERS["exercise-01"])
    assert [grader.score("exercise-01", name) for name in ("some numbers", "nothing", "a large number")] == [1.0] * 3
    assert len(runs) == 1
    ran("def double(x):\n    return x")
    assert grader.score("exercise-01", "some numbers") == 0.0
    assert len(runs) == 2


def test_hidden_checks_stay_hidden(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    ran("def double(x):\n    return 2 * x if x < 100 else 7")
    assert grader.score("exercise-01", "a large number") == 0.0
    grader.check("exercise-01")
    said = capsys.readouterr().out
    assert "a large number (hidden)" in said
    assert "1000" not in said
    assert "secret" not in said


def test_the_report_is_the_one_of_the_command_line(
    ran: Ran, courses: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    from grader.cli.main import run

    ran(ANSWERS["exercise-01"])
    grader.check("exercise-01", double)
    here = capsys.readouterr().out
    courses.course.answer_file("exercise-01").write_text(ANSWERS["exercise-01"], encoding="utf-8")
    assert run(["exercise-01"], []) == 0
    assert capsys.readouterr().out == here


def test_another_name_is_checked_when_that_function_is_given(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    def mine(x: float) -> float:
        raise NotImplementedError

    ran("def double(x):\n    return x", "def mine(x):\n    return 2 * x")
    grader.check("exercise-01", mine)
    assert "4 of 4 points" in capsys.readouterr().out


def test_a_function_of_which_there_is_no_source_is_checked_where_it_is(
    ran: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    def double(x: float, times: int = 2) -> float:
        return times * x

    ran("exec('def double(x): return 2 * x', {})")
    grader.check("exercise-01", double)
    said = capsys.readouterr().out
    assert "4 of 4 points" in said
    assert "called here, without limits" in said
    grader.check("exercise-01", lambda x, y, z: x)
    assert "takes (x, y, z), but is called with (x)" in capsys.readouterr().out
    grader.check("exercise-01", float)
    assert "1 of 4 points" in capsys.readouterr().out
    assert grader.score("exercise-01", "nothing") == 0.0


def test_a_function_that_is_missing_earns_nothing(ran: Ran, capsys: pytest.CaptureFixture[str]) -> None:
    ran("def double(x:\n    return x")
    assert grader.score("exercise-01", "nothing") == 0.0
    assert "SyntaxError" in capsys.readouterr().out


@pytest.mark.parametrize("value", ["-1", "float('nan')", "__import__('numpy').float64(1)", "10**400", "None"])
def test_no_answer_makes_a_score_that_nbgrader_would_take_for_all_points(ran: Ran, value: str) -> None:
    ran(f"def double(x):\n    return {value}")
    assert grader.score("exercise-01", "nothing") == 0.0


def test_where_no_score_can_be_given_the_cell_fails(ran: Ran, courses: Office) -> None:
    ran(ANSWERS["exercise-01"])
    (courses.course.solution_folder("exercise-01") / "solution.py").write_text("1 / 0", encoding="utf-8")
    with pytest.raises(AuthoringError, match="solution"):
        grader.score("exercise-01", "nothing")


def test_unknown_names_are_refused(ran: Ran) -> None:
    ran("x = 1")
    with pytest.raises(UsageError, match="no exercise"):
        grader.score("exercise-99", "nothing")
    with pytest.raises(UsageError, match="no check"):
        grader.score("exercise-01", "something")


def test_the_course_may_lie_elsewhere(
    ran: Ran, courses: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    ran(ANSWERS["exercise-01"])
    with pytest.raises(UsageError, match="no course found"):
        grader.score("exercise-01", "nothing")
    monkeypatch.setenv("GRADE_COURSE", str(courses.course.folder))
    assert grader.score("exercise-01", "nothing") == 1.0
