"""What is remembered between two commands: written, read back, damaged, impossible."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.course import Course
from grader.model import Verdict
from grader.results import ExerciseResult
from grader.spec.course import CourseFile, Section, Topic
from grader.state import Progress, read, remember_hints, remember_results


@pytest.fixture
def course(tmp_path: Path) -> Course:
    topic = Topic(id="t", title="T", sections=(Section(title="S", exercises=("exercise-01", "exercise-02")),))
    return Course(tmp_path, CourseFile(title="C", seed=1, topics=(topic,)))


def result(exercise: str, score: Fraction | None, verdict: Verdict = Verdict.PARTIAL) -> ExerciseResult:
    return ExerciseResult(exercise, "title", "t", "S", verdict, score, Fraction(7), ())


def test_at_first_nothing_is_remembered(course: Course) -> None:
    assert read(course) == {}


def test_reading_leaves_no_trace(course: Course) -> None:
    read(course)
    assert list(course.folder.iterdir()) == []


@pytest.mark.parametrize("score", [Fraction(0), Fraction(1, 3), Fraction(7)])
def test_a_score_is_remembered_exactly(course: Course, score: Fraction) -> None:
    remember_results(course, (result("exercise-01", score),))
    entry = read(course)["exercise-01"]
    assert (entry.verdict, Fraction(entry.score), Fraction(entry.points)) == ("partial", score, Fraction(7))


def test_the_newest_score_is_remembered(course: Course) -> None:
    remember_results(course, (result("exercise-01", Fraction(7), Verdict.ACCEPTED),))
    remember_results(course, (result("exercise-01", Fraction(2)),))
    assert read(course)["exercise-01"] == Progress(0, "partial", "2", "7")


def test_an_exercise_that_was_not_checked_keeps_its_score(course: Course) -> None:
    remember_results(course, (result("exercise-01", Fraction(1)),))
    remember_results(course, (result("exercise-02", Fraction(2)),))
    assert {name: entry.score for name, entry in read(course).items()} == {"exercise-01": "1", "exercise-02": "2"}


def test_an_exercise_without_a_score_keeps_the_one_before(course: Course) -> None:
    remember_results(course, (result("exercise-01", Fraction(1)),))
    remember_results(course, (result("exercise-01", None, Verdict.JUDGE_ERROR),))
    assert read(course)["exercise-01"].score == "1"


def test_hints_and_scores_leave_each_other_alone(course: Course) -> None:
    remember_hints(course, "exercise-01", 2)
    remember_results(course, (result("exercise-01", Fraction(1)),))
    remember_hints(course, "exercise-01", 3)
    assert read(course)["exercise-01"] == Progress(3, "partial", "1", "7")


def test_the_same_score_is_not_written_again(course: Course) -> None:
    remember_results(course, (result("exercise-01", Fraction(1)),))
    (course.folder / ".grade" / "state.json").chmod(0o400)
    before = (course.folder / ".grade" / "state.json").stat()
    remember_results(course, (result("exercise-01", Fraction(1)),))
    after = (course.folder / ".grade" / "state.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_no_temporary_file_is_left(course: Course) -> None:
    remember_hints(course, "exercise-01", 1)
    assert [file.name for file in (course.folder / ".grade").iterdir()] == ["state.json"]


JUNK = st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.sampled_from(["", "1", "1/0", "much", "2/3"])
ENTRIES = JUNK | st.fixed_dictionaries(
    {}, optional={name: JUNK | st.lists(JUNK, max_size=1) for name in ("hints", "verdict", "score", "points", "x")}
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=20)
    | (JUNK | st.dictionaries(st.sampled_from(["exercise-01", "exercise-77"]), ENTRIES)).map(
        lambda data: json.dumps(data).encode()
    )
)
def test_whatever_the_file_holds_it_can_be_read_and_used(course: Course, content: bytes) -> None:
    (course.folder / ".grade").mkdir(exist_ok=True)
    (course.folder / ".grade" / "state.json").write_bytes(content)
    for entry in read(course).values():
        assert isinstance(entry.hints, int)
        assert entry.hints >= 0
        assert entry.verdict == "" or Fraction(entry.score) <= Fraction(entry.points)


def test_a_file_nested_too_deeply_is_no_memory(course: Course) -> None:
    (course.folder / ".grade").mkdir()
    (course.folder / ".grade" / "state.json").write_text("[" * 100_000, encoding="utf-8")
    assert read(course) == {}


def test_damaged_memory_is_replaced_by_the_next_thing_to_remember(course: Course) -> None:
    (course.folder / ".grade").mkdir()
    (course.folder / ".grade" / "state.json").write_text("{", encoding="utf-8")
    remember_hints(course, "exercise-02", 1)
    assert read(course) == {"exercise-02": Progress(1)}


@pytest.mark.parametrize("in_the_way", [".grade", ".grade/state.json"])
def test_where_nothing_can_be_written_nothing_happens(course: Course, in_the_way: str) -> None:
    if in_the_way == ".grade":
        (course.folder / in_the_way).write_text("a file", encoding="utf-8")
    else:
        (course.folder / in_the_way).mkdir(parents=True)
    remember_hints(course, "exercise-01", 1)
    remember_results(course, (result("exercise-01", Fraction(1)),))
    assert read(course) == {}
