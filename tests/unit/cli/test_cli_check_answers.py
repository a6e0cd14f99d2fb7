"""`grade EXERCISE` on answer files that are missing, cannot be read, cannot be loaded or cannot be called."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

ANSWER = "exercises/exercise-03/exercise_03.py"


def only(result: CompletedProcess[str]) -> dict[str, Any]:
    (exercise,) = json.loads(result.stdout)["exercises"]
    assert isinstance(exercise, dict)
    return exercise


# --- the file


def test_a_missing_answer_is_absent(course: Path, grade: Grade) -> None:
    (course / ANSWER).unlink()
    result = grade(course, "3", "--format", "json")
    exercise = only(result)
    assert (result.returncode, exercise["verdict"], exercise["score"]) == (1, "absent", 0.0)
    assert [check["verdict"] for check in exercise["checks"]] == ["absent", "absent"]


def test_the_text_on_a_missing_answer_names_the_file_and_the_way_on(course: Path, grade: Grade) -> None:
    (course / ANSWER).unlink()
    text = grade(course, "3").stdout
    assert f"there is no file {ANSWER}" in text
    assert "`grade reset exercise-03`" in text


def test_the_text_on_a_missing_answer_names_the_file_where_the_first_check_is_hidden(
    course: Path, grade: Grade
) -> None:
    (course / "exercises" / "exercise-02" / "exercise_02.py").unlink()
    assert "there is no file exercises/exercise-02/exercise_02.py" in grade(course, "2").stdout


def test_an_empty_folder_of_answers_has_none_of_them(course: Path, tmp_path: Path, grade: Grade) -> None:
    (tmp_path / "answers").mkdir()
    result = grade(course, "--answers", str(tmp_path / "answers"), "--format", "json")
    verdicts = [exercise["verdict"] for exercise in json.loads(result.stdout)["exercises"]]
    assert (result.returncode, verdicts) == (1, ["absent"] * 3)


def test_who_keeps_answers_elsewhere_is_not_sent_to_the_stub_of_the_course(
    course: Path, tmp_path: Path, grade: Grade
) -> None:
    (tmp_path / "answers").mkdir()
    text = grade(course, "3", "--answers", str(tmp_path / "answers")).stdout
    assert f"there is no file {tmp_path / 'answers' / 'exercise_03.py'}" in " ".join(text.split())
    assert "grade reset" not in text


def make_folder(file: Path) -> None:
    file.mkdir()


def make_endless_link(file: Path) -> None:
    file.symlink_to(file.name)


def make_latin(file: Path) -> None:
    file.write_bytes("# Lösung\n".encode("latin-1"))


def make_utf_16(file: Path) -> None:
    file.write_bytes("def total(values): return 0.0".encode("utf-16"))


def make_binary(file: Path) -> None:
    file.write_bytes(bytes(range(256)))


def make_huge(file: Path) -> None:
    file.touch()
    os.truncate(file, 4 * 2**20 + 1)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (make_folder, "is a folder"),
        (make_endless_link, "cannot be read"),
        (make_latin, "not text in UTF-8"),
        (make_utf_16, "not text in UTF-8"),
        (make_binary, "not text in UTF-8"),
        (make_huge, "larger than 4 MiB"),
    ],
)
def test_a_file_that_cannot_be_read_as_text_is_told_and_the_others_are_checked(
    solved: Path, grade: Grade, make: Callable[[Path], None], told: str
) -> None:
    (solved / ANSWER).unlink()
    make(solved / ANSWER)
    result = grade(solved, "3", "2", "--format", "json")
    assert result.returncode == 2
    assert ANSWER in result.stderr
    assert told in result.stderr
    assert only(result)["id"] == "exercise-02"


def test_a_file_as_large_as_is_allowed_is_read(solved: Path, grade: Grade, references: dict[str, str]) -> None:
    source = references["exercise-03"].encode()
    (solved / ANSWER).write_bytes(source + b"#" * (4 * 2**20 - len(source)))
    assert grade(solved, "3").returncode == 0


@pytest.mark.parametrize(("mark", "newline"), [("", "\r\n"), ("\ufeff", "\n")])
def test_files_from_any_editor_are_read(
    course: Path, grade: Grade, references: dict[str, str], mark: str, newline: str
) -> None:
    text = mark + references["exercise-03"].replace("\n", newline)
    (course / ANSWER).write_bytes(text.encode())
    assert grade(course, "3").returncode == 0


def test_a_module_beside_the_answer_may_begin_with_a_byte_order_mark(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("from helper import add as total\n", encoding="utf-8")
    helper = "\ufeffdef add(values):\n    return sum(values)\n"
    (course / ANSWER).with_name("helper.py").write_text(helper, encoding="utf-8")
    assert grade(course, "3").returncode == 0


# --- the module


def test_a_syntax_error_is_shown_with_its_line(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    return sum(values\n", encoding="utf-8")
    result = grade(course, "3")
    assert result.returncode == 1
    assert "SyntaxError" in result.stdout
    assert "line 2" in result.stdout
    assert "return sum(values\n" in result.stdout


def test_a_syntax_error_is_shown_once(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    return sum(values\n", encoding="utf-8")
    assert grade(course, "3").stdout.count("was never closed (exercise_03.py, line 2)") == 1


def test_a_syntax_error_is_shown_where_the_first_check_is_hidden(course: Path, grade: Grade) -> None:
    file = course / "exercises" / "exercise-02" / "exercise_02.py"
    file.write_text("def sign(x)\n    return 1\n", encoding="utf-8")
    text = grade(course, "2").stdout
    assert "SyntaxError" in text
    assert "def sign(x)\n" in text


def test_a_syntax_error_is_part_of_every_check_in_json(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    return sum(values\n", encoding="utf-8")
    exercise = only(grade(course, "3", "--format", "json"))
    assert (exercise["verdict"], exercise["score"]) == ("raised", 0.0)
    assert all("return sum(values" in check["traceback"] for check in exercise["checks"])


def test_an_exception_while_loading_is_shown_with_its_place(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("import numpy as np\n\nweights = 1 / 0\n", encoding="utf-8")
    text = grade(course, "3").stdout
    assert "raised ZeroDivisionError: division by zero" in text
    assert 'File "exercise_03.py", line 3' in text


def test_a_module_that_is_not_there_is_named(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("import no_such_module\n", encoding="utf-8")
    assert "No module named 'no_such_module'" in grade(course, "3").stdout


def test_what_was_printed_before_an_answer_failed_to_load_is_shown(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("print('so far, so good')\nraise ValueError\n", encoding="utf-8")
    assert "so far, so good" in grade(course, "3").stdout


# --- the function


def test_a_missing_function_is_told_with_what_is_there(course: Path, grade: Grade) -> None:
    source = "from math import fsum\n\n\ndef Total(values): ...\n\n\ndef summe(values): ...\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    message = only(result)["checks"][0]["message"]
    assert (result.returncode, only(result)["verdict"]) == (1, "absent")
    assert message == "exercise_03.py has no function `total`: it defines Total, summe"


@pytest.mark.parametrize("source", ["", "total = 3\n"])
def test_a_file_without_any_function_is_told(course: Path, grade: Grade, source: str) -> None:
    (course / ANSWER).write_text(source, encoding="utf-8")
    assert "it defines no function at all" in grade(course, "3").stdout


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [("", "()"), ("values, weights", "(values, weights)"), ("values, *, axis", "axis)")],
)
def test_a_function_that_cannot_be_called_as_described_is_told(
    course: Path, grade: Grade, parameters: str, shown: str
) -> None:
    (course / ANSWER).write_text(f"def total({parameters}):\n    return 0.0\n", encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    message = only(result)["checks"][0]["message"]
    assert (result.returncode, only(result)["verdict"]) == (1, "raised")
    assert message.startswith("`total` takes (")
    assert f"{shown}, but is called with (values)" in message


@pytest.mark.parametrize("parameters", ["values, /", "*values", "values, *, axis=0"])
def test_any_function_that_can_be_called_as_described_is_called(course: Path, grade: Grade, parameters: str) -> None:
    source = f"def total({parameters}):\n    first = {parameters.strip('*').split(',')[0]}\n"
    source += f"    return sum({'first[0]' if parameters.startswith('*') else 'first'})\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    assert grade(course, "3").returncode == 0


def test_a_changed_argument_costs_the_points(course: Path, grade: Grade) -> None:
    source = "def total(values):\n    s = values.sum()\n    values[:] = 1.5\n    return s\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    result = grade(course, "3")
    assert result.returncode == 1
    assert "changed its argument `values`" in result.stdout


def test_an_answer_that_remembers_its_last_call_is_told(course: Path, grade: Grade) -> None:
    source = "calls = []\n\n\ndef total(values):\n    calls.append(1)\n    return sum(values) + len(calls) - 1\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    assert "the function gave another answer" in " ".join(grade(course, "3").stdout.split())


def test_an_answer_that_asks_for_input_is_told_that_nobody_will_answer(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    return float(input())\n", encoding="utf-8")
    assert "`input()` has nobody to ask" in grade(course, "3").stdout


def test_sys_exit_is_no_answer(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("import sys\n\n\ndef total(values):\n    sys.exit(0)\n", encoding="utf-8")
    result = grade(course, "3")
    assert result.returncode == 1
    assert "called `sys.exit`" in result.stdout


@pytest.mark.parametrize("value", ["float('nan')", "-float('inf')", "values", "total"])
def test_whatever_an_answer_returns_the_report_is_json(course: Path, grade: Grade, value: str) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    (course / ANSWER).write_text(f"def total(values):\n    return {value}\n", encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    (exercise,) = json.loads(result.stdout, parse_constant=refuse)["exercises"]
    assert (result.returncode, exercise["verdict"], exercise["score"]) == (1, "wrong_answer", 0.0)


def test_more_memory_than_is_allowed_is_a_memory_limit(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    return bytearray(2**34)\n", encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    assert (result.returncode, only(result)["verdict"]) == (1, "memory_limit")


def test_an_answer_that_never_returns_is_a_time_limit(course: Path, grade: Grade) -> None:
    text = (course / "course.yaml").read_text(encoding="utf-8")
    (course / "course.yaml").write_text(text.replace("call: 2 s", "call: 100 ms"), encoding="utf-8")
    (course / ANSWER).write_text("def total(values):\n    while True:\n        pass\n", encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    assert (result.returncode, only(result)["verdict"]) == (1, "time_limit")
    assert only(result)["checks"][0]["message"].startswith("no answer after 0.1 s")


def test_the_time_for_all_calls_together_is_limited_too(course: Path, grade: Grade) -> None:
    text = (course / "course.yaml").read_text(encoding="utf-8")
    (course / "course.yaml").write_text(text.replace("exercise: 20 s", "exercise: 200 ms"), encoding="utf-8")
    (course / ANSWER).write_text("def total(values):\n    while True:\n        pass\n", encoding="utf-8")
    message = only(grade(course, "3", "--format", "json"))["checks"][1]["message"]
    assert message == "the time for the whole exercise, 0.2 s, is used up"


def test_what_an_answer_prints_is_shown_up_to_a_length(course: Path, grade: Grade) -> None:
    (course / ANSWER).write_text("def total(values):\n    print('here ' * 1_500)\n", encoding="utf-8")
    printed = only(grade(course, "3", "--format", "json"))["checks"][0]["stdout"]
    assert printed.startswith("here here ")
    assert 1_000 < len(printed) < 5_000
    assert "(7501 bytes in all)" in printed


def test_printing_without_end_is_an_output_limit(course: Path, grade: Grade) -> None:
    source = "def total(values):\n    while True:\n        print('here ' * 100)\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    result = grade(course, "3", "--format", "json")
    assert (result.returncode, only(result)["verdict"]) == (1, "output_limit")
    assert only(result)["checks"][0]["message"] == "printed more than 16 KiB in one call"


def test_after_a_crash_the_next_check_is_tried(course: Path, grade: Grade) -> None:
    source = "import os\n\n\ndef total(values):\n    return sum(values) if len(values) == 50 else os._exit(3)\n"
    (course / ANSWER).write_text(source, encoding="utf-8")
    exercise = only(grade(course, "3", "--format", "json"))
    assert [check["verdict"] for check in exercise["checks"]] == ["crashed", "accepted"]
    assert (exercise["verdict"], exercise["score"]) == ("partial", 0.2)
