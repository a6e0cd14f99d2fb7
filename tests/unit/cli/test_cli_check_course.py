"""`grade` where the course or an exercise is wrong, or we are: every fault told, the others checked, no false score."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

from grader import grading
from grader.cli.main import run

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


def report(result: CompletedProcess[str]) -> dict[str, Any]:
    data = json.loads(result.stdout)
    assert isinstance(data, dict)
    return data


def ids(result: CompletedProcess[str]) -> list[str]:
    return [exercise["id"] for exercise in report(result)["exercises"]]


def replace(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def description(course: Path, exercise: str) -> Path:
    return course / "exercises" / exercise / "exercise.yaml"


def reference(course: Path, exercise: str) -> Path:
    return course / "solutions" / exercise / "solution.py"


# --- descriptions


def test_all_faults_of_a_description_are_told_with_their_places(solved: Path, grade: Grade) -> None:
    replace(description(solved, "exercise-03"), ("difficulty: 3", "difficulty: 9"), ("points: 0.2", "points: many"))
    result = grade(solved, "3")
    assert (result.returncode, result.stdout) == (3, "")
    assert "exercises/exercise-03/exercise.yaml:2:13: difficulty: " in result.stderr
    assert "exercises/exercise-03/exercise.yaml:21:13: checks[1].points: " in result.stderr


def test_a_wrong_description_loses_no_other_exercise(solved: Path, grade: Grade) -> None:
    replace(description(solved, "exercise-01"), ("difficulty: 1", "difficulty: 9"))
    result = grade(solved, "--format", "json")
    assert (result.returncode, ids(result)) == (3, ["exercise-02", "exercise-03"])
    assert "exercise-01/exercise.yaml:2:13" in result.stderr


def test_a_wrong_description_is_worth_nothing_in_its_topic(solved: Path, grade: Grade) -> None:
    replace(description(solved, "exercise-01"), ("difficulty: 1", "difficulty: 9"))
    topic = report(grade(solved, "2", "--format", "json"))["topics"][0]
    assert (topic["points"], topic["course_points"]) == (0.55, 0.55)


def test_the_points_of_a_topic_follow_an_edited_description(solved: Path, grade: Grade) -> None:
    grade(solved, "2")
    replace(description(solved, "exercise-01"), ("points: 2", "points: 12"))
    assert report(grade(solved, "2", "--format", "json"))["topics"][0]["course_points"] == 15.55


def test_an_exercise_without_a_description_is_told(solved: Path, grade: Grade) -> None:
    description(solved, "exercise-03").unlink()
    result = grade(solved, "3", "2", "--format", "json")
    assert (result.returncode, ids(result)) == (3, ["exercise-02"])
    assert "exercises/exercise-03/exercise.yaml: there is no such file" in result.stderr


def test_faults_of_the_course_are_told_with_their_places(solved: Path, grade: Grade) -> None:
    replace(solved / "course.yaml", ("seed: 7", "seed: seven"), ("id: arrays", "idd: arrays"))
    result = grade(solved)
    assert (result.returncode, result.stdout) == (3, "")
    assert "course.yaml:2:7: seed: " in result.stderr
    assert "course.yaml:12:5: topics[1].idd: unknown key 'idd'" in result.stderr


@pytest.mark.parametrize("content", [b"", b"[", b"\xff\xfe", b"title: [a, b]\n"])
def test_a_course_file_that_is_no_course_ends_with_3(solved: Path, grade: Grade, content: bytes) -> None:
    (solved / "course.yaml").write_bytes(content)
    result = grade(solved, "3")
    assert (result.returncode, result.stdout) == (3, "")
    assert "course.yaml" in result.stderr


@pytest.mark.parametrize("arguments", [["show", "3"], ["hint", "3"], ["reset", "3"], ["author", "stub", "3"]])
def test_every_command_tells_the_faults_of_a_description(solved: Path, grade: Grade, arguments: list[str]) -> None:
    replace(description(solved, "exercise-03"), ("difficulty: 3", "difficulty: 9"))
    result = grade(solved, *arguments)
    assert (result.returncode, result.stdout) == (3, "")
    assert "exercise-03/exercise.yaml:2:13" in result.stderr


# --- references and mistakes


def test_a_missing_reference_is_told_and_the_others_are_checked(solved: Path, grade: Grade) -> None:
    reference(solved, "exercise-03").unlink()
    result = grade(solved, "3", "2", "--format", "json")
    assert (result.returncode, ids(result)) == (3, ["exercise-02"])
    assert "there is no reference solution solutions/exercise-03/solution.py" in result.stderr


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def total(values:\n", "SyntaxError"),
        ("1 / 0\n", "ZeroDivisionError"),
        ("def summe(values): ...\n", "has no function 'total'"),
        ("raise SystemExit(0)\n", "SystemExit"),
    ],
)
def test_a_reference_that_cannot_be_loaded_is_told_and_the_others_are_checked(
    solved: Path, grade: Grade, source: str, told: str
) -> None:
    reference(solved, "exercise-03").write_text(source, encoding="utf-8")
    result = grade(solved, "3", "2", "--format", "json")
    assert (result.returncode, ids(result)) == (3, ["exercise-02"])
    assert told in result.stderr


def test_a_mistake_without_its_feedback_is_told(solved: Path, grade: Grade) -> None:
    file = solved / "solutions" / "exercise-01" / "mistakes" / "squared.py"
    file.write_text("def double(x):\n    return x * x\n", encoding="utf-8")
    result = grade(solved, "1", "2", "--format", "json")
    assert (result.returncode, ids(result)) == (3, ["exercise-02"])
    assert "squared.py: has no docstring" in result.stderr


def test_what_a_reference_prints_is_no_part_of_the_report(solved: Path, grade: Grade) -> None:
    text = reference(solved, "exercise-03").read_text(encoding="utf-8")
    source = "print('loading')\n" + text.replace("return", "print('called')\n    return")
    reference(solved, "exercise-03").write_text(source, encoding="utf-8")
    assert report(grade(solved, "3", "--format", "json"))["exercises"][0]["verdict"] == "accepted"


def test_a_reference_that_is_mended_is_used_at_once(solved: Path, grade: Grade) -> None:
    right = reference(solved, "exercise-03").read_text(encoding="utf-8")
    reference(solved, "exercise-03").write_text("def total(values):\n    return 1e9\n", encoding="utf-8")
    before = grade(solved, "3").returncode
    reference(solved, "exercise-03").write_text(right, encoding="utf-8")
    assert (before, grade(solved, "3").returncode) == (1, 0)


@pytest.mark.parametrize("content", [b"GRD1"])
def test_damaged_prepared_data_are_made_again(solved: Path, grade: Grade, content: bytes) -> None:
    before = grade(solved, "3", "--format", "json").stdout
    (kept,) = (solved / ".grade" / "cache").glob("exercise-03.prepared")
    kept.write_bytes(content)
    assert grade(solved, "3", "--format", "json").stdout == before
    assert kept.read_bytes() != content


# --- judge errors


@pytest.fixture(scope="module")
def failing(
    template: Path, tmp_path_factory: pytest.TempPathFactory, grade: Grade, references: dict[str, str]
) -> Callable[..., CompletedProcess[str]]:
    """Return what checks a course in which the reference of exercise-02 raises, once for each command line."""
    folder = Path(shutil.copytree(template, tmp_path_factory.mktemp("failing") / "course"))
    for name, source in references.items():
        (folder / "exercises" / name / f"{name.replace('-', '_')}.py").write_text(source, encoding="utf-8")
    source = "def sign(x):\n    raise RuntimeError('the author slept')\n"
    reference(folder, "exercise-02").write_text(source, encoding="utf-8")

    @cache
    def run(*arguments: str) -> CompletedProcess[str]:
        return grade(folder, *arguments)

    return run


def test_a_reference_that_raises_is_a_judge_error(failing: Grade) -> None:
    result = failing("2", "--format", "json")
    exercise = report(result)["exercises"][0]
    assert result.returncode == 4
    assert (exercise["verdict"], exercise["score"], exercise["points"]) == ("judge_error", None, 0.55)


def test_a_judge_error_changes_no_hidden_points(failing: Grade) -> None:
    assert report(failing("2", "--format", "json"))["exercises"][0]["points_hidden"] == 0.25


def test_a_judge_error_is_told_in_full(failing: Grade) -> None:
    (error,) = report(failing("2", "--format", "json"))["errors"]
    assert "exercise-02" in error
    assert "RuntimeError: the author slept" in error
    assert "line 2, in sign" in error


def test_a_judge_error_is_told_in_text_without_a_score(failing: Grade) -> None:
    text = failing("2").stdout
    assert "no score of 0.55 points" in text
    assert "judge error:" in text
    assert "the author slept" in text


def test_a_judge_error_leaves_the_topic_without_a_score(failing: Grade) -> None:
    result = failing("--format", "json")
    topics = report(result)["topics"]
    assert result.returncode == 4
    assert [(topic["id"], topic["score"], topic["points"]) for topic in topics] == [
        ("numbers", None, 5.55),
        ("arrays", 0.3, 0.3),
    ]


def test_a_judge_error_loses_no_other_exercise(failing: Grade) -> None:
    exercises = report(failing("--format", "json"))["exercises"]
    assert [exercise["score"] for exercise in exercises] == [5.0, None, 0.3]


def test_a_judge_error_keeps_the_score_before(solved: Path, grade: Grade) -> None:
    grade(solved, "2")
    before = (solved / ".grade" / "state.json").read_bytes()
    reference(solved, "exercise-02").write_text("def sign(x):\n    raise RuntimeError\n", encoding="utf-8")
    assert grade(solved, "2").returncode == 4
    assert (solved / ".grade" / "state.json").read_bytes() == before


def test_a_reference_with_nothing_to_compare_is_a_judge_error(solved: Path, grade: Grade) -> None:
    reference(solved, "exercise-03").write_text("def total(values):\n    return float('nan')\n", encoding="utf-8")
    assert grade(solved, "3").returncode == 4


def test_a_reference_that_does_not_refuse_what_it_should_is_a_judge_error(solved: Path, grade: Grade) -> None:
    reference(solved, "exercise-01").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    result = grade(solved, "1")
    assert result.returncode == 4
    assert "the reference solution does not raise TypeError" in result.stdout


def test_an_input_that_cannot_be_drawn_is_a_fault_of_the_description_at_its_place(solved: Path, grade: Grade) -> None:
    replace(description(solved, "exercise-03"), ("inputs: {n: 50}", "inputs: {n: -50}"))
    result = grade(solved, "3")
    assert result.returncode == 3
    assert "exercise.yaml:14:27: inputs.values.vector.size: 'n' is -50, where a size of at least 0" in result.stderr


def test_a_worker_that_does_not_start_is_a_judge_error(
    solved: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("grader.workers.WORKER", solved / "no-such-worker.py")
    monkeypatch.chdir(solved)
    status = run(["3", "--format", "json"], [])
    (exercise,) = json.loads(capsys.readouterr().out)["exercises"]
    assert status == 4
    assert (exercise["verdict"], exercise["score"]) == ("judge_error", None)


def test_a_fault_of_ours_ends_with_4_and_loses_no_other_exercise(
    solved: Path, grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(task: Any, executor: Any) -> Any:
        return grading.grade(task, executor) if task.id == "exercise-03" else 1 // 0

    monkeypatch.setattr("grader.running.grade", faulty)
    result = grade(solved, "2", "3", "--format", "json")
    assert result.returncode == 4
    assert "ZeroDivisionError" in result.stdout + result.stderr
    assert "exercise-03" in ids(result)


# --- several at once


def spoil_2(course: Path) -> None:
    (course / "exercises" / "exercise-01" / "exercise_01.py").write_bytes(b"\xff")


def spoil_3(course: Path) -> None:
    replace(description(course, "exercise-02"), ("difficulty: 2", "difficulty: 9"))


def spoil_4(course: Path) -> None:
    reference(course, "exercise-03").write_text("def total(values):\n    raise RuntimeError\n", encoding="utf-8")


def spoil_1(course: Path) -> None:
    (course / "exercises" / "exercise-04" / "exercise_04.py").write_text("", encoding="utf-8")


SPOIL = {2: spoil_2, 3: spoil_3, 4: spoil_4, 1: spoil_1}


@pytest.mark.parametrize("statuses", [pair for size in (2, 4) for pair in combinations(SPOIL, size)], ids=str)
def test_of_several_statuses_the_first_of_2_3_4_1_is_given(
    solved: Path, grade: Grade, references: dict[str, str], statuses: tuple[int, ...]
) -> None:
    replace(solved / "course.yaml", ("[exercise-03]", "[exercise-03, exercise-04]"))
    for part in ("exercises", "solutions"):
        (solved / part / "exercise-04").mkdir()
    description(solved, "exercise-04").write_bytes(description(solved, "exercise-03").read_bytes())
    reference(solved, "exercise-04").write_text(references["exercise-03"], encoding="utf-8")
    for status in statuses:
        SPOIL[status](solved)
    assert (
        grade(solved, *(f"{dict(zip(SPOIL, (1, 2, 3, 4), strict=True))[status]}" for status in statuses)).returncode
        == (statuses[0])
    )
