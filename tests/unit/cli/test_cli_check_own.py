"""`grade exercise-04 --format json` on the course of this repository: each verdict, its status and its fields."""

import json
import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any, TypeAlias

import pytest
import yaml

Grade: TypeAlias = Callable[..., CompletedProcess[str]]

REPORT = {"format", "course", "seed", "isolation", "exercises", "topics", "versions", "errors"}
EXERCISE = {
    *("id", "title", "topic", "section", "verdict", "score", "points", "points_hidden", "answer_file", "checks"),
}
CHECK = {
    *("name", "verdict", "score", "points", "visibility", "cases", "passed", "message", "feedback", "mistake"),
    *("notes", "stdout", "traceback", "counterexample"),
}
COUNTEREXAMPLE = {"inputs", "expected", "got", "error", "allowed", "replay"}
TOPIC = {"id", "title", "score", "points", "course_points"}

HEAD = "import os\nimport numpy as np\n\n\ndef eigenvalues(A):\n"
RIGHT = HEAD + "    return np.linalg.eigvalsh(A)\n"
BY_MODULUS = HEAD + "    values = np.linalg.eigvalsh(A)\n    return values[np.argsort(abs(values), kind='stable')]\n"
COLUMN = HEAD + "    return np.linalg.eigvalsh(A)[:, None]\n"
ENDLESS = HEAD + "    while True:\n        pass\n"
TALKATIVE = HEAD + "    while True:\n        print('still here ' * 100)\n"
LEAVING = HEAD + "    os._exit(0)\n"


def answer(course: Path, source: str) -> None:
    (course / "exercises" / "exercise-04" / "exercise_04.py").write_text(source, encoding="utf-8")


def shorten_calls(course: Path) -> None:
    text = (course / "course.yaml").read_text(encoding="utf-8")
    assert "call: 2 s" in text
    (course / "course.yaml").write_text(text.replace("call: 2 s", "call: 150 ms"), encoding="utf-8")


def check(course: Path, grade: Grade) -> tuple[int, dict[str, Any]]:
    """Return the exit status and the report, in which every field is there and no other."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    result = grade(course, "exercise-04", "--format", "json")
    assert result.stderr == ""
    data = json.loads(result.stdout, parse_constant=refuse)
    (exercise,), (topic,) = data["exercises"], data["topics"]
    assert (set(data), set(exercise), set(topic)) == (REPORT, EXERCISE, TOPIC)
    for item in exercise["checks"]:
        assert set(item) == CHECK
        assert item["counterexample"] is None or set(item["counterexample"]) == COUNTEREXAMPLE
    return result.returncode, data


@pytest.mark.parametrize(
    ("source", "verdict", "told"),
    [
        pytest.param(COLUMN, "partial", "shape", id="column"),
        pytest.param(BY_MODULUS, "partial", "off by", id="by modulus"),
        pytest.param(ENDLESS, "time_limit", "no answer after 0.15 s", id="endless", marks=pytest.mark.slow),
        pytest.param(TALKATIVE, "output_limit", "printed more than 64 KiB", id="talkative"),
        pytest.param(LEAVING, "crashed", "the process ended itself (exit status 0)", id="leaving"),
        pytest.param(HEAD + "    return values\n", "raised", "NameError", id="raising"),
        pytest.param(HEAD + "    return None\n", "wrong_answer", "None", id="nothing"),
        pytest.param("", "absent", "no function `eigenvalues`", id="empty"),
    ],
)
def test_an_answer_that_loses_points_ends_with_1_and_its_verdict(
    own_course: Path, grade: Grade, source: str, verdict: str, told: str
) -> None:
    if source == ENDLESS:
        shorten_calls(own_course)
    answer(own_course, source)
    status, data = check(own_course, grade)
    exercise = data["exercises"][0]
    assert (status, exercise["verdict"]) == (1, verdict)
    assert told in next(item["message"] for item in exercise["checks"] if item["verdict"] != "accepted")


def test_a_right_answer_earns_all_points_and_ends_with_0(own_course: Path, grade: Grade) -> None:
    answer(own_course, RIGHT)
    status, data = check(own_course, grade)
    description = yaml.safe_load((own_course / "exercises" / "exercise-04" / "exercise.yaml").read_text("utf-8"))
    points = sum(Fraction(str(item["points"])) for item in description["checks"])
    exercise = data["exercises"][0]
    assert (status, exercise["verdict"]) == (0, "accepted")
    assert exercise["score"] == exercise["points"] == data["topics"][0]["score"] == points
    assert all(item["counterexample"] is None for item in exercise["checks"])


def test_the_stub_raises_and_earns_nothing(own_course: Path, grade: Grade) -> None:
    status, data = check(own_course, grade)
    exercise = data["exercises"][0]
    assert (status, exercise["verdict"], exercise["score"]) == (1, "raised", 0.0)
    assert {item["verdict"] for item in exercise["checks"]} == {"raised"}


def test_the_report_says_what_was_checked_how_and_with_what(own_course: Path, grade: Grade) -> None:
    answer(own_course, RIGHT)
    _, data = check(own_course, grade)
    course = yaml.safe_load((own_course / "course.yaml").read_text("utf-8"))
    assert (data["format"], data["course"], data["seed"]) == ("grader/report/1", course["title"], course["seed"])
    assert (data["isolation"], data["errors"]) == ("process", [])
    assert set(data["versions"]) == {"grader", "python", "numpy", "scipy"}
    assert data["exercises"][0]["answer_file"] == "exercises/exercise-04/exercise_04.py"


def test_the_order_by_modulus_is_recognised_as_that_mistake(own_course: Path, grade: Grade) -> None:
    answer(own_course, BY_MODULUS)
    _, data = check(own_course, grade)
    first = next(item for item in data["exercises"][0]["checks"] if item["verdict"] != "accepted")
    assert first["mistake"] == "sorted_by_modulus"
    assert "absolute value" in first["feedback"]


def test_a_wrong_shape_is_told_and_is_no_known_mistake(own_course: Path, grade: Grade) -> None:
    answer(own_course, COLUMN)
    _, data = check(own_course, grade)
    failed = [item for item in data["exercises"][0]["checks"] if item["verdict"] != "accepted"]
    assert failed
    assert all("shape" in item["message"] and item["mistake"] is None for item in failed)


def test_a_counterexample_can_be_pasted(own_course: Path, grade: Grade) -> None:
    answer(own_course, BY_MODULUS)
    _, data = check(own_course, grade)
    example = next(item for item in data["exercises"][0]["checks"] if item["counterexample"])["counterexample"]
    numpy = pytest.importorskip("numpy")
    values = {name: eval(text, {"np": numpy}) for name, text in example["inputs"].items()}
    expected, got = (eval(example[name], {"np": numpy}) for name in ("expected", "got"))
    assert numpy.allclose(numpy.linalg.eigvalsh(values["A"]), expected, rtol=1e-9, atol=1e-9)
    assert math.isclose(example["error"], float(numpy.max(numpy.abs(expected - got))))
    assert example["error"] > example["allowed"]
