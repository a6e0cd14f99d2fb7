"""`grade [EXERCISE…]` on a small course: what is checked, what is said, and where it goes."""

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]


def report(result: CompletedProcess[str]) -> dict[str, Any]:
    data = json.loads(result.stdout)
    assert isinstance(data, dict)
    return data


def answer(course: Path, exercise: str, source: str) -> Path:
    file = course / "exercises" / exercise / f"{exercise.replace('-', '_')}.py"
    file.write_text(source, encoding="utf-8")
    return file


# --- what is checked


@pytest.mark.parametrize("name", ["exercise-03", "3", "exercise_03.py"])
def test_an_exercise_is_known_by_each_of_its_names(solved: Path, grade: Grade, name: str) -> None:
    result = grade(solved, name, "--format", "json")
    assert result.returncode == 0
    assert [exercise["id"] for exercise in report(result)["exercises"]] == ["exercise-03"]


def test_without_a_name_all_exercises_are_checked_in_the_order_of_the_course(solved: Path, grade: Grade) -> None:
    result = grade(solved, "--format", "json")
    assert result.returncode == 0
    assert [exercise["id"] for exercise in report(result)["exercises"]] == ["exercise-01", "exercise-02", "exercise-03"]


def test_several_exercises_are_reported_in_the_order_in_which_they_were_named(solved: Path, grade: Grade) -> None:
    result = grade(solved, "3", "1", "--format", "json")
    assert [exercise["id"] for exercise in report(result)["exercises"]] == ["exercise-03", "exercise-01"]


def test_an_exercise_named_twice_is_checked_once(solved: Path, grade: Grade) -> None:
    result = grade(solved, "1", "exercise-01", "--format", "json")
    assert [exercise["id"] for exercise in report(result)["exercises"]] == ["exercise-01"]
    assert report(result)["topics"][0]["points"] == 5.0


def test_check_may_be_written_out(solved: Path, grade: Grade) -> None:
    assert grade(solved, "check", "3").returncode == 0


def test_options_may_come_before_the_exercise(solved: Path, grade: Grade) -> None:
    assert report(grade(solved, "--format", "json", "3"))["exercises"][0]["id"] == "exercise-03"


def test_the_course_is_found_from_a_folder_inside_it(solved: Path, grade: Grade) -> None:
    result = grade(solved / "exercises" / "exercise-03", "exercise_03.py", "--format", "json")
    assert result.returncode == 0
    assert report(result)["exercises"][0]["answer_file"] == "exercise_03.py"


def test_a_file_named_by_its_path_is_the_answer(solved: Path, tmp_path: Path, grade: Grade) -> None:
    file = tmp_path / "elsewhere" / "exercise_03.py"
    file.parent.mkdir()
    file.write_text("def total(values):\n    return 0.5\n", encoding="utf-8")
    exercise = report(grade(solved, str(file), "--format", "json"))["exercises"][0]
    assert (exercise["id"], exercise["verdict"]) == ("exercise-03", "wrong_answer")
    assert exercise["answer_file"] == str(file)


def test_a_file_takes_its_exercise_from_the_folder_around_it(solved: Path, tmp_path: Path, grade: Grade) -> None:
    file = tmp_path / "exercise-03" / "mine.py"
    file.parent.mkdir()
    file.write_text("def total(values):\n    return sum(values)\n", encoding="utf-8")
    result = grade(solved, str(file), "--format", "json")
    assert (result.returncode, report(result)["exercises"][0]["id"]) == (0, "exercise-03")


def test_a_file_that_does_not_say_which_exercise_it_answers_is_refused(
    solved: Path, tmp_path: Path, grade: Grade
) -> None:
    file = tmp_path / "mine.py"
    file.write_text("", encoding="utf-8")
    result = grade(solved, str(file))
    assert result.returncode == 2
    assert "exercise_01.py" in result.stderr


def test_a_folder_of_the_course_named_by_its_path_is_its_exercise(solved: Path, grade: Grade) -> None:
    result = grade(solved, "exercises/exercise-03", "--format", "json")
    assert (result.returncode, report(result)["exercises"][0]["id"]) == (0, "exercise-03")


def test_a_folder_elsewhere_is_not_taken_for_the_answer_in_the_course(
    solved: Path, tmp_path: Path, grade: Grade
) -> None:
    other = tmp_path / "elsewhere" / "exercise-03"
    other.mkdir(parents=True)
    (other / "exercise_03.py").write_text("def total(values):\n    return 0.5\n", encoding="utf-8")
    assert grade(solved, str(other)).returncode != 0


def test_answers_may_lie_in_a_folder_elsewhere(
    course: Path, tmp_path: Path, grade: Grade, references: dict[str, str]
) -> None:
    file = tmp_path / "answers" / "exercise-03" / "solution.py"
    file.parent.mkdir(parents=True)
    file.write_text(references["exercise-03"], encoding="utf-8")
    result = grade(course, "3", "--answers", str(tmp_path / "answers"))
    assert result.returncode == 0


def test_an_answer_may_import_a_module_beside_it(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "from helper import add\n\n\ndef total(values):\n    return add(values)\n")
    helper = "def add(values):\n    return sum(values)\n"
    (course / "exercises" / "exercise-03" / "helper.py").write_text(helper, encoding="utf-8")
    assert grade(course, "3").returncode == 0


# --- scores


def test_all_points_end_with_0(solved: Path, grade: Grade) -> None:
    result = grade(solved)
    assert result.returncode == 0
    assert result.stderr == ""


def test_a_lost_point_ends_with_1(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    assert grade(course, "3").returncode == 1


def test_a_lost_hidden_point_ends_with_1(course: Path, grade: Grade) -> None:
    answer(course, "exercise-02", "def sign(x):\n    return 1 if x >= 0 else -1\n")
    result = grade(course, "2", "--format", "json")
    exercise = report(result)["exercises"][0]
    assert result.returncode == 1
    assert (exercise["verdict"], exercise["score"], exercise["points"]) == ("partial", 0.3, 0.55)


def test_proportional_credit_is_exact(course: Path, grade: Grade) -> None:
    answer(course, "exercise-02", "def sign(x):\n    return 1\n")
    check = report(grade(course, "2", "--format", "json"))["exercises"][0]["checks"][1]
    assert (check["cases"], check["passed"], check["score"], check["verdict"]) == (3, 2, 0.2, "partial")


def test_decimal_points_sum_exactly(solved: Path, grade: Grade) -> None:
    data = report(grade(solved, "3", "--format", "json"))
    assert (data["exercises"][0]["score"], data["exercises"][0]["points"]) == (0.3, 0.3)
    assert (data["topics"][0]["score"], data["topics"][0]["points"]) == (0.3, 0.3)


def test_a_topic_is_the_sum_of_its_exercises_in_this_report(solved: Path, grade: Grade) -> None:
    answer(solved, "exercise-02", "def sign(x):\n    return 1\n")
    topics = report(grade(solved, "--format", "json"))["topics"]
    assert [(topic["id"], topic["score"], topic["points"]) for topic in topics] == [
        ("numbers", 5.2, 5.55),
        ("arrays", 0.3, 0.3),
    ]


def test_a_topic_tells_what_the_whole_topic_is_worth(solved: Path, grade: Grade) -> None:
    topics = report(grade(solved, "2", "--format", "json"))["topics"]
    assert [(topic["id"], topic["points"], topic["course_points"]) for topic in topics] == [("numbers", 0.55, 5.55)]


def test_a_check_that_needs_a_failed_one_is_skipped(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 3 * x\n")
    checks = report(grade(course, "1", "--format", "json", "--reveal"))["exercises"][0]["checks"]
    assert checks[3]["verdict"] == "skipped"
    assert "small numbers" in checks[3]["message"]


def test_a_known_mistake_is_named_with_its_feedback(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return x ** 2\n")
    check = report(grade(course, "1", "--format", "json"))["exercises"][0]["checks"][0]
    assert (check["verdict"], check["passed"], check["mistake"]) == ("wrong_answer", 1, "squared")
    assert check["feedback"] == "This is the square; twice a number is the number added to itself."


def test_an_unknown_mistake_gets_the_feedback_of_the_check(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 3 * x\n")
    check = report(grade(course, "1", "--format", "json"))["exercises"][0]["checks"][0]
    assert (check["mistake"], check["feedback"]) == (None, "Twice 3 is 6.")


def test_the_smallest_failing_case_is_shown(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 2 * x if x < 3 else 7\n")
    example = report(grade(course, "1", "--format", "json"))["exercises"][0]["checks"][0]["counterexample"]
    assert (example["inputs"], example["expected"], example["got"]) == ({"x": "3"}, "6", "7")


def test_what_should_have_been_refused_is_told(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 2 * x\n")
    exercise = report(grade(course, "1", "--format", "json"))["exercises"][0]
    assert (exercise["verdict"], exercise["score"]) == ("partial", 4.0)
    assert exercise["checks"][2]["verdict"] == "wrong_answer"
    assert exercise["checks"][2]["message"] == "returned 'wordword', where a TypeError should be raised"


def test_another_exception_than_the_wanted_one_is_not_accepted(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 2 * int(x)\n")
    check = report(grade(course, "1", "--format", "json"))["exercises"][0]["checks"][2]
    assert check["verdict"] == "raised"
    assert "ValueError" in check["message"]


# --- seeds


def test_the_report_names_the_seed_of_the_course(solved: Path, grade: Grade) -> None:
    assert report(grade(solved, "3", "--format", "json"))["seed"] == 7


def test_the_report_names_the_seed_that_was_asked_for(solved: Path, grade: Grade) -> None:
    assert report(grade(solved, "3", "--seed", "12345678901234567890", "--format", "json"))["seed"] == (
        12345678901234567890
    )


def test_the_same_seed_draws_the_same_cases(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    first, second = (grade(course, "3", "--seed", "5", "--format", "json").stdout for _ in range(2))
    assert first == second


def test_the_cases_kept_for_the_course_are_those_drawn_for_its_seed(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    drawn, kept = (grade(course, "3", "--format", "json").stdout for _ in range(2))
    assert drawn == kept == grade(course, "3", "--seed", "7", "--format", "json").stdout


def test_another_seed_draws_other_cases(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    examples = [
        report(grade(course, "3", "--seed", seed, "--case", "1:1", "--format", "json"))["exercises"][0]["checks"][0]
        for seed in ("5", "6")
    ]
    assert examples[0]["counterexample"]["inputs"] != examples[1]["counterexample"]["inputs"]


# --- text


def test_the_text_names_every_exercise_and_topic_with_its_score(solved: Path, grade: Grade) -> None:
    text = grade(solved).stdout
    for line in (
        "exercise-01  Twice a number",
        "5 of 5 points",
        "Numbers  5.55 of 5.55 points",
        "Arrays  0.30 of 0.30",
    ):
        assert line in text


def test_the_text_shows_a_failing_case_and_how_to_replay_it(course: Path, grade: Grade) -> None:
    answer(course, "exercise-01", "def double(x):\n    return 2 * x if x < 3 else 7\n")
    text = grade(course, "1").stdout
    for line in ("x = 3", "expected  6", "got       7", "replay    grade exercise-01 --seed 7 --case 0:2"):
        assert line in text


def test_the_stub_is_greeted_with_the_way_on(course: Path, grade: Grade) -> None:
    result = grade(course, "1")
    assert result.returncode == 1
    assert "Not started yet" in result.stdout
    assert "grade show exercise-01" in result.stdout
    assert "NotImplementedError" not in result.stdout


def test_an_answer_that_refuses_one_input_as_not_implemented_is_no_stub(course: Path, grade: Grade) -> None:
    source = "def double(x):\n    if isinstance(x, str):\n        raise NotImplementedError\n    return 2 * x\n"
    answer(course, "exercise-01", source)
    text = grade(course, "1").stdout
    assert "4 of 5 points" in text
    assert "Not started yet" not in text
    assert "refuses a text" in text


def test_no_colour_codes_where_there_is_no_terminal(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", "def total(values):\n    return 0.5\n")
    assert "\x1b" not in grade(course).stdout


def test_terminal_escapes_printed_by_an_answer_are_neutralised(course: Path, grade: Grade) -> None:
    source = (
        "def total(values):\n    print('\\x1b[2J\\x9b31m\\u202egone')\n    raise ValueError('\\x1b]0;title\\x07')\n"
    )
    answer(course, "exercise-03", source)
    text = grade(course, "3").stdout
    assert "\\x1b[2J" in text
    assert "\\x1b]0;title" in text
    assert not {"\x1b", "\x9b", "\x07", "\u202e"} & set(text)


def test_a_report_on_many_exercises_leaves_the_failing_cases_out(course: Path, grade: Grade) -> None:
    text = (course / "course.yaml").read_text(encoding="utf-8").replace("[exercise-03]", "[exercise-03, exercise-04]")
    (course / "course.yaml").write_text(text, encoding="utf-8")
    for part in ("exercises", "solutions"):
        (course / part / "exercise-04").mkdir()
    for file in ("exercises/exercise-{}/exercise.yaml", "solutions/exercise-{}/solution.py"):
        (course / file.format("04")).write_bytes((course / file.format("03")).read_bytes())
    answer(course, "exercise-04", "def total(values):\n    return 0.5\n")
    text = grade(course).stdout
    assert "`grade exercise-04` shows the failing cases." in text
    assert "replay" not in text


# --- the state


def remembered(course: Path) -> dict[str, Any]:
    data = json.loads((course / ".grade" / "state.json").read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def test_a_score_is_remembered(course: Path, grade: Grade) -> None:
    answer(course, "exercise-02", "def sign(x):\n    return 1\n")
    grade(course, "2")
    entry = remembered(course)["exercise-02"]
    assert (entry["verdict"], entry["score"], entry["points"]) == ("partial", "1/5", "11/20")


def test_a_score_is_remembered_however_the_answer_file_was_named(course: Path, grade: Grade) -> None:
    answer(course, "exercise-02", "def sign(x):\n    return 1\n")
    grade(course, "exercises/exercise-02/exercise_02.py")
    assert remembered(course)["exercise-02"]["score"] == "1/5"


def test_the_score_of_an_answer_elsewhere_is_not_remembered(solved: Path, tmp_path: Path, grade: Grade) -> None:
    grade(solved, "3", "--answers", str(tmp_path))
    assert not (solved / ".grade" / "state.json").exists()


def test_a_replay_is_not_remembered(solved: Path, grade: Grade) -> None:
    grade(solved, "3", "--case", "0:0")
    assert not (solved / ".grade" / "state.json").exists()


@pytest.mark.parametrize("content", [b"{", b'{"exercise-03": 3}'])
def test_a_damaged_memory_is_written_anew(solved: Path, grade: Grade, content: bytes) -> None:
    (solved / ".grade").mkdir(exist_ok=True)
    (solved / ".grade" / "state.json").write_bytes(content)
    assert grade(solved, "3").returncode == 0
    assert remembered(solved)["exercise-03"]["verdict"] == "accepted"


def test_answers_are_checked_where_nothing_can_be_remembered(solved: Path, grade: Grade) -> None:
    grade(solved, "list")
    (solved / ".grade").rename(solved / "moved")
    (solved / ".grade").write_text("in the way", encoding="utf-8")
    result = grade(solved, "3")
    assert (result.returncode, result.stderr) == (0, "")
    assert "0.30 of 0.30 points" in result.stdout


# --- where the report goes


def test_a_report_can_be_written_to_a_file(solved: Path, grade: Grade) -> None:
    result = grade(solved, "3", "--format", "json", "--out", "report.json")
    assert (result.returncode, result.stdout) == (0, "")
    assert json.loads((solved / "report.json").read_text(encoding="utf-8"))["format"] == "grader/report/1"


def test_a_report_takes_the_place_of_the_one_before(solved: Path, grade: Grade) -> None:
    (solved / "report.txt").write_text("long " * 10_000, encoding="utf-8")
    grade(solved, "3", "--out", "report.txt")
    assert (solved / "report.txt").read_text(encoding="utf-8").startswith("exercise-03  The sum of a vector")


@pytest.mark.parametrize("out", [".", "exercises", "nowhere/report.txt", "course.yaml/report.txt"])
def test_a_report_that_could_not_be_written_is_refused_before_any_work(course: Path, grade: Grade, out: str) -> None:
    answer(course, "exercise-03", f"open({str(course / 'called')!r}, 'w').close()\n")
    result = grade(course, "3", "--out", out)
    assert (result.returncode, result.stdout) == (2, "")
    assert f"--out {out}" in result.stderr
    assert not (course / "called").exists()


def test_nothing_is_left_where_there_is_nothing_to_report(course: Path, grade: Grade) -> None:
    (course / "exercises" / "exercise-03" / "exercise.yaml").write_text("title: 1", encoding="utf-8")
    assert grade(course, "3", "--out", "report.txt").returncode == 3
    assert not (course / "report.txt").exists()


def test_the_report_before_stays_where_there_is_nothing_to_report(course: Path, grade: Grade) -> None:
    (course / "report.txt").write_text("before", encoding="utf-8")
    (course / "exercises" / "exercise-03" / "exercise.yaml").write_text("title: 1", encoding="utf-8")
    assert grade(course, "3", "--out", "report.txt").returncode == 3
    assert (course / "report.txt").read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_that_is_no_unicode_does_not_lose_the_report(course: Path, grade: Grade, form: str) -> None:
    answer(course, "exercise-03", "def total(values):\n    raise ValueError('half a pair: \\ud800')\n")
    assert grade(course, "3", "--format", form, "--out", "report").returncode == 1
    assert "half a pair" in (course / "report").read_text(encoding="utf-8")


# --- usage


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["exercise-05"], "did you mean exercise-0"),
        (["excercise-03"], "did you mean exercise-03?"),
        (["something else"], "`grade list`"),
        (["99"], "no exercise '99'"),
        (["a" * 300], "no exercise"),
        (["9" * 5000], "no exercise"),
        (["3", "--nonsense"], "--nonsense"),
        (["3", "--seed", "-1"], "--seed"),
        (["3", "--seed", "one"], "--seed"),
        (["3", "--format", "papyrus"], "json, junit, markdown, text"),
        (["3", "--format", "_layout"], "json, junit, markdown, text"),
        (["3", "--isolation", "none"], "process"),
        (["3", "--answers", "nowhere"], "there is no folder nowhere"),
        (["3", "--answers", "course.yaml"], "there is no folder course.yaml"),
        (["exercises"], "--answers exercises"),
        (["nowhere/exercise_03.py"], "there is no file nowhere/exercise_03.py"),
        (["1", "3", "--case", "0:0"], "one exercise"),
        (["--case", "0:0"], "one exercise"),
        (["3", "--case", "7:0"], "short vectors"),
        (["3", "--case", "no such check:0"], "short vectors"),
        (["3", "--case", "0"], "CHECK:NUMBER"),
        (["3", "--case", "0:3"], "0 to 2"),
        (["3", "--case", "0:x"], "0 to 2"),
        (["3", "--case", "0:-1"], "0 to 2"),
    ],
    ids=lambda value: (value if isinstance(value, str) else " ".join(value))[:40],
)
def test_what_cannot_be_done_is_told_and_ends_with_2(
    solved: Path, grade: Grade, arguments: list[str], told: str
) -> None:
    result = grade(solved, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_exercise_among_others_is_refused_before_any_work(course: Path, grade: Grade) -> None:
    answer(course, "exercise-03", f"open({str(course / 'called')!r}, 'w').close()\n")
    assert grade(course, "3", "exercise-77").returncode == 2
    assert not (course / "called").exists()


def test_outside_a_course_that_is_told(tmp_path: Path, grade: Grade) -> None:
    result = grade(tmp_path, "3")
    assert result.returncode == 2
    assert "no course found" in result.stderr
